"""Who goes without: by hand, against a slow twin that counts each person in each minute, and by conservation."""

from __future__ import annotations

import random

import pytest

from dispatch.deprivation import DAY_S, Delivery, Without, carry_forward
from models.errors import InputError
from models.relief import Every

HOUR = 3600


def at(hour: float, quantity: int) -> Delivery:
    return Delivery(at_s=round(hour * HOUR), quantity=quantity)


def test_tents_that_come_late_are_carried_over() -> None:
    """100 tents for 400 people: 40 come after 10 hours, 70 after 30."""
    found = carry_forward([100, 0, 0], [at(30, 70), at(10, 40)], people=400, every=Every.ONCE)
    first, second, third = found.days
    assert (first.needed, first.given, first.unmet, first.people_without) == (100, 40, 60, 240)
    assert (second.carried, second.delivered, second.given, second.unmet, second.left) == (60, 70, 60, 0, 10)
    assert (third.carried, third.unmet, third.left) == (0, 0, 10)
    assert first.person_hours == 400 * 10 + 240 * 14
    assert second.person_hours == 240 * 6
    assert (found.person_hours, found.longest_h) == (8800, 30)


def test_water_that_was_missing_is_not_made_up_but_thirst_goes_on() -> None:
    """Nothing on day 1: on day 2 the day's litres suffice, and people have gone without for 30 hours."""
    found = carry_forward([300, 300], [at(30, 600)], people=100, every=Every.DAY)
    first, second = found.days
    assert (first.unmet, first.people_without, first.person_hours) == (300, 100, 2400)
    assert (second.carried, second.given, second.unmet, second.left) == (0, 300, 0, 300)
    assert found.longest_h == 30


def test_who_waited_longest_is_served_first() -> None:
    """Water for half of the people each day, in the morning: nobody goes without for two days."""
    found = carry_forward([100] * 4, [at(24 * day, 50) for day in range(4)], people=100, every=Every.DAY)
    assert [day.people_without for day in found.days] == [50] * 4
    assert found.person_hours == 4 * 24 * 50
    assert found.longest_h == 24


def test_no_delivery_at_all() -> None:
    found = carry_forward([10, 10], [], people=5, every=Every.DAY)
    assert (found.person_hours, found.longest_h) == (5 * 48, 48)


def naive(
    needed: list[int], deliveries: list[Delivery], people: int, every: Every, tick: int
) -> Without | tuple[float, float]:
    """Count single people in steps of `tick` seconds; one unit serves one person (a day)."""
    waiting: list[int | None] = [None] * people  # since when; None: not in need
    stock, total, longest, next_person = 0, 0, 0, 0
    for now in range(0, len(needed) * DAY_S, tick):
        if now % DAY_S == 0:
            need = needed[now // DAY_S]
            for _ in range(need):
                if every is Every.ONCE:
                    waiting[next_person] = now
                    next_person += 1
            if every is Every.DAY:
                waiting = [now if since is None else since for since in waiting]
        stock += sum(each.quantity for each in deliveries if each.at_s == now)
        order = sorted((since, person) for person, since in enumerate(waiting) if since is not None)
        for _, person in order[:stock]:
            waiting[person] = None
        stock -= min(stock, len(order))
        still = [since for since in waiting if since is not None]
        total += len(still) * tick
        longest = max([longest, *(now + tick - since for since in still)])
    return total / HOUR, longest / HOUR


@pytest.mark.parametrize("every", Every)
def test_against_a_count_of_every_person(every: Every) -> None:
    dice = random.Random(7)
    tick, served = 2 * HOUR, 0
    for _ in range(150):
        days, people = dice.randint(1, 4), dice.randint(1, 12)
        if every is Every.DAY:
            needed = [people] * days
        else:
            cuts = sorted(dice.randint(0, people) for _ in range(days - 1))
            needed = [b - a for a, b in zip([0, *cuts], [*cuts, people], strict=True)]
        coming = [
            Delivery(at_s=dice.randrange(0, days * DAY_S, tick), quantity=dice.randint(0, people))
            for _ in range(dice.randint(0, 4))
        ]
        found = carry_forward(needed, coming, people=people, every=every)
        assert (found.person_hours, found.longest_h) == naive(needed, coming, people, every, tick)
        assert sum(day.person_hours for day in found.days) == pytest.approx(found.person_hours)
        left = 0
        for day in found.days:  # what came is given or left; what was needed is given or unmet
            assert left + day.delivered == day.given + day.left
            assert day.carried + day.needed == day.given + day.unmet
            left = day.left
            served += day.given
    assert served > 300


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: carry_forward([1], [], people=0, every=Every.DAY), "people must be at least 1, got 0"),
        (lambda: carry_forward([-1], [], people=1, every=Every.DAY), "a need of -1 cannot be negative"),
        (lambda: at(-1, 5), "a delivery at -3600 s is before the first day"),
        (lambda: at(1, -5), "quantity of a delivery is -5, it cannot be negative"),
    ],
)
def test_nonsense_is_refused(call, sentence: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value) == sentence
