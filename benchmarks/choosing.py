"""The two ways to choose teams, over every incident type and level of the sample doctrine, one incident at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.measure import Row, row, timed
from benchmarks.report import finish
from dispatch.assignment import board_of
from dispatch.assignment_rows import solve_rows
from dispatch.decomposition.board import widest
from dispatch.decomposition.search import solve_board
from dispatch.desk import Desk
from models.codec import read_file
from models.incident import ResponseLevel
from models.request import Request
from scenarios.catalogue import DATA
from scenarios.library import load

_COLUMNS = 2_000
_SECONDS = 5.0
_LEVELS = (ResponseLevel.IV, ResponseLevel.III, ResponseLevel.II)


def measure_choosing(
    json_file: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Also write JSON.")] = None,
) -> None:
    """Choosing teams: the decomposition beside the integer program over all pairs, by what one incident needs."""
    finish(list(_rows()), json_file)


def _rows() -> Iterator[Row]:
    desk = Desk(load("yongchuan"))
    sample = read_file(Request, DATA / "three_incidents.json")
    for kind in desk.world.district.doctrine.incidents:
        for level in _LEVELS:
            event = replace(
                sample.incidents[2], type=kind, response_level=level, supply_needs=(), force_needs=None
            )
            asked = replace(sample, incidents=(event,), closures=())
            problem = desk.problem(asked, desk.travel(asked))
            board = board_of(problem)
            (chosen, levels), rows = timed(lambda: solve_rows(problem, time_limit_s=_SECONDS), runs=1)  # noqa: B023
            found, took = timed(lambda: solve_board(board, seconds=_SECONDS, work=_COLUMNS), runs=1)  # noqa: B023
            proven = all(each.proven for each in found.levels)
            same = [each.value for each in found.levels] == [each.value for each in levels]
            note = f"{widest(board)} bits, {'proven' if proven else 'not proven'}"
            phase = f"{kind} {level.value}"
            yield row("yongchuan", "decomposition", phase, took, agrees=same if proven else None, note=note)
            yield row("yongchuan", "integer program", phase, rows, note=f"{len(chosen)} teams")
