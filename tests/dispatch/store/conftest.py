"""One store after another, empty each time, in both databases."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from dispatch.store.connect import Store, open_store
from dispatch.store.stock import open_ledger
from models.world import District
from tests.dispatch.store.shop import shop
from tests.models.warehouse import NOW

_NUMBERS = count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a database, or of a schema of one, that holds nothing."""
    if request.param == "sqlite":
        return str(tmp_path / "stock.sqlite")
    folder = request.getfixturevalue("postgresql")
    name = f"test_{next(_NUMBERS)}"
    with psycopg.connect(host=folder, user="dispatch", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")  # a database of its own would be a thousand files
    return f"postgresql://dispatch@/postgres?host={folder}&options=-csearch_path%3D{name}"


@pytest.fixture
def district() -> District:
    """A shop of two depots with stock of each kind."""
    return shop()


@pytest.fixture
def store(url: str, district: District) -> Iterator[Store]:
    """A store with the ledger of the shop."""
    with open_store(url, create=True) as opened:
        opened.write(lambda connection: open_ledger(connection, district, at=NOW, by="tester"))
        yield opened
