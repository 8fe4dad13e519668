"""Tables of times for the terminal: minutes and seconds where they fit, a summary where they do not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from dispatch.cli.matrix import Matrix, pairs
from dispatch.cli.roads import up
from dispatch.language import Duration, Phrases
from models.units import NEVER

MOST_COLUMNS: Final = 8
MOST_ROWS: Final = 60
"""What is larger is summed up: it would be read by no one."""


def matrix_text(matrix: Matrix, nearest: int | None, phrases: Phrases) -> RenderableType:
    """Lay a table out: the nearest by destination, all times, or a summary."""
    head = Text(_summary(matrix, phrases))
    more = Text(
        phrases.say("the whole table: --json or --csv FILE; the nearest of each destination: --nearest K"),
        style="dim",
    )
    if nearest is not None:
        shown = list(pairs(matrix, nearest))
        table = _nearest(matrix, shown[:MOST_ROWS], phrases)
        return Group(table, head, more) if len(shown) > MOST_ROWS else Group(table, head)
    if len(matrix.destinations) <= MOST_COLUMNS and len(matrix.origins) <= MOST_ROWS:
        return Group(_whole(matrix, phrases), head)
    return Group(head, Text(_spread(matrix, phrases)), more)


def clock(time_ds: int) -> str:
    """Write a time as minutes and seconds, rounded up; "–" where there is no way."""
    whole = up(time_ds)
    return "–" if time_ds >= NEVER else f"{whole // 60}:{whole % 60:02d}"


def _whole(matrix: Matrix, phrases: Phrases) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for place in matrix.destinations:
        table.add_column(Text(place.said(phrases.language)), justify="right")
    for place, row in zip(matrix.origins, matrix.times.tolist(), strict=True):
        table.add_row(Text(place.said(phrases.language)), *(clock(time) for time in row))
    return table


def _nearest(matrix: Matrix, shown: Sequence[tuple[int, int, int]], phrases: Phrases) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(phrases.say("destination"))
    table.add_column(phrases.say("origin"))
    if matrix.relay is not None:
        table.add_column(phrases.say("change at"))
    table.add_column(phrases.say("time"), justify="right")
    last = -1
    for _, row, column in shown:
        place = matrix.destinations[column]
        cells = [
            Text("" if column == last else place.said(phrases.language)),
            Text(matrix.origins[row].said(phrases.language)),
        ]
        if matrix.relay is not None:
            change = matrix.relay.places[int(matrix.via[row, column])]
            cells.append(Text(change.said(phrases.language)))
        table.add_row(*cells, clock(int(matrix.times[row, column])))
        last = column
    return table


def _summary(matrix: Matrix, phrases: Phrases) -> str:
    return phrases.say(
        "origins: {origins}; destinations: {destinations}; pairs without a way: {n} of {pairs}",
        origins=len(matrix.origins),
        destinations=len(matrix.destinations),
        n=int((matrix.times >= NEVER).sum()),
        pairs=matrix.times.size,
    )


def _spread(matrix: Matrix, phrases: Phrases) -> str:
    """Half of the destinations, and the last of them: how soon the nearest origin is there."""
    best = matrix.times.min(axis=0)
    reached = np.sort(best[best < NEVER])
    if reached.size == 0:
        return phrases.say("no destination can be reached")
    return phrases.say(
        "the nearest origin is there within {median} at half of the destinations reached, within {most} at all",
        median=Duration(up(int(reached[(reached.size - 1) // 2]))),
        most=Duration(up(int(reached[-1]))),
    )
