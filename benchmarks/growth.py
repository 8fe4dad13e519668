"""How the hierarchy grows with the map: the same questions on drawn networks from ten thousand to a million nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.engines import OURS, REGISTRY, Entry
from benchmarks.measure import Row
from benchmarks.networks import GENERATED, network
from benchmarks.routing import Choice, Progress, run

SIZES: Final = (10_000, 30_000, 100_000, 300_000, 1_000_000)
PHASES: Final = (
    "order",
    "topology",
    "customise",
    "partial_1",
    "p2p",
    "table_420x50",
    "table_420x50_prebuilt",
    "table_420x1000",
    "one_to_all",
    "closure_to_table",
)


@dataclass(frozen=True, kw_only=True)
class Size:
    """A network of the growth table."""

    graph: str
    nodes: int
    arcs: int


@dataclass(frozen=True, kw_only=True)
class Growth:
    """How one figure of one engine grows.

    `per_node` is the figure (microseconds, or bytes where `unit` is "MB") per node on the largest network;
    `slope` the exponent of the number of nodes that fits best: 1 is in proportion, 0 not at all.
    """

    engine: str
    phase: str
    unit: str
    values: tuple[float | None, ...]
    per_node: float | None
    slope: float | None


@dataclass(frozen=True, kw_only=True)
class GrowthTable:
    """All of it: the networks, the curves, and the rows they were made of."""

    sizes: tuple[Size, ...]
    curves: tuple[Growth, ...]
    rows: tuple[Row, ...]


def measure(
    sizes: Sequence[int],
    choice: Choice,
    *,
    registry: Sequence[Entry] = REGISTRY,
    progress: Progress = lambda _what, _share: None,
) -> GrowthTable:
    """Draw networks and measure the chosen engines on each.

    Parameters
    ----------
    sizes
        Numbers of nodes, rising.
    choice
        Engines (ours where empty) and phases (those of `PHASES` where empty).
    registry
        The engines there are.
    progress
        Told how far it is.
    """
    wanted = Choice(
        engines=choice.engines or (OURS,),
        phases=choice.phases or PHASES,
        pairs=choice.pairs,
        seed=choice.seed,
        runs=choice.runs,
    )
    work = float(sum(sizes))
    done = 0.0
    nets: list[Size] = []
    rows: list[Row] = []
    for size in sizes:

        def report(what: str, share: float, size: int = size, done: float = done) -> None:
            progress(f"{size:,} nodes: {what}", (done + share * size) / work)

        report("drawing", 0.0)
        net = network(f"{GENERATED}{size}")
        nets.append(Size(graph=net.name, nodes=net.nodes, arcs=int(net.times.size)))
        rows += run(net, wanted, registry=registry, progress=report)
        done += size
    return GrowthTable(sizes=tuple(nets), curves=curves(nets, rows), rows=tuple(rows))


def curves(sizes: Sequence[Size], rows: Sequence[Row]) -> tuple[Growth, ...]:
    """Sort rows into one curve for each engine and phase, in the order of the rows."""
    found: dict[tuple[str, str], dict[str, Row]] = {}
    for each in rows:
        if each.median_ms is not None or each.mb is not None:
            found.setdefault((each.engine, each.phase), {})[each.subject] = each
    return tuple(_curve(engine, phase, sizes, at) for (engine, phase), at in found.items())


def _curve(engine: str, phase: str, sizes: Sequence[Size], at: dict[str, Row]) -> Growth:
    in_mb = any(each.mb is not None for each in at.values())
    values = tuple(_value(at.get(size.graph)) for size in sizes)
    last = values[-1]
    factor = 1e6 if in_mb else 1e3
    return Growth(
        engine=engine,
        phase=phase,
        unit="MB" if in_mb else "ms",
        values=values,
        per_node=None if last is None else round(last * factor / sizes[-1].nodes, 4),
        slope=slope([size.nodes for size in sizes], values),
    )


def _value(row: Row | None) -> float | None:
    return None if row is None else row.median_ms if row.mb is None else row.mb


def slope(nodes: Sequence[int], values: Sequence[float | None]) -> float | None:
    """Fit `value = c * nodes ** slope`, least squares of the logarithms; None with fewer than two points."""
    points = [(n, value) for n, value in zip(nodes, values, strict=True) if value is not None and value > 0]
    if len(points) < 2:  # noqa: PLR2004 - a line needs two
        return None
    x, y = np.log(np.array(points, dtype=np.float64)).T
    return round(float(np.polyfit(x, y, 1)[0]), 3)
