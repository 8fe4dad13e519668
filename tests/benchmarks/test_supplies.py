"""The benchmark of supplies: ours equals one large model, and Madagascar's linear programs disaster by disaster."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import supplies_esups, supplies_peer
from benchmarks.subjects import shared
from benchmarks.supplies_cases import CASES, Case, draw
from dispatch.supplying import network, tied
from dispatch.supplying.allocate import allocate
from dispatch.supplying.board import reachable, ways
from models.errors import InputError

FOLDER = shared() / "data" / "esups"
needs_esups = pytest.mark.skipif(
    not (FOLDER / "disasters.csv").is_file(),
    reason="DISPATCH_SHARED has no data/esups (Madagascar's disasters)",
)


@pytest.mark.parametrize("scarce", [0.2, 0.6, 1.5])
@pytest.mark.parametrize("seed", [1, 2])
def test_every_level_equals_one_large_model(scarce: float, seed: int) -> None:
    """HiGHS over all depots, items and points at once, level by level, each to its proof."""
    board = draw(Case(name="medium", depots=24, items=3, points=8, scarce=scarce), seed)
    peer = supplies_peer.solve(board, seconds=60.0)
    assert [round(level.value) for level in peer] == [level.value for level in allocate(board).levels]
    assert all(level.value - level.bound < 0.5 for level in peer)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_linear_model_of_tied_needs_agrees_with_the_network(seed: int) -> None:
    """A part that is not tied, solved the way of those that are: the same five levels."""
    board = draw(Case(name="medium", depots=20, items=1, points=8, scarce=0.7), seed)
    every = ways(board)
    reach, needs = reachable(board, every), np.arange(board.need.size)
    _, ours = network.solve(board, every, needs, reach)
    _, theirs = tied.solve(board, every, needs, reach, seed=0, seconds=60.0)
    assert [level.value for level in ours] == [level.value for level in theirs]


def test_sizes_of_the_cases_are_as_named() -> None:
    for case in CASES:
        board = draw(case, 1)
        assert case.name.startswith(f"{board.depots}x{len(board.items)}x{board.arrive_s.shape[1]} ")


@needs_esups
def test_madagascar_is_answered_as_its_linear_programs_do() -> None:
    """Twelve disasters across the years, and the largest: people served and hours."""
    case = supplies_esups.read(FOLDER)
    assert (len(case.depots), len(case.items), len(case.disasters)) == (27, 15, 64)
    largest = max(case.disasters, key=lambda each: int(case.disasters[each].sum()))
    for disaster in {*list(case.disasters)[::6], largest}:
        mine, theirs = supplies_esups.ours(case, disaster), supplies_esups.by_program(case, disaster)
        assert mine.people == pytest.approx(theirs.people, rel=1e-9)
        assert mine.hours == pytest.approx(theirs.hours, rel=1e-5)


@needs_esups
def test_the_best_placement_serves_as_many_in_fewer_hours() -> None:
    """For some disasters and two items: no stock appears or is lost, and the bound of the programs is kept."""
    case = supplies_esups.read(FOLDER)
    some = replace(
        case,
        items=case.items[:2],
        stock=case.stock[:, :2],
        persons=case.persons[:2],
        disasters=dict(list(case.disasters.items())[::8]),
    )
    best, bound = supplies_esups.best_placement(some)
    assert (best.stock.sum(axis=0) == some.stock.sum(axis=0)).all()
    now, then = (
        [supplies_esups.ours(each, disaster) for disaster in each.disasters] for each in (some, best)
    )
    assert sum(a.people for a in now) == pytest.approx(sum(a.people for a in then))
    assert bound * (1 - 1e-9) <= sum(a.hours for a in then) <= sum(a.hours for a in now)


def test_a_folder_without_the_case_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="set DISPATCH_SHARED"):
        supplies_esups.read(tmp_path)
