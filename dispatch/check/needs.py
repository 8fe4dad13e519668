"""Faults of an estimate of needs: every figure worked out again from the rates, in decimals and by plain loops."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal, localcontext

from models.relief import Amount, Band, Counts, Every, Group, NeedLine, Needs, Rate, ReliefRates
from models.season import Season

_DIGITS = 60
"""Significant digits: a third of ten million people is told from a whole number many times over."""
_SLACK = Decimal("1e-30")


def needs_faults(rates: ReliefRates, needs: Needs, relocated: Band | None = None) -> Iterator[str]:
    """Give everything that is wrong with an estimate, one sentence each.

    Parameters
    ----------
    rates, relocated
        What the estimate was made from.
    needs
        The estimate.
    """
    with localcontext(prec=_DIGITS):
        yield from _group_faults(rates, needs, relocated)
        lines = {line.item: line for line in needs.lines}
        if len(lines) < len(needs.lines):
            yield "an item stands in two lines"
        expected = {r.item: r for r in rates.rates if not r.incidents or needs.type in r.incidents}
        for item in lines.keys() - expected.keys():
            yield f"{item} is listed, but no rate gives it for {needs.type}"
        for item, rate in expected.items():
            days = [_day(rate, needs, day) for day in range(1, needs.days + 1)]
            if item in lines:
                yield from _line_faults(lines[item], rate, days)
            elif any(day[2] > 0 for day in days):
                yield f"{item} is needed and not listed"


def _group_faults(rates: ReliefRates, needs: Needs, relocated: Band | None) -> Iterator[str]:
    shares = rates.shares[needs.type] if needs.type in rates.shares else rates.shares["default"]
    people = (needs.people,) * 3
    moved = _part(people, relocated if relocated is not None else shares.relocated)
    for group, right in (
        (Group.AFFECTED, people),
        (Group.RELOCATED, moved),
        (Group.SHELTERED, _part(moved, shares.sheltered)),
        (Group.TENTED, _part(moved, shares.tented)),
    ):
        if _three(needs.groups[group]) != right:
            yield f"{group} is {_three(needs.groups[group])}, it should be {right}"


def _line_faults(line: NeedLine, rate: Rate, days: list[tuple[int, ...]]) -> Iterator[str]:
    if (line.group, line.every, line.deadline_s, line.stake, line.basis) != (
        rate.group, rate.every, rate.deadline_s, rate.stake, rate.basis,
    ):  # fmt: skip
        yield f"{line.item}: group, recurrence, deadline, stake or basis is not the rate's"
    if len(line.by_day) != len(days):
        yield f"{line.item}: {len(line.by_day)} days are listed, {len(days)} were asked for"
    for number, (found, right) in enumerate(zip(line.by_day, days, strict=False), 1):
        if _three(found) != right:
            yield f"{line.item}: day {number} needs {_three(found)}, it should be {right}"
    sums = tuple(sum(day[k] for day in days) for k in range(3))
    if _three(line.total) != sums:
        yield f"{line.item}: the total is {_three(line.total)}, its days come to {sums}"


def _day(rate: Rate, needs: Needs, day: int) -> tuple[int, ...]:
    if rate.every is Every.ONCE and day > 1:
        return (0, 0, 0)
    amount = _in_force(rate, needs.season, day)
    group = _three(needs.groups[rate.group])
    if amount.per_person is not None:
        return _part(group, amount.per_person)
    serves = amount.serves
    assert serves is not None  # noqa: S101 - an amount has one of the two
    by = (serves.high, serves.likely, serves.low)
    return tuple(_up(n / Decimal(str(share))) for n, share in zip(map(Decimal, group), by, strict=True))


def _in_force(rate: Rate, season: Season, day: int) -> Amount:
    """Find the amount by looking at all: those of the season first, then the general ones, the latest begun."""
    best: Amount | None = None
    for named in (True, False):
        for amount in rate.amounts:
            fits = season in amount.seasons if named else not amount.seasons
            if fits and amount.from_day <= day and (best is None or amount.from_day > best.from_day):
                best = amount
        if best is not None:
            return best
    raise AssertionError(rate.item)  # a rate holds from day 1 on in every season


def _part(people: tuple[int, ...], band: Band) -> tuple[int, ...]:
    by = (band.low, band.likely, band.high)
    return tuple(_up(Decimal(n) * Decimal(str(share))) for n, share in zip(people, by, strict=True))


def _up(value: Decimal) -> int:
    return int((value - _SLACK).to_integral_value(rounding=ROUND_CEILING)) if value > 0 else 0


def _three(counts: Counts) -> tuple[int, ...]:
    return (counts.low, counts.likely, counts.high)
