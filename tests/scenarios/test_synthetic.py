"""A district made up on any road graph."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from graphs.profiles import profiles
from graphs.road import RoadGraph
from models.codec import write_json
from models.crs import Crs
from models.errors import InputError
from models.force import Echelon, ForceStructure
from models.place import Colour, Name, Position, Town
from models.supply import Category, Condition, Tier
from models.world import District, Site
from scenarios.synthetic import Known, synthesise
from scenarios.synthetic.ground import Ground, share_out
from scenarios.synthetic.towns import cluster_towns
from scenarios.world import World
from tests.scenarios.conftest import SMALL
from tests.scenarios.grid import grid_roads

FIELDS = ["flood", "geological", "forest_fire", "work_safety", "power", "gas", "communications"]


def test_the_same_seed_gives_the_same_district_to_the_last_digit(
    roads: RoadGraph, district: District
) -> None:
    again = synthesise(roads, SMALL, seed=3)
    assert write_json(again) == write_json(district)
    assert synthesise(roads, SMALL, seed=4) != district


def test_counts_are_those_of_the_structure(district: District) -> None:
    found = Counter(team.echelon for team in district.teams)
    others = (Echelon.ENTERPRISE, Echelon.VOLUNTEER, Echelon.AIR, Echelon.MUTUAL_AID)
    assert [found[e] for e in (Echelon.DISTRICT, Echelon.SPECIALIST, Echelon.TOWN, Echelon.VILLAGE)] == [
        1,
        7,
        5,
        20,
    ]
    assert sum(found[e] for e in others) == 14


@pytest.mark.parametrize("text", ["1+6+23+338+20", "1+7+23+388+0", "2+9+3+2+1", "0+0+0+0+3", "0+0+1+0+0"])
def test_any_structure_is_made_up_exactly(roads: RoadGraph, text: str) -> None:
    structure = ForceStructure.parse(text)
    made = synthesise(roads, structure)
    found = Counter(team.echelon for team in made.teams)
    assert len(made.teams) == structure.total
    assert found[Echelon.SPECIALIST] == structure.specialist
    assert found[Echelon.TOWN] == structure.town
    assert found[Echelon.VILLAGE] == structure.village
    World(made, roads)


def test_specialists_are_the_seven_fields_in_order_and_cycle_beyond(roads: RoadGraph) -> None:
    made = synthesise(roads, ForceStructure(1, 9, 2, 2, 0))
    ids = [team.id for team in made.teams if team.echelon is Echelon.SPECIALIST]
    assert ids == [
        *(f"specialist-{field}" for field in FIELDS),
        "specialist-flood-2",
        "specialist-geological-2",
    ]
    fewer = synthesise(roads, ForceStructure(1, 6, 2, 2, 0))
    assert [t.id for t in fewer.teams if t.echelon is Echelon.SPECIALIST] == [
        f"specialist-{f}" for f in FIELDS[:6]
    ]


def test_towns_that_nobody_named_are_clusters_of_road_nodes(roads: RoadGraph) -> None:
    towns = cluster_towns(roads, 6, seed=1)
    assert [town.code for town in towns] == ["T01", "T02", "T03", "T04", "T05", "T06"]
    assert towns[0].name == Name(zh="镇01", en="Town 01")
    nodes = {(round(x, 6), round(y, 6)) for x, y in zip(roads.lng.tolist(), roads.lat.tolist(), strict=True)}
    assert all((town.position.lng, town.position.lat) in nodes for town in towns)
    assert all(town.population > 0 and "demo" in town.basis for town in towns)


def test_a_map_with_fewer_nodes_than_towns_gets_fewer_towns() -> None:
    tiny = grid_roads(2, seed=1)
    towns = cluster_towns(tiny, 50, seed=1)
    assert 1 <= len(towns) <= tiny.nodes


def test_every_village_station_stands_in_its_town_on_a_road_and_serves_the_neighbours(
    roads: RoadGraph,
) -> None:
    made = synthesise(roads, ForceStructure(1, 7, 5, 40, 5))
    ground = Ground.of(roads, Known(towns=made.towns), 1)
    for team in made.teams:
        if team.echelon is Echelon.VILLAGE:
            assert made.towns[ground.town_at(team.home.wgs84)].code == team.town
            assert team.area[0] == team.town
            assert len(team.area) > 1
    assert len({team.home for team in made.teams if team.echelon is Echelon.VILLAGE}) == 40


def test_stations_are_spread_and_not_heaped(roads: RoadGraph) -> None:
    """The nearest two stations of a town are farther apart than a draw by lot leaves them."""
    ground = Ground.of(roads, Known(towns=cluster_towns(roads, 1, seed=1)), 1)
    nodes = ground.nodes_of[0]

    def closest(chosen: list[int]) -> float:
        gaps = np.linalg.norm(ground.plane[chosen][:, None] - ground.plane[chosen][None], axis=2)
        return float(gaps[~np.eye(len(chosen), dtype=bool)].min())

    by_lot = [closest(np.random.default_rng(k).choice(nodes, 15, replace=False).tolist()) for k in range(20)]
    assert closest(ground.spread(nodes, 15, int(nodes[0]), "x")) > 1.5 * max(by_lot)


def test_shares_add_up_and_leave_nobody_out() -> None:
    assert share_out(10, [1.0, 1.0, 8.0]) == [2, 2, 6]
    assert sum(share_out(388, [0.3, 5.0, 2.2])) == 388
    assert min(share_out(3, [100.0, 1.0, 1.0])) == 1
    assert share_out(1, [1.0, 9.0]) == [0, 1]


def test_volunteers_may_fail_to_turn_out_and_take_longer(roads: RoadGraph) -> None:
    made = synthesise(roads, ForceStructure(1, 7, 5, 20, 40))
    volunteers = [team for team in made.teams if team.echelon is Echelon.VOLUNTEER]
    assert volunteers
    assert all(team.availability < 1 and team.turnout_s == 3600 for team in volunteers)
    assert any(team.shifts for team in volunteers)
    assert any("蓝天" in team.name.zh for team in volunteers)


def test_seven_neighbours_and_one_helicopter_need_a_word_from_above(roads: RoadGraph) -> None:
    made = synthesise(roads, ForceStructure(1, 7, 5, 20, 40))
    far = [team for team in made.teams if team.echelon in {Echelon.MUTUAL_AID, Echelon.AIR}]
    assert Counter(team.echelon for team in far) == {Echelon.MUTUAL_AID: 7, Echelon.AIR: 1}
    assert all(team.approval for team in far)
    air = next(team for team in far if team.echelon is Echelon.AIR)
    assert air.profile == "helicopter"
    assert air.shifts


def test_some_teams_lack_the_item_that_makes_them_count(roads: RoadGraph) -> None:
    made = synthesise(roads, ForceStructure(1, 7, 23, 388, 40))
    for capability, item in (("forest_fire", "forest_fire_kit"), ("flood", "pump")):
        able = [team for team in made.teams if capability in team.strengths]
        assert 0 < sum(bool(team.equipment.get(item)) for team in able) < len(able), item


def test_every_profile_is_one_the_roads_know(district: District) -> None:
    used = {team.profile for team in district.teams}
    used |= {truck.profile for depot in district.depots for truck in depot.trucks}
    assert used <= set(profiles())


def test_depots_stand_on_three_tiers_one_per_town_and_one_per_station(district: District) -> None:
    tiers = Counter(depot.tier for depot in district.depots)
    assert tiers == {Tier.DISTRICT: 2, Tier.TOWN: 5, Tier.VILLAGE: 20}
    assert [depot.name.zh for depot in district.depots[:2]] == ["区域救灾物资库", "演示区救灾物资库"]
    assert all(len(depot.trucks) >= 4 for depot in district.depots[:2])
    assert all(1 <= len(depot.trucks) <= 2 for depot in district.depots if depot.tier is Tier.TOWN)


def test_stock_covers_the_six_categories_and_some_of_it_is_past_its_date_or_spoiled(roads: RoadGraph) -> None:
    made = synthesise(roads, ForceStructure(1, 7, 23, 388, 40))
    kinds = {item.id: item.category for item in made.items}
    lots = [lot for depot in made.depots for lot in depot.lots]
    assert {kinds[lot.item] for lot in lots} == set(Category)
    expired = sum(lot.expires is not None and lot.expires < date(2026, 7, 1) for lot in lots)
    spoiled = sum(lot.condition is not Condition.GOOD for lot in lots)
    assert 0 < expired < len(lots) / 10
    assert 0 < spoiled < len(lots) / 20


def test_no_reserve_exceeds_the_stock_it_is_kept_from(district: District) -> None:
    for depot in district.depots:
        held = Counter[str]()
        for lot in depot.lots:
            held[lot.item] += lot.quantity
        assert all(floor <= held[item] for item, floor in depot.reserve.items())


def test_risk_has_four_colours_and_keeps_the_towns_people(district: District) -> None:
    assert {cell.colour for cell in district.risk} == set(Colour)
    for town in district.towns:
        people = sum(cell.population for cell in district.risk if cell.town == town.code)
        cells = sum(cell.town == town.code for cell in district.risk)
        assert people == 0 or town.population - cells <= people <= town.population


def test_everything_made_up_says_so(district: District) -> None:
    assert district.demo
    assert "演示数据" in district.basis
    assert "seed 3" in district.basis
    bases = [each.basis for each in district.teams]
    bases += [each.basis for each in district.depots]
    bases += [each.basis for each in district.shelters]
    bases += [each.basis for each in district.hazards]
    bases += [each.basis for each in district.hospitals]
    bases += [each.basis for each in district.ambulances]
    bases += [each.basis for each in district.risk]
    bases += [each.basis for each in district.towns]
    assert all("demo data" in basis for basis in bases)


def test_what_is_known_is_kept(roads: RoadGraph) -> None:
    def at(node: int) -> Position:
        return Position(lng=float(roads.lng[node]), lat=float(roads.lat[node]), crs=Crs.WGS84)

    towns = tuple(
        Town(code=c, name=Name(zh=f"{c}镇", en=c), position=at(n), population=9000, area_km2=40.0)
        for c, n in (("A", 10), ("B", 150))
    )
    gate = Site(id="gate-x", kind="gate", name=Name(zh="东口", en="East gate"), position=at(60))
    made = synthesise(roads, SMALL, known=Known(towns=towns, sites=(gate,), name=Name(zh="甲区", en="Jia")))
    assert made.towns == towns
    assert made.sites == (gate,)
    aid = [team for team in made.teams if team.echelon is Echelon.MUTUAL_AID]
    assert [team.name.zh for team in aid] == ["东口支援队"]
    assert sum(team.echelon is Echelon.TOWN for team in made.teams) == 5


def test_a_negative_seed_is_refused(roads: RoadGraph) -> None:
    with pytest.raises(InputError, match="seed must be 0 or more, got -1"):
        synthesise(roads, SMALL, seed=-1)


def test_knowledge_of_another_seed_does_not_leak(roads: RoadGraph) -> None:
    known = Known(towns=cluster_towns(roads, 3, seed=9))
    assert (
        synthesise(roads, SMALL, seed=1, known=known).towns
        == synthesise(roads, SMALL, seed=2, known=known).towns
    )
    assert replace(known, name=Name(zh="乙", en="Yi")).towns == known.towns
