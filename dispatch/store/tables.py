"""The tables of the store.

Quantities are units of the item; days and moments are ISO 8601 text, so that both databases give back just what was
booked, the UTC offset with it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Integer,
    MetaData,
    Table,
    Text,
    func,
)

VERSION_TABLE: Final = "dispatch_version"
"""Where Alembic keeps the revision; a database may be shared with others."""

metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

_Number = BigInteger().with_variant(Integer(), "sqlite")  # SQLite numbers rows in INTEGER alone


ACCOUNT: Final = ("stage", "place", "order", "condition")
"""Fields of an account, as the columns of a movement name them after `source_` and `target_`."""


def _account(side: str) -> tuple[Column[str], ...]:
    return tuple(Column(f"{side}_{field}", Text, nullable=False) for field in ACCOUNT)


settings: Final = Table(
    "stock_settings",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""World, its name and its time zone."""

register: Final = Table(
    "stock_register",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("document", Text, nullable=False),
)
"""Items and depots (without their lots) as JSON of `models.codec`, in the order of the district."""

entries: Final = Table(
    "stock_entries",
    metadata,
    Column("id", _Number, Identity(), primary_key=True),
    Column("reference", Text, nullable=False, unique=True),
    Column("at", Text, nullable=False),
    Column("booked_by", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("digest", Text, nullable=False),
)
"""Append-only. `digest` covers the entry and the digest of the one before it."""

lots: Final = Table(
    "stock_lots",
    metadata,
    Column("number", _Number, Identity(), primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("entry_id", _Number, ForeignKey(entries.c.id), nullable=False),
    Column("item", Text, nullable=False, index=True),
    Column("batch", Text, nullable=False),
    Column("home", Text, nullable=False),
    Column("expires", Text),
    Column("condition", Text, nullable=False),
)
"""Append-only."""

movements: Final = Table(
    "stock_movements",
    metadata,
    Column("id", _Number, Identity(), primary_key=True),
    Column("entry_id", _Number, ForeignKey(entries.c.id), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("lot", Text, ForeignKey(lots.c.id), nullable=False, index=True),
    Column("quantity", BigInteger, CheckConstraint("quantity >= 1", name="quantity"), nullable=False),
    *_account("source"),
    *_account("target"),
)
"""Append-only."""

balances: Final = Table(
    "stock_balances",
    metadata,
    Column("lot", Text, ForeignKey(lots.c.id), primary_key=True),
    *(Column(field, Text, primary_key=True) for field in ACCOUNT),
    Column("quantity", BigInteger, nullable=False),
    CheckConstraint(
        "quantity >= 0 OR stage IN ('supplier', 'written_off', 'counted', 'unpacked')", name="not_negative"
    ),
)
"""Sums of the movements, kept by a trigger: no movement without them, none that takes more than there is."""
