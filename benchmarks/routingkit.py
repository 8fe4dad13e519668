"""RoutingKit's customizable contraction hierarchy, through the two packages that carry it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import numpy as np

from benchmarks.networks import INCIDENTS, SAMPLE, Ints, Network, Questions
from benchmarks.phases import CLOSURE_COUNTS, NEAREST
from benchmarks.tasks import Task, Times
from models.units import NEVER

SHUT: Final = 2**31 - 1
"""RoutingKit's infinity."""


class Customizable:
    """What RoutingKit is asked through either package; how, is said by the two classes below."""

    def __init__(self, net: Network, asked: Questions) -> None:
        self.net, self.asked = net, asked

    def customise(self) -> None:
        """Make the metric anew in the memory that is there."""
        raise NotImplementedError

    def change(self, arcs: Ints, times: Ints) -> None:
        """Give some arcs other times."""
        raise NotImplementedError

    def pairs(self, starts: Ints, ends: Ints) -> Times:
        """Give the time of each pair."""
        raise NotImplementedError

    def tasks(self) -> Mapping[str, Callable[[], Task]]:
        """How each phase is answered."""
        return {
            "customise": lambda: Task(call=lambda _: self.customise(), proof=self._sample),
            **{f"partial_{count}": partial(self._partial, count) for count in CLOSURE_COUNTS},
        }

    def memory(self) -> Mapping[str, int]:
        """Nothing is known of the bytes of a peer."""
        return {}

    def close(self, count: int, n: int) -> int:
        """Shut the arcs of a round."""
        arcs = self.asked.closures[count][n]
        self.change(arcs, np.full(arcs.size, SHUT, dtype=np.int32))
        return n

    def open(self, count: int, n: int) -> None:
        """Give them their times back."""
        arcs = self.asked.closures[count][n]
        self.change(arcs, self.net.times[arcs])

    def _sample(self, _: object) -> Times:
        return self.pairs(self.asked.starts[:SAMPLE], self.asked.ends[:SAMPLE])

    def _partial(self, count: int) -> Task:
        closures = self.asked.closures[count]

        def across(n: int) -> Times:
            return self.pairs(self.net.tail[closures[n]], self.net.head[closures[n]])

        return Task(
            call=partial(self.close, count),
            proof=across,
            undo=partial(self.open, count),
            rounds=len(closures),
        )


class FromRust(Customizable):
    """`routingkit-cch`: every table row is a Python list."""

    def __init__(self, package: Any, net: Network, asked: Questions) -> None:
        super().__init__(net, asked)
        self._package = package
        self._tail, self._head = net.tail.tolist(), net.head.tolist()
        self._times = net.times.tolist()
        self._order: list[int] | None = None
        self._cch: Any = None
        self._metric: Any = None

    def tasks(self) -> Mapping[str, Callable[[], Task]]:
        """How each phase is answered."""
        incidents = self.asked.incidents
        few, some = incidents[: INCIDENTS[0]], incidents[: INCIDENTS[1]]
        starts, ends = self.asked.starts, self.asked.ends
        return {
            "order": lambda: Task(call=lambda _: self._make_order(), proof=None, note="inertial flow"),
            "topology": lambda: Task(call=lambda _: self._build(), proof=None),
            **super().tasks(),
            "p2p": lambda: Task(
                call=lambda _: self.pairs(starts, ends),
                scale=1 / starts.size,
                note="one call from Python each",
            ),
            "p2p_paths": self._paths,
            "table_1x420_prebuilt": self._to_stations,
            "table_420x1_prebuilt": lambda: self._from_stations(incidents[:1]),
            "table_420x50": lambda: self._table(few),
            "table_420x50_prebuilt": lambda: self._from_stations(few),
            "table_420x1000": lambda: self._table(some),
            "table_420x10000": lambda: self._table(incidents),
            "nearest_5": lambda: self._nearest(few.tolist()),
            "one_to_all": self._one_to_all,
            "closure_to_table": lambda: self._closure(few.tolist()),
        }

    def customise(self) -> None:
        """Make the metric anew in the memory that is there."""
        if self._metric is None:
            if self._cch is None:
                self._build()
            self._metric = self._package.CCHMetric(self._cch, self._times)
            self._updater = self._package.CCHMetricPartialUpdater(self._cch)
        self._metric.reset(self._times)

    def change(self, arcs: Ints, times: Ints) -> None:
        """Give some arcs other times."""
        self._updater.apply(self.metric, dict(zip(arcs.tolist(), times.tolist(), strict=True)))

    def pairs(self, starts: Ints, ends: Ints) -> Times:
        """One call for each pair."""
        query = self._package.CCHQuery(self.metric)
        return _numbers([query.run(a, b).distance for a, b in _listed(starts, ends)])

    @property
    def metric(self) -> Any:
        """The times, customised."""
        if self._metric is None:
            self.customise()
        return self._metric

    def _make_order(self) -> list[int]:
        lat, lng = self.net.lat.tolist(), self.net.lng.tolist()
        self._order = self._package.compute_order_inertial(self.net.nodes, self._tail, self._head, lat, lng)
        return self._order

    def _build(self) -> None:
        order = self._order or self._make_order()
        self._cch = self._package.CCH(order, self._tail, self._head, False)  # noqa: FBT003 - its own face

    def _paths(self) -> Task:
        starts, ends = self.asked.starts, self.asked.ends

        def call(_: int) -> list[list[int]]:
            query = self._package.CCHQuery(self.metric)
            return [query.run(a, b).arc_path for a, b in _listed(starts, ends)]

        return Task(
            call=call,
            proof=lambda ways: self.net.lengths(starts.tolist(), ends.tolist(), ways),
            scale=1 / starts.size,
            note="one call from Python each",
        )

    def _pin(self, nodes: Ints, *, to: bool) -> Any:
        kind = self._package.CCHOneToMany if to else self._package.CCHManyToOne
        return kind(self.metric, nodes.tolist())

    def _to_stations(self) -> Task:
        pinned = self._pin(self.asked.stations, to=True)
        one = int(self.asked.incidents[0])
        return Task(call=lambda _: [pinned.distances_from(one)], proof=_numbers)

    def _from_stations(self, incidents: Ints) -> Task:
        pinned, ends = self._pin(self.asked.stations, to=False), incidents.tolist()
        return Task(
            call=lambda _: [pinned.distances_to(end) for end in ends], proof=lambda rows: _numbers(rows).T
        )

    def _nearest(self, ends: list[int]) -> Task:
        pinned = self._pin(self.asked.stations, to=False)

        def call(_: int) -> Times:
            return soonest(_numbers([pinned.distances_to(end) for end in ends]))

        return Task(call=call, note="the table, then its smallest")

    def _table(self, incidents: Ints) -> Task:
        def call(_: int) -> Any:
            pinned = self._pin(incidents, to=True)
            return [pinned.distances_from(station) for station in self.asked.stations.tolist()]

        return Task(call=call, proof=_numbers)

    def _one_to_all(self) -> Task:
        pinned = self._pin(np.arange(self.net.nodes, dtype=np.int32), to=True)
        start = int(self.asked.stations[0])
        return Task(call=lambda _: pinned.distances_from(start), proof=_numbers)

    def _closure(self, ends: list[int]) -> Task:
        """Its query objects do not see a changed metric: they are made anew."""

        def call(n: int) -> Any:
            self.close(1, n)
            pinned = self._pin(self.asked.stations, to=False)
            return [pinned.distances_to(end) for end in ends]

        return Task(
            call=call,
            proof=lambda rows: _numbers(rows).T,
            undo=partial(self.open, 1),
            rounds=len(self.asked.closures[1]),
        )


class FromCpp(Customizable):
    """`pyroutingkit`: whole tables as arrays, the loop over rows in C++; stations cannot be kept."""

    def __init__(self, package: Any, net: Network, asked: Questions) -> None:
        super().__init__(net, asked)
        self._package = package
        self._times = net.times.astype(np.uint32)
        self._topology: Any = None
        self._metric: Any = None

    def tasks(self) -> Mapping[str, Callable[[], Task]]:
        """How each phase is answered."""
        incidents = self.asked.incidents
        few, some = incidents[: INCIDENTS[0]], incidents[: INCIDENTS[1]]
        every = np.arange(self.net.nodes, dtype=np.int32)
        return {
            "topology": lambda: Task(
                call=lambda _: self._build(), proof=None, note="inertial flow and contraction in one"
            ),
            **super().tasks(),
            "p2p_paths": self._paths,
            "table_1x420_prebuilt": lambda: self._table(incidents[:1], self.asked.stations, "not kept"),
            "table_420x50": lambda: self._table(self.asked.stations, few),
            "table_420x1000": lambda: self._table(self.asked.stations, some),
            "table_420x10000": lambda: self._table(self.asked.stations, incidents),
            "one_to_all": lambda: Task(
                call=lambda _: self.metric.distances_many_to_many(self.asked.stations[:1], every),
                proof=lambda found: _clipped(found)[0],
            ),
            "closure_to_table": lambda: self._closure(few),
        }

    @property
    def metric(self) -> Any:
        """The times, customised."""
        if self._metric is None:
            self.customise()
        return self._metric

    def customise(self) -> None:
        """Make the metric anew in the memory that is there."""
        if self._metric is None:
            if self._topology is None:
                self._build()
            self._metric = self._package.CCHMetric(self._topology)
        self._metric.customize(self._times)

    def change(self, arcs: Ints, times: Ints) -> None:
        """Give some arcs other times."""
        self.metric.update_weights(arcs.astype(np.uint32), times.astype(np.uint32))

    def pairs(self, starts: Ints, ends: Ints) -> Times:
        """One call for each pair."""
        return _clipped(
            np.array([self.metric.query(a, b)[0] for a, b in _listed(starts, ends)], dtype=np.int64)
        )

    def _build(self) -> None:
        net = self.net
        self._topology = self._package.CCHTopology()
        lat, lng = net.lat.astype(np.float32), net.lng.astype(np.float32)
        self._topology.build(net.tail.astype(np.uint32), net.head.astype(np.uint32), lat, lng, net.nodes)

    def _paths(self) -> Task:
        starts, ends = self.asked.starts, self.asked.ends
        return Task(
            call=lambda _: [self.metric.query(a, b)[2] for a, b in _listed(starts, ends)],
            proof=lambda ways: self.net.lengths(starts.tolist(), ends.tolist(), ways),
            scale=1 / starts.size,
            note="one call from Python each",
        )

    def _table(self, starts: Ints, ends: Ints, note: str = "") -> Task:
        return Task(
            call=lambda _: self.metric.distances_many_to_many(starts, ends), proof=_clipped, note=note
        )

    def _closure(self, few: Ints) -> Task:
        def call(n: int) -> Any:
            self.close(1, n)
            return self.metric.distances_many_to_many(self.asked.stations, few)

        return Task(
            call=call, proof=_clipped, undo=partial(self.open, 1), rounds=len(self.asked.closures[1]),
            note="stations cannot be kept",
        )  # fmt: skip


def soonest(rows: Times) -> Times:
    """Give the smallest times of each row, in rising order."""
    return np.sort(np.partition(rows, NEAREST - 1, axis=1)[:, :NEAREST], axis=1)


def _listed(starts: Ints, ends: Ints) -> Any:
    return zip(starts.tolist(), ends.tolist(), strict=True)


def _numbers(found: list[Any]) -> Times:
    array = np.array(found, dtype=np.float64)  # None becomes not-a-number
    out = np.where(np.isnan(array) | (array >= NEVER), NEVER, array)
    return out.astype(np.int64)


def _clipped(found: Any) -> Times:
    return np.minimum(np.asarray(found).astype(np.int64), NEVER)
