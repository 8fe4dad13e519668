"""The ledger of stock: entries, lots, movements, their sums, and the triggers that guard them.

The tables are written out here, not taken from `dispatch.store.tables`: a revision stays what it was.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ACCOUNT = ("stage", "place", "order", "condition")
_APPEND_ONLY = (("stock_entries", "reference"), ("stock_lots", "id"), ("stock_movements", "id"))

# A row of 0 is made first: one of less than nothing, changed afterwards, would be refused before it was changed.
_SUMS = """
INSERT INTO stock_balances (lot, stage, place, "order", condition, quantity)
  VALUES (NEW.lot, NEW.source_stage, NEW.source_place, NEW.source_order, NEW.source_condition, 0)
  ON CONFLICT DO NOTHING;
UPDATE stock_balances SET quantity = quantity - NEW.quantity
  WHERE lot = NEW.lot AND stage = NEW.source_stage AND place = NEW.source_place
    AND "order" = NEW.source_order AND condition = NEW.source_condition;
INSERT INTO stock_balances (lot, stage, place, "order", condition, quantity)
  VALUES (NEW.lot, NEW.target_stage, NEW.target_place, NEW.target_order, NEW.target_condition, 0)
  ON CONFLICT DO NOTHING;
UPDATE stock_balances SET quantity = quantity + NEW.quantity
  WHERE lot = NEW.lot AND stage = NEW.target_stage AND place = NEW.target_place
    AND "order" = NEW.target_order AND condition = NEW.target_condition;
"""
_SQLITE_SUMS = "CREATE TRIGGER stock_movements_sum AFTER INSERT ON stock_movements BEGIN <sums> END"
# The third is there because INSERT OR REPLACE deletes without a word to the second.
_SQLITE_APPEND_ONLY = (
    (
        "CREATE TRIGGER <table>_no_update BEFORE UPDATE ON <table> "
        "BEGIN SELECT RAISE(ABORT, '<table> is append-only'); END"
    ),
    (
        "CREATE TRIGGER <table>_no_delete BEFORE DELETE ON <table> "
        "BEGIN SELECT RAISE(ABORT, '<table> is append-only'); END"
    ),
    (
        "CREATE TRIGGER <table>_no_replace BEFORE INSERT ON <table> "
        "WHEN EXISTS (SELECT 1 FROM <table> WHERE <key> = NEW.<key>) "
        "BEGIN SELECT RAISE(ABORT, '<table> is append-only'); END"
    ),
)
_POSTGRESQL_SUMS = (
    (
        "CREATE FUNCTION stock_movements_sum() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN <sums> RETURN NULL; END $$"
    ),
    (
        "CREATE TRIGGER stock_movements_sum AFTER INSERT ON stock_movements "
        "FOR EACH ROW EXECUTE FUNCTION stock_movements_sum()"
    ),
    (
        "CREATE FUNCTION stock_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$"
    ),
)
_POSTGRESQL_APPEND_ONLY = (
    "CREATE TRIGGER <table>_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON <table> "
    "FOR EACH STATEMENT EXECUTE FUNCTION stock_append_only()"
)


def upgrade() -> None:
    """Make the tables, then the triggers in the words of the database."""
    _tables()
    bind = op.get_bind()
    sqlite = bind.dialect.name == "sqlite"
    for statement in (_SQLITE_SUMS,) if sqlite else _POSTGRESQL_SUMS:
        bind.exec_driver_sql(statement.replace("<sums>", _SUMS))
    for table, key in _APPEND_ONLY:
        for statement in _SQLITE_APPEND_ONLY if sqlite else (_POSTGRESQL_APPEND_ONLY,):
            bind.exec_driver_sql(statement.replace("<table>", table).replace("<key>", key))


def _tables() -> None:
    text, number = sa.Text(), _NUMBER
    op.create_table(
        "stock_settings",
        sa.Column("key", text, primary_key=True),
        sa.Column("value", text, nullable=False),
    )
    op.create_table(
        "stock_register",
        sa.Column("kind", text, primary_key=True),
        sa.Column("id", text, primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("document", text, nullable=False),
    )
    op.create_table(
        "stock_entries",
        sa.Column("id", number, sa.Identity(), primary_key=True),
        sa.Column("reference", text, nullable=False, unique=True),
        *(sa.Column(name, text, nullable=False) for name in ("at", "booked_by", "authority", "reason")),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("digest", text, nullable=False),
    )
    op.create_table(
        "stock_lots",
        sa.Column("number", number, sa.Identity(), primary_key=True),
        sa.Column("id", text, nullable=False, unique=True),
        sa.Column("entry_id", number, sa.ForeignKey("stock_entries.id"), nullable=False),
        sa.Column("item", text, nullable=False, index=True),
        sa.Column("batch", text, nullable=False),
        sa.Column("home", text, nullable=False),
        sa.Column("expires", text),
        sa.Column("condition", text, nullable=False),
    )
    op.create_table(
        "stock_movements",
        sa.Column("id", number, sa.Identity(), primary_key=True),
        sa.Column("entry_id", number, sa.ForeignKey("stock_entries.id"), nullable=False, index=True),
        sa.Column("kind", text, nullable=False),
        sa.Column("lot", text, sa.ForeignKey("stock_lots.id"), nullable=False, index=True),
        sa.Column(
            "quantity", sa.BigInteger(), sa.CheckConstraint("quantity >= 1", name="quantity"), nullable=False
        ),
        *(
            sa.Column(f"{side}_{field}", text, nullable=False)
            for side in ("source", "target")
            for field in _ACCOUNT
        ),
    )
    op.create_table(
        "stock_balances",
        sa.Column("lot", text, sa.ForeignKey("stock_lots.id"), primary_key=True),
        *(sa.Column(field, text, primary_key=True) for field in _ACCOUNT),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "quantity >= 0 OR stage IN ('supplier', 'written_off', 'counted', 'unpacked')",
            name="not_negative",
        ),
    )
