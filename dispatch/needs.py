"""What people in need have to be given: people, season and days → items, each low, likely and high.

Rates and shares are read from a file (`models.relief`). Low goes with low and high with high at every step, so the
band is that of the worst and of the best case throughout, wider than a probability of nine in ten would be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from math import ceil, sqrt

from models.errors import at_most, require
from models.incident import SupplyNeed
from models.relief import (
    LONGEST_DAYS,
    NEEDS_SCHEMA,
    OTHERWISE,
    Band,
    Counts,
    Every,
    Group,
    NeedLine,
    Needs,
    Rate,
    ReliefRates,
    Shares,
    exactly,
)
from models.season import Likelihood, Season
from models.units import MOST


def estimate(  # the question has these sides
    rates: ReliefRates, *, people: int, kind: str, season: Season, days: int, relocated: Band | None = None
) -> Needs:
    """Estimate what people need.

    Parameters
    ----------
    rates
        Shares and rates; items and types are taken as known (`ReliefRates.check_known`).
    people
        People affected.
    kind
        Type of the incident; one that has no shares of its own takes the default ones.
    season
        Season of the year.
    days
        For how many days, from 1 on; what is needed once is needed on the first.
    relocated
        Share of the people that has to leave, where it is known better than the file does.

    Returns
    -------
    Needs
        Whole units, rounded up on each day. Items of which nothing is needed are left out.

    Raises
    ------
    InputError
        No people, no days, or more of either than is taken for meant; a share above 1.
    """
    require(people >= 1, "people must be at least 1, got {n}", n=people)
    at_most(people, MOST, "people")
    require(1 <= days <= LONGEST_DAYS, "days must be from 1 to {most}, got {n}", most=LONGEST_DAYS, n=days)
    require(
        relocated is None or relocated.high <= 1,
        "{name} is a share from 0 to 1, got {n}",
        name="relocated",
        n=relocated and relocated.high,
    )
    shares = rates.shares_of(kind)
    affected = Counts(low=people, likely=people, high=people)
    moved = _share(affected, relocated or shares.relocated)
    groups = {
        Group.AFFECTED: affected,
        Group.RELOCATED: moved,
        Group.SHELTERED: _share(moved, shares.sheltered),
        Group.TENTED: _share(moved, shares.tented),
    }
    lines = (_line(rate, groups[rate.group], season, days) for rate in rates.rates if rate.applies_to(kind))
    return Needs(
        schema=NEEDS_SCHEMA,
        rates=rates.version,
        type=kind,
        season=season,
        days=days,
        people=people,
        groups=groups,
        shares_basis=shares.basis,
        lines=tuple(line for line in lines if line.total.high > 0),
    )


def _share(of: Counts, share: Band) -> Counts:
    """Give a share of some people, each of the three rounded up."""
    return _counts(of, (exactly(share.low), exactly(share.likely), exactly(share.high)))


def _line(rate: Rate, group: Counts, season: Season, days: int) -> NeedLine:
    last = days if rate.every is Every.DAY else 1
    by_day = [_counts(group, rate.amount(season, day).each) for day in range(1, last + 1)]
    by_day += [Counts(low=0, likely=0, high=0)] * (days - last)
    low, likely, high = (sum(each) for each in zip(*by_day, strict=True))
    return NeedLine(
        item=rate.item,
        group=rate.group,
        every=rate.every,
        total=Counts(low=low, likely=likely, high=high),
        by_day=tuple(by_day),
        deadline_s=rate.deadline_s,
        stake=rate.stake,
        basis=rate.basis,
    )


def _counts(of: Counts, each: tuple[Fraction, Fraction, Fraction]) -> Counts:
    low, likely, high = (ceil(n * by) for n, by in zip(of, each, strict=True))
    return Counts(low=low, likely=likely, high=high)


def needs_at_shelter(  # the question has these sides
    rates: ReliefRates, *, people: int, kind: str, season: Season, days: int, tents: bool
) -> Needs:
    """Estimate what people need who are in one shelter: all of them are relocated and sheltered, in tents or not.

    Parameters and errors are those of `estimate`; `tents` says that they sleep in tents there.
    """
    all_, nobody = Band(low=1, likely=1, high=1), Band(low=0, likely=0, high=0)
    there = Shares(
        relocated=all_,
        sheltered=all_,
        tented=all_ if tents else nobody,
        basis="the people placed in the shelter plan",
    )
    return estimate(
        replace(rates, shares={OTHERWISE: there}), people=people, kind=kind, season=season, days=days
    )


def supply_needs(
    needs: Needs, which: Likelihood, *, kept: Iterable[SupplyNeed] = ()
) -> tuple[SupplyNeed, ...]:
    """Give an estimate as needs of an incident: of each item all days together, due at the deadline of its rate.

    Parameters
    ----------
    needs
        The estimate.
    which
        Which of its three figures.
    kept
        Needs the incident has already, for example sandbags by the doctrine; those of estimated items give way.
    """
    estimated = {line.item for line in needs.lines}
    return (
        *(need for need in kept if need.item not in estimated),
        *(
            SupplyNeed(
                item=line.item, quantity=line.total.of(which), deadline_s=line.deadline_s, stake=line.stake
            )
            for line in needs.lines
            if line.total.of(which) > 0
        ),
    )


def short_of(needs: Needs, stock: Mapping[str, int]) -> dict[str, Counts]:
    """Give what is missing of each needed item if all of `stock` (units by item) could be had."""
    return {
        line.item: Counts(
            low=max(0, line.total.low - have),
            likely=max(0, line.total.likely - have),
            high=max(0, line.total.high - have),
        )
        for line in needs.lines
        for have in (stock.get(line.item, 0),)
    }


def order_up_to(line: NeedLine, *, day: int, window_days: int, service: float) -> int:
    """Give the level to order up to on a day, so that the days until the next order can arrive are covered.

    The need of the window is taken to be triangular between its low, likely and high figures: what is unknown is how
    many people there are and how much they take, which is the same on all days, so days do not even each other out as
    independent ones would. The level is the quantile of that distribution; its safety stock is level less likely need.

    Parameters
    ----------
    line
        The need of one item.
    day
        The day of the order, from 1 on.
    window_days
        Lead time plus the days between two orders: what is ordered on the next occasion arrives after these.
    service
        Probability that the level covers the window, above 0 and below 1.

    Returns
    -------
    int
        Units on hand and on order together. Order this less what there is.

    Raises
    ------
    InputError
        A day outside the estimate, an empty window, or a probability that is none.
    """
    require(
        1 <= day <= len(line.by_day), "days must be from 1 to {most}, got {n}", most=len(line.by_day), n=day
    )
    require(window_days >= 1, "the window of an order must be at least 1 day, got {n}", n=window_days)
    require(0 < service < 1, "a service level is a probability between 0 and 1, got {n}", n=service)
    window = line.by_day[day - 1 : day - 1 + window_days]
    low, likely, high = (sum(each) for each in zip(*window, strict=True))
    return ceil(round(_triangular(low, likely, high, service), 6))


def _triangular(low: int, likely: int, high: int, share: float) -> float:
    """Give the quantile of a triangular distribution."""
    if low == high:
        return float(low)
    if share * (high - low) <= likely - low:
        return low + sqrt(share * (high - low) * (likely - low))
    return high - sqrt((1 - share) * (high - low) * (high - likely))
