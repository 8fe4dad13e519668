"""What a plan is worth, by the rules in words: one price for all engines, and the faults of what they claim.

Shares no code with any engine. The six levels of the objective: unmet strength, lateness, response time, price of the
echelons called, cover taken away, driving.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.decomposition.board import Board
from kernels.jit import NEVER

Values = tuple[int, ...]

NAMES: Final = ("unmet strength", "lateness", "response time", "price", "cover", "driving")
"""The six levels that are priced; peers are compared on the first three."""

COMPARED: Final = 3

OURS: Final = "ours"
GREEDY: Final = "greedy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one engine found.

    Attributes
    ----------
    engine
        Who.
    goes : int32[teams] or None
        Incident each team goes to, or -1; None where no plan was found.
    stated
        The levels as the engine itself counts them; may be fewer than six.
    bounds
        Level by level what no plan that keeps the earlier levels at `stated` can beat; empty without bounds.
    curve
        (milliseconds since the start, levels) whenever a plan or a better one was at hand.
    proof_ms
        When the engine had proved its plan; None where it had not.
    gap
        The engine's own relative gap where it does not follow from `bounds`.
    """

    engine: str
    goes: NDArray[np.int32] | None
    stated: Values
    bounds: Values
    curve: tuple[tuple[float, Values], ...]
    proof_ms: float | None
    gap: float | None = None


def priced(board: Board, goes: NDArray[np.int32]) -> Values:
    """Price a plan on all six levels.

    Parameters
    ----------
    board
        Teams against incidents.
    goes : int32[teams]
        Incident each team goes to, or -1.
    """
    sent = np.flatnonzero(goes >= 0)
    there: list[list[int]] = [[] for _ in range(board.shape[1])]
    for u in sent.tolist():
        there[int(goes[u])].append(u)
    unmet = late = response = 0
    for d, i in enumerate(board.incident.tolist()):
        left = int(board.need[d])
        weight, target = int(board.weight[d]), int(board.target_s[d])
        for when, u in sorted((_ready(board, u, d), u) for u in there[i]):
            filled = min(left, int(board.units[u, d])) if when < NEVER else 0
            left -= filled
            late += weight * filled * max(0, when - target)
            response += weight * filled * -(-when // board.response_step_s)
        unmet += weight * left
    for i, teams in enumerate(there):
        if teams:
            first, weight = min(int(board.arrive_s[u, i]) for u in teams), int(board.first_weight[i])
            late += weight * max(0, first - int(board.first_target_s[i]))
            response += weight * -(-first // board.response_step_s)
    if board.turn is not None:
        response += int(board.turn[sent, goes[sent]].sum(dtype=np.int64))
    price = int(board.price[sent, goes[sent]].sum(dtype=np.int64))
    cover = 0 if board.cover is None else int(board.cover[sent].sum(dtype=np.int64))
    driving = int(board.travel_s[sent, goes[sent]].sum(dtype=np.int64))
    return unmet, late, response, price, cover, driving


def _ready(board: Board, team: int, demand: int) -> int:
    """Seconds until a team counts for a demand."""
    arrive = int(board.arrive_s[team, board.incident[demand]])
    return arrive if board.ready_s is None else max(arrive, int(board.ready_s[team, demand]))


def faults(board: Board, answers: Sequence[Answer]) -> list[str]:
    """Say what is wrong with the answers to one instance, one sentence each; nothing where all is right.

    Every plan must be possible and worth what its engine says (a peer that was stopped may say less of it: its units
    need not be counted in the best order), none may beat a bound that an engine calls proven, and nearest-first may
    not beat ours.
    """
    found: list[str] = []
    values: dict[str, Values] = {}
    for answer in answers:
        if answer.goes is None:
            continue
        impossible = _impossible(board, answer.goes)
        if impossible:
            found.append(f"{answer.engine}: {impossible}")
            continue
        values[answer.engine] = priced(board, answer.goes)
        mine = values[answer.engine][: len(answer.stated)]
        if mine > answer.stated or (mine != answer.stated and answer.engine == OURS):
            found.append(f"{answer.engine}: says {answer.stated}, but the plan is worth {mine}")
    for claim in answers:
        for engine, worth in values.items():
            level = beaten(claim, worth)
            if level is not None:
                found.append(
                    f"{engine}: {NAMES[level]} of {worth[level]} is below {claim.bounds[level]}, "
                    f"the bound of {claim.engine}"
                )
    mine_, greedy = values.get(OURS), values.get(GREEDY)
    if mine_ is not None and greedy is not None and greedy[:COMPARED] < mine_[:COMPARED]:
        found.append(f"ours: {mine_[:COMPARED]} is worse than nearest-first, {greedy[:COMPARED]}")
    return found


def _impossible(board: Board, goes: NDArray[np.int32]) -> str:
    sent = np.flatnonzero(goes >= 0)
    barred = sent[~board.allowed[sent, goes[sent]] | (board.arrive_s[sent, goes[sent]] >= NEVER)]
    if barred.size:
        return f"team {int(barred[0])} cannot go to incident {int(goes[barred[0]])}"
    left = np.flatnonzero((board.locked >= 0) & (goes != board.locked))
    if left.size:
        return f"team {int(left[0])} must go to incident {int(board.locked[left[0]])}"
    return ""


def beaten(claim: Answer, worth: Values) -> int | None:
    """Level on which a plan of this worth contradicts the bounds of a claim; None where it does not."""
    for level, bound in enumerate(claim.bounds):
        if worth[level] < bound:
            return level
        if worth[level] != claim.stated[level]:
            return None
    return None


def relative_gap(answer: Answer, values: Values, bounds: Values) -> float | None:
    """Gap of a plan to bounds on the first of levels 1 to 3 where they differ: (value - bound) / value; 0 if none."""
    if answer.gap is not None:
        return round(answer.gap, 6)
    if not bounds:
        return None
    for value, bound in zip(values[:COMPARED], bounds[:COMPARED], strict=True):
        if value > bound:
            return round((value - bound) / value, 6)
    return 0.0


def within(values: Values, best: Values, share: float = 0.01) -> bool:
    """Whether every one of levels 1 to 3 is at most `share` above the best, or a more important one is below it."""
    for value, least in zip(values[:COMPARED], best[:COMPARED], strict=True):
        if value < least:
            return True
        if value > least * (1 + share):
            return False
    return True
