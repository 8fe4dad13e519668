"""Build a world from roads and from what is known of the district: rosters, towns, or nothing at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from graphs.links import Links, assemble
from graphs.road import RoadGraph
from models.errors import InputError, require
from models.force import ForceStructure
from models.place import Name, Town
from scenarios import rosters as roster_files
from scenarios.catalogue import DEFAULT_FORCE
from scenarios.roster_tables import TOWNS, town
from scenarios.synthetic import Known, synthesise
from scenarios.tables import read_table
from scenarios.world import World


def build_world(
    roads: RoadGraph | Links,
    *,
    rosters: Path | None = None,
    structure: ForceStructure | None = None,
    towns_file: Path | None = None,
    name: Name | None = None,
    seed: int = 1,
) -> World:
    """Build a world on some roads.

    Parameters
    ----------
    roads
        A road graph, or links that are assembled first.
    rosters
        Folder of roster tables: the district's own data. Nothing is made up then.
    structure
        How many teams to make up where there are no rosters; 1+7+23+388+40 where None.
    towns_file
        A `towns.csv` in the form of the rosters, to make the rest up on; without it towns are made up too.
    name
        Name of the district; replaces that of the rosters.
    seed
        Seed of what is made up.

    Raises
    ------
    InputError
        Wrong rosters, or rosters together with a structure or a towns file.
    """
    graph = assemble(roads) if isinstance(roads, Links) else roads
    if rosters is not None:
        require(
            structure is None and towns_file is None,
            "rosters already hold the towns and the force; leave out the towns file and the force structure",
        )
        district = roster_files.read(rosters, graph)
    else:
        known = Known() if towns_file is None else Known(towns=read_towns(towns_file))
        if name is not None:
            known = replace(known, name=name)
        district = synthesise(graph, structure or DEFAULT_FORCE, seed=seed, known=known)
    if name is not None:
        district = replace(district, name=name)
    return World(district, graph)


def read_towns(path: Path) -> tuple[Town, ...]:
    """Read a `towns.csv`.

    Raises
    ------
    InputError
        Anything wrong in it, or no town at all.
    """
    rows = read_table(path, TOWNS, key="code")
    require(bool(rows), "it lists no town; leave the file out to have towns made up", where=path.name)
    found = []
    for row in rows:
        try:
            found.append(town(row))
        except InputError as error:
            raise (error if error.where.startswith(path.name) else error.at(row.place)) from None
    return tuple(found)
