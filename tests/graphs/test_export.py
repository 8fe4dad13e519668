"""Road graphs for others: networkx, and CSV that reads back as the same roads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from graphs.export import to_networkx, write_csv_network
from graphs.files import write_graph
from graphs.layers import read_csv_network
from graphs.links import assemble
from graphs.osm import read_pbf
from graphs.profiles import arc_times, profiles
from graphs.road import RoadGraph
from graphs.sources import read_roads
from graphs.sphere import Floats, pairwise_m
from models.errors import InputError
from models.units import NEVER

YONGCHUAN = (105.906 - 9.52, 29.356 - 47.14)
"""What moves Vaduz to Yongchuan, where GCJ-02 differs from WGS-84."""


@pytest.fixture(scope="module")
def country(shared: Path) -> RoadGraph:
    return assemble(read_pbf(shared / "osm" / "liechtenstein.osm.pbf"))


@pytest.fixture(scope="module")
def moved(country: RoadGraph) -> RoadGraph:
    lng, lat = YONGCHUAN
    return replace(
        country,
        lng=country.lng + lng,
        lat=country.lat + lat,
        shape_lng=country.shape_lng + lng,
        shape_lat=country.shape_lat + lat,
    )


def moved_m(graph: RoadGraph, again: RoadGraph) -> Floats:
    """Measure how far each node of a graph lies from the one of the same `ref` in another."""
    one, two = np.argsort(graph.ref), np.argsort(again.ref)
    places = (np.column_stack((each.lng[i], each.lat[i])) for each, i in ((graph, one), (again, two)))
    return pairwise_m(*places)


def same_times(graph: RoadGraph, again: RoadGraph) -> None:
    """Compare every arc's time for every profile that drives, arcs matched by their ends, way and length."""
    orders = []
    for each in (graph, again):
        keys = (
            each.speed_kmh,
            each.access,
            each.length_dm,
            each.way,
            each.ref[each.head],
            each.ref[each.tail],
        )
        orders.append(np.lexsort(keys))
    for rider in profiles().values():
        if not rider.flies:
            first, second = (
                arc_times(each, rider)[order] for each, order in zip((graph, again), orders, strict=True)
            )
            np.testing.assert_array_equal(first, second)


def test_csv_in_wgs84_reads_back_as_the_very_same_graph(country: RoadGraph, tmp_path: Path) -> None:
    write_csv_network(country, tmp_path)
    again = assemble(read_csv_network(tmp_path))
    assert again.digest == country.digest
    assert again.bans == country.bans == 2


@pytest.mark.parametrize("crs", ["gcj02", "bd09", "cgcs2000", "EPSG:4544"])
def test_csv_in_another_system_gives_the_same_travel_times(
    moved: RoadGraph, tmp_path: Path, crs: str
) -> None:
    write_csv_network(moved, tmp_path, crs)
    again = assemble(read_roads(tmp_path))
    assert (again.nodes, again.arcs, again.names) == (moved.nodes, moved.arcs, moved.names)
    same_times(moved, again)
    assert again.bans == moved.bans
    apart = moved_m(moved, again)
    assert float(apart.max()) < 0.01


def test_the_written_coordinates_are_those_of_the_system(moved: RoadGraph, tmp_path: Path) -> None:
    write_csv_network(moved, tmp_path, "gcj02")
    wrong = assemble(read_csv_network(tmp_path, crs="wgs84"))
    apart = moved_m(moved, wrong)
    assert 400 < float(apart.min()) < float(apart.max()) < 700  # the shift of the district, DOMAIN 4.3


def test_a_network_can_be_written_over(country: RoadGraph, tmp_path: Path) -> None:
    write_csv_network(country, tmp_path, "gcj02")
    write_csv_network(country, tmp_path, "wgs84")
    assert assemble(read_csv_network(tmp_path)).digest == country.digest
    free = no_bans(country)
    write_csv_network(free, tmp_path)
    assert assemble(read_csv_network(tmp_path)).digest == free.digest


def no_bans(graph: RoadGraph) -> RoadGraph:
    return replace(
        graph,
        ban_first=np.zeros(1, dtype=np.int64),
        ban_arcs=np.empty(0, dtype=np.int32),
        ban_access=np.empty(0, dtype=np.uint8),
    )


def test_networkx_has_every_arc_with_its_values(country: RoadGraph) -> None:
    graph = to_networkx(country)
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (country.nodes, country.arcs)
    arc = 1234
    values = graph.edges[int(country.tail[arc]), int(country.head[arc]), arc]
    assert values["length_m"] == country.length_dm[arc] / 10
    assert values["way"] == country.way[arc]
    assert values["name"] == country.names[country.name[arc]]
    assert "time_ds" not in values
    assert graph.nodes[7] == {"x": country.lng[7], "y": country.lat[7], "ref": country.ref[7]}
    assert nx.is_strongly_connected(graph)
    assert [turn for turn, _ in graph.graph["barred_turns"]] == country.ban_sequences


def test_networkx_for_a_profile_has_its_times_and_its_arcs_alone(country: RoadGraph) -> None:
    name, rider = next((name, rider) for name, rider in profiles().items() if not rider.flies)
    times = arc_times(country, rider)
    graph = to_networkx(country, name)
    assert graph.number_of_edges() == int((times < NEVER).sum()) < country.arcs
    assert all(times[arc] == time for _, _, arc, time in graph.edges(keys=True, data="time_ds"))


def test_what_cannot_be_written_is_refused(country: RoadGraph, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="coordinate system 'mars' is not known"):
        write_csv_network(country, tmp_path, "mars")
    with pytest.raises(InputError, match="EPSG:99999 is not a coordinate system"):
        write_csv_network(country, tmp_path, "EPSG:99999")
    with pytest.raises(InputError, match="no vehicle profile 'broom'"):
        to_networkx(country, "broom")
    write_graph(country, tmp_path / "taken")
    with pytest.raises(InputError, match="cannot be written"):
        write_csv_network(country, tmp_path / "taken")
