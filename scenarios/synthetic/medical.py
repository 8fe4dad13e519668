"""Hospitals and ambulances: the ones that are known or made up in the seat, a health centre in each town. Demo data."""

from __future__ import annotations

from typing import Final

from models.medical import Ambulance, Hospital, Severity
from models.place import Name
from scenarios.synthetic.force import on_road, seat_position
from scenarios.synthetic.ground import Ground

_PER_AMBULANCE: Final = 30_000
"""People to one ambulance: Shanghai's figure of 2019 [P30]."""
_HOSPITALS: Final = 3
_LYING: Final = 1
_PLACES: Final = 3
_TURNOUT_S: Final = 180
_BEDS: Final = "demo data; free beds: estimate"
_AMBULANCE: Final = (
    "demo data; number: one to 30,000 people (Shanghai 2019 [P30]); turnout: 3 min, national goal for "
    "ambulances by 2025 [P30]; one lying and two sitting places: estimate"
)


def hospitals(ground: Ground) -> tuple[Hospital, ...]:
    """Give the hospitals that are known, at least three, and a health centre in each town for slight injuries."""
    sites = ground.sites("hospital")
    found = []
    for number in range(max(_HOSPITALS, len(sites))):
        dice = ground.dice(f"hospital {number}")
        if number < len(sites):
            name, position = sites[number].name, on_road(ground, sites[number].position.wgs84)
        else:
            name = Name(zh=f"第{number + 1}医院", en=f"Hospital {number + 1}")
            position = seat_position(ground, number + 10)
        found.append(
            Hospital(
                id=f"hospital-{number + 1}",
                name=name,
                position=position,
                beds={
                    Severity.RED: int(dice.integers(4, 13)),
                    Severity.YELLOW: int(dice.integers(10, 31)),
                    Severity.GREEN: int(dice.integers(30, 81)),
                },
                basis=_BEDS,
            )
        )
    for town in ground.towns:
        dice = ground.dice(f"health centre {town.code}")
        found.append(
            Hospital(
                id=f"health-{town.code}",
                name=Name(zh=f"{town.name.zh}卫生院", en=f"{town.name.en} health centre"),
                position=on_road(ground, town.position.wgs84),
                beds={Severity.YELLOW: int(dice.integers(0, 4)), Severity.GREEN: int(dice.integers(5, 16))},
                basis=_BEDS,
            )
        )
    return tuple(found)


def ambulances(ground: Ground, stands: tuple[Hospital, ...]) -> tuple[Ambulance, ...]:
    """Give ambulances by the number of people, one at each hospital and health centre in turn."""
    count = max(2, round(sum(town.population for town in ground.towns) / _PER_AMBULANCE))
    return tuple(
        Ambulance(
            id=f"ambulance-{number + 1:02d}",
            name=Name(
                zh=f"{stand.name.zh}救护车{number // len(stands) + 1}",
                en=f"{stand.name.en} ambulance {number // len(stands) + 1}",
            ),
            position=stand.position,
            profile="light_rescue",
            lying=_LYING,
            places=_PLACES,
            free_in_s=_TURNOUT_S,
            basis=_AMBULANCE,
        )
        for number in range(count)
        for stand in (stands[number % len(stands)],)
    )
