"""Finding the store, bringing it to the present schema, and refusing what is none."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from dispatch.store import ledger, stock
from dispatch.store.connect import Store, default_url, open_store
from dispatch.store.schema import MIGRATIONS, REVISIONS, upgrade
from dispatch.store.tables import VERSION_TABLE, metadata
from models.errors import InputError
from models.world import District
from tests.conftest import ROOT
from tests.models.warehouse import NOW


def test_the_schema_of_the_migrations_is_that_of_the_tables(store: Store) -> None:
    def differences(connection: Connection) -> list[object]:
        options = {
            "version_table": VERSION_TABLE,
            "compare_type": True,
            "include_name": lambda name, kind, _: kind != "table" or name in metadata.tables,
        }
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    assert store.read(differences) == []


def test_the_program_knows_the_revisions_there_are() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    found = [each.revision for each in script.walk_revisions()]
    assert tuple(reversed(found)) == REVISIONS


def test_a_store_is_brought_up_to_date_once(store: Store) -> None:
    store.write(upgrade)
    assert len(store.read(ledger.history)) == 1


def test_a_store_of_a_newer_program_is_refused(url: str, store: Store) -> None:
    store.write(lambda c: c.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '0999'")))  # noqa: S608
    with (
        pytest.raises(
            InputError, match="the store is at revision 0999, this program knows up to 0001; it was made"
        ),
        open_store(url),
    ):
        pass


def test_two_that_open_a_store_at_once_both_find_it_whole(url: str, district: District) -> None:
    def work(_: int) -> int:
        with open_store(url, create=True) as mine:
            return mine.write(lambda c: stock.open_ledger(c, district, at=NOW, by="tester")).lots

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(work, range(4))) == [0, 0, 0, 7]
    with open_store(url) as store:
        assert store.read(lambda c: list(ledger.faults(c))) == []


def test_two_processes_want_the_last_units(url: str, store: Store) -> None:
    """The command line, twice at once: one is served, the other is told what is left."""
    command = [
        *(
            sys.executable,
            "-m",
            "dispatch",
            "stock",
            "issue",
            "--depot",
            "big",
            "--item",
            "kit",
            "--quantity",
            "4",
        ),
        *("--store", url, "--at", "2026-07-01T09:00", "--lang", "en"),
    ]
    running = [
        subprocess.Popen(
            [*command, "--ref", f"CK-{number}"],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        )
        for number in (1, 2)
    ]  # fmt: skip
    said = [process.communicate(timeout=120) for process in running]
    assert sorted(process.returncode for process in running) == [0, 2]
    refused = next(err for (_, err), process in zip(said, running, strict=True) if process.returncode == 2)
    assert refused.strip() == "depot big has 2 of kit that may be issued on 2026-07-01, 4 were asked for"
    assert store.read(lambda c: list(ledger.faults(c))) == []


def test_the_store_is_where_it_is_said_to_be(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DISPATCH_STORE", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_url() == str(tmp_path / "dispatch" / "dispatch.sqlite")
    monkeypatch.setenv("XDG_DATA_HOME", "relative/is/no/good")
    assert default_url() == str(Path.home() / ".local/share/dispatch/dispatch.sqlite")
    monkeypatch.setenv("DISPATCH_STORE", "postgresql://u@h/d")
    assert default_url() == "postgresql://u@h/d"


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        (
            "mysql://u:secret@h/d",
            r"'mysql://u:\*\*\*@h/d' is no store; give a file, sqlite:///FILE or postgresql",
        ),
        ("sqlite://", "is no store"),
        ("sqlite:///:memory:", "is no store"),
        ("http:// not a url ::::", "'http://…' is no store"),
        (
            "{here}/none.sqlite",
            "there is no ledger of stock in .*none.sqlite; open one by `dispatch stock open",
        ),
        ("sqlite:///{here}/none.sqlite", "there is no ledger of stock in .*none.sqlite"),
        ("{here}", "the store cannot be used: "),
        ("{here}/text", "text: the store cannot be used: file is not a database"),
        (
            "postgresql://u:secret@127.0.0.1:1/d",
            r"postgresql\+psycopg://u:\*\*\*@127.0.0.1:1/d: the store cannot be",
        ),
    ],
)
def test_what_is_no_store_is_refused_in_one_sentence(tmp_path: Path, named: str, sentence: str) -> None:
    (tmp_path / "text").write_text("not a database, but long enough to be taken for one\n" * 40)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(InputError, match=sentence) as refusal, open_store(named.format(here=tmp_path)):
        pass
    assert "secret" not in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert sorted(tmp_path.iterdir()) == before


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "theirs.sqlite"
    with sqlite3.connect(file) as theirs:
        theirs.execute("CREATE TABLE songs (name TEXT)")
    theirs.close()
    sentence = "the file holds table songs, it is the database of another program"
    with pytest.raises(InputError, match=sentence), open_store(str(file), create=True):
        pass
    again = sqlite3.connect(file)
    assert again.execute("SELECT name FROM sqlite_master").fetchall() == [("songs",)]
    again.close()


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(InputError, match="cannot be written"),
        open_store(str(tmp_path / "file" / "x"), create=True),
    ):
        pass
