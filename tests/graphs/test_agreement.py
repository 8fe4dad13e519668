"""Every engine gives every time: 300 towns with everything in them (60 where slow), and whatever hypothesis draws.

The truth is SciPy's, on the roads as one meets them who remembers what was driven (`judges.Remembered`), which shares
nothing with the product's expansion. The same tests run compiled, as plain Python and with bounds checks.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from numba import config

from graphs import search
from graphs.arrays import sealed
from graphs.cch import Query
from graphs.search import Dijkstra, Metric, SearchGraph
from models.units import NEVER
from tests.graphs import engines
from tests.graphs.engines import ENGINES, FACES, dissenters, faces_apart
from tests.graphs.judges import Ints, Roads, by_networkx, by_scipy, faults_of_way, remembered
from tests.graphs.towns import Town, town, towns

pytestmark = pytest.mark.kernel
calm = settings(max_examples=20 if config.DISABLE_JIT else 100)  # type: ignore[attr-defined]

TOWNS = 60 if config.DISABLE_JIT or config.BOUNDSCHECK else 300  # type: ignore[attr-defined]
"""Breadth is had compiled; as plain Python and with bounds checks it is the lines that count."""


class Subject:
    """A town as one rider meets it, and the truth about it."""

    def __init__(self, place: Town, turn_bits: int) -> None:
        self.town, self.graph, self.turn_bits = place, place.graph, turn_bits
        self.search = SearchGraph(place.graph)
        self.metric = Metric(self.search, place.open, turn_bits)
        self.roads = Roads(place.graph.nodes, place.graph.tail, place.graph.head)
        self.bans = [ban for ban in place.bans if ban[1] & turn_bits]
        self.memory = remembered(self.roads, self.bans, turn_bits)
        self._truths: dict[bytes, Ints] = {}

    def truth(self, times: Ints) -> Ints:
        """Give the times between all nodes, int32[n, n]; worked out once."""
        key = times.tobytes()
        if key not in self._truths:
            self._truths[key] = self.memory.table(times, self.graph.nodes)
        return self._truths[key]

    @property
    def ends(self) -> tuple[Ints, Ints]:
        """All nodes: where one starts and arrives in the hierarchy."""
        return self.town.nodes, self.search.turns.leave

    def ways(self, metric: Metric) -> list[list[int] | None]:
        """The ways of all pairs, found together."""
        starts, arrivals = self.ends
        found = self.search.query.ways(
            metric.customised, np.repeat(starts, starts.size), np.tile(arrivals, starts.size)
        )
        parts = np.split(found.arcs, found.first[1:-1])
        return [
            self.search.turns.driven(arcs).tolist() if reached else None
            for arcs, reached in zip(parts, found.reached.tolist(), strict=True)
        ]


@pytest.fixture(scope="module", params=range(TOWNS))
def subject(request: pytest.FixtureRequest) -> Subject:
    place = town(request.param)
    return Subject(place, place.turn_bits)


@pytest.fixture
def arc_by_arc(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have metrics brought up to date arc by arc, however small the town."""
    monkeypatch.setattr(search, "_MANY", 0)


def check_times(subject: Subject, metric: Metric) -> None:
    """Ask every engine for every pair, by both kinds of weights."""
    truth = subject.truth(metric.times)
    for weights in (metric.customised, metric.customised.perfect()):
        assert dissenters(subject.search.query, weights, subject.ends, truth) == []
    check_dijkstra(subject, metric, truth)


def check_dijkstra(subject: Subject, metric: Metric, truth: Ints) -> None:
    slow = Dijkstra(subject.search, metric.times, metric.turn_bits)
    assert faces_apart(slow, (subject.town.nodes, subject.town.nodes), truth) == []


def check_ways(subject: Subject, metric: Metric) -> None:
    """Drive the ways of all pairs arc by arc, and some of them as one asks for them alone."""
    truth, slow = subject.truth(metric.times), Dijkstra(subject.search, metric.times, metric.turn_bits)
    for p, way in enumerate(subject.ways(metric)):
        ends = divmod(p, subject.graph.nodes)
        driven = [way]
        if sum(ends) % 4 == 0:
            driven += [None if one is None else one.tolist() for one in (metric.way(*ends), slow.way(*ends))]
            assert driven[1] == way
        for each in driven:
            assert faults_of_way(subject.roads, metric.times, subject.bans, ends, each, truth[ends]) == []


def check_change(subject: Subject) -> Metric:
    """Close and open again: what is brought up to date is what is made anew, to the bit. Give the closed one."""
    place, before = subject.town, subject.metric
    weights = before.customised.w.copy()
    closed = before.changed(place.closed)
    opened = closed.changed(place.open)

    for metric, times in ((closed, place.closed), (opened, place.open)):
        assert "customised" in vars(metric)
        anew = Metric(subject.search, times, subject.turn_bits).customised
        assert np.array_equal(metric.customised.w, anew.w)
        assert np.array_equal(metric.customised.times, anew.times)
    assert np.array_equal(opened.customised.w, weights)
    assert np.array_equal(before.customised.w, weights)
    return closed


def test_every_engine_gives_every_time(subject: Subject) -> None:
    truth = subject.truth(subject.town.open)

    assert dissenters(subject.search.query, subject.metric.customised, subject.ends, truth) == []
    check_dijkstra(subject, subject.metric, truth)


@pytest.mark.usefixtures("arc_by_arc")
def test_closures_change_every_engine_together_and_opening_restores_all_to_the_bit(subject: Subject) -> None:
    check_times(subject, check_change(subject))


@pytest.mark.usefixtures("arc_by_arc")
def test_a_way_is_as_long_as_its_time_says_and_may_be_driven(subject: Subject) -> None:
    check_ways(subject, subject.metric.changed(subject.town.closed))


def test_who_is_exempt_from_turn_bans_gets_the_times_of_the_plain_roads(subject: Subject) -> None:
    """On the same hierarchy; the judge is NetworkX, for whom there is no ban."""
    nodes = subject.town.nodes
    exempt = Metric(subject.search, subject.town.closed)
    truth = by_networkx(subject.roads, exempt.times, nodes, nodes).astype(np.int32)

    assert faces_apart(exempt, (nodes, nodes), truth) == []
    check_dijkstra(subject, exempt, truth)


@given(place=towns())
@calm
def test_whatever_is_drawn_all_engines_agree(place: Town) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_MANY", 0)
        subject = Subject(place, place.turn_bits)
        closed = check_change(subject)
    for metric in (subject.metric, closed):
        check_times(subject, metric)
        check_ways(subject, metric)


# The test is worth what it notices ----------------------------------------------------------------------------------


def features(subject: Subject) -> set[str]:
    """Name what is in a town, as far as it bears on the times."""
    place, roads = subject.town, subject.roads
    arcs = list(zip(roads.tail.tolist(), roads.head.tolist(), strict=True))
    before = subject.truth(place.open)
    nodes = place.nodes
    joined = np.concatenate((roads.tail, roads.head)), np.concatenate((roads.head, roads.tail))
    connected = by_scipy(Roads(roads.nodes, *joined), np.ones(2 * roads.tail.size, np.int32), nodes, nodes)
    found = {
        "one-way": any(arc[::-1] not in arcs for arc in arcs),
        "parallel arcs": any(count > 1 for count in Counter(arcs).values()),
        "island": bool((connected == NEVER).any()),
        "no time": bool((place.open == 0).any()),
        "shut road": bool(((place.closed == NEVER) & (place.open < NEVER)).any()),
        "barred turn": bool(subject.bans),
        "closure that matters": bool((subject.truth(place.closed) != before).any()),
        "ban that matters": bool((Subject(place, 0).truth(place.open) != before).any()),
        "loop": any(tail == head for tail, head in arcs),
        "ban of three arcs or more": any(len(turn) > 2 for turn, _ in subject.bans),
    }
    return {name for name, there in found.items() if there}


def test_each_town_has_every_feature_and_they_matter() -> None:
    places = [town(seed) for seed in range(TOWNS)]
    found = Counter(name for place in places for name in features(Subject(place, place.turn_bits)))

    always = ("one-way", "parallel arcs", "island", "no time", "shut road", "barred turn")
    assert {name: found[name] for name in always} == dict.fromkeys(always, TOWNS)
    assert min(found["closure that matters"], found["ban that matters"]) > TOWNS // 2
    assert min(found["loop"], found["ban of three arcs or more"]) > TOWNS // 4
    assert max(place.graph.nodes for place in places) > 32 or config.DISABLE_JIT  # type: ignore[attr-defined]


def a_town() -> tuple[Subject, Metric, Ints]:
    """A town, the metric on it after one road on some quickest way has become a decisecond slower, the old truth."""
    place = town(7)
    subject = Subject(place, place.turn_bits)
    truth = subject.truth(place.open)
    for arc in range(subject.graph.arcs):
        times = place.open.copy()
        times[arc] += 1
        if (subject.truth(times) != truth).any():
            return subject, Metric(subject.search, times, subject.turn_bits), truth
    raise AssertionError("no road matters")


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("perfect", [False, True])
def test_one_wrong_time_in_one_engine_is_noticed(
    name: str, *, perfect: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one engine is given the weights of the other metric."""
    subject, wrong, truth = a_town()
    right, off = (
        metric.customised.perfect() if perfect else metric.customised for metric in (subject.metric, wrong)
    )
    engine = ENGINES[name]
    monkeypatch.setattr(
        engines, "ENGINES", {**ENGINES, name: lambda query, _, *ends: engine(query, off, *ends)}
    )

    assert dissenters(subject.search.query, right, subject.ends, truth) == [name]


@pytest.mark.parametrize("name", FACES)
@pytest.mark.parametrize("kind", [Metric, Dijkstra])
def test_one_wrong_time_in_one_face_is_noticed(
    name: str, kind: type[Metric | Dijkstra], monkeypatch: pytest.MonkeyPatch
) -> None:
    subject, wrong, truth = a_town()
    right, off = (
        kind(subject.search, times, subject.turn_bits) for times in (subject.town.open, wrong.times)
    )
    face = FACES[name]
    monkeypatch.setattr(engines, "FACES", {**FACES, name: lambda _, *ends: face(off, *ends)})

    assert faces_apart(right, (subject.town.nodes, subject.town.nodes), truth) == [name]


@pytest.mark.usefixtures("arc_by_arc")
def test_weights_that_were_not_brought_up_to_date_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    place = town(7)
    subject = Subject(place, place.turn_bits)
    check_change(subject)
    monkeypatch.setattr(Query, "_update", lambda *_: 0)

    with pytest.raises(AssertionError):
        check_change(subject)


DIAMOND = Roads(4, sealed(np.array([0, 1, 1, 2, 2])), sealed(np.array([1, 2, 2, 3, 1])))


@pytest.mark.parametrize(
    ("way", "time", "faults"),
    [
        ([0, 1, 3], 18, []),
        ([0, 1, 3], 19, ["it takes another time than the table says"]),
        (None, NEVER, []),
        (None, 18, ["there is none"]),
        ([0, 1], 11, ["it ends elsewhere"]),
        ([0, 3], 12, ["its arcs do not meet, or one is driven against its direction"]),
        ([1, 3], 13, ["its arcs do not meet, or one is driven against its direction"]),
        ([0, 1, -1], 18, ["it has an arc that is none"]),
        ([0, 1, 4, 1, 3], NEVER + 24, ["it takes a road that is shut"]),
        ([0, 2, 3], 18, ["it makes a barred turn"]),
    ],
)
def test_a_way_that_may_not_be_driven_is_noticed(way: list[int] | None, time: int, faults: list[str]) -> None:
    """From node 0 to 3; arcs 1 and 2 are parallel, arc 4 is shut, and arc 2 may not follow arc 0."""
    times = sealed(np.array([5, 6, 6, 7, NEVER]))

    assert faults_of_way(DIAMOND, times, [((0, 2), 1)], (0, 3), way, time) == faults
