"""Make up a whole district on any road graph."""

from __future__ import annotations

from dataclasses import replace

from graphs.road import RoadGraph
from models.errors import require
from models.force import ForceStructure
from models.world import WORLD_SCHEMA, District
from scenarios.catalogue import sample_doctrine, sample_items
from scenarios.synthetic.force import main_force
from scenarios.synthetic.ground import Ground, Known
from scenarios.synthetic.medical import ambulances, hospitals
from scenarios.synthetic.others import other_teams
from scenarios.synthetic.risk import made_up_hazards, made_up_lines, risk_cells
from scenarios.synthetic.shelters import shelters
from scenarios.synthetic.stock import depots
from scenarios.synthetic.towns import cluster_towns

DEMO_BASIS = (
    "演示数据：队伍、储备库、库存、避难场所、风险面均为按种子生成，不代表实际情况 / "
    "demo data: teams, depots, stock, shelters, hospital beds, ambulances and risk surface are made up from a seed"
)


def synthesise(
    roads: RoadGraph, structure: ForceStructure, *, seed: int = 1, known: Known | None = None
) -> District:
    """Make up a district: force, depots, stock, shelters, hazards and risk on a road graph.

    Parameters
    ----------
    roads
        Any road graph.
    structure
        How many teams of each sort.
    seed
        The same seed, graph, structure and knowledge give the same district to the last digit.
    known
        Towns, sites, hazards, ridges and rivers that are known. Without towns, the road nodes are clustered
        into `structure.town` of them; without hazards, ridges or rivers, these are drawn by lot.

    Returns
    -------
    District
        Marked `demo`; every made-up record says so in its `basis`.

    Raises
    ------
    InputError
        A negative seed.
    """
    require(seed >= 0, "seed must be 0 or more, got {n}", n=seed)
    ground = _prepare(roads, structure, seed, known or Known())
    teams = main_force(ground, structure)
    villages = teams[: structure.village]
    items = sample_items()
    wards = hospitals(ground)
    return District(
        schema=WORLD_SCHEMA,
        id=ground.known.id,
        name=ground.known.name,
        demo=True,
        towns=ground.towns,
        teams=(*teams, *other_teams(ground, structure.others)),
        items=items,
        depots=depots(ground, items, villages),
        doctrine=sample_doctrine(),
        shelters=shelters(ground),
        hazards=ground.known.hazards,
        risk=risk_cells(ground, ground.known.hazards),
        sites=ground.known.sites,
        hospitals=wards,
        ambulances=ambulances(ground, wards),
        roads_digest=roads.digest,
        basis="; ".join(filter(None, (DEMO_BASIS, f"seed {seed}, force {structure}", ground.known.basis))),
    )


def _prepare(roads: RoadGraph, structure: ForceStructure, seed: int, known: Known) -> Ground:
    """Fill in what is not known of the land."""
    if not known.towns:
        known = replace(known, towns=cluster_towns(roads, max(1, structure.town), seed=seed))
    ground = Ground.of(roads, known, seed)
    known = replace(
        known,
        hazards=known.hazards or made_up_hazards(ground),
        ridges=known.ridges or made_up_lines(ground, "ridges"),
        rivers=known.rivers or made_up_lines(ground, "rivers"),
    )
    return replace(ground, known=known)
