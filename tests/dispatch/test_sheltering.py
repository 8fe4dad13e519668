"""People to shelters: as good as trying everything, checked by other code, with reasons that hold."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from dispatch.check.shelters import shelter_faults
from dispatch.shelter_plan import ShelterQuestion, plan_shelters
from dispatch.sheltering import place, shelter_table
from models.errors import InputError
from models.place import Shelter, ShelterStatus
from models.relief import Stay
from models.sheltering import Leaving, ShelterLimit, ShelterPlan
from models.units import NEVER
from tests.models import words


def shelter(ident: str, capacity: int, **more: object) -> Shelter:
    made = Shelter(id=ident, name=words.name(ident), position=words.position(), capacity=capacity)
    return replace(made, **more)  # type: ignore[arg-type]


def leaving(ident: str, people: int, deadline_s: int = 3600, function: str = "") -> Leaving:
    return Leaving(
        id=ident, position=words.position(), people=people, deadline_s=deadline_s, function=function
    )


def question(
    groups: list[Leaving], shelters: list[Shelter], seconds: list[list[int | None]]
) -> ShelterQuestion:
    times = [[NEVER if each is None else each * 10 for each in row] for row in seconds]
    return ShelterQuestion(
        world="w",
        groups=tuple(groups),
        shelters=tuple(shelters),
        times_ds=np.array(times, dtype=np.int32).reshape(len(groups), len(shelters)),
        profile="foot",
        stage=Stay.SHORT,
        m2_per_person=2.0,
    )


def random_question(dice: random.Random) -> ShelterQuestion:
    many = dice.randint(1, 3)
    groups = [
        leaving(
            f"g{g}",
            dice.randint(1, 4 if many < 3 else 2),
            dice.choice((120, 240, 600)),
            dice.choice(("", "", "medical")),
        )
        for g in range(many)
    ]
    shelters = [
        shelter(
            f"s{s}",
            dice.randint(0, 6),
            functions=dice.choice(((), ("medical",))),
            area_m2=dice.choice((None, 4.0, 9.0)),
            status=dice.choice((*ShelterStatus, ShelterStatus.READY, ShelterStatus.READY)),
            placed=dice.choice((0, 0, 1)),
        )
        for s in range(dice.randint(1, 3))
    ]
    shelters = [
        replace(each, places={"medical": dice.randint(0, 2)})
        if each.functions and dice.random() < 0.6
        else each
        for each in shelters
    ]
    times = [[dice.choice((None, 50, 51, 55, 60, 60, 180, 290, 700)) for _ in shelters] for _ in groups]
    return question(groups, shelters, times)


def parts(people: int, bins: int) -> Iterator[tuple[int, ...]]:
    """All ways to send at most so many people to some shelters."""
    if bins == 0:
        yield ()
        return
    for first in range(people + 1):
        for rest in parts(people - first, bins - 1):
            yield (first, *rest)


def brute(asked: ShelterQuestion) -> tuple[int, ...]:
    """Try every placing; the rules are written out again."""
    best: tuple[int, ...] | None = None
    total = sum(group.people for group in asked.groups)
    for rows in product(*(parts(group.people, len(asked.shelters)) for group in asked.groups)):
        late = travel = opened = 0
        good = True
        for s, place_ in enumerate(asked.shelters):
            column = [row[s] for row in rows]
            room = (
                place_.capacity if place_.area_m2 is None else min(place_.capacity, int(place_.area_m2 // 2))
            )
            here = sum(column)
            good &= here == 0 or (place_.status is not ShelterStatus.CLOSED and here <= room - place_.placed)
            patients = sum(n for n, group in zip(column, asked.groups, strict=True) if group.function)
            good &= patients == 0 or "medical" in place_.functions
            good &= "medical" not in place_.places or patients <= place_.places["medical"]
            opened += here > 0 and place_.status is ShelterStatus.READY and place_.placed == 0
            for g, n in enumerate(column):
                time = int(asked.times_ds[g, s])
                good &= n == 0 or time < NEVER
                late += n * (time > asked.groups[g].deadline_s * 10)
                travel += n * -(-time // 600)
        if good:
            value = (total - sum(map(sum, rows)), late, travel, opened)
            best = value if best is None else min(best, value)
    assert best is not None
    return best


def test_as_good_as_trying_everything() -> None:
    dice = random.Random(11)
    seen: Counter[str] = Counter()
    for number in range(320):
        asked = random_question(dice)
        plan = plan_shelters(asked)
        found = tuple(level.value for level in plan.objective)
        assert found == brute(asked), number
        assert all(level.proven for level in plan.objective)
        assert plan.check is not None
        assert plan.check.ok, plan.check.faults
        seen.update(
            name for name, value in zip(("unplaced", "late", "travel", "opened"), found, strict=True) if value
        )
        seen.update(each.limit.value for each in plan.unplaced)
        seen["split"] += len(plan.placings) > len({each.group for each in plan.placings})
        seen["fewer"] += opened_by_the_flow(asked) > found[3]
    assert min(seen.values()) >= 3, seen
    assert len(seen) == 9, seen


def opened_by_the_flow(asked: ShelterQuestion) -> int:
    table = shelter_table(asked.groups, asked.shelters, asked.times_ds, m2_per_person=2.0, step_s=60)
    _, levels = place(table, seed=0, seconds=0.0)  # no time to search for fewer
    return levels[3].value


def two_towns() -> ShelterQuestion:
    """A near shelter of 100 places for 150 people, a far one, and patients whom only the far one serves."""
    return question(
        [leaving("a", 150, 600), leaving("b", 30, 3600, "medical")],
        [shelter("near", 100), shelter("far", 400, functions=("medical",), places={"medical": 20})],
        [[300, 900], [120, 1200]],
    )


def test_tasks_have_reasons_and_the_last_moment_to_leave() -> None:
    plan = plan_shelters(two_towns())
    told = {(each.group, each.shelter): (each.people, each.leave_by_s, each.late) for each in plan.placings}
    assert told == {
        ("a", "near"): (100, 300, False),
        ("a", "far"): (50, -300, True),
        ("b", "far"): (20, 2400, False),
    }
    why = {(each.group, each.shelter): each.why.en for each in plan.placings}
    assert why["a", "near"] == "the nearest shelter that can take them"
    assert why["a", "far"] == "the nearer ones are full in this plan: demo"
    (left,) = plan.unplaced
    assert (left.group, left.people, left.limit) == ("b", 10, ShelterLimit.FULL)
    assert left.remedy.en == "10 more places are needed; the nearest shelter is demo, 20 min away"
    near = next(use for use in plan.shelters if use.shelter == "near")
    assert near.one_more is not None
    assert near.one_more.en == "one more place would bring 1 more people there in time"


@pytest.mark.parametrize(
    ("groups", "shelters", "seconds", "limit"),
    [
        ([leaving("a", 5, 60, "medical")], [shelter("s", 9)], [[50]], ShelterLimit.NO_FUNCTION),
        ([leaving("a", 5)], [shelter("s", 9)], [[None]], ShelterLimit.NO_WAY),
        ([leaving("a", 5)], [shelter("s", 9, status=ShelterStatus.CLOSED)], [[50]], ShelterLimit.NO_WAY),
        ([leaving("a", 5)], [], [[]], ShelterLimit.NO_WAY),
        ([leaving("a", 5)], [shelter("s", 4)], [[50]], ShelterLimit.FULL),
    ],
)
def test_who_has_no_place_is_told_why(
    groups: list[Leaving], shelters: list[Shelter], seconds: list[list[int | None]], limit: ShelterLimit
) -> None:
    plan = plan_shelters(question(groups, shelters, seconds))
    assert [each.limit for each in plan.unplaced] == [limit]
    assert all(each.remedy.zh != each.remedy.en for each in plan.unplaced)
    assert plan.check is not None
    assert plan.check.ok


def faults(plan: ShelterPlan, asked: ShelterQuestion) -> list[str]:
    rows = {group.id: row for row, group in enumerate(asked.groups)}
    columns = {each.id: column for column, each in enumerate(asked.shelters)}
    return list(
        shelter_faults(
            asked.groups, asked.shelters, lambda g, s: int(asked.times_ds[rows[g], columns[s]]), plan
        )
    )


def first(**changes: Any) -> Callable[[ShelterPlan], ShelterPlan]:
    """Change the first task."""
    return lambda p: replace(p, placings=(replace(p.placings[0], **changes), *p.placings[1:]))


def last(**changes: Any) -> Callable[[ShelterPlan], ShelterPlan]:
    """Change the last task, and forget who has none."""
    return lambda p: replace(
        p,
        placings=(*p.placings[:-1], replace(p.placings[-1], **changes)),
        unplaced=(),
    )


def level(**changes: Any) -> Callable[[ShelterPlan], ShelterPlan]:
    """Change the first level."""
    return lambda p: replace(p, objective=(replace(p.objective[0], **changes), *p.objective[1:]))


PLANTED: dict[str, tuple[Callable[[ShelterPlan], ShelterPlan], str]] = {
    "a person lost": (first(people=99), "the plan knows"),
    "too many": (first(people=150), "its capacity is 100"),
    "a time": (first(travel_s=1), "takes 300 s"),
    "a last moment": (first(leave_by_s=9), "leave_by_s"),
    "no function": (last(shelter="near"), "no function area"),
    "a function area": (last(people=30), "20 places"),
    "nobody": (first(shelter="moon"), "no such group or shelter"),
    "a level": (level(value=9), "the levels come to"),
    "a bound": (level(bound=99), "do not fit"),
    "room": (lambda p: replace(p, m2_per_person=60.0), "m2 are needed"),
    "a line": (lambda p: replace(p, shelters=p.shelters[1:]), "its line should say"),
    "twice": (lambda p: replace(p, placings=(*p.placings, p.placings[0])), "in 2 parts"),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_the_check_finds_a_planted_fault(fault: str) -> None:
    asked = two_towns()
    asked = replace(asked, shelters=(replace(asked.shelters[0], area_m2=5000.0), asked.shelters[1]))
    plan = plan_shelters(asked)
    assert faults(plan, asked) == []
    change, sentence = PLANTED[fault]
    assert any(sentence in each for each in faults(change(plan), asked)), faults(change(plan), asked)


def test_a_closed_shelter_in_a_plan_is_found() -> None:
    asked = two_towns()
    plan = plan_shelters(asked)
    shut = replace(
        asked, shelters=(replace(asked.shelters[0], status=ShelterStatus.CLOSED), asked.shelters[1])
    )
    assert any("near is closed" in each for each in faults(plan, shut))


def test_hundreds_of_groups_and_the_same_answer_twice() -> None:
    dice = random.Random(2)
    groups = [leaving(f"g{g}", dice.randint(20, 900), dice.choice((900, 1800, 3600))) for g in range(120)]
    shelters = [shelter(f"s{s}", dice.randint(400, 3000)) for s in range(52)]
    asked = question(groups, shelters, [[dice.randint(60, 4000) for _ in shelters] for _ in groups])
    plan = plan_shelters(asked)
    assert plan == plan_shelters(asked)
    assert plan.check is not None
    assert plan.check.ok
    assert [level.proven for level in plan.objective[:3]] == [True] * 3


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"step_s": 0}, "step_s must be at least 1, got 0"),
        (
            {"groups": (leaving("a", 9_000_000), leaving("b", 2_000_000))},
            "11000000 people have to leave; one question",
        ),
    ],
)
def test_nonsense_is_refused(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        plan_shelters(replace(two_towns(), **changes))  # type: ignore[arg-type]
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"id": ""}, "a group of people needs an id"),
        ({"people": 0}, "group a: people must be at least 1, got 0"),
        ({"deadline_s": 0}, "group a: deadline_s must be above 0, got 0"),
    ],
)
def test_a_group_refuses_nonsense(changes: dict[str, object], sentence: str) -> None:
    words.refused(leaving("a", 5), changes, sentence)
