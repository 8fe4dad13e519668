"""The cheapest schedules of one unit where the worth of a part depends on when it starts: labels over windows of time.

Of each part the time is cut into windows. Within a window, serving it from `start` is worth `worth` less `rate` times
when the part counts as done, so sooner is better; a unit may wait for a later window that is worth more. Travel is the
shortest through any other parts (`reach`), so leaving a stop out delays no other, and no best schedule has a stop that
costs more than it is worth.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kernels.jit import NEVER, kernel
from kernels.sequence import NOBODY, Int, Ints, Jobs, Longs, may_serve
from kernels.sequence_price import OVERFLOW, WORD, Labels


class Windows(NamedTuple):
    """What serving a part is worth, by when it starts.

    Attributes
    ----------
    windows : int64[parts]
        Windows of each part.
    soonest, latest : int64[parts]
        No part starts before, or after.
    begin : int64[units, parts, windows]
        Start of a part with which each window begins, ascending; the last one does not end. A window is empty where the
        next begins with the same.
    rate, worth : int64[parts, windows]
        What is lost for each unit of time until the part counts as done, and what is won.
    lasts : int64[units, parts]
        Time from the start until the part counts as done.
    group : int64[parts]
        A unit serves at most one part of a group.
    """

    windows: Longs
    soonest: Longs
    latest: Longs
    begin: Longs
    rate: Longs
    worth: Longs
    lasts: Longs
    group: Longs


class Reach(NamedTuple):
    """How soon a unit can be at a part.

    Attributes
    ----------
    direct : int32[units, parts + 1, parts]
        Shortest time from the end at one part to another, through any; the last row is from where the unit stands.
    second : int32[units, parts, parts]
        The same through at least one other.
    """

    direct: Ints
    second: Ints


@kernel
def reach(jobs: Jobs, unit: Int, direct: Ints, second: Ints) -> None:
    """Fill one unit's tables of `Reach`, int32[parts + 1, parts] and int32[parts, parts]."""
    parts = jobs.weight.size
    table = jobs.profile[unit]
    for part in range(parts):
        able, tied = may_serve(jobs, unit, part), jobs.locked[unit]
        for before in range(parts + 1):
            direct[before, part] = NEVER
            if not able or before == part:
                continue
            if before == parts:
                direct[before, part] = jobs.first[unit, part] if tied in (NOBODY, part) else NEVER
            elif may_serve(jobs, unit, before):
                direct[before, part] = jobs.between[table, before, part]
    for middle in range(parts):
        if not may_serve(jobs, unit, middle):
            continue
        service = np.int64(jobs.service[unit, middle])
        for before in range(parts + 1):
            for after in range(parts):
                through = direct[before, middle] + service + direct[middle, after]
                if after != before and through < direct[before, after]:
                    direct[before, after] = through
    for before in range(parts):
        for after in range(parts):
            best: Int = np.int64(NEVER)
            for middle in range(parts):
                if middle not in (before, after) and direct[before, middle] < NEVER:
                    best = min(
                        best, direct[before, middle] + jobs.service[unit, middle] + direct[middle, after]
                    )
            second[before, after] = best


@kernel
def _gain(windows: Windows, unit: Int, part: Int, arrival: Int) -> Int:
    """Most that serving a part can be worth from an arrival on; at least 0."""
    best: Int = np.int64(0)
    count, lasts, latest = windows.windows[part], windows.lasts[unit, part], windows.latest[part]
    for at in range(count):
        start = max(arrival, windows.begin[unit, part, at])
        if start > latest:
            break
        if at + 1 == count or windows.begin[unit, part, at + 1] > start:
            best = max(best, windows.worth[part, at] - windows.rate[part, at] * (start + lasts))
    return best


@kernel
def _settled(room: Labels, label: Int) -> bool:
    """Put a new label into the chain of its last stop unless it is dominated; strike out those it dominates."""
    chain = room.last[label]
    before, other = np.int64(-1), np.int64(room.head[chain])
    while other >= 0:
        onward = np.int64(room.following[other])
        more, less = np.int64(0), np.int64(0)
        for word in range(room.stops.shape[1]):
            more |= room.stops[other, word] & ~room.stops[label, word]
            less |= room.stops[label, word] & ~room.stops[other, word]
        if more == 0 and room.time[other] <= room.time[label] and room.cost[other] <= room.cost[label]:
            return False
        if less == 0 and room.time[label] <= room.time[other] and room.cost[label] <= room.cost[other]:
            room.alive[other] = 0
            if before < 0:
                room.head[chain] = onward
            else:
                room.following[before] = onward
        else:
            before = other
        other = onward
    room.following[label] = room.head[chain]
    room.head[chain] = label
    return True


@kernel
def _ahead(windows: Windows, unit: Int, direct: Ints, second: Ints, room: Labels, label: Int) -> Int:
    """Most that a label can still gain: one part may come next, all others after another."""
    last, time, stops = room.last[label], room.time[label], room.stops[label]
    gain: Int = np.int64(0)
    extra: Int = np.int64(0)
    for part in range(windows.windows.size):
        group = windows.group[part]
        if (stops[group // WORD] >> (group % WORD)) & 1 or direct[last, part] >= NEVER:
            continue
        soonest = windows.soonest[part]
        soon = _gain(windows, unit, np.int64(part), max(time + direct[last, part], soonest))
        later: Int = np.int64(0)
        if soon > 0 and second[last, part] < NEVER:
            later = _gain(windows, unit, np.int64(part), max(time + second[last, part], soonest))
        gain += later
        extra = max(extra, soon - later)
    return gain + extra


@kernel
def grow_windows(jobs: Jobs, windows: Windows, unit: Int, direct: Ints, second: Ints, room: Labels) -> Int:
    """Make all labels of one unit that can lead to a cost below 0.

    Parameters
    ----------
    jobs, windows
        What is to be served, and what that is worth.
    unit
        Whose schedules.
    direct, second
        The unit's tables of `Reach`.
    room
        Where the labels go; `shut` and `deadline` are not used.

    Returns
    -------
    int64
        How many labels were made, or `OVERFLOW`.
    """
    parts = windows.windows.size
    for part in range(parts):
        room.head[part] = -1
    count, done = np.int64(0), np.int64(-1)
    while done < count:
        if done >= 0 and room.alive[done] == 0:
            done += 1
            continue
        last = parts if done < 0 else np.int64(room.last[done])
        time = np.int64(jobs.free[unit]) if done < 0 else room.time[done]
        for part in range(parts):
            group = windows.group[part]
            if direct[last, part] >= NEVER:
                continue
            if done >= 0 and (room.stops[done, group // WORD] >> (group % WORD)) & 1:
                continue
            arrival, best = max(time + direct[last, part], windows.soonest[part]), np.int64(0)
            for at in range(windows.windows[part]):
                start = max(arrival, windows.begin[unit, part, at])
                if start > windows.latest[part]:
                    break
                if at + 1 < windows.windows[part] and windows.begin[unit, part, at + 1] <= start:
                    continue
                cost = windows.rate[part, at] * (start + windows.lasts[unit, part]) - windows.worth[part, at]
                if cost >= best:
                    continue
                best = cost
                if count == room.last.size:
                    return np.int64(OVERFLOW)
                for word in range(room.stops.shape[1]):
                    room.stops[count, word] = 0 if done < 0 else room.stops[done, word]
                room.stops[count, group // WORD] |= np.int64(1) << (group % WORD)
                room.last[count], room.above[count], room.alive[count] = part, done, 1
                room.time[count] = start + np.int64(jobs.service[unit, part])
                room.cost[count] = cost if done < 0 else cost + room.cost[done]
                hope = room.cost[count] - _ahead(windows, unit, direct, second, room, count)
                if hope < 0 and _settled(room, count):
                    count += 1
        done += 1
    return count


@kernel
def cheapest_windows(
    jobs: Jobs,
    windows: Windows,
    ways: Reach,
    room: Labels,
    least: Longs,
    found: Ints,
    starts: Longs,
    lengths: Ints,
    owners: Ints,
) -> Int:
    """Price every unit: its least cost, and some schedules of negative cost.

    Parameters
    ----------
    jobs, windows, ways, room
        As in `grow_windows`.
    least : int64[units]
        Filled with the cost of each unit's cheapest schedule, at most 0.
    found, starts : int32[columns, parts], int64[columns, parts]
        Filled with stops of schedules and when they start; as many for each unit as there is room for, cheapest first.
    lengths, owners : int32[columns]
        Filled with their number of stops and their unit.

    Returns
    -------
    int64
        How many schedules were found; -1 - that where there was no room for all labels, and `least` means nothing.
    """
    units = jobs.free.size
    each = found.shape[0] // units
    total, whole = np.int64(0), True
    for unit in range(units):
        count = grow_windows(jobs, windows, np.int64(unit), ways.direct[unit], ways.second[unit], room)
        if count < 0:  # what there was room for are schedules all the same
            count, whole = np.int64(room.last.size), False
        least[unit] = 0
        for _ in range(each):
            best, lowest = np.int64(-1), np.int64(0)
            for label in range(count):
                if room.alive[label] == 1 and room.cost[label] < lowest:
                    best, lowest = np.int64(label), room.cost[label]
            if best < 0:
                break
            least[unit] = min(least[unit], lowest)
            room.alive[best] = 0
            length, at = np.int64(0), best
            while at >= 0:
                length, at = length + 1, np.int64(room.above[at])
            lengths[total], owners[total], at = length, unit, best
            for place in range(length - 1, -1, -1):
                found[total, place] = room.last[at]
                starts[total, place] = room.time[at] - jobs.service[unit, room.last[at]]
                at = np.int64(room.above[at])
            total += 1
    return total if whole else -1 - total
