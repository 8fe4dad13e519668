"""Worlds: unique ids, and names that lead somewhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from models.supply import Tier
from models.world import District, with_floors
from tests.models import words


def with_team(**changes: Any) -> dict[str, Any]:
    return {"teams": (replace(words.team(), **changes),)}


def with_depot(**changes: Any) -> dict[str, Any]:
    return {"depots": (replace(words.depot(), **changes),)}


def twice(field: str) -> dict[str, Any]:
    return {field: getattr(words.district(), field) * 2}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"schema": "x"}, "schema 'x' is not known; write rescue-dispatch/world/1"),
        ({"teams": ()}, "the force is empty; a world needs at least one team"),
        (twice("towns"), "town id '500118001' stands twice; ids must be unique"),
        (twice("teams"), "team id 't1' stands twice; ids must be unique"),
        (twice("items"), "item id 'pump' stands twice; ids must be unique"),
        (twice("depots"), "depot id 'd1' stands twice; ids must be unique"),
        (twice("shelters"), "shelter id 's1' stands twice; ids must be unique"),
        (twice("hospitals"), "hospital id 'h1' stands twice; ids must be unique"),
        (twice("ambulances"), "ambulance id 'a1' stands twice; ids must be unique"),
        (
            {"shelters": (replace(words.shelter(), depot="d9"),)},
            "shelter s1: depot: no depot 'd9' in this world",
        ),
        (twice("hazards"), "hazard id 'h1' stands twice; ids must be unique"),
        (with_depot(lots=(words.lot(),) * 2), "lot id 'l1' stands twice; ids must be unique"),
        (with_depot(trucks=(words.truck(),) * 2), "truck id 'k1' stands twice; ids must be unique"),
        (
            {"items": (words.item(substitutes={"pump": 1.0}),)},
            "substitutes run in a circle: pump -> pump; drop one of them",
        ),
        (
            with_team(strengths={"fire": 1}),
            "team t1: capability 'fire' is not in the doctrine; it lists flood",
        ),
        (with_team(equipment={"axe": 1}), "team t1: equipment: no item 'axe' in this world"),
        (with_team(area=("1",)), "team t1: area: no town '1' in this world"),
        (with_team(town="1"), "team t1: town: no town '1' in this world"),
        ({"items": (words.item(kit={"axe": 1}),)}, "item pump: no item 'axe' in this world"),
        ({"items": (words.item(substitutes={"axe": 1.0}),)}, "item pump: no item 'axe' in this world"),
        (
            with_depot(lots=(replace(words.lot(), item="axe"),)),
            "depot d1: lots: no item 'axe' in this world",
        ),
        (with_depot(reserve={"axe": 1}), "depot d1: reserve: no item 'axe' in this world"),
        (with_depot(town="1"), "depot d1: town: no town '1' in this world"),
    ],
)
def test_a_world_refuses(changes: dict[str, Any], sentence: str) -> None:
    words.refused(words.district(), changes, sentence)


def without_the_pump() -> District:
    """A world whose doctrine alone still names the pump."""
    return replace(
        words.district(),
        teams=(replace(words.team(), equipment={}),),
        depots=(replace(words.depot(), lots=(), reserve={}),),
    )


def test_a_world_refuses_a_doctrine_that_needs_an_item_it_does_not_have() -> None:
    words.refused(
        without_the_pump(),
        {"items": ()},
        "doctrine incidents.flood.responses.I: no item 'pump' in this world",
    )


def test_floors_by_tier_become_reserves_of_the_depots() -> None:
    """What a depot says itself stays; a world without floors is given back as it is."""
    plain = words.district()
    assert with_floors(plain) is plain
    own, other = words.depot(), replace(words.depot(), id="d2", lots=(), trucks=(), reserve={})
    village = replace(other, id="d3", tier=Tier.VILLAGE)
    floored = replace(plain, items=(words.item(floors={Tier.TOWN: 4}),), depots=(own, other, village))
    assert [dict(depot.reserve) for depot in with_floors(floored).depots] == [{"pump": 1}, {"pump": 4}, {}]
    assert with_floors(with_floors(floored)) == with_floors(floored)
