"""What each place needs, what stands in for what there is too little of, and the wants of the tours that follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Final

from dispatch.needs import estimate, supply_needs
from dispatch.tables.tours import Want
from models.incident import Stake, SupplyNeed
from models.relief import Needs, ReliefRates
from models.relief_plan import ReliefPlace, ReliefRequest
from models.world import District

MOST_WEIGHT: Final = 1000
"""Weight of the place that counts most; the others in proportion, at least 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a place needs of one item, in place of which other items are sent: `instead` by item, in units of that."""

    place: int
    need: SupplyNeed
    basis: str
    instead: Mapping[str, int]
    kept: int
    """Units that are sent of the item itself."""


def estimates(request: ReliefRequest, rates: ReliefRates) -> tuple[Needs, ...]:
    """Estimate what each place needs."""
    return tuple(
        estimate(rates, people=place.people, kind=request.type, season=request.in_season, days=request.days)
        for place in request.places
    )


def place_needs(request: ReliefRequest, found: Sequence[Needs]) -> list[tuple[int, SupplyNeed, str]]:
    """Needs of all places with where each comes from: given, or estimated."""
    out = []
    for p, (place, needs) in enumerate(zip(request.places, found, strict=True)):
        given = {need.item for need in place.needs}
        basis = {line.item: line.basis for line in needs.lines}
        out += [(p, need, "as given") for need in place.needs]
        out += [
            (p, need, basis[need.item])
            for need in supply_needs(needs, request.likelihood)
            if need.item not in given
        ]
    return out


def with_substitutes(
    district: District, needs: Sequence[tuple[int, SupplyNeed, str]], stock: Mapping[str, int]
) -> list[Need]:
    """Let other items stand in for what there is too little of, each place in proportion to its need.

    Parameters
    ----------
    district
        Its items say what replaces what, and at which ratio.
    needs
        Needs of all places.
    stock
        Units by item that could be issued.
    """
    wanted = Counter[str]()
    for _, need, _ in needs:
        wanted[need.item] += need.quantity
    spare = {item.id: stock.get(item.id, 0) - wanted[item.id] for item in district.items}
    instead: dict[int, dict[str, int]] = {n: {} for n in range(len(needs))}
    kept = [need.quantity for _, need, _ in needs]
    for item in district.items:
        mine = [n for n, (_, need, _) in enumerate(needs) if need.item == item.id]
        short = max(0, -spare[item.id])
        for other, ratio in item.substitutes.items():
            replaced = min(short, floor(max(0, spare.get(other, 0)) / ratio + 1e-9))
            for n, units in _shared(replaced, mine, kept):
                sent = ceil(units * ratio - 1e-9)
                instead[n][other] = sent
                kept[n] -= units
                spare[other] -= sent
            short -= replaced
    return [
        Need(place=p, need=need, basis=basis, instead=instead[n], kept=kept[n])
        for n, (p, need, basis) in enumerate(needs)
    ]


def _shared(total: int, mine: Sequence[int], sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Share a number among some in proportion to their sizes, in whole units: none gets more than its size."""
    left, rest = total, sum(sizes[n] for n in mine)
    for n in mine:
        units = round(left * sizes[n] / rest) if rest else 0
        left, rest = left - units, rest - sizes[n]
        if units:
            yield n, units


def wants(
    request: ReliefRequest, needs: Sequence[Need], stakes: Mapping[Stake, int]
) -> list[tuple[int, Want]]:
    """Wants of the tours with the place of each: what is due there at the same time, and matters as much."""
    units: dict[tuple[int, int, Stake], Counter[str]] = {}
    for each in needs:
        key = each.place, each.need.deadline_s, each.need.stake
        sent = units.setdefault(key, Counter())
        sent.update({each.need.item: each.kept, **each.instead} if each.kept else each.instead)
    worth = {key: _worth(request.places[key[0]], stakes[key[2]]) for key in units}
    most = max(worth.values(), default=1)
    return [
        (
            key[0],
            Want(
                id=f"{request.places[key[0]].id} {key[2].value} {key[1]}",
                place=request.places[key[0]].position.wgs84,
                units=dict(sent),
                weight=max(1, MOST_WEIGHT * worth[key] // most),
                due_s=key[1],
            ),
        )
        for key, sent in sorted(units.items())
    ]


def _worth(place: ReliefPlace, stake: int) -> int:
    return place.people * place.priority * stake
