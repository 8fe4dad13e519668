"""How the built-in worlds are made up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from graphs.links import assemble
from models.force import ForceStructure
from models.place import Name
from scenarios.catalogue import sample_traffic
from scenarios.synthetic import Known, synthesise
from scenarios.world import World
from scenarios.yongchuan import hazards
from scenarios.yongchuan.places import OUTLINE, RIDGES, SITES, TOWNS
from scenarios.yongchuan.roads import links
from scenarios.yongchuan.water import RIVERS


def yongchuan(force: ForceStructure, seed: int) -> World:
    """Make up the district of Yongchuan: real names and counts, demo roads, force, depots, stock and traffic.

    Raises
    ------
    InputError
        A seed out of range.
    """
    roads = assemble(links(seed))
    known = Known(
        id="yongchuan",
        name=Name(zh="永川区", en="Yongchuan District"),
        towns=TOWNS,
        outline=OUTLINE,
        sites=SITES,
        hazards=hazards.points(seed),
        levels=hazards.levels,
        ridges=tuple(ridge.spine for ridge in RIDGES),
        rivers=tuple(river.line for river in RIVERS),
        regional_depot=Name(zh="渝西救灾物资库", en="West Chongqing relief depot"),
        park=Name(zh="凤凰湖公园城市级避难场所", en="Fenghuanghu Park city-level shelter"),
        park_site="park-phoenix",
        basis=_CITED,
    )
    district = synthesise(roads, force, seed=seed, known=known)
    return World(replace(district, traffic=sample_traffic()), roads)


_CITED: Final = (
    "镇街名称与代码、规划数字有出处，见各条 basis / "
    "names and codes of towns and planned counts are cited, see each basis"
)

BUILDERS: Final[Mapping[str, Callable[[ForceStructure, int], World]]] = {"yongchuan": yongchuan}
"""Built-in worlds by name."""
