"""What the kernels that choose teams work on: the table of useful pairs, scratch, and the order of costs."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.jit import kernel

NOBODY: Final = 1 << 60
"""Bit of a label while nobody was sent."""

INFINITE: Final = 1 << 61
DEEP: Final = 16
"""Most demands one incident may have."""

BITS: Final = 60
"""Most bits the needs of one incident may take together."""

_ROW: Final = DEEP + 8
_AHEAD: Final = 1 << 17
_PARTS: Final = 1 << 16

Int = int | np.int64
Ids = NDArray[np.int32]
Longs = NDArray[np.int64]
Flags = NDArray[np.int8]


class Table(NamedTuple):
    """Useful pairs of one board, by incident and arrival; all arrays read-only.

    `start` int64[incidents + 1] and `first_demand` int64[incidents + 1] are offsets of pairs and demands. Per pair:
    `team`, `arrive`, `turn`, `price`, `cover`, `travel` int32, `must` int8 (locked), `units` and `ready`
    int32[pairs, deepest]. Per demand: `need`, `weight`, `target`, `shift`, `mask` int64 (place and width of its bits)
    and `loose` int8 (ready in another order than arriving). Per incident `first_weight`, `first_target` int64.
    `group_start` int64[teams + 1] and `group` int32 name the groups of each team, `cap` int64[groups] how many of a
    group may be sent. `step` int64[1] seconds.
    """

    start: Longs
    first_demand: Longs
    team: Ids
    arrive: Ids
    turn: Ids
    price: Ids
    cover: Ids
    travel: Ids
    must: Flags
    units: Ids
    ready: Ids
    need: Longs
    weight: Longs
    target: Longs
    shift: Longs
    mask: Longs
    loose: Flags
    first_weight: Longs
    first_target: Longs
    group_start: Longs
    group: Ids
    cap: Longs
    step: Longs


class Room(NamedTuple):
    """Scratch of one search: a hash of labels, those alive, and the steps that led to each.

    By place: `key`, the cost so far (`high`, `low`), the least it may end at (`least_high`, `least_low`), the cost
    when the present team goes (`next_high`, `next_low`) int64; `node`, `next_node`, `stamp` int32; `alive` int8.
    Lists of places: `live`, `touched`, `used` int32. Steps: `pair`, `back` int32[nodes].
    `row` int64[8, more than DEEP]. `ahead` int64[2, ...] and `part` int32[...]: what is left at the
    least, and how the cost of a team is shared out (`kernels.choose_ahead`).
    """

    key: Longs
    high: Longs
    low: Longs
    least_high: Longs
    least_low: Longs
    next_high: Longs
    next_low: Longs
    node: Ids
    next_node: Ids
    stamp: Ids
    alive: Flags
    live: Ids
    touched: Ids
    used: Ids
    pair: Ids
    back: Ids
    row: Longs
    ahead: Longs
    part: Ids


def make_room(places: int = 1 << 15, nodes: int = 1 << 20) -> Room:
    """Scratch for `places` (a power of two) labels and `nodes` steps; not to be shared by threads."""
    return Room(
        key=np.full(places, -1, dtype=np.int64),
        high=np.zeros(places, dtype=np.int64),
        low=np.zeros(places, dtype=np.int64),
        least_high=np.zeros(places, dtype=np.int64),
        least_low=np.zeros(places, dtype=np.int64),
        next_high=np.zeros(places, dtype=np.int64),
        next_low=np.zeros(places, dtype=np.int64),
        node=np.full(places, -1, dtype=np.int32),
        next_node=np.full(places, -1, dtype=np.int32),
        stamp=np.full(places, -1, dtype=np.int32),
        alive=np.zeros(places, dtype=np.int8),
        live=np.zeros(places, dtype=np.int32),
        touched=np.zeros(places, dtype=np.int32),
        used=np.zeros(places, dtype=np.int32),
        pair=np.zeros(nodes, dtype=np.int32),
        back=np.zeros(nodes, dtype=np.int32),
        row=np.zeros((8, _ROW), dtype=np.int64),
        ahead=np.zeros((2, _AHEAD), dtype=np.int64),
        part=np.zeros(_PARTS, dtype=np.int32),
    )


@kernel
def less(a_high: Int, a_low: Int, b_high: Int, b_low: Int) -> bool:
    """Whether cost a is below cost b."""
    return bool(a_high < b_high or (a_high == b_high and a_low < b_low))
