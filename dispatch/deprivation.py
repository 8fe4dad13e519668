"""Who goes without for how long: needs over days against deliveries as they come.

What is needed once and not there is carried forward until it is. What is needed anew each day is not: nobody drinks
tomorrow what was missing today. Carried forward there are the people, and how long they have gone without; a delivery
serves those first who have waited longest.

No money is put on it: the functions of deprivation cost in the literature are of other countries and goods, and none
was at hand to be checked.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Final

from models.errors import require
from models.relief import Every
from models.units import SECONDS_PER_HOUR

DAY_S: Final = 24 * SECONDS_PER_HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Units of an item that reach the people `at_s` seconds after the first day began."""

    at_s: int
    quantity: int

    def __post_init__(self) -> None:
        require(self.at_s >= 0, "a delivery at {n} s is before the first day", n=self.at_s)
        require(self.quantity >= 0, "quantity of a delivery is {n}, it cannot be negative", n=self.quantity)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayWithout:
    """One day of the account.

    Attributes
    ----------
    needed
        Units newly needed.
    carried
        Units of earlier days that are still needed; 0 where the need arises anew each day.
    delivered, given
        Units that came, and units that were handed out, of these or of what was left.
    unmet
        Units that are needed and not there as the day ends.
    left
        Units that are there and not needed as the day ends.
    people_without
        People without as the day ends, rounded up.
    person_hours
        Hours without of all people on this day, added up.
    """

    needed: int
    carried: int
    delivered: int
    given: int
    unmet: int
    left: int
    people_without: int
    person_hours: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Without:
    """The account of one item over all days; `longest_h` is the longest that anybody goes without at one stretch."""

    days: tuple[DayWithout, ...]
    person_hours: float
    longest_h: float


@dataclass(slots=True)
class _Queue:
    """People without, those who wait longest first: since when, how many (fractions, so that nothing is lost)."""

    waiting: deque[tuple[int, Fraction]]
    person_s: Fraction = Fraction(0)
    longest_s: int = 0
    clock_s: int = 0

    @property
    def people(self) -> Fraction:
        return sum((people for _, people in self.waiting), Fraction(0))

    def go_on(self, to_s: int) -> None:
        """Let time pass: everybody in the queue goes without for so long."""
        if self.waiting:
            self.person_s += self.people * (to_s - self.clock_s)
            self.longest_s = max(self.longest_s, to_s - self.waiting[0][0])
        self.clock_s = to_s

    def join(self, people: Fraction) -> None:
        if people > 0:
            self.waiting.append((self.clock_s, people))

    def serve(self, people: Fraction) -> Fraction:
        """Serve at most so many, from the head; gives how many were."""
        left = people
        while self.waiting and left > 0:
            since, head = self.waiting.popleft()
            if head > left:
                self.waiting.appendleft((since, head - left))
            left -= min(head, left)
        return people - left


@dataclass(slots=True)
class _Store:
    """Units that have come so far, and that have been handed out."""

    delivered: int = 0
    given: Fraction = Fraction(0)


def carry_forward(
    needed: Sequence[int], deliveries: Sequence[Delivery], *, people: int, every: Every
) -> Without:
    """Set needs against deliveries.

    Parameters
    ----------
    needed
        Units newly needed on each day, from its beginning on.
    deliveries
        In any order; what comes after the last day is not counted.
    people
        How many people the units are for: on each day where the need recurs, in all where it does not.
    every
        Whether the thing is needed once or anew each day.

    Returns
    -------
    Without
        One row for each day: on every day `left` is what has come so far less what has been given.

    Raises
    ------
    InputError
        No people, or a need below 0.
    """
    require(people >= 1, "people must be at least 1, got {n}", n=people)
    require(all(n >= 0 for n in needed), "a need of {n} cannot be negative", n=min(needed, default=0))
    arrivals = deque(sorted(deliveries, key=lambda each: each.at_s))
    queue, store = _Queue(deque()), _Store()
    share = Fraction(sum(needed), people)
    days = []
    for number, need in enumerate(needed):
        queue.go_on(number * DAY_S)
        carried = Fraction(0) if every is Every.DAY else queue.people * share
        if every is Every.DAY:
            share = Fraction(need, people)
            if need == 0:
                queue.waiting.clear()
            queue.join(people - queue.people if need else Fraction(0))
        else:
            queue.join(need / share if need else Fraction(0))
        before_s, came, gone = queue.person_s, store.delivered, store.given
        _hand_out(store, queue, arrivals, share, (number + 1) * DAY_S)
        days.append(
            DayWithout(
                needed=need,
                carried=ceil(carried),
                delivered=store.delivered - came,
                given=floor(store.given) - floor(gone),
                unmet=ceil(queue.people * share),
                left=ceil(store.delivered - store.given),
                people_without=ceil(queue.people),
                person_hours=_hours(queue.person_s - before_s),
            )
        )
    return Without(
        days=tuple(days), person_hours=_hours(queue.person_s), longest_h=_hours(Fraction(queue.longest_s))
    )


def _hand_out(store: _Store, queue: _Queue, arrivals: deque[Delivery], share: Fraction, end_s: int) -> None:
    """Hand out what is there and what comes before `end_s` to those who wait; `share` units serve one person."""
    while True:
        if share:
            store.given += queue.serve((store.delivered - store.given) / share) * share
        if not arrivals or arrivals[0].at_s >= end_s:
            break
        arrival = arrivals.popleft()
        queue.go_on(arrival.at_s)
        store.delivered += arrival.quantity
    queue.go_on(end_s)


def _hours(seconds: Fraction) -> float:
    return round(float(seconds / SECONDS_PER_HOUR), 2)
