"""`python -m benchmarks london`: what London sent to every dwelling fire of 2009, beside what we would have sent.

For each fire, in order of the calls, our search (`dispatch.decomposition.search.solve_board`, the one the product uses)
chooses two pumps among those that are at home as far as the record tells (`benchmarks.london_state`). No road graph
of London is at hand: a drive is the straight line at one fitted speed, so with every pump at home ours are the two
nearest. London's own dispatchers followed a gazetteer of driving times, and knew what else was going on.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from benchmarks.dispatching import JsonFile, progress
from benchmarks.dispatching_desk import Tell
from benchmarks.london_data import FIRES, STATIONS, Fire, Station, read_fires, read_stations
from benchmarks.london_explain import Choice, by_gap, by_hour, explained, nearest_out
from benchmarks.london_state import BUSY_S, Fit, Pumps, Watch, fit_speed, infer_pumps
from benchmarks.subjects import shared
from dispatch.decomposition.board import Board
from dispatch.decomposition.search import solve_board

NEEDED: Final = 2
"""Units of `fire`: the first and the second pump."""

TARGETS_S: Final = (360, 480)
"""By when the first pump and both are due. With one fire at a time they do not change who is chosen."""

_STEP_S: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Agreement with London, in per cent of the fires.

    `first`: the first choice is the station of London's first pump. `first_of_two`: London's first pump came from the
    station of one of our two pumps (often one station sends both). `first_of_two_stations`: the same when ours may
    take one pump of each station only; to be held against one of the two nearest stations. `ours_sent`: the first
    choice is one of the (one or two) stations that London sent. `both`: of the fires with a second pump, both
    stations are the same.
    """

    first: float
    first_of_two: float
    first_of_two_stations: float
    ours_sent: float
    both: float


def measure_london(json_file: JsonFile = None) -> None:
    """London's dwelling fires of 2009: how often our first choice is the station that London sent, and why not."""
    folder = shared() / "data" / "london"
    fires, stations = read_fires(folder / FIRES), read_stations(folder / STATIONS)
    with progress() as tell:
        found = report(fires, stations, tell)
    text = json.dumps(found, ensure_ascii=False, indent=1)
    Console(width=120).print_json(text)
    if json_file is not None:
        json_file.write_text(text + "\n", encoding="utf-8")


def report(fires: Sequence[Fire], stations: Sequence[Station], tell: Tell) -> dict[str, object]:
    """Decide every fire anew, and compare.

    Parameters
    ----------
    fires
        In order of the calls.
    stations
        Rows of the asset list.
    tell
        Told what is done, and the share that is done.
    """
    pumps = infer_pumps(fires, stations)
    fit = fit_speed(fires, pumps)
    choices, times = decide(fires, pumps, fit, tell)
    named = [each for each in stations if each.named_a_station]
    return {
        "fires": len(fires),
        "stations": len(pumps.name),
        "pumps": int(pumps.station.size),
        "busy_s": BUSY_S,
        "fit": asdict(fit),
        "decision_ms": {
            "p50": round(float(np.median(times)), 3),
            "p95": round(float(np.percentile(times, 95)), 3),
        },
        "nearest": {
            f"of the {len(named)} places named fire stations": _nearest(fires, named),
            f"of the {len(pumps.name)} stations that sent pumps": _nearest(
                fires, [each for each in stations if each.name in pumps.row]
            ),
        },
        "ours": asdict(shares(choices)),
        "explained": explained(choices),
        "nearest_out": nearest_out(choices),
        "by_hour": by_hour(choices),
        "by_gap": by_gap(choices),
    }


def decide(fires: Sequence[Fire], pumps: Pumps, fit: Fit, tell: Tell) -> tuple[list[Choice], list[float]]:
    """Choose two pumps for every fire, each with the pumps that London had left; and how long each choice took."""
    watch = Watch(pumps)
    one_each = np.diff(pumps.station, prepend=-1) > 0
    choices, times = [], []
    for n, fire in enumerate(fires):
        if n % 200 == 0:
            tell("London, fire by fire", n / len(fires))
        free = watch.free(fire.at_s)
        metres = pumps.metres(fire)
        start = time.perf_counter()
        sent = _two(metres[pumps.station], free, fit)
        times.append((time.perf_counter() - start) * 1000)
        apart = _two(metres[pumps.station], free & one_each, fit)
        choices.append(_choice(fire, pumps, free, pumps.station[sent], pumps.station[apart]))
        watch.send(fire)
    return choices, times


def _two(metres: NDArray[np.float64], free: NDArray[np.bool_], fit: Fit) -> NDArray[np.int64]:
    """Ask the search for two pumps; int64[sent], soonest first."""
    drive = np.ceil(metres / fit.speed_ms).astype(np.int32)[:, None]
    start = ceil(fit.start_s)
    outcome = solve_board(
        Board(
            arrive_s=drive + np.int32(start),
            travel_s=drive,
            price=np.zeros_like(drive),
            allowed=free[:, None],
            units=np.ones_like(drive),
            incident=np.zeros(1, dtype=np.int32),
            need=np.array([NEEDED], dtype=np.int64),
            weight=np.ones(1, dtype=np.int64),
            target_s=np.array([TARGETS_S[1]], dtype=np.int64),
            first_weight=np.ones(1, dtype=np.int64),
            first_target_s=np.array([TARGETS_S[0]], dtype=np.int64),
            locked=np.full(free.size, -1, dtype=np.int32),
            response_step_s=_STEP_S,
        )
    )
    sent = outcome.team.astype(np.int64)
    return sent[np.argsort(metres[sent], kind="stable")]


def _choice(
    fire: Fire,
    pumps: Pumps,
    free: NDArray[np.bool_],
    sent: NDArray[np.int64],
    apart: NDArray[np.int64],
) -> Choice:
    metres, theirs = pumps.metres(fire), pumps.row[fire.first]
    near = np.argsort(metres, kind="stable")
    return Choice(
        fire=fire,
        first=pumps.name[int(sent[0])],
        second=pumps.name[int(sent[-1])],
        other=pumps.name[int(apart[-1])],
        nearest=pumps.name[int(near[0])],
        farther_m=float(metres[theirs] - metres[sent[0]]),
        gap_m=float(metres[near[1]] - metres[near[0]]),
        london_at_home=bool(free[pumps.station == theirs].any()),
    )


def shares(choices: Sequence[Choice]) -> Shares:
    """How often ours is what London did."""
    two = [each for each in choices if each.fire.second is not None]
    return Shares(
        first=_share([each.agrees for each in choices]),
        first_of_two=_share([each.fire.first in {each.first, each.second} for each in choices]),
        first_of_two_stations=_share([each.fire.first in {each.first, each.other} for each in choices]),
        ours_sent=_share([each.first in {each.fire.first, each.fire.second} for each in choices]),
        both=_share(
            [
                sorted([each.first, each.second]) == sorted([each.fire.first, str(each.fire.second)])
                for each in two
            ]
        ),
    )


def _nearest(fires: Sequence[Fire], stations: Sequence[Station]) -> dict[str, float]:
    """How often the nearest place, and one of the two nearest, is where London's first pump came from."""
    place = np.array([(each.east, each.north) for each in stations])
    first, two = [], []
    for fire in fires:
        metres = np.hypot(place[:, 0] - fire.east, place[:, 1] - fire.north)
        near = [stations[s].name for s in np.argsort(metres, kind="stable")[:2].tolist()]
        first.append(fire.first == near[0])
        two.append(fire.first in near)
    return {"first": _share(first), "first_of_two": _share(two)}


def _share(hits: Sequence[bool]) -> float:
    return round(100 * sum(hits) / len(hits), 2) if hits else 0.0
