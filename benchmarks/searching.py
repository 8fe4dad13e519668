"""Engines that search once for each source: few rows are asked of them, and the time is scaled up."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from benchmarks.networks import INCIDENTS, Ints, Network, Questions
from benchmarks.tasks import Task, Times

_ROWS: Final = 4
"""Searches that slow engines are asked for; a whole table is as many times slower as it has rows."""
_PAIRS: Final = 10


class Searching(ABC):
    """What such an engine can be asked, told in terms of rows of a table.

    Parameters
    ----------
    net, asked
        The network and the questions.
    """

    few_rows = _ROWS
    few_pairs = _PAIRS

    def __init__(self, net: Network, asked: Questions) -> None:
        self.net, self.asked = net, asked

    @abstractmethod
    def rows(self, starts: Ints, ends: Ints, *, turned: bool) -> Times:
        """Give the times from each start to each end, int64[starts, ends]; `turned`: against the arcs."""

    @abstractmethod
    def distances(self, source: int) -> Times:
        """Give the times from a node to all, int64[n]."""

    def tasks(self) -> Mapping[str, Callable[[], Task]]:
        """How each phase is answered."""
        incidents = self.asked.incidents
        some, many = incidents[: INCIDENTS[1]], incidents
        return {
            "p2p": self._pairs,
            "table_1x420_prebuilt": lambda: Task(
                call=lambda _: self.rows(incidents[:1], self.asked.stations, turned=False)
            ),
            "table_420x1_prebuilt": lambda: Task(
                call=lambda _: self.rows(incidents[:1], self.asked.stations, turned=True).T
            ),
            "table_420x50": self._columns,
            "table_420x1000": lambda: self._rows(some),
            "table_420x10000": lambda: self._rows(many),
            "one_to_all": lambda: Task(call=lambda _: self.distances(int(self.asked.stations[0]))),
        }

    def memory(self) -> Mapping[str, int]:
        """Nothing is known of the bytes of a peer."""
        return {}

    def _pairs(self) -> Task:
        """Each pair is one search; all are as slow."""
        few = self.few_pairs
        starts, ends = self.asked.starts[:few], self.asked.ends[:few]

        def call(_: int) -> Times:
            pairs = zip(starts, ends, strict=True)
            return np.concatenate(
                [self.rows(np.array([a]), np.array([b]), turned=False)[0] for a, b in pairs]
            )

        return Task(call=call, part=(slice(0, few),), scale=1 / few, note=f"{few} pairs, one call each")

    def _rows(self, ends: Ints) -> Task:
        stations, few = self.asked.stations, self.few_rows
        return Task(
            call=lambda _: self.rows(stations[:few], ends, turned=False),
            part=(slice(0, few),),
            scale=stations.size / few,
            note=f"scaled from {few} of {stations.size} searches",
        )

    def _columns(self) -> Task:
        """Fewer incidents than stations: the searches go against the arcs."""
        count, few = INCIDENTS[0], self.few_rows
        return Task(
            call=lambda _: self.rows(self.asked.incidents[:few], self.asked.stations, turned=True).T,
            part=(slice(None), slice(0, few)),
            scale=count / few,
            note=f"scaled from {few} of {count} searches",
        )
