"""A plan of tours as lines for people: trip by trip, then what is missing and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from dispatch.language import Phrases
from dispatch.tours.plan import Tours
from dispatch.tours.problem import TourProblem
from dispatch.tours.reasons import in_words
from dispatch.tours.trips import Trip
from models.place import Name

_MINUTE: Final = 60
_HOUR: Final = 60


def tell(
    problem: TourProblem, tours: Tours, phrases: Phrases, names: Mapping[str, Name] | None = None
) -> Iterator[str]:
    """Tell a plan: for each trip when it leaves with what, where it arrives when with what, when it is back.

    Parameters
    ----------
    problem, tours
        The plan.
    phrases
        The language.
    names
        Names of depots, drops and items by id; an id without one stands for itself.
    """
    said = names or {}

    def name(key: str) -> str:
        return phrases.of(said[key]) if key in said else key

    def goods(units: tuple[int, ...]) -> str:
        return phrases.listing(
            f"{n} {name(item.id)}" for n, item in zip(units, problem.items, strict=True) if n
        )

    for trip in sorted(tours.trips, key=lambda each: (each.depart_s, each.vehicle)):
        yield phrases.say(
            "{depart} {vehicle} leaves {depot} with {kg} kg, {m3} m³ → {stops}; back {back}",
            depart=_clock(trip.depart_s),
            vehicle=problem.vehicles[trip.vehicle].id,
            depot=name(problem.depots[trip.depot].id),
            kg=-(-trip.grams // 1000),
            m3=round(trip.cm3 / 1e6, 2),
            stops=" → ".join(
                f"{_clock(begin)} {name(problem.drops[drop].id)} ({goods(units)})"
                for drop, begin, units in _calls(trip)
            ),
            back=_clock(trip.back_s),
        )
    for each in tours.unserved:
        yield phrases.say(
            "{drop} does not get {goods}: {why}",
            drop=name(problem.drops[each.drop].id),
            goods=goods(each.units),
            why=phrases.of(in_words(each.reason)),
        )


def _calls(trip: Trip) -> list[tuple[int, int, tuple[int, ...]]]:
    """Drop, beginning of unloading and units of each call; loads that follow one another there are one."""
    calls: list[tuple[int, int, tuple[int, ...]]] = []
    for stop in trip.stops:
        if calls and calls[-1][0] == stop.drop:
            drop, begin, units = calls.pop()
            calls.append((drop, begin, tuple(a + b for a, b in zip(units, stop.units, strict=True))))
        else:
            calls.append((stop.drop, stop.begin_s, stop.units))
    return calls


def _clock(seconds: int) -> str:
    """Hours and minutes since the start of the plan, rounded up: a promise is never too early."""
    minutes = -(-seconds // _MINUTE)
    return f"+{minutes // _HOUR}:{minutes % _HOUR:02d}"
