"""The traffic table of a world: made up for the sample, read and written with the rosters."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from graphs.profiles import profiles
from graphs.traffic import slot_of
from models.errors import InputError
from models.traffic import Days, Traffic, TrafficRow
from scenarios import rosters
from scenarios.catalogue import sample_traffic
from scenarios.files import read_world, write_world
from scenarios.world import World

MONDAY = datetime.fromisoformat("2026-07-06T00:30:00+08:00")
OTHER = Traffic(
    rows=(TrafficRow(classes=("trunk",), days=(Days.WEEKEND,), factors=(0.5,) * 24, basis="counted 2025"),)
)


def test_streets_of_the_sample_are_slowest_when_people_go_to_work_and_come_home() -> None:
    def factor(hour: int) -> float:
        return sample_traffic().factors(MONDAY + timedelta(hours=hour)).get("tertiary", 1.0)

    rush = {7, 8, 17, 18}
    assert max(factor(hour) for hour in rush) < min(factor(hour) for hour in range(24) if hour not in rush)
    assert all("estimate" in row.basis for row in sample_traffic().rows)


def test_a_week_of_the_sample_needs_few_slots_for_each_vehicle() -> None:
    hours = [MONDAY + timedelta(hours=hour) for hour in range(7 * 24)]
    slots = {
        rider.id: {slot_of(sample_traffic(), hour, rider.traffic_share) for hour in hours}
        for rider in profiles().values()
    }
    assert len(slots["foot"]) == len(slots["helicopter"]) == 1
    assert 5 <= len(slots["fire_engine"]) == len(slots["relief_truck"]) <= 16


def test_the_built_in_world_has_the_sample_and_a_stored_world_keeps_it(
    yongchuan: World, tmp_path: Path
) -> None:
    assert yongchuan.district.traffic == sample_traffic()
    write_world(yongchuan, tmp_path / "world")
    assert read_world(tmp_path / "world").district.traffic == sample_traffic()


@pytest.mark.parametrize("traffic", [None, OTHER, sample_traffic()])
def test_traffic_goes_out_with_the_rosters_and_comes_back(
    yongchuan: World, tmp_path: Path, traffic: Traffic | None
) -> None:
    district = replace(yongchuan.district, traffic=traffic)
    written = rosters.write(district, tmp_path / "out")

    assert (tmp_path / "out" / "traffic.toml" in written) == (traffic is not None)
    assert all(file.exists() for file in written)
    assert rosters.read(tmp_path / "out", yongchuan.roads).traffic == traffic


def test_a_wrong_table_is_refused_with_its_file(yongchuan: World, tmp_path: Path) -> None:
    rosters.write(yongchuan.district, tmp_path / "out")
    file = tmp_path / "out" / "traffic.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("0.6,", "0.0,", 1), encoding="utf-8")

    with pytest.raises(InputError) as caught:
        rosters.read(tmp_path / "out", yongchuan.roads)
    assert str(caught.value) == (
        f"{file}: rows[0]: traffic of secondary: "
        "the factor of hour 7 must be above 0 and at most 1.5, got 0.0"
    )
