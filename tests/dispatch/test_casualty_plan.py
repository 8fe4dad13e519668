"""A casualty plan in words: reasons, who is left, and a check that finds what is planted."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dispatch.casualty_plan import CasualtyQuestion, plan_casualties
from dispatch.check.casualties import Rescue, casualty_faults
from models.casualty import CasualtyPlan, CasualtySite
from models.errors import InputError
from models.medical import Ambulance, Hospital, Severity
from models.place import Name
from models.units import NEVER
from tests.models import relief_words, words

RED, YELLOW, GREEN = Severity


def ward(ident: str, red: int, yellow: int, green: int) -> Hospital:
    beds = {RED: red, YELLOW: yellow, GREEN: green}
    return replace(words.hospital(), id=ident, name=Name(zh=ident, en=ident), beds=beds)


def hurt(ident: str, red: int, yellow: int, green: int, ready_in_s: int = 0) -> CasualtySite:
    counts = {RED: red, YELLOW: yellow, GREEN: green}
    return replace(relief_words.casualty_site(), id=ident, casualties=counts, ready_in_s=ready_in_s)


def question(
    sites: list[CasualtySite],
    hospitals: list[Hospital],
    units: list[Ambulance],
    seconds: tuple[list[list[int | None]], list[list[int | None]]],
) -> CasualtyQuestion:
    """Times from each unit to the sites, and between sites and hospitals both ways."""

    def table(rows: list[list[int | None]]) -> Any:
        return np.array(
            [[NEVER if each is None else each * 10 for each in row] for row in rows], dtype=np.int32
        )

    return CasualtyQuestion(
        world="w",
        sites=tuple(sites),
        hospitals=tuple(hospitals),
        ambulances=tuple(units),
        rules=relief_words.triage(),
        first=table(seconds[0]),
        out={"light_rescue": table(seconds[1])},
        back={"light_rescue": np.ascontiguousarray(table(seconds[1]).T)},
    )


def a_crash() -> CasualtyQuestion:
    """Two units, a near hospital with one red bed, a far one with more; three red, one yellow, one green."""
    return question(
        [hurt("crash", 3, 1, 1, ready_in_s=200)],
        [ward("near", 1, 1, 1), ward("far", 1, 0, 0)],
        [replace(words.ambulance(), id="u1"), replace(words.ambulance(), id="u2", free_in_s=0)],
        ([[60], [300]], [[120, 900]]),
    )


def test_trips_reasons_and_who_is_left() -> None:
    plan = plan_casualties(a_crash())
    told = [(t.ambulance, t.number, t.hospital, dict(t.casualties), t.arrives_s) for t in plan.trips]
    assert told == [
        ("u1", 1, "near", {RED: 1, GREEN: 1}, 240 + 420 + 120),
        ("u2", 1, "far", {RED: 1}, 300 + 420 + 900),
        ("u1", 2, "near", {YELLOW: 1}, 780 + 600 + 120 + 420 + 120),
    ]
    assert [(left.site, left.severity, left.count) for left in plan.left] == [("crash", RED, 1)]
    assert plan.left[0].reason.en.startswith("3 are red, with 2 beds for them in all; free 1 more")
    assert plan.trips[0].why.en == "the nearest hospital with beds for them"
    assert plan.trips[1].why.en == "near is nearer, but its beds go to others in this plan"
    assert [level.proven for level in plan.objective] == [True] * 3
    assert plan.objective[0].value == 10
    assert plan.check is not None
    assert plan.check.ok


def test_who_cannot_be_reached_is_told_why() -> None:
    asked = question(
        [hurt("island", 1, 0, 0)], [ward("h", 1, 1, 1)], [words.ambulance()], ([[None]], [[100]])
    )
    (left,) = plan_casualties(asked).left
    assert left.reason.en.startswith("no ambulance with a place for red")
    assert "红标" in left.reason.zh


def rescue(asked: CasualtyQuestion) -> Rescue:
    def driven(unit: str, origin: str, destination: str) -> int | None:
        rows = {each.id: k for k, each in enumerate(asked.ambulances)}
        places = {each.id: k for k, each in enumerate(asked.sites)}
        wards = {each.id: k for k, each in enumerate(asked.hospitals)}
        if not origin:
            time = asked.first[rows[unit], places[destination]]
        elif origin in places:
            time = asked.out["light_rescue"][places[origin], wards[destination]]
        else:
            time = asked.back["light_rescue"][wards[origin], places[destination]]
        return None if time >= NEVER else int(time)

    return Rescue(
        sites=asked.sites,
        hospitals=asked.hospitals,
        ambulances=asked.ambulances,
        rules=asked.rules,
        driven=driven,
    )


def trip(at: int, /, **changes: Any) -> Callable[[CasualtyPlan], CasualtyPlan]:
    """Change one trip."""
    return lambda p: replace(
        p, trips=tuple(replace(t, **changes) if k == at else t for k, t in enumerate(p.trips))
    )


def level(**changes: Any) -> Callable[[CasualtyPlan], CasualtyPlan]:
    """Change the first level."""
    return lambda p: replace(p, objective=(replace(p.objective[0], **changes), *p.objective[1:]))


PLANTED: dict[str, tuple[Callable[[CasualtyPlan], CasualtyPlan], str]] = {
    "too soon": (trip(0, arrives_s=700), "its times are"),
    "before it is free": (trip(2, departs_s=0), "its times are"),
    "too many in one": (trip(0, casualties={RED: 2, GREEN: 1}), "do not fit"),
    "nobody in it": (trip(2, casualties={YELLOW: 0}), "carries nobody"),
    "a person lost": (trip(2, casualties={GREEN: 1}), "the plan knows"),
    "no bed": (trip(1, hospital="near"), "near: 2 red for 1 beds"),
    "a number": (trip(2, number=5), "has number 5"),
    "nowhere": (trip(0, hospital="moon"), "no such ambulance"),
    "a level": (level(value=9), "the levels come to"),
    "a bound": (level(bound=99), "do not fit"),
    "no trip": (lambda p: replace(p, trips=p.trips[1:]), "the plan knows"),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_the_check_finds_a_planted_fault(fault: str) -> None:
    asked = a_crash()
    plan = plan_casualties(asked)
    assert list(casualty_faults(rescue(asked), plan)) == []
    change, sentence = PLANTED[fault]
    found = list(casualty_faults(rescue(asked), change(plan)))
    assert any(sentence in each for each in found), found


def test_a_shut_road_is_found_by_the_check() -> None:
    asked = a_crash()
    plan = plan_casualties(asked)
    shut = replace(asked, first=np.full_like(asked.first, NEVER))
    assert any("there is no way" in each for each in casualty_faults(rescue(shut), plan))


def test_random_questions_pass_the_check() -> None:
    """Also where roads are shut, beds are few and casualties many; a plan of the same question is the same."""
    dice = random.Random(9)
    left = 0
    for _ in range(20):
        sites = [
            hurt(
                f"s{k}", 1 + dice.randint(0, 3), dice.randint(0, 5), dice.randint(0, 8), dice.choice((0, 900))
            )
            for k in range(dice.randint(1, 3))
        ]
        hospitals = [
            ward(f"h{k}", *(dice.randint(0, 5) for _ in range(3))) for k in range(dice.randint(1, 4))
        ]
        units = [
            replace(words.ambulance(), id=f"u{k}", lying=dice.randint(0, 2), places=dice.randint(2, 4))
            for k in range(dice.randint(1, 5))
        ]

        def way() -> int | None:
            return None if dice.random() < 0.1 else dice.randint(60, 2000)

        times = ([[way() for _ in sites] for _ in units], [[way() for _ in hospitals] for _ in sites])
        asked = question(sites, hospitals, units, times)
        plan = plan_casualties(asked)
        assert plan.check is not None
        assert plan.check.ok, plan.check.faults
        left += bool(plan.left)
    assert 0 < left < 20
    assert plan == plan_casualties(asked)


def test_too_many_are_refused() -> None:
    crowd = replace(a_crash(), sites=(hurt("crowd", 2000, 1, 0),))
    with pytest.raises(InputError, match="2001 casualties; one question holds up to 2000"):
        plan_casualties(crowd)
