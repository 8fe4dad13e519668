"""Road graphs for other programs: a networkx graph, and CSV files that read back the same."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from graphs.csv_network import COLUMNS_FILE, TURNS_FILE
from graphs.datum import check_datum, points_from_wgs84
from graphs.profiles import arc_times, profile
from graphs.road import NO_LIMIT, Access, Mark, RoadClass, RoadGraph
from models.errors import InputError
from models.units import DECIMETRES_PER_METRE, NEVER

if TYPE_CHECKING:  # networkx takes 0.2 s to import, and only `to_networkx` needs it
    import networkx as nx


def to_networkx(graph: RoadGraph, profile_id: str | None = None) -> nx.MultiDiGraph:
    """Make a networkx graph.

    Parameters
    ----------
    graph
        The roads.
    profile_id
        A vehicle profile; its arcs then carry `time_ds`, and those it may not use are left out.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes 0 to n - 1 with `x`, `y` (WGS-84 degrees) and `ref`; arcs with the number of the arc as key and
        `length_m`, `speed_kmh`, `road_class`, `name`, `way`, `access` (the number of `Access`). Barred turns
        are in the graph's attribute `barred_turns`, each as (arcs, `Access` bits): networkx knows of none, and
        its shortest paths drive them.

    Raises
    ------
    InputError
        No such profile.
    """
    # networkx takes 0.2 s to import, and nothing else of a plan needs it
    import networkx as nx  # noqa: PLC0415

    times = None if profile_id is None else arc_times(graph, profile(profile_id)).tolist()
    turns = list(zip(graph.ban_sequences, graph.ban_access.tolist(), strict=True))
    made = nx.MultiDiGraph(crs="epsg:4326", source=graph.report.source, barred_turns=turns)
    for node, (x, y, ref) in enumerate(
        zip(graph.lng.tolist(), graph.lat.tolist(), graph.ref.tolist(), strict=True)
    ):
        made.add_node(node, x=x, y=y, ref=ref)
    for arc, (tail, head, values) in enumerate(_arc_values(graph)):
        if times is None:
            made.add_edge(tail, head, key=arc, **values)
        elif times[arc] < NEVER:
            made.add_edge(tail, head, key=arc, time_ds=times[arc], **values)
    return made


def _arc_values(graph: RoadGraph) -> Iterator[tuple[int, int, dict[str, object]]]:
    """Tail, head and attributes of every arc."""
    classes = [road_class.name.lower() for road_class in RoadClass]
    columns = zip(
        graph.tail.tolist(),
        graph.head.tolist(),
        graph.length_dm.tolist(),
        graph.speed_kmh.tolist(),
        graph.road_class.tolist(),
        graph.name.tolist(),
        graph.way.tolist(),
        graph.access.tolist(),
        strict=True,
    )
    for tail, head, length, speed, road_class, name, way, access in columns:
        yield (
            tail,
            head,
            {
                "length_m": length / DECIMETRES_PER_METRE,
                "speed_kmh": speed,
                "road_class": classes[road_class],
                "name": graph.names[name],
                "way": way,
                "access": access,
            },
        )


def write_csv_network(graph: RoadGraph, folder: Path, crs: str = "wgs84") -> None:
    """Write `nodes.csv`, `links.csv` and the `columns.toml` that says their coordinate system.

    One row per directed arc, and in `turns.csv`, where any is barred, one per turn.
    `graphs.csv_network.read_csv_network` on the folder gives the same arcs with the same lengths, speeds and
    limits, the same barred turns, and so the same travel times.

    Parameters
    ----------
    graph
        The roads.
    folder
        Made where it is not there; files of these names in it are written over.
    crs
        Coordinate system of what is written, see `graphs.datum`.

    Raises
    ------
    InputError
        No such coordinate system, or the folder cannot be written.
    """
    datum = check_datum(crs, "crs")
    x, y = points_from_wgs84(graph.lng, graph.lat, datum, "nodes")
    shape_x, shape_y = points_from_wgs84(graph.shape_lng, graph.shape_lat, datum, "shapes")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        ids = graph.ref.tolist()
        nodes = zip(ids, map(repr, x.tolist()), map(repr, y.tolist()), strict=True)
        _write(folder / "nodes.csv", ("id", "x", "y"), nodes)
        _write(folder / "links.csv", _HEADER, _link_rows(graph, shape_x, shape_y))
        if graph.bans:
            _write(folder / TURNS_FILE, ("nodes", "links", "barred"), _turn_rows(graph))
        else:
            (folder / TURNS_FILE).unlink(missing_ok=True)  # of a network that was written here before
        text = f'# written with the network; see columns.example.toml for every key\ncrs = "{crs}"\n'
        (folder / COLUMNS_FILE).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(
            "cannot be written: {what}", where=str(folder), what=error.strerror or str(error)
        ) from None


_HEADER = (
    "tail", "head", "id", "class", "name", "speed_kmh", "speed_posted", "oneway", "length_m", "access",
    "marks", "max_weight_t", "max_height_m", "max_width_m", "shape",
)  # fmt: skip


def _link_rows(
    graph: RoadGraph, x: NDArray[np.float64], y: NDArray[np.float64]
) -> Iterator[tuple[object, ...]]:
    ref, points = graph.ref, [f"{a!r} {b!r}" for a, b in zip(x.tolist(), y.tolist(), strict=True)]
    first, posted = graph.shape_first.tolist(), int(Mark.SPEED_POSTED)
    classes = [road_class.name.lower() for road_class in RoadClass]
    limits = zip(
        _limit(graph.max_weight_kg, 1000),
        _limit(graph.max_height_cm, 100),
        _limit(graph.max_width_cm, 100),
        strict=True,
    )
    columns = zip(
        ref[graph.tail].tolist(),
        ref[graph.head].tolist(),
        graph.way.tolist(),
        graph.road_class.tolist(),
        graph.name.tolist(),
        graph.speed_kmh,  # float32: its shortest text reads back as the same float32
        graph.length_dm.tolist(),
        graph.access.tolist(),
        graph.marks.tolist(),
        limits,
        strict=True,
    )
    for arc, (tail, head, way, road_class, name, speed, length, access, marks, limit) in enumerate(columns):
        yield (
            tail,
            head,
            way,
            classes[road_class],
            graph.names[name],
            str(speed),
            int(marks & posted > 0),
            "strict",
            length / DECIMETRES_PER_METRE,
            _words(Access, access),
            _words(Mark, marks & ~posted),
            *limit,
            ";".join(points[first[arc] : first[arc + 1]]),
        )


def _turn_rows(graph: RoadGraph) -> Iterator[tuple[str, str, str]]:
    """Nodes, links between them, and whom it binds, of each barred turn."""
    for turn, barred in zip(graph.ban_sequences, graph.ban_access.tolist(), strict=True):
        arcs = np.array(turn)
        nodes = [graph.ref[graph.tail[turn[0]]].item(), *graph.ref[graph.head[arcs]].tolist()]
        yield ";".join(map(str, nodes)), ";".join(map(str, graph.way[arcs].tolist())), _words(Access, barred)


def _limit(values: NDArray[np.int32], unit: int) -> list[str]:
    return ["" if value == NO_LIMIT else repr(value / unit) for value in values.tolist()]


@cache
def _words(kind: type[Access | Mark], bits: int) -> str:
    """Name the flags among some bits."""
    return " ".join(str(flag.name).lower() for flag in kind(bits))


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    # a byte order mark, without which Excel takes Chinese names for another encoding
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
