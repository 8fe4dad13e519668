"""Rates of relief: what they refuse, which amount holds, and that the sample is whole."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from models.codec import read_toml
from models.errors import InputError
from models.relief import Amount, Band, Counts, Every, ReliefRates
from models.season import Likelihood, Season
from scenarios.catalogue import DATA, sample_doctrine, sample_items, sample_relief
from tests.models import relief_words, words


def band(low: float, likely: float, high: float) -> Band:
    return Band(low=low, likely=likely, high=high)


def once(**changes: Any) -> Any:
    return replace(relief_words.relief().rates[0], **changes)


SHARES = relief_words.relief().shares["default"]
ONE = Amount(per_person=Band(low=1, likely=1, high=1))


@pytest.mark.parametrize(
    ("word", "changes", "sentence"),
    [
        (band(1, 2, 3), {"low": 2.5}, "low, likely and high must rise from 0 on, got 2.5, 2, 3"),
        (band(1, 2, 3), {"low": -1}, "low, likely and high must rise from 0 on, got -1, 2, 3"),
        (Counts(low=1, likely=2, high=3), {"high": 1}, "low, likely and high must rise from 0 on, got 1, 2, 1"),
        (ONE, {"per_person": None}, "an amount gives exactly one of per_person and serves"),
        (ONE, {"serves": band(1, 1, 1)}, "an amount gives exactly one of per_person and serves"),
        (Amount(serves=band(1, 1, 1)), {"serves": band(0, 1, 1)}, "serves.low must be above 0: a unit serves somebody"),
        (ONE, {"from_day": 0}, "from_day is a day from 1 to 90, got 0"),
        (once(), {"basis": " "}, "rate of quilt: basis names a source or says estimate"),
        (once(), {"deadline_s": 0}, "rate of quilt: deadline_s must be above 0, got 0"),
        (once(), {"amounts": (ONE, ONE)}, "rate of quilt: two amounts hold from the same day on in spring (all)"),
        (once(), {"amounts": (replace(ONE, seasons=(Season.SPRING,)),)},
         "rate of quilt: no amount holds from day 1 on in summer"),
        (once(), {"amounts": (ONE, replace(ONE, from_day=2))},
         "rate of quilt: what is given once is given on day 1; drop from_day or write every = day"),
        (SHARES, {"basis": ""}, "basis names a source or says estimate"),
        (SHARES, {"tented": band(0, 0, 1.5)}, "tented is a share from 0 to 1, got 1.5"),
        (relief_words.relief(), {"shares": {}}, "shares misses default, which holds for all other incident types"),
        (relief_words.relief(), {"rates": ()}, "rates is empty; give at least one"),
        (relief_words.relief(), {"rates": (once(), once(incidents=("flood",)))},
         "rates: quilt stands twice for the same type of incident; join the two or name other incidents"),
        (relief_words.relief(), {"schema": "x"}, "schema 'x' is not known; write rescue-dispatch/relief/1"),
    ],
)  # fmt: skip
def test_nonsense_is_refused(word: Any, changes: dict[str, Any], sentence: str) -> None:
    said = sentence.format(season=Season.SPRING)
    words.refused(word, changes, said)


def test_an_item_may_have_one_rate_for_each_type() -> None:
    both = (once(incidents=("flood",)), once(incidents=("earthquake",)))
    rates = replace(relief_words.relief(), rates=both)
    assert [rate.applies_to("flood") for rate in rates.rates] == [True, False]


@pytest.mark.parametrize(
    ("season", "day", "likely"), [("summer", 1, 3), ("summer", 4, 7), ("winter", 1, 4), ("winter", 9, 4)]
)
def test_the_latest_amount_holds_and_a_season_goes_before(season: str, day: int, likely: int) -> None:
    rate = once(
        every=Every.DAY,
        amounts=(
            Amount(per_person=band(3, 3, 3)),
            Amount(per_person=band(7, 7, 7), from_day=4),
            Amount(per_person=band(4, 4, 4), seasons=(Season.WINTER,)),
        ),
    )
    assert rate.amount(Season(season), day).each[1] == likely


def test_shares_of_a_unit_are_exact_and_turned_round() -> None:
    assert Amount(serves=band(3, 4, 5)).each == (Fraction(1, 5), Fraction(1, 4), Fraction(1, 3))
    assert Amount(per_person=band(0.1, 0.2, 0.3)).each == (Fraction(1, 10), Fraction(1, 5), Fraction(3, 10))


def test_seasons_and_likelihoods() -> None:
    named = [Season.of_month(month).value for month in (12, 2, 3, 5, 6, 8, 9, 11)]
    assert named == ["winter", "winter", "spring", "spring", "summer", "summer", "autumn", "autumn"]
    assert [Counts(low=1, likely=2, high=3).of(which) for which in Likelihood] == [1, 2, 3]


def test_the_sample_fits_the_sample_district_and_names_every_basis() -> None:
    rates = sample_relief()
    rates.check_known((item.id for item in sample_items()), sample_doctrine().incidents)
    assert rates.shares.keys() - {"default"} <= sample_doctrine().incidents.keys()
    for said in [rate.basis for rate in rates.rates] + [share.basis for share in rates.shares.values()]:
        assert "estimate" in said or "[P" in said or "general knowledge" in said


def test_an_unknown_item_or_type_is_named_by_its_place() -> None:
    with pytest.raises(InputError) as caught:
        relief_words.relief().check_known(["tent"], ["flood"])
    assert str(caught.value) == "rates[0].item: no item 'quilt' in this world"
    rates = replace(relief_words.relief(), rates=(once(incidents=("storm",)),))
    with pytest.raises(InputError) as caught:
        rates.check_known(["quilt"], ["flood"])
    assert str(caught.value) == "rates[0].incidents: type 'storm' is not in the doctrine; it lists flood"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("deadline_s = 36000\nstake", "deadlin_s = 36000\nstake", "rates[1].deadlin_s: unknown key; see"),
        ("low = 0.05, likely = 0.1,", "low = 0.15, likely = 0.1,", "shares.default.relocated: low, likely"),
        ('group = "tented"', 'group = "campers"', "rates[0].group: 'campers' is not one of"),
        ("[[rates]]", "[[rates]", "not valid TOML: "),
    ],
)  # fmt: skip
def test_a_fault_of_the_file_is_told_with_its_field(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    path = tmp_path / "r.toml"
    text = (DATA / "relief.toml").read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_toml(ReliefRates, path)
    assert str(caught.value).startswith(f"{path}: {sentence}")
