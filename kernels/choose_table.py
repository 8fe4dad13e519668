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
MOST_LAID: Final = 1 << 16
"""Most pairs of one incident that are laid out, each counted once for every demand."""

LEFT: Final = 0
FILL: Final = 1
BASE: Final = 2
LOOK: Final = 3
"""Rows of `room.row`: units a label still needs, and a team fills, by demand; where each demand begins in a row of the
table ahead; that table's width and stride of pairs, and how many pairs are laid out."""

LAID: Final = 2
"""Column of `LOOK`: pairs laid out."""

SHIFT: Final = 4
MASK: Final = 5
NEED: Final = 6
UNMET_HIGH: Final = 7
UNMET_LOW: Final = 8
LOOSE: Final = 9
"""Rows of `room.row`, by demand: place and width of its bits, the units needed, the cost of one unmet, looseness."""

TALLY: Final = 10
"""Row of `room.row`: least end of what was dropped (high, low), places used, labels touched, places of the hash."""

LEAD: Final = 11
"""Row of `room.row`: where the pair at hand leads: the label and the cost (high, low)."""

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
    """Scratch of one search: the incident at hand, a hash of labels, those alive, and the steps that led to each.

    By place: `key` int64[places]; `cost` int64[places, 6]: the cost so far, the least it may end at and the cost when
    the present team goes, each (high, low); `mark` int32[places, 4]: step, step when the present team goes, the pair
    that came last, whether alive. `places` int32[3, places] lists places that live, are touched, are used. `step`
    int32[nodes, 2]: pair and the step before. `row` int64[12, more than DEEP]: facts by demand. `pay` int64[..., 5]:
    what pairs cost (`kernels.choose_costs`), and `which` int32[...] the pairs laid out there. `ahead` int64[2, ...] and
    `part` int32[...]: what is left at the least, and how the cost of a team is shared out (`kernels.choose_ahead`).
    """

    key: Longs
    cost: Longs
    mark: Ids
    places: Ids
    step: Ids
    row: Longs
    pay: Longs
    which: Ids
    ahead: Longs
    part: Ids


def make_room(places: int = 1 << 15, nodes: int = 1 << 20) -> Room:
    """Scratch for `places` (a power of two) labels and `nodes` steps; not to be shared by threads."""
    return Room(
        key=np.full(places, -1, dtype=np.int64),
        cost=np.zeros((places, 6), dtype=np.int64),
        mark=np.zeros((places, 4), dtype=np.int32),
        places=np.zeros((3, places), dtype=np.int32),
        step=np.zeros((nodes, 2), dtype=np.int32),
        row=np.zeros((12, _ROW), dtype=np.int64),
        pay=np.zeros((2 * MOST_LAID, 5), dtype=np.int64),
        which=np.zeros(MOST_LAID + 1, dtype=np.int32),
        ahead=np.zeros((2, _AHEAD), dtype=np.int64),
        part=np.zeros(MOST_LAID, dtype=np.int32),
    )


@kernel
def less(a_high: Int, a_low: Int, b_high: Int, b_low: Int) -> bool:
    """Whether cost a is below cost b."""
    return bool(a_high < b_high or (a_high == b_high and a_low < b_low))
