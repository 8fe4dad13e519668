"""Emergency shelters: 51 in the centre and one big park, as the district's plan counts them. Demo data."""

from __future__ import annotations

from typing import Final

from models.place import Name, Position, Shelter
from scenarios.synthetic.force import on_road, seat_position
from scenarios.synthetic.ground import Ground, share_out

PLANNED: Final = 51
"""Shelters of the centre in the district's plan; other maps get the same number per person."""

_PEOPLE: Final = 1_148_896
_CENTRE_TOWNS: Final = 3
_MEDICAL: Final = 0.5
_M2: Final = (1.0, 3.0)
"""Square metres of living area to one of the capacity, at least and at most: from the room of a stay of some days to
that of some weeks. Estimate."""
_PATIENTS: Final = 0.03
"""Share of a shelter's people that its medical area serves. Estimate."""
_BASIS: Final = (
    "demo data; number: 51 shelters in the centre (district plan); place, capacity, areas and depot: estimate"
)
_PARK: Final = (
    "demo data; named in the district plan as city-level shelter; place, capacity, areas and depot: estimate"
)


def shelters(ground: Ground) -> tuple[Shelter, ...]:
    """Shelters in the three towns with most people, and one city-level park.

    On Yongchuan's population 51 + 1; on other maps in proportion, at least one each.
    """
    people = sum(town.population for town in ground.towns)
    count = max(1, round(PLANNED * people / _PEOPLE))
    centre = sorted(range(len(ground.towns)), key=lambda t: -ground.towns[t].population)[:_CENTRE_TOWNS]
    shares = share_out(count, [max(1, ground.towns[t].population) for t in centre])
    found = []
    for index, share in zip(centre, shares, strict=True):
        town = ground.towns[index]
        middle = ground.point(town.position.wgs84)
        nodes = ground.nodes_of[index]
        gaps = ((ground.plane[nodes] - middle) ** 2).sum(axis=1)
        near = nodes[gaps.argsort(kind="stable")[: max(1, share, nodes.size // 3)]]
        for number, node in enumerate(
            ground.spread(near, share, int(near[0]), f"shelter {town.code}"), start=1
        ):
            dice = ground.dice(f"shelter {town.code} {number}")
            capacity = int(dice.integers(8, 61)) * 50
            medical = bool(dice.random() < _MEDICAL)
            found.append(
                Shelter(
                    id=f"shelter-{town.code}-{number:02d}",
                    name=Name(
                        zh=f"{town.name.zh}应急避难场所{number}", en=f"{town.name.en} shelter {number}"
                    ),
                    position=ground.position(node),
                    capacity=capacity,
                    functions=("tents", "water", "medical") if medical else ("tents", "water"),
                    area_m2=float(round(capacity * float(dice.uniform(*_M2)))),
                    places={"medical": round(capacity * _PATIENTS)} if medical else {},
                    depot=f"depot-{town.code}",
                    basis=_BASIS,
                )
            )
    capacity = max(500, round(people * 0.02 / 500) * 500)
    found.append(
        Shelter(
            id="shelter-park",
            name=ground.known.park,
            position=_park(ground),
            capacity=capacity,
            functions=("tents", "beds", "water", "medical", "helipad"),
            area_m2=capacity * _M2[1],
            places={"medical": round(capacity * _PATIENTS)},
            depot="depot-district",
            basis=_PARK,
        )
    )
    return tuple(found)


def _park(ground: Ground) -> Position:
    """At the site that is known for it, else in one of the biggest towns."""
    for site in ground.known.sites:
        if site.id == ground.known.park_site:
            return on_road(ground, site.position.wgs84)
    return seat_position(ground, 40)
