"""Bringing a database to the schema of this program, and refusing one that is ahead of it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

from dispatch.store.tables import VERSION_TABLE
from models.errors import InputError, require

REVISIONS: Final = ("0001",)
"""All revisions, oldest first; the last is what this program works on (a test compares with the files)."""

MIGRATIONS: Final = Path(__file__).parent / "migrations"


def revision_of(connection: Connection) -> str | None:
    """Revision a database is at; None where it holds nothing of ours."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608
    return found


def is_current(connection: Connection) -> bool:
    """Whether the database is at the last revision.

    Raises
    ------
    InputError
        It is at a revision this program does not know: a newer program made it.
    """
    at = revision_of(connection)
    require(
        at is None or at in REVISIONS,
        "the store is at revision {at}, this program knows up to {known}; it was made by a newer one: update",
        at=at,
        known=REVISIONS[-1],
    )
    return at == REVISIONS[-1]


def upgrade(connection: Connection) -> None:
    """Bring the database to the last revision, in the transaction of the connection.

    Raises
    ------
    InputError
        A newer program made it, or an SQLite file holds what is not ours.
    """
    if is_current(connection):
        return
    if revision_of(connection) is None and connection.dialect.name == "sqlite":
        foreign = inspect(connection).get_table_names()
        if foreign:
            raise InputError(
                "the file holds table {name}, it is the database of another program; name another file",
                name=foreign[0],
            )
    # takes a second to import, and nearly every start finds the database as it should be
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, REVISIONS[-1])
