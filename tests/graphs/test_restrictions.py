"""Turn restrictions: what a relation says, and which arcs of a graph it is about."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from graphs.links import Link, Links, assemble
from graphs.restrictions import BOUND, BarredTurn, Member, Restriction, Restrictions
from graphs.road import Access, RoadClass, RoadGraph

NOBODY = Access(0)
FROM, VIA, TO = ("w", "from", 1), ("n", "via", 5), ("w", "to", 2)
HGV, CAR, MOTORCYCLE, EMERGENCY = Access.TRUCK, Access.CAR, Access.MOTORCYCLE, Access.EMERGENCY
Tags = dict[str, str]


def read(tags: Tags, *members: Member) -> Restrictions:
    restrictions = Restrictions()
    restrictions.add_relation({"type": "restriction", **tags}, members or (FROM, VIA, TO))
    return restrictions


SAYS: list[tuple[Tags, list[tuple[bool, Access]]]] = [
    ({"restriction": "no_left_turn"}, [(False, BOUND)]),
    ({"restriction": "only_straight_on"}, [(True, BOUND)]),
    ({"restriction": "no_u_turn", "except": "hgv"}, [(False, CAR | MOTORCYCLE | EMERGENCY)]),
    ({"restriction": "no_u_turn", "except": "psv; motorcar;motorcycle"}, [(False, HGV | EMERGENCY)]),
    ({"restriction": "no_u_turn", "except": "motor_vehicle"}, []),
    ({"restriction": "no_u_turn", "except": "bus;bicycle"}, [(False, BOUND)]),
    ({"restriction": "no_u_turn", "except": "emergency"}, [(False, CAR | MOTORCYCLE | HGV)]),
    ({"restriction:hgv": "no_right_turn"}, [(False, HGV)]),
    ({"restriction:motorcar": "only_left_turn"}, [(True, CAR)]),
    ({"restriction:motorcycle": "no_right_turn"}, [(False, MOTORCYCLE)]),
    (
        {"restriction:motor_vehicle": "no_right_turn", "except": "hgv"},
        [(False, CAR | MOTORCYCLE | EMERGENCY)],
    ),
    ({"restriction": "no_left_turn", "restriction:hgv": "only_right_turn"}, [(False, BOUND), (True, HGV)]),
    ({"restriction:bus": "no_left_turn"}, []),
]


@pytest.mark.parametrize(
    ("tags", "says"), SAYS, ids=[" ".join(map("=".join, tags.items())) for tags, _ in SAYS]
)
def test_a_relation_says_what_is_barred_to_whom(tags: Tags, says: list[tuple[bool, Access]]) -> None:
    restrictions = read(tags)
    assert [(each.only, each.barred) for each in restrictions.met] == says
    assert all((each.origin, each.at, each.target) == (1, 5, 2) for each in restrictions.met)
    assert not restrictions.left_out


def test_what_holds_at_certain_times_is_counted_and_the_rest_of_it_is_kept() -> None:
    alone = read({"restriction:conditional": "no_left_turn @ (07:00-09:00)"})
    both = read({"restriction:hgv:conditional": "no_u_turn @ (weight>5)", "restriction": "no_left_turn"})
    old = read({"restriction": "no_left_turn", "hour_on": "07:00", "hour_off": "09:00"})

    assert [len(each.met) for each in (alone, both, old)] == [0, 1, 0]
    assert [dict(each.left_out) for each in (alone, both, old)] == [{"they hold at certain times": 1}] * 3


WRONG: list[tuple[Member, ...]] = [
    (FROM, VIA),
    (FROM, TO),
    (VIA, TO),
    (FROM, VIA, ("n", "via", 6), TO),
    (FROM, ("w", "from", 9), VIA, TO),
    (FROM, VIA, ("w", "via", 7), TO),
    (FROM, VIA, TO, ("w", "to", 9)),
    (FROM, ("r", "via", 5), TO),
]


@pytest.mark.parametrize("members", WRONG)
def test_members_that_make_no_turn_are_counted(members: tuple[Member, ...]) -> None:
    restrictions = read({"restriction": "no_left_turn"}, *members)
    assert not restrictions.met
    assert dict(restrictions.left_out) == {"their kind or their members are not understood": 1}


@pytest.mark.parametrize("tags", [{"restriction": "no_parking"}, {"except": "hgv"}])
def test_a_kind_that_is_not_known_is_counted(tags: Tags) -> None:
    restrictions = read(tags)
    assert not restrictions.met
    assert restrictions.left_out.total() == 1


def test_no_entry_may_have_several_ways_from_and_no_exit_several_to() -> None:
    entry = read({"restriction": "no_entry"}, FROM, ("w", "from", 9), VIA, TO)
    leave = read({"restriction": "no_exit"}, FROM, VIA, TO, ("w", "to", 9), ("n", "label", 3))
    assert [(each.origin, each.target) for each in entry.met] == [(1, 2), (9, 2)]
    assert [(each.origin, each.target) for each in leave.met] == [(1, 2), (1, 9)]


PLACES = {
    1: (105.900, 29.300), 2: (105.905, 29.300), 3: (105.910, 29.300), 4: (105.905, 29.305),
    5: (105.905, 29.295), 6: (105.910, 29.305), 7: (105.915, 29.300),
}  # fmt: skip


def road(way: int, *refs: int, **values: object) -> list[Link]:
    """One link for each step between nodes."""
    return [
        Link(
            tail=tail,
            head=head,
            points=(PLACES[tail], PLACES[head]),
            road_class=RoadClass.TERTIARY,
            way=way,
            **values,  # type: ignore[arg-type]
        )
        for tail, head in pairwise(refs)
    ]


def town(
    *restrictions: Restriction, exact: tuple[BarredTurn, ...] = (), max_arc_m: float = 200.0
) -> RoadGraph:
    """Way 12 from 1 to 2; 23 on to 3 and 37 to 7; 24 and 25 off at 2; 36 off at 3; back by 46, 51 and 75."""
    links = Links(source="town")
    for way, refs in (
        (12, (1, 2)), (23, (2, 3)), (37, (3, 7)), (24, (2, 4)), (25, (2, 5)), (36, (3, 6)),
        (46, (4, 6)), (51, (5, 1)), (75, (7, 5)),
    ):  # fmt: skip
        links.links.extend(road(way, *refs))
    links.restrictions.met.extend(restrictions)
    links.restrictions.exact.extend(exact)
    return assemble(links, max_arc_m=max_arc_m)


def named(graph: RoadGraph) -> list[tuple[tuple[int, ...], int]]:
    """Ways of each barred turn, one after the other, and whom it binds."""
    return sorted(
        (tuple(graph.way[list(turn)].tolist()), bits)
        for turn, bits in zip(graph.ban_sequences, graph.ban_access.tolist(), strict=True)
    )


def test_a_turn_is_of_the_piece_before_the_junction_and_the_piece_after_it() -> None:
    graph = town(Restriction(origin=12, at=2, target=24, barred=HGV))
    ((before, after),) = graph.ban_sequences
    assert named(graph) == [((12, 24), int(HGV))]
    assert graph.ref[graph.head[before]] == graph.ref[graph.tail[after]] == 2
    assert graph.ref[graph.tail[before]] < 0  # a cut, for the way is 485 m long
    assert graph.ref[graph.head[after]] < 0
    assert graph.report.notes == ("turn restrictions in force: 1",)


def test_the_only_turn_bars_all_others_there_and_turning_back() -> None:
    graph = town(Restriction(origin=12, at=2, target=23, only=True))
    assert named(graph) == [((12, way), int(BOUND)) for way in (12, 24, 25)]


def test_of_two_turns_that_are_demanded_at_one_place_both_are_allowed() -> None:
    graph = town(
        Restriction(origin=12, at=2, target=23, only=True),
        Restriction(origin=12, at=2, target=25, only=True, barred=CAR),
    )
    both = int(BOUND)
    assert named(graph) == [((12, 12), both), ((12, 24), both), ((12, 25), both & ~int(CAR))]


def test_ways_between_are_followed_piece_by_piece() -> None:
    graph = town(Restriction(origin=12, via=(23,), target=36))
    assert named(graph) == [((12, 23, 23, 23, 36), int(BOUND))]
    ((*_, last),) = graph.ban_sequences
    assert graph.ref[graph.tail[last]] == 3


def test_after_ways_between_the_only_turn_bars_the_others_at_their_end() -> None:
    graph = town(Restriction(origin=12, via=(23,), target=36, only=True), max_arc_m=9999.0)
    assert named(graph) == [((12, 23, 23), int(BOUND)), ((12, 23, 37), int(BOUND))]


def test_two_ways_between_in_the_order_they_are_driven() -> None:
    graph = town(Restriction(origin=12, via=(23, 37), target=75), max_arc_m=9999.0)
    assert named(graph) == [((12, 23, 37, 75), int(BOUND))]


def test_a_way_that_ends_where_it_may_turn_back() -> None:
    graph = town(Restriction(origin=12, at=2, target=12))
    ((there, back),) = graph.ban_sequences
    assert (int(graph.tail[there]), int(graph.head[there])) == (int(graph.head[back]), int(graph.tail[back]))


def test_restrictions_of_one_turn_are_one_ban_for_all_they_bind() -> None:
    graph = town(
        Restriction(origin=12, at=2, target=24, barred=HGV),
        Restriction(origin=12, at=2, target=24, barred=CAR),
    )
    assert named(graph) == [((12, 24), int(HGV | CAR))]
    assert graph.report.notes == ("turn restrictions in force: 2",)


NO_ROAD = ("turn restrictions left out because a road or the junction is not among those kept: 1",)


@pytest.mark.parametrize(
    "lost",
    [
        Restriction(origin=99, at=2, target=24),
        Restriction(origin=12, at=2, target=99),
        Restriction(origin=12, at=99, target=24),
        Restriction(origin=12, at=2, target=37),
        Restriction(origin=12, via=(99,), target=37),
        Restriction(origin=12, via=(37,), target=75),
        Restriction(origin=12, at=2, target=99, only=True),
    ],
)
def test_a_turn_between_roads_that_are_not_there_is_left_out_and_counted(lost: Restriction) -> None:
    graph = town(lost)
    assert (graph.bans, graph.report.notes) == (0, NO_ROAD)


def test_a_way_that_goes_on_behind_the_junction_is_ambiguous_unless_one_way() -> None:
    unsure = ("turn restrictions left out because they may mean more than one turn: 1",)
    for backward, notes in ((None, unsure), (Access.FOOT, ("turn restrictions in force: 1",))):
        values = {} if backward is None else {"backward": backward}
        links = Links(source="through", links=[*road(10, 1, 2, 3, **values), *road(20, 2, 4)])
        links.links += [*road(30, 4, 6, 3), *road(31, 4, 1), *road(32, 3, 4)]
        links.restrictions.met.append(Restriction(origin=10, at=2, target=20))
        assert assemble(links).report.notes == notes


def test_a_turn_by_its_nodes_holds_however_links_are_cut() -> None:
    by_way = BarredTurn(nodes=(1, 2, 3, 6), ways=(12, 23, 36), barred=CAR)
    by_node = BarredTurn(nodes=(1, 2, 4), ways=(None, None))
    for max_arc_m, between in ((9999.0, 1), (200.0, 3)):
        graph = town(exact=(by_way, by_node), max_arc_m=max_arc_m)
        expected = [((12, *[23] * between, 36), int(CAR)), ((12, 24), int(BOUND))]
        assert named(graph) == sorted(expected)
        assert graph.report.notes == ("turn restrictions in force: 2",)


def test_a_turn_by_nodes_that_no_road_joins_is_left_out_and_counted() -> None:
    for nodes, ways in (((1, 2, 7), (12, 23)), ((1, 2, 3), (12, 24)), ((1, 2, 99), (None, None))):
        graph = town(exact=(BarredTurn(nodes=nodes, ways=ways),))
        assert (graph.bans, graph.report.notes) == (0, NO_ROAD)


def test_the_order_of_restrictions_does_not_change_the_graph() -> None:
    turns = [Restriction(origin=12, at=2, target=way, only=way == 24) for way in (23, 24, 25)]
    assert town(*turns).digest == town(*turns[::-1]).digest != town(*turns[:1]).digest
    assert np.all(np.diff(town(*turns).ban_first) == 2)
