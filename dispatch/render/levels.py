"""The levels of an objective as a table."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table

from dispatch.language import Phrases
from models.plan import ObjectiveLevel


def levels_table(levels: Iterable[ObjectiveLevel], phrases: Phrases) -> Table:
    """Lay out what was reached on each level, and what no plan can be below."""
    table = Table(box=None, pad_edge=False)
    table.add_column(phrases.say("objective"))
    table.add_column(phrases.say("reached"), justify="right")
    table.add_column(phrases.say("cannot be less than"), justify="right")
    table.add_column(phrases.say("unit"))
    for level in levels:
        table.add_row(phrases.of(level.name), str(level.value), str(level.bound), phrases.say(level.unit))
    return table
