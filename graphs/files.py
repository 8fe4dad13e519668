"""Road graphs as files: one uncompressed .npz, checked by format version and digest when read.

Uncompressed, because a world is read far more often than it is stored, and reading then costs little more
than the digest does.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile
from zlib import error as ZlibError  # noqa: N812 - it is a class

import numpy as np
from numpy.typing import NDArray

from graphs.order import keep_order, order_of
from graphs.road import BuildReport, RoadGraph
from models.errors import InputError

FORMAT: Final = "rescue-dispatch/roads/3"
"""Written into every file; a file of another format is refused."""

_HEAD: Final = "head.json"
_ORDER: Final = "order"
_FOREIGN: Final = (
    BadZipFile, ZlibError, ValueError, EOFError, KeyError, TypeError, AttributeError, NotImplementedError,
)  # fmt: skip
"""What numpy raises for a file that is not an .npz of plain arrays."""


def write_graph(graph: RoadGraph, path: Path) -> None:
    """Write a road graph, with the order its hierarchy is made in; the file appears whole or not at all.

    Parameters
    ----------
    graph
        The roads.
    path
        Where to; by custom it ends in `.roads.npz`.

    Raises
    ------
    InputError
        The folder is not there or cannot be written.
    """
    order = order_of(graph)
    head = {
        "format": FORMAT,
        "digest": graph.digest,
        "order": _order_digest(graph, order),
        "names": graph.names,
        "report": asdict(graph.report),
    }
    text = json.dumps(head, ensure_ascii=False).encode()
    arrays: dict[str, Any] = {_HEAD: np.frombuffer(text, dtype=np.uint8), **graph.arrays(), _ORDER: order}
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            np.savez(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        raise _unwritable(path, error) from None
    finally:
        Path(name).unlink(missing_ok=True)


def read_graph(path: Path) -> RoadGraph:
    """Read a road graph that `write_graph` wrote.

    Raises
    ------
    InputError
        No such file, another kind of file, another format version, cut short, or changed since it was
        written.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            head = _head(archive[_HEAD].tobytes(), path)
            arrays = {key: archive[key] for key in archive.files if key != _HEAD}
    except FileNotFoundError:
        raise InputError("no such file", where=str(path)) from None
    except InputError:
        raise
    except OSError as error:
        raise InputError(
            "cannot be read: {what}", where=str(path), what=error.strerror or str(error)
        ) from None
    except _FOREIGN:
        raise InputError("not a road graph file, or cut short; build it again", where=str(path)) from None
    try:
        order = arrays.pop(_ORDER)
        graph = RoadGraph(names=tuple(head["names"]), report=_report(head["report"]), **arrays)
        whole = graph.digest == head["digest"] and _order_digest(graph, order) == head["order"]
    except InputError as error:
        raise error.at(str(path)) from None
    except (TypeError, KeyError, AttributeError):
        raise InputError(
            "not a whole road graph: arrays or head do not fit; build it again", where=str(path)
        ) from None
    if not whole:
        raise InputError(
            "changed since it was written (its digest does not fit); build it again", where=str(path)
        )
    try:
        keep_order(graph, order)
    except InputError as error:
        raise error.at(str(path)) from None
    return graph


def _order_digest(graph: RoadGraph, order: NDArray[np.int32]) -> str:
    """Bind an order to its map."""
    return sha256(graph.digest.encode() + order.tobytes()).hexdigest()


def _head(text: bytes, path: Path) -> dict[str, Any]:
    head = json.loads(text)
    found = head.get("format") if isinstance(head, dict) else None
    if found != FORMAT:
        raise InputError(
            "road graph format {found!r} is not known, {known} is; build the file again",
            where=str(path),
            found=found,
            known=FORMAT,
        )
    return dict(head)


def _report(values: dict[str, Any]) -> BuildReport:
    return BuildReport(**{**values, "notes": tuple(values["notes"])})


def _unwritable(path: Path, error: OSError) -> InputError:
    return InputError("cannot be written: {what}", where=str(path), what=error.strerror or str(error))
