"""Our hierarchy after perfect customisation: static times, the fewest arcs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Final

from benchmarks.ours import Cch
from benchmarks.tasks import Task
from graphs.cch import Metric

_ASKED: Final = (
    "p2p",
    "table_1x420_prebuilt",
    "table_420x1_prebuilt",
    "table_420x50",
    "table_420x50_prebuilt",
    "table_420x1000",
    "table_420x10000",
)


class Perfect(Cch):
    """`ours-cch-perfect`: tables and pairs without closures; `Metric.perfect()` stands where the metric stood."""

    @cached_property
    def basic(self) -> Metric:
        """The times, customised."""
        return Metric(self.topology, self.times)

    @cached_property
    def metric(self) -> Any:
        """The same without the arcs that are no shortest way."""
        return self.basic.perfect()

    def tasks(self) -> Mapping[str, Callable[[], Task]]:
        """How each phase is answered."""
        asking = self.asking()
        return {"perfect_customise": self._customise, **{name: asking[name] for name in _ASKED}}

    def memory(self) -> Mapping[str, int]:
        """Bytes of what stays."""
        return {"memory_metric": self.metric.nbytes}

    def _customise(self) -> Task:
        basic = self.basic  # made before the clock runs: order and shortcuts are phases of their own

        def call(_: int) -> Any:
            basic.customise(self.times)
            return basic.perfect()

        return Task(call=call, proof=self._sample, note="basic, then perfect")
