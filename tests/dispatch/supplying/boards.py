"""Random small boards, and the best of them by trying every way of meeting every need, from the words of the rules."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product
from math import ceil, floor, inf

import numpy as np

from dispatch.supplying.board import SHARES, Board, Substitute
from models.units import NEVER

Values = tuple[int, ...]


def random_board(seed: int, *, size: int = 2) -> Board:
    """Two items, a few depots and points; closed roads, opened floors, substitutes and throughput by chance."""
    draw = random.Random(seed)
    depots, points = draw.randint(1, size), draw.randint(1, size)
    sources = [
        (d, i, draw.randint(0, 4), layer)
        for d in range(depots)
        for i in range(2)
        for layer in (0, 1)
        if draw.random() < (0.8, 0.3)[layer]
    ]
    needs = [
        (p, i, draw.randint(1, 3), draw.choice([1, 2, 5]), draw.choice([1000, 4000]), draw.randint(0, 1))
        for p in range(points)
        for i in range(2)
        if draw.random() < 0.8
    ]
    columns = [np.array(column, dtype=np.int64) for column in zip(*sources, strict=True)] or [
        np.zeros(0, np.int64)
    ] * 4
    wanted = [np.array(column, dtype=np.int64) for column in zip(*needs, strict=True)] or [
        np.zeros(0, np.int64)
    ] * 6
    arrive = [
        [NEVER if draw.random() < 0.15 else draw.randint(100, 8000) for _ in range(points)]
        for _ in range(depots)
    ]
    limit = [inf if draw.random() < 0.7 else draw.choice([3.0, 7.5]) for _ in range(depots)]
    replaces = (
        (Substitute(item=0, other=1, ratio=draw.choice([0.5, 1.0, 1.5, 2.0])),) if draw.random() < 0.5 else ()
    )
    return Board(
        items=("tent", "tarpaulin"),
        kg=np.array([2.0, 1.0]),
        m3=np.array([0.1, 0.1]),
        depot=columns[0],
        stocked=columns[1],
        stock=columns[2],
        opened=columns[3],
        point=wanted[0],
        item=wanted[1],
        need=wanted[2],
        worth=wanted[3],
        deadline_s=wanted[4],
        calls=wanted[5],
        arrive_s=np.array(arrive, dtype=np.int32),
        price=np.array([[draw.randint(0, 3) for _ in range(points)] for _ in range(depots)], dtype=np.int64),
        step_s=1000,
        substitutes=replaces,
        issue_kg=np.array(limit),
        issue_m3=np.full(depots, inf),
    )


def best_values(board: Board) -> Values:
    """The best levels over every whole way of meeting the needs; unfair counts each part of tied needs once."""
    options = [list(_of_need(board, n)) for n in range(board.need.size)]
    return min(values for chosen in product(*options) if (values := _values(board, chosen)) is not None)


def _uses(board: Board, n: int) -> list[tuple[int, float]]:
    """Sources a need may have, and what one unit of it takes of each."""
    found = []
    for s in range(board.stock.size):
        takes = 1.0 if board.stocked[s] == board.item[n] else 0.0
        for each in board.substitutes:
            if (each.item, each.other) == (board.item[n], board.stocked[s]):
                takes = each.ratio
        road = board.arrive_s[board.depot[s], board.point[n]]
        if takes and board.opened[s] <= board.calls[n] and road < NEVER:
            found.append((s, takes))
    return found


def _of_need(board: Board, n: int) -> Iterator[dict[int, int]]:
    """Every way of meeting a need from its sources: units met by source."""
    uses = _uses(board, n)
    counts = [range(min(int(board.need[n]), floor(board.stock[s] / takes + 1e-9)) + 1) for s, takes in uses]
    for each in product(*counts):
        if sum(each) <= board.need[n]:
            yield {s: units for (s, _), units in zip(uses, each, strict=True) if units}


def _values(board: Board, chosen: tuple[dict[int, int], ...]) -> Values | None:
    gone = [0] * board.stock.size
    kg = [0.0] * board.depots
    unmet = late = time = price = 0
    for n, met in enumerate(chosen):
        unmet += int(board.worth[n]) * (int(board.need[n]) - sum(met.values()))
        takes = dict(_uses(board, n))
        for s, units in met.items():
            d, p = board.depot[s], board.point[n]
            out = ceil(units * takes[s] - 1e-9)
            gone[s] += out
            kg[d] += out * float(board.kg[board.stocked[s]])
            at, worth = int(board.arrive_s[d, p]), int(board.worth[n]) * units
            late += worth * ceil(max(0, at - int(board.deadline_s[n])) / board.step_s)
            time += worth * ceil(at / board.step_s)
            more = int(board.opened[s] > 0) + int(board.stocked[s] != board.item[n])
            price += worth * (int(board.price[d, p]) + more)
    if any(g > s for g, s in zip(gone, board.stock.tolist(), strict=True)):
        return None
    if any(mass > most + 1e-9 for mass, most in zip(kg, board.issue_kg.tolist(), strict=True)):
        return None
    return unmet, _unfair(board, chosen), late, time, price


def _unfair(board: Board, chosen: tuple[dict[int, int], ...]) -> int:
    """Thousandths of what could reach it that the worst served need lacks, one for each part of items that share."""
    shared = bool(np.isfinite(board.issue_kg).any()) or any(
        board.stocked[s] != board.item[n] and board.stock[s] >= takes - 1e-9
        for n in range(board.need.size)
        for s, takes in _uses(board, n)
    )
    worst: dict[int, int] = {}
    for n, met in enumerate(chosen):
        alone = sum(
            min(int(board.need[n]), floor(board.stock[s] / takes + 1e-9)) for s, takes in _uses(board, n)
        )
        reach = min(int(board.need[n]), alone)
        if reach:
            part = 0 if shared else int(board.item[n])
            share = min(SHARES, floor(SHARES * sum(met.values()) / reach))
            worst[part] = max(worst.get(part, 0), SHARES - share)
    return sum(worst.values())
