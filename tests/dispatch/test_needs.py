"""Needs: against a hand calculation, against the independent check, and what an order-up-to level promises."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from dispatch.check.needs import needs_faults
from dispatch.needs import estimate, needs_at_shelter, order_up_to, short_of, supply_needs
from models.errors import InputError
from models.incident import Stake, SupplyNeed
from models.relief import Amount, Band, Counts, Every, Group, NeedLine, Needs, ReliefRates
from models.season import Likelihood, Season
from scenarios.catalogue import sample_doctrine, sample_relief
from tests.models import relief_words


def flood(people: int = 12_000, days: int = 5, relocated: Band | None = None) -> Needs:
    return estimate(
        sample_relief(), people=people, kind="flood", season=Season.WINTER, days=days, relocated=relocated
    )


def line(needs: Needs, item: str) -> NeedLine:
    return next(each for each in needs.lines if each.item == item)


def test_twelve_thousand_people_in_a_winter_flood_by_hand() -> None:
    """A quarter leaves; a fifth of these sleeps four to a tent; two quilts; 3 litres, from day 4 on 7.5."""
    needs = flood()
    assert needs.groups[Group.RELOCATED] == Counts(low=1200, likely=3000, high=6000)
    assert line(needs, "tent_12").total == Counts(low=24, likely=150, high=600)
    assert line(needs, "quilt").total == Counts(low=1200, likely=6000, high=12000)
    assert [day.likely for day in line(needs, "water").by_day] == [9000, 9000, 9000, 22500, 22500]
    assert line(needs, "food_ration").total.likely == 15_000
    assert "tarpaulin" not in {each.item for each in needs.lines}


def test_decimals_are_taken_at_their_word() -> None:
    """A tenth of 30 people is 3, not 3.0000000000000004 rounded up."""
    share = Band(low=0.1, likely=0.1, high=0.1)
    assert flood(people=30, relocated=share).groups[Group.RELOCATED] == Counts(low=3, likely=3, high=3)


def random_rates(dice: random.Random) -> ReliefRates:
    def band(most: float) -> Band:
        low, likely, high = sorted(round(dice.uniform(0.01, most), dice.choice((1, 2, 3))) for _ in range(3))
        return Band(low=low, likely=likely, high=high)

    def amount(from_day: int, seasons: tuple[Season, ...]) -> Amount:
        if dice.random() < 0.5:
            return Amount(per_person=band(9), from_day=from_day, seasons=seasons)
        wide = band(50)
        safe = Band(low=wide.low + 1, likely=wide.likely + 1, high=wide.high + 1)
        return Amount(serves=safe, from_day=from_day, seasons=seasons)

    rates = []
    for number in range(dice.randint(1, 4)):
        every = dice.choice(tuple(Every))
        amounts = [amount(1, ())]
        if every is Every.DAY:
            amounts.append(amount(dice.randint(2, 6), ()))
        if dice.random() < 0.5:
            amounts.append(amount(1, tuple(dice.sample(tuple(Season), dice.randint(1, 3)))))
        rates.append(
            replace(
                relief_words.relief().rates[0],
                item=f"i{number}",
                every=every,
                group=dice.choice(tuple(Group)),
                amounts=tuple(amounts),
                incidents=dice.choice(((), ("flood",), ("earthquake",))),
            )
        )
    shares = replace(
        relief_words.relief().shares["default"], relocated=band(1), sheltered=band(1), tented=band(1)
    )
    return replace(relief_words.relief(), rates=tuple(rates), shares={"default": shares})


def test_estimates_pass_the_check_that_works_them_out_anew() -> None:
    dice = random.Random(5)
    lines = 0
    for _ in range(300):
        rates = random_rates(dice)
        needs = estimate(
            rates,
            people=dice.choice((1, 7, 300, 123_456)),
            kind="flood",
            season=dice.choice(tuple(Season)),
            days=dice.randint(1, 9),
        )
        assert list(needs_faults(rates, needs)) == []
        lines += len(needs.lines)
    assert lines > 300


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (lambda one: replace(one, total=Counts(low=0, likely=1, high=2)), "quilt: the total is (0, 1, 2)"),
        (lambda one: replace(one, by_day=one.by_day[:-1]), "quilt: 4 days are listed, 5 were asked for"),
        (lambda one: replace(one, by_day=(Counts(low=1, likely=1, high=1), *one.by_day[1:])), "quilt: day 1 needs"),
        (lambda one: replace(one, deadline_s=1), "quilt: group, recurrence, deadline"),
        (lambda one: replace(one, item="boat"), "boat is listed, but no rate gives it"),
    ],
)  # fmt: skip
def test_the_check_finds_a_planted_fault(fault, sentence: str) -> None:  # type: ignore[no-untyped-def]
    needs = flood()
    changed = tuple(fault(each) if each.item == "quilt" else each for each in needs.lines)
    found = list(needs_faults(sample_relief(), replace(needs, lines=changed)))
    assert any(each.startswith(sentence) for each in found), found


def test_the_check_finds_a_line_and_people_that_are_missing() -> None:
    needs = flood()
    found = list(needs_faults(sample_relief(), replace(needs, lines=needs.lines[1:])))
    assert found == ["tent_12 is needed and not listed"]
    groups = {**needs.groups, Group.TENTED: Counts(low=0, likely=0, high=0)}
    assert any(
        "tented is (0, 0, 0)" in each for each in needs_faults(sample_relief(), replace(needs, groups=groups))
    )


def test_needs_of_an_incident_replace_its_own_of_the_same_item() -> None:
    boats = SupplyNeed(item="rubber_boat", quantity=4, deadline_s=3600)
    quilts = SupplyNeed(item="quilt", quantity=1, deadline_s=60)
    found = supply_needs(flood(), Likelihood.HIGH, kept=(quilts, boats))
    assert found[0] == boats
    assert SupplyNeed(item="quilt", quantity=12_000, deadline_s=36_000) in found
    assert quilts not in found
    assert {need.stake for need in found} == {Stake.LIFE, Stake.PROPERTY}
    assert len({need.item for need in found}) == len(found)


@pytest.mark.parametrize("tents", [True, False])
def test_people_in_a_shelter_are_all_relocated_and_sheltered(tents: bool) -> None:
    needs = needs_at_shelter(
        sample_relief(), people=400, kind="flood", season=Season.WINTER, days=3, tents=tents
    )
    assert needs.groups[Group.SHELTERED] == Counts(low=400, likely=400, high=400)
    assert line(needs, "quilt").total.likely == 800
    assert line(needs, "folding_bed").total.likely == 400
    assert ("tent_12" in {each.item for each in needs.lines}) is tents


def test_what_is_short() -> None:
    assert short_of(flood(), {"quilt": 5000})["quilt"] == Counts(low=0, likely=1000, high=7000)


def test_an_order_level_covers_its_window_with_the_probability_asked_for() -> None:
    """Drawn from the triangular need of the window, a share of `service` stays at or below the level."""
    water = line(flood(), "water")
    low, likely, high = (sum(day) for day in zip(*(tuple(day) for day in water.by_day[2:5]), strict=True))
    dice = random.Random(3)
    drawn = [dice.triangular(low, high, likely) for _ in range(20_000)]
    for service in (0.5, 0.9, 0.99):
        level = order_up_to(water, day=3, window_days=3, service=service)
        assert abs(sum(need <= level for need in drawn) / len(drawn) - service) < 0.01


def test_an_order_level_of_what_is_certain_is_that() -> None:
    sure = Band(low=0.5, likely=0.5, high=0.5)
    rate = replace(
        relief_words.relief().rates[0],
        every=Every.DAY,
        amounts=(Amount(per_person=Band(low=2, likely=2, high=2)),),
    )
    rates = replace(relief_words.relief(), rates=(replace(rate, group=Group.RELOCATED),))
    needs = estimate(rates, people=100, kind="flood", season=Season.SUMMER, days=3, relocated=sure)
    assert order_up_to(needs.lines[0], day=2, window_days=9, service=0.99) == 200


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"people": 0}, "people must be at least 1, got 0"),
        ({"days": 0}, "days must be from 1 to 90, got 0"),
        ({"days": 91}, "days must be from 1 to 90, got 91"),
        ({"people": 2_000_000_000}, "people is 2000000000; more than 1000000000 is not taken for meant"),
        ({"relocated": Band(low=0, likely=1, high=2)}, "relocated is a share from 0 to 1, got 2"),
    ],
)
def test_nonsense_is_refused(asked: dict[str, object], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        flood(**asked)  # type: ignore[arg-type]
    assert str(caught.value) == sentence


def test_every_type_of_the_doctrine_can_be_estimated_in_every_season() -> None:
    for kind in sample_doctrine().incidents:
        for season in Season:
            needs = estimate(sample_relief(), people=1000, kind=kind, season=season, days=10)
            assert list(needs_faults(sample_relief(), needs)) == []
            assert len(needs.lines) >= 7
