"""The bridges over the Douro at Porto, shut and open again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from graphs.links import assemble
from graphs.osm import read_pbf
from graphs.road import Mark, RoadGraph
from graphs.travel import TravelTimes
from models.crs import Crs, LngLat
from models.place import Outline
from models.request import Closure

pytestmark = pytest.mark.slow

NORTH: Final = [LngLat(-8.6109, 41.1496), LngLat(-8.6290, 41.1580), LngLat(-8.5850, 41.1620)]
SOUTH: Final = [LngLat(-8.6110, 41.1290), LngLat(-8.6290, 41.1330), LngLat(-8.6000, 41.1250)]
RIVER: Final = {
    "arrabida": (-8.6425, 41.1466, -8.6380, 41.1478),
    "luis": (-8.6108, 41.1397, -8.6085, 41.1402),
    "infante": (-8.6030, 41.1405, -8.6005, 41.1411),
    "freixo": (-8.5825, 41.1410, -8.5795, 41.1425),
}
"""Boxes on the water under each bridge road: west, south, east, north."""
NOON: Final = datetime(2026, 7, 1, 12, tzinfo=UTC)


def outline(west: float, south: float, east: float, north: float) -> Outline:
    return Outline(points=((west, south), (east, south), (east, north), (west, north)), crs=Crs.WGS84)


SHUT: Final = [
    Closure(id=name, outline=outline(*box), begin=NOON, end=NOON + timedelta(hours=2))
    for name, box in RIVER.items()
]


@pytest.fixture(scope="module")
def porto(shared: Path) -> RoadGraph:
    return assemble(read_pbf(shared / "osm" / "porto.osm.pbf"))


@pytest.fixture(scope="module")
def before(porto: RoadGraph) -> TravelTimes:
    return TravelTimes(porto, moment=NOON - timedelta(hours=1))


def test_the_outlines_touch_the_bridges_and_nothing_else(porto: RoadGraph, before: TravelTimes) -> None:
    effect = before.with_closures(SHUT).effect
    assert effect.in_force == ()
    for name, arcs in effect.arcs_by_closure.items():
        assert (porto.marks[arcs] & Mark.BRIDGE).all()
        bridges = {porto.names[i] for i in porto.name[arcs].tolist()} - {""}
        assert bridges, name
        assert all(bridge.startswith("Ponte ") for bridge in bridges)


@pytest.mark.parametrize("rider", ["fire_engine", "relief_truck"])
def test_shutting_the_bridges_changes_eta_path_table_and_area_together_and_opening_restores_them(
    porto: RoadGraph, before: TravelTimes, rider: str
) -> None:
    table = before.table(rider, NORTH, SOUTH)
    way = before.path(rider, NORTH[0], SOUTH[0])
    area = before.isochrone(rider, NORTH[0], [600])[0]
    assert way is not None

    shut = before.with_closures(SHUT, NOON)
    bridges = np.concatenate(list(shut.effect.arcs_by_closure.values()))
    around, after = shut.path(rider, NORTH[0], SOUTH[0]), shut.table(rider, NORTH, SOUTH)

    assert around is not None
    assert np.isin(way.arcs, bridges).any()
    assert not np.isin(around.arcs, bridges).any()
    assert around.time_ds == after[0, 0] > 3 * table[0, 0] == 3 * way.time_ds
    assert (after > table).all()
    assert np.array_equal(shut.table(rider, NORTH, NORTH), before.table(rider, NORTH, NORTH))
    assert shut.isochrone(rider, NORTH[0], [600])[0].area_km2 < area.area_km2
    anew = TravelTimes(porto, closures=SHUT, moment=NOON)
    assert np.array_equal(anew.table(rider, NORTH, SOUTH), after)

    for opened in (shut.at(NOON + timedelta(hours=2)), shut.with_closures([])):
        again = opened.path(rider, NORTH[0], SOUTH[0])
        assert again is not None
        assert np.array_equal(again.arcs, way.arcs)
        assert (again.time_ds, again.length_m) == (way.time_ds, way.length_m)
        assert np.array_equal(opened.table(rider, NORTH, SOUTH), table)
        assert np.array_equal(opened.arc_times(rider), before.arc_times(rider))
        assert opened.isochrone(rider, NORTH[0], [600])[0] == area


def test_a_limit_on_one_bridge_turns_the_heavy_away_from_it(porto: RoadGraph, before: TravelTimes) -> None:
    name = "Ponte Infante Dom Henrique"
    limited = before.with_closures([Closure(id="a", bridge=name, max_weight_kg=7500)])
    arcs = limited.effect.arcs_by_closure["a"]
    assert {porto.names[i] for i in porto.name[arcs].tolist()} == {name}

    open_times, times = before.arc_times("fire_engine"), limited.arc_times("fire_engine")
    changed = np.flatnonzero(open_times != times)
    assert np.array_equal(changed, arcs[open_times[arcs] != times[arcs]])
    assert changed.size > 0
    assert np.array_equal(limited.arc_times("light_rescue"), before.arc_times("light_rescue"))
