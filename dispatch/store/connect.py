"""One way to the database: a URL, an engine, and a transaction for every piece of work.

All writing goes through `Store.write`: one transaction, one writer at a time. SQLite has `BEGIN IMMEDIATE` for
that, PostgreSQL a lock that ends with the transaction. Work is a function of a connection; what it raises undoes it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from dispatch.store.schema import is_current, revision_of, upgrade
from models.errors import InputError, require

T = TypeVar("T")

_WRITES: Final = "dispatch_writes"
_LOCK: Final = 0x444953
"""Key of PostgreSQL's lock of the one writer."""
PATIENCE_S: Final = 30
"""Seconds that a writer of an SQLite file waits for the one before it (estimate: the longest write takes one)."""


@dataclass(frozen=True, slots=True)
class Store:
    """An open store."""

    engine: Engine

    @property
    def name(self) -> str:
        """Where it is, without its password."""
        url = self.engine.url
        return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string()

    def read(self, work: Callable[[Connection], T]) -> T:
        """Do work that writes nothing, on one state of the database."""
        with _sentences(self.name), self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":  # SQLite reads one state in any transaction
                connection = connection.execution_options(  # noqa: PLW2901
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            with connection.begin():
                return work(connection)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do work that writes, alone, all of it or nothing."""
        with _sentences(self.name), self.engine.connect() as connection:
            connection = connection.execution_options(**{_WRITES: True})  # noqa: PLW2901
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
                return work(connection)


def default_url() -> str:
    """`DISPATCH_STORE`, else the file `dispatch.sqlite` under `$XDG_DATA_HOME/dispatch`."""
    named = os.environ.get("DISPATCH_STORE")
    if named:
        return named
    root = os.environ.get("XDG_DATA_HOME", "")
    base = Path(root) if root and Path(root).is_absolute() else Path.home() / ".local" / "share"
    return str(base / "dispatch" / "dispatch.sqlite")


@contextmanager
def open_store(named: str | None = None, *, create: bool = False) -> Iterator[Store]:
    """Open a store, bring it to the present schema, close it in the end.

    Parameters
    ----------
    named
        A file, `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/DATABASE`; `default_url()` where None.
    create
        Whether one that holds no ledger yet is made; it is refused otherwise.

    Raises
    ------
    InputError
        No such database, none of ours, or made by a newer program.
    """
    url = _url(named or default_url())
    if url.get_backend_name() == "sqlite":
        _check_file(Path(str(url.database)), create=create)
    engine = _engine(url)
    try:
        store = Store(engine)
        if not store.read(is_current):
            require(
                create or store.read(revision_of) is not None,
                "there is no ledger of stock in {store}; open one by `dispatch stock open --world NAME`",
                store=store.name,
            )
            store.write(upgrade)
        yield store
    finally:
        engine.dispose()


def _url(named: str) -> URL:
    if "://" not in named:
        return URL.create("sqlite", database=str(Path(named).expanduser()))
    try:
        url = make_url(named)
    except (ArgumentError, ValueError):  # a port that is no number is a ValueError
        raise InputError(
            "{text!r} is no store; give a file, sqlite:///FILE or postgresql://USER@HOST/DATABASE",
            text=named.partition("://")[0] + "://…",
        ) from None
    kind = url.get_backend_name()
    require(
        kind == "postgresql" or (kind == "sqlite" and url.database not in {None, "", ":memory:"}),
        "{text!r} is no store; give a file, sqlite:///FILE or postgresql://USER@HOST/DATABASE",
        text=url.render_as_string(),
    )
    return url.set(drivername="postgresql+psycopg") if kind == "postgresql" else url


def _check_file(file: Path, *, create: bool) -> None:
    if create:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                "cannot be written: {what}", where=str(file), what=error.strerror or str(error)
            ) from None
    require(
        create or file.exists(),
        "there is no ledger of stock in {store}; open one by `dispatch stock open --world NAME`",
        store=str(file),
    )


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        return create_engine(url)
    engine = create_engine(url, connect_args={"timeout": PATIENCE_S})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    """Set up a connection to SQLite; the driver must begin no transaction by itself."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _sentences(store: str) -> Iterator[None]:
    """Say in one sentence what the database refuses."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        said = str(getattr(error, "orig", None) or error).strip().splitlines()
        raise InputError(
            "the store cannot be used: {what}", where=store, what=said[0] if said else type(error).__name__
        ) from None
