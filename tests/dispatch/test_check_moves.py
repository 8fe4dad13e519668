"""What the check finds wrong with proposed moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest

from dispatch.check import check
from models.force import Echelon
from models.place import Colour
from models.plan import Move, Plan
from models.request import Forbid
from models.units import NEVER
from tests.dispatch.cases import settled
from tests.dispatch.test_moves import KEEP_ONE, TOWN, Case, apart, case


def planned(made: Case) -> Plan:
    """The plan of a case with its moves."""
    together, plan = settled(made.problem)
    gone = [t for t, each in enumerate(together.teams) if each.id in {one.team for one in plan.assignments}]
    return replace(plan, moves=made.told(*gone)[1])


BANNED: Final = Forbid(team="T1")
FAULTS: Final[dict[str, tuple[Callable[[Move], tuple[Move, ...]], str]]] = {
    "twice": (lambda move: (move, move), "stands in 2 moves"),
    "nobody": (lambda move: (replace(move, team="X"),), "names a team that does not exist"),
    "no mover": (lambda move: (replace(move, team="T2"),), "echelon village is not moved for cover"),
    "forbidden": (
        lambda move: (replace(move, team="T1"),),
        "team T1 is moved, though it may be sent nowhere",
    ),
    "sent": (lambda move: (replace(move, team="T3"),), "team T3 is sent and moved at once"),
    "too far": (lambda move: (replace(move, travel_s=9999),), "takes too long or gains too little"),
    "too many": (
        lambda move: tuple(replace(move, team=f"T{k}", to=f"K{k}") for k in range(4)),
        "more than the doctrine allows",
    ),
    "last of its town": (lambda move: (replace(move, team="T4"),), "moves leave K5 0 teams, 1 must stay"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_the_check_finds_what_is_wrong_with_a_move(what: str) -> None:
    """T0 moves to the seat of town 6; T1 is forbidden, T2 no mover, T3 sent, T4 the last of town 5."""
    seconds = apart((0, 6, 900), (6, 7, 60), places=8)
    for t in range(5):
        seconds[t][0] = 100 if t == 3 else NEVER
    made = case(
        seconds,
        [TOWN, TOWN, Echelon.VILLAGE, TOWN, TOWN],
        [(7, Colour.RED, 100)],
        [5, 6],
        homes=["", "", "", "", "K5"],
        reserves=(KEEP_ONE,),
        forbids=(BANNED,),
    )
    plan = planned(made)
    assert [each.team for each in plan.assignments] == ["T3"]
    assert check(made.problem, plan).faults == ()
    change, sentence = FAULTS[what]
    (move,) = plan.moves
    assert any(sentence in fault for fault in check(made.problem, replace(plan, moves=change(move))).faults)
