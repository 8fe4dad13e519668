"""The sample doctrine and catalogue: whole, consistent, and within reach of the sample force."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from models.errors import InputError
from models.force import Echelon, Team
from models.incident import ForceNeed, ResponseLevel
from models.supply import Category
from scenarios.catalogue import DATA, read_items, sample_doctrine, sample_items
from scenarios.world import World

FIELDS = ("flood", "geological", "forest_fire", "work_safety", "power", "gas", "communications")
TYPES = (
    "flood", "landslide", "earthquake", "forest_fire", "structure_fire", "hazmat_leak", "building_collapse",
    "traffic_accident", "power_outage", "gas_leak", "communications_outage", "water_rescue",
    "wind_storm", "waterlogging",
)  # fmt: skip


def test_the_seven_professional_fields_lead_the_catalogue_of_capabilities() -> None:
    assert tuple(sample_doctrine().capabilities)[:7] == FIELDS


def test_all_wanted_incident_types_are_there_with_gb_t_35561_class_codes() -> None:
    incidents = sample_doctrine().incidents
    assert set(TYPES) <= set(incidents)
    assert {kind.code for kind in incidents.values()} == {"10000", "20000"}


def test_no_response_names_a_capability_or_an_item_twice() -> None:
    """An incident refuses needs that stand twice, so the doctrine must not give such needs."""
    for key, kind in sample_doctrine().incidents.items():
        for level, response in kind.responses.items():
            for named in (
                [need.capability for need in response.force],
                [rule.item for rule in response.supplies],
            ):
                assert len(named) == len(set(named)), (key, level)


def test_needs_never_shrink_when_the_response_level_rises() -> None:
    order = (ResponseLevel.IV, ResponseLevel.III, ResponseLevel.II, ResponseLevel.I)
    for key, kind in sample_doctrine().incidents.items():
        for low, high in pairwise(order):
            more = {need.capability: need.strength for need in kind.responses[high].force}
            for need in kind.responses[low].force:
                assert more[need.capability] >= need.strength, (key, high, need.capability)


def test_each_level_may_call_all_that_the_level_below_may() -> None:
    levels = sample_doctrine().levels
    called = [set(levels[level].echelons) for level in reversed(ResponseLevel)]
    assert all(low <= high for low, high in pairwise(called))
    assert Echelon.MUTUAL_AID not in levels[ResponseLevel.III].echelons


def test_every_estimate_is_marked_or_has_a_source_in_the_comments() -> None:
    text = (DATA / "doctrine.toml").read_text(encoding="utf-8")
    used = set(re.findall(r"\[(GB35561|ECHELON|WATER|MICRO|TL|NFPA|SPHERE|10H)\]", text.split("schema =")[1]))
    explained = set(re.findall(r"^#   \[(\w+)\]", text, flags=re.MULTILINE))
    assert used <= explained
    assert text.count("estimate") > 60


def test_items_cover_the_six_categories_with_marked_codes() -> None:
    items = sample_items()
    assert len(items) >= 30
    assert {item.category for item in items} == set(Category)
    assert all("estimate" in item.basis for item in items)
    assert sum(bool(item.substitutes) for item in items) >= 4
    assert sum(bool(item.kit) for item in items) >= 2


def test_a_foreign_catalogue_is_refused_by_its_schema(tmp_path: Path) -> None:
    path = tmp_path / "items.toml"
    path.write_text('schema = "other/1"\nitems = []\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"items\.toml: schema 'other/1' is not known"):
        read_items(path)


@pytest.mark.parametrize("level", [ResponseLevel.IV, ResponseLevel.III])
def test_the_sample_force_can_serve_every_single_ordinary_incident_in_every_town(
    yongchuan: World, level: ResponseLevel
) -> None:
    doctrine = yongchuan.district.doctrine
    for key, kind in doctrine.incidents.items():
        for need in kind.responses[level].force:
            for town in yongchuan.district.towns:
                assert _strength(yongchuan, need, level, town.code) >= need.strength, (key, need, town.code)


def test_a_response_of_level_one_asks_for_more_than_there_is_somewhere(yongchuan: World) -> None:
    """Overload at the top is what the planner is for."""
    level = ResponseLevel.I
    short = [
        (key, need.capability)
        for key, kind in yongchuan.district.doctrine.incidents.items()
        for need in kind.responses[level].force
        if _strength(yongchuan, need, level, "500118118") < need.strength
    ]
    assert short


def _strength(world: World, need: ForceNeed, level: ResponseLevel, town: str) -> int:
    """Strength that may be called for a need in a town."""
    allowed = world.district.doctrine.levels[level].echelons

    def counts(team: Team) -> bool:
        equipped = need.requires_item is None or bool(team.equipment.get(need.requires_item))
        return team.echelon in allowed and equipped and (not team.area or town in team.area)

    return sum(team.strengths.get(need.capability, 0) for team in world.district.teams if counts(team))


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"schema = ", "not valid TOML"),
        (b"\xff\xfe", "not UTF-8 text; save the file as UTF-8"),
        (None, "cannot be read: No such file or directory"),
    ],
)
def test_a_catalogue_that_cannot_be_read_is_said(tmp_path: Path, body: bytes | None, sentence: str) -> None:
    path = tmp_path / "items.toml"
    if body is not None:
        path.write_bytes(body)
    with pytest.raises(InputError, match=sentence):
        read_items(path)
