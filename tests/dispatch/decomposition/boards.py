"""Boards to solve: small random ones with everything on, and the published generator on a plane."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

import numpy as np

from dispatch.decomposition.board import Board, Group
from kernels.jit import NEVER

Values = tuple[int, ...]


def small_board(seed: int) -> Board:
    """Up to six teams and three incidents with locks, barred pairs, groups, items that come later, targets."""
    draw = random.Random(seed)
    teams, incidents = draw.randint(1, 6), draw.randint(1, 3)
    of = sorted(draw.randrange(incidents) for _ in range(draw.randint(1, 4)))
    if draw.random() < 0.2:
        draw.shuffle(of)
    spread = draw.choice([3, 12, 40, 2000])
    arrive = [[draw.randint(1, spread) for _ in range(incidents)] for _ in range(teams)]
    allowed = [[draw.random() < 0.85 for _ in range(incidents)] for _ in range(teams)]
    locked = [draw.randrange(incidents) if draw.random() < 0.1 else -1 for _ in range(teams)]
    for u in range(teams):
        for i in range(incidents):
            if draw.random() < 0.05 and locked[u] != i:
                arrive[u][i] = NEVER
    rich = draw.choice([0.3, 0.6, 0.9])
    units = [[draw.randint(1, 3) if draw.random() < rich else 0 for _ in of] for _ in range(teams)]
    delay = draw.random() < 0.4
    ready = [
        [
            NEVER
            if delay and draw.random() < 0.1
            else arrive[u][i] + (draw.randint(0, spread) if delay else 0)
            for i in of
        ]
        for u in range(teams)
    ]
    late = draw.choice([0, spread // 2, spread])
    groups = []
    if draw.random() < 0.35:
        for _ in range(draw.randint(1, 2)):
            members = tuple(draw.sample(range(teams), draw.randint(1, teams)))
            groups.append(Group(teams=members, most=draw.randint(0, 2)))
    few = draw.choice([1, 5, 100])
    turn = [[draw.choice([0, 0, 1, few]) for _ in range(incidents)] for _ in range(teams)]
    return Board(
        arrive_s=np.array(arrive, dtype=np.int32),
        travel_s=np.array(
            [[draw.randint(0, few) for _ in range(incidents)] for _ in range(teams)], dtype=np.int32
        ),
        price=np.array(
            [[draw.randint(0, few) for _ in range(incidents)] for _ in range(teams)], dtype=np.int32
        ),
        allowed=np.array(allowed),
        units=np.array(units, dtype=np.int32),
        ready_s=np.minimum(np.array(ready), NEVER).astype(np.int32) if delay else None,
        incident=np.array(of, dtype=np.int32),
        need=np.array([draw.randint(1, 4) for _ in of], dtype=np.int64),
        weight=np.array([draw.choice([1, 3, 10]) for _ in of], dtype=np.int64),
        target_s=np.array([draw.randint(0, late) for _ in of], dtype=np.int64),
        first_weight=np.array([draw.choice([0, 1, 10]) for _ in range(incidents)], dtype=np.int64),
        first_target_s=np.array([draw.randint(0, late) for _ in range(incidents)], dtype=np.int64),
        locked=np.array(locked, dtype=np.int32),
        response_step_s=draw.choice([1, 7, 60]),
        groups=tuple(groups),
        turn=np.array(turn, dtype=np.int32) if draw.random() < 0.4 else None,
        cover=np.array([draw.randint(0, few) for _ in range(teams)], dtype=np.int32)
        if draw.random() < 0.6
        else None,
    )


def wide_board(seed: int, *, items: bool = True) -> Board:
    """Up to eight teams and two incidents whose needs, taken together, have many thousand states.

    `items`: some boards have items that come later than their teams.
    """
    draw = random.Random(f"wide {seed}")
    teams, incidents = draw.randint(5, 8), draw.randint(1, 2)
    of = sorted([*[0] * 5, *[draw.randrange(incidents) for _ in range(draw.randint(0, 5))]])
    spread = draw.choice([40, 600, 4000])
    arrive = np.array(
        [[draw.randint(1, spread) for _ in range(incidents)] for _ in range(teams)], dtype=np.int32
    )
    kinds = [[draw.randint(1, 4) if draw.random() < 0.5 else 0 for _ in of] for _ in range(3)]
    later = [[draw.randint(0, spread) for _ in of] for _ in range(teams)]
    return Board(
        arrive_s=arrive,
        travel_s=arrive // 2,
        price=np.array(
            [[draw.choice([0, 10, 30]) for _ in range(incidents)] for _ in range(teams)], dtype=np.int32
        ),
        allowed=np.array([[draw.random() < 0.9 for _ in range(incidents)] for _ in range(teams)]),
        units=np.array([draw.choice(kinds) for _ in range(teams)], dtype=np.int32),
        ready_s=(arrive[:, of] + np.array(later)).astype(np.int32) if draw.random() < 0.3 and items else None,
        incident=np.array(of, dtype=np.int32),
        need=np.array([draw.randint(5, 9) for _ in of], dtype=np.int64),
        weight=np.array([draw.choice([10, 40, 800]) for _ in of], dtype=np.int64),
        target_s=np.array([draw.randint(0, spread) for _ in of], dtype=np.int64),
        first_weight=np.array([draw.choice([0, 40]) for _ in range(incidents)], dtype=np.int64),
        first_target_s=np.array([draw.randint(0, spread) for _ in range(incidents)], dtype=np.int64),
        locked=np.array([0 if draw.random() < 0.1 else -1 for _ in range(teams)], dtype=np.int32),
        response_step_s=60,
        groups=(Group(teams=tuple(range(3)), most=2),) if draw.random() < 0.3 else (),
    )


def values_of(board: Board, goes: tuple[int, ...]) -> Values:
    """Levels 1 to 6 of sending each team to an incident, or to none (-1), by the rules in words."""
    step = board.response_step_s
    unmet = late = response = price = cover = travel = 0
    for i in range(board.shape[1]):
        here = [u for u, goal in enumerate(goes) if goal == i]
        for d in np.flatnonzero(board.incident == i).tolist():
            left, w = int(board.need[d]), int(board.weight[d])
            ready = {
                u: int(board.arrive_s[u, i] if board.ready_s is None else board.ready_s[u, d]) for u in here
            }
            for u in sorted((u for u in here if ready[u] < NEVER), key=lambda each: ready[each]):
                filled = min(left, int(board.units[u, d]))
                left -= filled
                late += w * filled * max(0, ready[u] - int(board.target_s[d]))
                response += w * filled * -(-ready[u] // step)
            unmet += w * left
        if here:
            first, w = min(int(board.arrive_s[u, i]) for u in here), int(board.first_weight[i])
            late += w * max(0, first - int(board.first_target_s[i]))
            response += w * -(-first // step)
        response += 0 if board.turn is None else sum(int(board.turn[u, i]) for u in here)
        price += sum(int(board.price[u, i]) for u in here)
        cover += 0 if board.cover is None else sum(int(board.cover[u]) for u in here)
        travel += sum(int(board.travel_s[u, i]) for u in here)
    return unmet, late, response, price, cover, travel


def all_plans(board: Board) -> Iterator[tuple[int, ...]]:
    """Every way of sending the teams: for each team an incident, or -1."""
    teams, incidents = board.shape
    choices = []
    for u in range(teams):
        if board.locked[u] >= 0:
            choices.append([int(board.locked[u])])
            continue
        usable = [-1]
        for i in range(incidents):
            if not board.allowed[u, i] or board.arrive_s[u, i] >= NEVER:
                continue
            mine = np.flatnonzero((board.incident == i) & (board.units[u] > 0))
            if board.ready_s is not None:
                mine = mine[board.ready_s[u, mine] < NEVER]
            if mine.size:
                usable.append(i)
        choices.append(usable)
    caps = [(g.teams, max(g.most, sum(bool(board.locked[u] >= 0) for u in g.teams))) for g in board.groups]
    for goes in product(*choices):
        if all(sum(goes[u] >= 0 for u in members) <= cap for members, cap in caps):
            yield goes


def brute_values(board: Board) -> Values:
    """Try every way of sending the teams and keep the best levels."""
    return min(values_of(board, goes) for goes in all_plans(board))


def plane_board(
    teams: int, incidents: int, seed: int, *, targets: bool = True, capabilities: int = 8
) -> Board:
    """The measured shape: teams with 1 to 3 of 8 capabilities of strength 1 to 3, incidents that need 1 to 3 of them.

    Teams and incidents lie on a square of 60 km; driving at 13 m/s after a turnout of 1 to 3 minutes.
    """
    draw = np.random.default_rng(seed)
    here, there = draw.random((teams, 2)) * 60_000, draw.random((incidents, 2)) * 60_000
    travel = np.ceil(np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1)) * 1.3 / 13).astype(np.int32)
    arrive = (travel + draw.integers(60, 181, teams)[:, None]).astype(np.int32)
    strength = np.zeros((teams, capabilities), dtype=np.int32)
    for u in range(teams):
        able = draw.choice(capabilities, draw.integers(1, 4), replace=False)
        strength[u, able] = draw.integers(1, 4, able.size)
    of, capability = [], []
    for i in range(incidents):
        needed = draw.choice(capabilities, draw.integers(1, 4), replace=False)
        of += [i] * needed.size
        capability += needed.tolist()
    count = len(of)
    weight = draw.choice([100, 200, 400, 800], incidents)
    echelon = draw.integers(0, 5, teams) * 10
    return Board(
        arrive_s=arrive,
        travel_s=travel,
        price=np.repeat(echelon[:, None], incidents, axis=1).astype(np.int32),
        allowed=np.ones((teams, incidents), dtype=np.bool_),
        units=np.ascontiguousarray(strength[:, capability]),
        incident=np.array(of, dtype=np.int32),
        need=draw.integers(1, 7, count).astype(np.int64),
        weight=weight[of].astype(np.int64),
        target_s=draw.integers(600, 1801, count).astype(np.int64) * int(targets),
        first_weight=weight.astype(np.int64),
        first_target_s=np.full(incidents, 600 * int(targets), dtype=np.int64),
        locked=np.full(teams, -1, dtype=np.int32),
        response_step_s=60,
    )
