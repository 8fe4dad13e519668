"""Links into a graph: cutting, directions, the largest strong part, what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from graphs.links import DRIVEN, Link, Links, assemble
from graphs.profiles import CLASS_SPEEDS
from graphs.road import Access, Mark, RoadClass, RoadGraph
from models.errors import InputError

NOBODY = Access(0)
DEGREE_M = 111_195.08  # one degree of latitude on the mean radius


def link(tail: int, head: int, *points: tuple[float, float], **values: object) -> Link:
    given: dict[str, object] = {"road_class": RoadClass.TERTIARY, "way": 10 * tail + head, **values}
    return Link(tail=tail, head=head, points=points, **given)  # type: ignore[arg-type]


A, B, C, D = (105.9, 29.3), (105.9, 29.31), (105.91, 29.31), (105.91, 29.3)


def square(**values: object) -> Links:
    return Links(
        source="square",
        links=[link(1, 2, A, B, **values), link(2, 3, B, C), link(3, 4, C, D), link(4, 1, D, A)],
    )


def arcs_of_way(graph: RoadGraph, way: int) -> np.ndarray:
    return np.flatnonzero(graph.way == way)


def test_every_link_has_an_arc_in_both_directions() -> None:
    graph = assemble(square(), max_arc_m=5000.0)
    assert (graph.nodes, graph.arcs) == (4, 8)
    pairs = set(zip(graph.ref[graph.tail].tolist(), graph.ref[graph.head].tolist(), strict=True))
    assert pairs == {(1, 2), (2, 1), (2, 3), (3, 2), (3, 4), (4, 3), (4, 1), (1, 4)}


def test_length_is_the_great_circle_in_whole_decimetres() -> None:
    graph = assemble(square(), max_arc_m=5000.0)
    expected = round(DEGREE_M * 0.01 * 10)
    assert graph.length_dm[arcs_of_way(graph, 12)].tolist() == [expected, expected]


@pytest.mark.parametrize("stated", [100.0, 499.9, 500.0, 500.1, 1234.5, 9999.9])
def test_pieces_of_a_link_sum_to_its_length_and_none_is_too_long(stated: float) -> None:
    graph = assemble(square(length_m=stated), max_arc_m=500.0)
    lengths = graph.length_dm[arcs_of_way(graph, 12)]
    assert int(lengths.sum()) == 2 * round(stated * 10)
    assert int(lengths.max()) <= 5000
    assert int(lengths.max()) - int(lengths.min()) <= 1
    assert lengths.size == 2 * -(-round(stated * 10) // 5000)


def test_cut_points_lie_on_the_line_at_equal_steps() -> None:
    bent = (105.9, 29.304)
    links = square()
    links.links[0] = link(1, 2, A, bent, B)
    graph = assemble(links, max_arc_m=300.0)  # 1111.95 m: four pieces of 278 m
    cuts = np.flatnonzero((graph.ref < 0) & (graph.lng == 105.9))
    assert np.sort(graph.lat[cuts]) == pytest.approx([29.3025, 29.305, 29.3075], abs=1e-8)


def test_shape_keeps_the_bends_of_each_piece_in_the_direction_of_its_arc() -> None:
    bends = ((105.899, 29.301), (105.899, 29.306), (105.901, 29.309))
    links = square()
    links.links[0] = link(1, 2, A, *bends, B)
    graph = assemble(links, max_arc_m=100_000.0)
    shapes = {}
    for arc in arcs_of_way(graph, 12).tolist():
        part = slice(graph.shape_first[arc], graph.shape_first[arc + 1])
        shapes[int(graph.ref[graph.tail[arc]])] = list(
            zip(graph.shape_lng[part].tolist(), graph.shape_lat[part].tolist(), strict=True)
        )
    assert shapes == {1: list(bends), 2: list(reversed(bends))}


def test_cut_and_uncut_lines_draw_the_same_road() -> None:
    bends = tuple((105.9 + 0.001 * (i % 3), 29.3 + 0.001 * i) for i in range(1, 10))
    links = square()
    links.links[0] = link(1, 2, A, *bends, B)
    cut = assemble(links, max_arc_m=120.0)
    whole = assemble(links, max_arc_m=100_000.0)
    assert int(cut.length_dm[arcs_of_way(cut, 12)].sum()) == int(
        whole.length_dm[arcs_of_way(whole, 12)].sum()
    )
    inner = set(zip(cut.shape_lng.tolist(), cut.shape_lat.tolist(), strict=True))
    assert set(bends) <= inner


def test_a_cut_on_a_vertex_leaves_no_doubled_point() -> None:
    links = square()
    links.links[0] = link(1, 2, (0.0, 0.0), (0.001, 0.0), (0.002, 0.0), length_m=600.0)
    links.links[1:] = [link(2, 1, (0.002, 0.0), (0.0, 0.0))]
    graph = assemble(links, max_arc_m=300.0)
    assert graph.shape_lng.size == 0


def test_one_way_makes_one_arc_and_an_arc_open_to_nobody_is_none() -> None:
    graph = assemble(square(backward=NOBODY), max_arc_m=5000.0)
    (arc,) = arcs_of_way(graph, 12).tolist()
    assert (int(graph.ref[graph.tail[arc]]), int(graph.ref[graph.head[arc]])) == (1, 2)


def test_each_direction_keeps_its_own_access() -> None:
    graph = assemble(square(backward=Access.FOOT), max_arc_m=5000.0)
    access = {
        int(graph.ref[graph.tail[arc]]): int(graph.access[arc]) for arc in arcs_of_way(graph, 12).tolist()
    }
    assert access == {1: int(DRIVEN), 2: int(Access.FOOT)}


def test_only_the_largest_strong_part_stays_and_the_rest_is_counted() -> None:
    links = square()
    links.links.append(link(4, 5, D, (105.92, 29.3), backward=NOBODY))  # a trap: in, never out
    links.links.append(link(7, 8, (106.0, 29.3), (106.0, 29.301)))  # an island
    graph = assemble(links, max_arc_m=5000.0)
    assert sorted(graph.ref.tolist()) == [1, 2, 3, 4]
    assert (graph.report.dropped_nodes, graph.report.dropped_arcs) == (3, 3)
    assert (graph.report.links_read, graph.report.nodes, graph.report.arcs) == (6, 4, 8)


def test_parallel_arcs_stay_and_loops_are_dropped_and_counted() -> None:
    links = square()
    links.links.append(link(1, 2, A, (105.899, 29.305), B, way=99))
    links.links.append(link(1, 1, A, (105.899, 29.3), A, way=98))
    graph = assemble(links, max_arc_m=5000.0)
    assert graph.arcs == 10
    assert graph.report.notes == ("arcs from a node to itself, dropped: 2",)


def test_default_speed_is_that_of_the_class_and_is_counted() -> None:
    graph = assemble(square(speed_kmh=72.5), max_arc_m=5000.0)
    posted = graph.marks & Mark.SPEED_POSTED != 0
    assert set(graph.way[posted].tolist()) == {12}
    assert set(graph.speed_kmh[posted].tolist()) == {72.5}
    assert set(graph.speed_kmh[~posted].tolist()) == {CLASS_SPEEDS[RoadClass.TERTIARY]}
    assert graph.report.filled == {"speed": 3}


def test_an_assumed_speed_counts_without_the_mark_of_a_posted_one() -> None:
    graph = assemble(square(speed_kmh=33.0, speed_posted=False), max_arc_m=5000.0)
    arcs = arcs_of_way(graph, 12)
    assert set(graph.speed_kmh[arcs].tolist()) == {33.0}
    assert set(graph.marks[arcs].tolist()) == {0}


def test_speeds_given_replace_the_defaults() -> None:
    graph = assemble(square(), speeds={RoadClass.TERTIARY: 44.0})
    assert set(graph.speed_kmh.tolist()) == {44.0}


def test_the_order_of_the_links_does_not_change_the_graph() -> None:
    rng = np.random.default_rng(7)
    links = Links(source="grid")
    for i in range(12):
        for j in range(12):
            here = (105.9 + 0.004 * i, 29.3 + 0.004 * j)
            for a, b in ((i + 1, j), (i, j + 1)):
                there = (105.9 + 0.004 * a, 29.3 + 0.004 * b)
                bend = ((here[0] + there[0]) / 2 + rng.uniform(-1e-3, 1e-3), (here[1] + there[1]) / 2)
                links.links.append(
                    link(100 * i + j, 100 * a + b, here, bend, there, name=f"road {i}", way=len(links.links))
                )
    first = assemble(links, max_arc_m=150.0)
    links.links = [links.links[i] for i in rng.permutation(len(links.links)).tolist()]
    assert assemble(links, max_arc_m=150.0).digest == first.digest


def test_cut_nodes_have_refs_of_their_own_below_those_of_the_source() -> None:
    links = Links(source="edited", links=[link(-5, 3, A, B), link(3, -5, B, C, A)])
    graph = assemble(links, max_arc_m=200.0)
    made = np.setdiff1d(graph.ref, [-5, 3])
    assert made.size == graph.nodes - 2
    assert int(made.max()) < -5


BAD = [
    (Links(source="nothing"), "nothing: no road in it"),
    (Links(source="point", links=[link(1, 2, A)]), "fewer than two points"),
    (square(speed_kmh=0.0), "speed of tertiary must be above 0"),
    (square(speed_kmh=float("nan")), "speed of tertiary must be above 0"),
    (square(length_m=-3.0), "length_m must be above 0"),
    (square(length_m=float("inf")), "length_m must be above 0"),
    (
        Links(source="gap", links=[link(1, 2, A, B), link(2, 1, C, A)]),
        "its end lies 969.6 m from where another link has node 2",
    ),
    (Links(source="dead end", links=[link(1, 2, A, B, backward=NOBODY)]), "no two places"),
]


@pytest.mark.parametrize(("links", "words"), BAD, ids=[words for _, words in BAD])
def test_links_no_graph_can_be_made_of_are_refused(links: Links, words: str) -> None:
    with pytest.raises(InputError) as caught:
        assemble(links)
    assert words in str(caught.value)


def test_a_piece_length_of_nothing_is_refused() -> None:
    with pytest.raises(InputError, match=r"max_arc_m must be at least 0\.1"):
        assemble(square(), max_arc_m=0.0)
