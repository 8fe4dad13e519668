"""Profiles, class speeds and Chinese road classes."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from graphs.closures import ClosureEffect, apply_closures
from graphs.profiles import (
    CHINESE_CLASSES,
    CLASS_SPEEDS,
    arc_times,
    chinese_class,
    profile,
    profiles,
    read_profiles,
)
from graphs.road import NO_LIMIT, Access, RoadClass, RoadGraph
from models.errors import InputError
from models.request import Closure
from models.units import NEVER
from tests.conftest import ROOT
from tests.factories import ROAD, Road, random_graph, road_graph

IDS = [
    "fire_engine",
    "light_rescue",
    "motorcycle",
    "relief_truck",
    "relief_van",
    "foot",
    "boat",
    "helicopter",
]

GOOD = """
[cart]
name = { zh = "车", en = "cart" }
access = ["CAR"]
max_speed_kmh = 20.0
factor = 0.5
factors = { TRACK = 0.25 }
weight_kg = 500
height_cm = 200
width_cm = 150
roadside_kmh = 10.0
approach_kmh = 4.0
traffic_share = 1.0
[cart.basis]
max_speed_kmh = "estimate"
factor = "estimate"
factors = "estimate"
weight_kg = "estimate"
height_cm = "estimate"
width_cm = "estimate"
roadside_kmh = "estimate"
approach_kmh = "estimate"
traffic_share = "estimate"
"""


def one_road(**road: object) -> RoadGraph:
    """Make a two-way road of one kilometre at 60 km/h, or otherwise as told."""
    return road_graph([(105.9, 29.3), (105.91, 29.3)], [Road(tail=0, head=1, **{"length_m": 1000.0, **road})])  # type: ignore[arg-type]


def effect(
    factor: np.ndarray[tuple[int], np.dtype[np.float32]], max_weight_kg: int = NO_LIMIT
) -> ClosureEffect:
    """Make what closures do: a factor for each arc, and one limit for all."""
    limits = np.full(factor.size, max_weight_kg, dtype=np.int32)
    return ClosureEffect(factor=factor, max_weight_kg=limits, arcs_by_closure={}, in_force=())


def test_the_profiles_are_those_of_the_file_and_each_number_has_a_basis() -> None:
    assert list(profiles()) == IDS
    for each in profiles().values():
        numbers = {
            "max_speed_kmh",
            "factor",
            "weight_kg",
            "height_cm",
            "width_cm",
            "approach_kmh",
            "roadside_kmh",
        }
        numbers |= {"cruise_kmh", "landing_overhead_s"} if each.flies else set()
        assert numbers <= set(each.basis)
        assert all(text.strip() for text in each.basis.values())


def test_an_unknown_profile_is_refused_with_the_ids_there_are() -> None:
    with pytest.raises(InputError, match=r"no vehicle profile 'tank'; there are fire_engine, .*helicopter"):
        profile("tank")


def test_every_class_has_a_speed_and_the_ranges_of_the_chinese_standard_hold() -> None:
    assert set(CLASS_SPEEDS) == set(RoadClass)
    ranges = {"高速": (80, 120), "一级": (60, 100), "二级": (40, 80), "三级": (30, 40), "四级": (20, 30)}
    for grade, (low, high) in ranges.items():
        assert low <= CLASS_SPEEDS[CHINESE_CLASSES[grade]] <= high


def test_class_speeds_are_there_without_reading_the_file() -> None:
    code = "from graphs.profiles import CLASS_SPEEDS, profiles; print(profiles.cache_info().misses)"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout == "0\n"


@pytest.mark.parametrize(
    ("text", "road_class"),
    [
        ("高速公路", RoadClass.MOTORWAY),
        ("国道", RoadClass.TRUNK),
        ("省道", RoadClass.PRIMARY),
        (" 县道 ", RoadClass.SECONDARY),
        ("乡道", RoadClass.TERTIARY),
        ("村道", RoadClass.UNCLASSIFIED),
        ("四级公路", RoadClass.TERTIARY),
        ("G85", RoadClass.MOTORWAY),
        ("G5013", RoadClass.MOTORWAY),
        ("g246", RoadClass.TRUNK),
        ("S207", RoadClass.PRIMARY),
        ("S26", RoadClass.MOTORWAY),
        ("X123", RoadClass.SECONDARY),
        ("Y012", RoadClass.TERTIARY),
        ("CA01", RoadClass.UNCLASSIFIED),
        ("公路", None),
        ("", None),
    ],
)
def test_chinese_classes_and_route_numbers(text: str, road_class: RoadClass | None) -> None:
    assert chinese_class(text) is road_class


def test_the_time_of_an_arc_is_its_length_by_the_profiles_share_of_the_free_speed() -> None:
    assert arc_times(one_road(), profile("fire_engine")).tolist() == [800, 800]


def test_a_time_is_rounded_up_and_never_zero() -> None:
    assert arc_times(one_road(length_m=1000.1), profile("fire_engine")).tolist() == [801, 801]
    assert arc_times(one_road(length_m=0.1), profile("light_rescue")).tolist() == [1, 1]


def test_the_cap_of_a_profile_holds_on_roads_but_not_on_a_ferry() -> None:
    assert arc_times(one_road(), profile("foot")).tolist() == [8000, 8000]
    ferry = one_road(road_class=RoadClass.FERRY, speed_kmh=8.0)
    assert arc_times(ferry, profile("foot")).tolist() == [4500, 4500]


def test_a_class_factor_replaces_the_general_one() -> None:
    track = one_road(road_class=RoadClass.TRACK, speed_kmh=12.0)
    assert arc_times(track, profile("fire_engine")).tolist() == [5000, 5000]


@pytest.mark.parametrize(
    "limit",
    [{"max_weight_kg": 15_999}, {"max_height_cm": 349}, {"max_width_cm": 249}, {"access": Access.FOOT}],
)
def test_access_and_posted_limits_forbid_an_arc(limit: dict[str, object]) -> None:
    assert arc_times(one_road(**limit), profile("fire_engine")).tolist() == [NEVER, NEVER]


def test_a_posted_limit_that_is_just_met_forbids_nothing() -> None:
    road = one_road(max_weight_kg=16_000, max_height_cm=350, max_width_cm=250)
    assert arc_times(road, profile("fire_engine")).tolist() == [800, 800]


def test_an_emergency_vehicle_uses_a_gated_road_and_a_truck_does_not() -> None:
    gated = one_road(access=Access.EMERGENCY)
    assert arc_times(gated, profile("fire_engine")).max() < NEVER
    assert arc_times(gated, profile("relief_truck")).min() == NEVER


def test_a_boat_is_towed_on_roads_and_sails_on_water() -> None:
    assert arc_times(one_road(), profile("boat")).tolist() == [858, 858]
    water = one_road(road_class=RoadClass.WATER, access=Access.BOAT, speed_kmh=20.0)
    assert arc_times(water, profile("boat")).tolist() == [1800, 1800]


def test_closures_shut_an_arc_or_slow_it() -> None:
    factor = effect(np.array([0.0, 0.5], dtype=np.float32))
    assert arc_times(one_road(), profile("fire_engine"), factor).tolist() == [NEVER, 1600]


def test_a_slow_road_is_not_slow_for_people_on_foot_but_a_shut_one_is_shut() -> None:
    factor = effect(np.array([0.0, 0.5], dtype=np.float32))
    assert arc_times(one_road(), profile("foot"), factor).tolist() == [NEVER, 8000]


def test_a_temporary_weight_limit_bars_what_is_heavier_beside_the_posted_one() -> None:
    road, free = one_road(max_weight_kg=17_000), np.ones(2, dtype=np.float32)
    limits = {rider: arc_times(road, profile(rider), effect(free, 15_999))[0] for rider in IDS}
    assert limits["fire_engine"] == limits["relief_truck"] == NEVER
    assert limits["light_rescue"] < NEVER
    assert arc_times(road, profile("fire_engine"), effect(free, 16_000)).tolist() == [800, 800]
    assert arc_times(road, profile("relief_truck"), effect(free, 20_000)).tolist() == [NEVER, NEVER]


def test_a_slow_road_with_a_weight_limit_is_both() -> None:
    slow = effect(np.array([0.5, 0.5], dtype=np.float32), 10_000)
    assert arc_times(one_road(), profile("fire_engine"), slow).tolist() == [NEVER, NEVER]
    assert arc_times(one_road(), profile("relief_van"), slow).tolist() == [1412, 1412]


def test_an_hour_slows_its_classes_below_the_cap_of_the_profile() -> None:
    slot = tuple(0.5 if each is RoadClass.PRIMARY else 1.0 for each in RoadClass)
    faster = tuple(1.5 for _ in RoadClass)
    van = profile("relief_van")
    assert arc_times(one_road(), van, slot=slot).tolist() == [1412, 1412]
    assert arc_times(one_road(road_class=RoadClass.TRUNK), van, slot=slot).tolist() == [706, 706]
    # 200 km/h at 0.85 and 0.5 are 85 km/h, below the cap of 100
    assert arc_times(one_road(speed_kmh=200.0), van, slot=slot).tolist() == [424, 424]
    assert arc_times(one_road(speed_kmh=200.0), van, slot=faster).tolist() == [360, 360]


def test_emergency_vehicles_are_exempt_from_turn_bans_and_relief_vehicles_are_bound() -> None:
    bits = {each.id: each.turn_bits for each in profiles().values()}
    assert {rider for rider, bit in bits.items() if bit == 0} == {
        "fire_engine", "light_rescue", "motorcycle", "boat", "helicopter",
    }  # fmt: skip
    assert (bits["relief_truck"], bits["relief_van"], bits["foot"]) == (Access.TRUCK, Access.CAR, Access.FOOT)


def test_emergency_vehicles_feel_less_of_the_traffic_than_relief_vehicles() -> None:
    share = {each.id: each.traffic_share for each in profiles().values()}
    assert share["foot"] == share["helicopter"] == 0.0
    assert share["relief_truck"] == share["relief_van"] == 1.0
    assert all(0 < share[rider] < 1 for rider in ("fire_engine", "light_rescue", "motorcycle", "boat"))


def test_a_helicopter_uses_no_road() -> None:
    assert arc_times(one_road(access=ROAD | Access.BOAT), profile("helicopter")).tolist() == [NEVER, NEVER]


def test_a_profile_is_read_with_a_factor_for_every_class() -> None:
    cart = read_profiles(GOOD, "mine.toml")["cart"]
    assert cart.access == Access.CAR
    assert {c: f for c, f in cart.factors.items() if f != 0.5} == {RoadClass.TRACK: 0.25}


@pytest.mark.parametrize(
    ("edit", "complaint"),
    [
        (("weight_kg = 500", "weight_kg = 0"), r"mine.toml: cart: profile cart: weight_kg must be above 0"),
        (("weight_kg = 500\n", ""), "key weight_kg is missing"),
        (('weight_kg = "estimate"\n', ""), "weight_kg has no basis"),
        (("[cart]", "[cart]\nwheels = 2"), "unknown key wheels"),
        (('["CAR"]', '["CART"]'), "unknown access 'CART'"),
        (('["CAR"]', "[]"), "it needs access to roads"),
        (("TRACK = ", "TRAIL = "), "unknown road class 'TRAIL'"),
        (("factor = 0.5", "factor = -1"), "the factor of MOTORWAY must be above 0, got -1"),
        (('name = { zh = "车", en = "cart" }', 'name = "cart"'), "name must be a table"),
        (('zh = "车", ', ""), "not a profile: .*zh"),
        (("[cart]", "[cart"), "mine.toml: not valid TOML"),
        (("weight_kg = 500", 'weight_kg = "heavy"'), "weight_kg must be a number, got 'heavy'"),
        (("traffic_share = 1.0", "traffic_share = 1.5"), "traffic_share is a share from 0 to 1, got 1.5"),
        (("traffic_share = 1.0\n", ""), "key traffic_share is missing"),
        (("[cart]", "[cart]\nexempt_from_turns = true"), "exempt_from_turns has no basis"),
        (("[cart]", "[cart]\nwalks = 1"), "walks must be true or false, got 1"),
        (("[cart]", "[cart]\nlaunch_s = 60"), "launch_s has no basis"),
        (
            ("[cart.basis]", 'launch_s = -60\n[cart.basis]\nlaunch_s = "estimate"'),
            "profile cart: launch_s is -60, it cannot be negative",
        ),
    ],
)
def test_a_profile_that_is_wrong_is_refused_with_a_sentence(edit: tuple[str, str], complaint: str) -> None:
    assert edit[0] in GOOD
    with pytest.raises(InputError, match=complaint):
        read_profiles(GOOD.replace(*edit, 1), "mine.toml")


def test_the_times_of_some_arcs_are_those_among_all() -> None:
    graph = random_graph(4)
    closed = apply_closures(graph, [Closure(id="a", road="G246", speed_factor=0.3, max_weight_kg=9_000)])
    slot = tuple(0.7 if each is RoadClass.PRIMARY else 1.0 for each in RoadClass)
    some = np.array([7, 3, 3, 50], dtype=np.int32)
    for rider in profiles().values():
        times = arc_times(graph, rider, closed, slot)
        assert np.array_equal(arc_times(graph, rider, closed, slot, only=some), times[some])
