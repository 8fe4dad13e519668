"""`dispatch world`: the worlds there are, building one's own, looking it through."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli.common import (
    EXIT_FAULT,
    Force,
    Json,
    Lang,
    WorldArgument,
    language_of,
    load_world,
    out_console,
    print_json,
    progress,
    refusals,
)
from dispatch.language import Phrases
from models.errors import InputError, require

if TYPE_CHECKING:
    from graphs.links import Links
    from graphs.road import BuildReport
    from scenarios.library import Description

app = typer.Typer(rich_markup_mode="markdown")  # its help stands in `dispatch.cli.app`
_Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="An empty folder, or one that does not exist yet.")
]


@app.command("list")
def list_worlds(lang: Lang = None, as_json: Json = False) -> None:
    """List the built-in worlds."""
    from scenarios.catalogue import names

    with refusals(lang, as_json=as_json):
        if as_json:
            print_json({"worlds": list(names())})
        else:
            out_console().print("\n".join(names()), markup=False)


@app.command()
def show(world: WorldArgument, force: Force = None, lang: Lang = None, as_json: Json = False) -> None:
    """Show what a world holds, in numbers."""
    from scenarios.library import describe

    with refusals(lang, as_json=as_json):
        with progress(lang) as say:
            described = describe(load_world(world, force, say))
        if as_json:
            print_json(asdict(described))
            return
        from dispatch.render.world import description_text

        out_console().print(description_text(described, language_of(lang)))


@app.command()
def check(
    world: WorldArgument,
    day: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Day for expiry dates (default: today)."
        ),
    ] = None,
    force: Force = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Look a world through for what would spoil a plan; exit code 1 where something is kept out of every plan."""
    from scenarios.library import check as look_through

    with refusals(lang, as_json=as_json):
        with progress(lang) as say:
            findings = look_through(
                load_world(world, force, say), day=(day or datetime.now().astimezone()).date()
            )
        errors = sum(finding.weight == "error" for finding in findings)
        if as_json:
            print_json(
                {
                    "ok": errors == 0,
                    "findings": [
                        {"weight": f.weight, "where": f.where, "sentence": f.sentence} for f in findings
                    ],
                }
            )
        else:
            from dispatch.render.world import findings_text

            out_console().print(findings_text(findings, language_of(lang)))
        if errors:
            raise typer.Exit(EXIT_FAULT)


@app.command()
def init(folder: _Folder, lang: Lang = None, as_json: Json = False) -> None:
    """Write CSV templates and a README by which a district loads its own rosters, depots and stock."""
    from scenarios.rosters import init as write_templates

    with refusals(lang, as_json=as_json):
        written = write_templates(folder)
        if as_json:
            print_json({"files": [str(file) for file in written]})
        else:
            out_console().print("\n".join(str(file) for file in written), markup=False)


@app.command()
def build(
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for the world.")],
    osm: Annotated[
        Path | None, typer.Option(metavar="FILE", help="OSM extract: .osm.pbf, .osm, .osm.xml or .graphml.")
    ] = None,
    place: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Place to download from OpenStreetMap (needs a network)."),
    ] = None,
    roads: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE|DIR",
            help="The district's own road layer: .gpkg, .shp, .geojson, or nodes.csv and links.csv.",
        ),
    ] = None,
    columns: Annotated[
        Path | None, typer.Option(metavar="FILE", help="TOML that names the columns of the road layer.")
    ] = None,
    crs: Annotated[
        str | None,
        typer.Option(metavar="wgs84|cgcs2000|gcj02|bd09|EPSG", help="Coordinate system of the road layer."),
    ] = None,
    rosters: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of CSV rosters (see `dispatch world init`).")
    ] = None,
    towns: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A towns.csv to make a synthetic force on.")
    ] = None,
    synthetic_force: Annotated[
        str | None,
        typer.Option(metavar="1+7+23+388+40", help="Make up this force and its depots (demo data)."),
    ] = None,
    name: Annotated[str | None, typer.Option(metavar="TEXT", help="Name of the district.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of what is made up.")] = 1,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Build a world from roads and rosters, or from roads and a made-up force."""
    from graphs.links import assemble
    from models.force import ForceStructure
    from models.place import Name
    from scenarios.build import build_world
    from scenarios.files import write_world
    from scenarios.library import describe

    with refusals(lang, as_json=as_json):
        structure = None if synthetic_force is None else ForceStructure.parse(synthetic_force)
        with progress(lang) as say:
            say("Reading the roads.")
            links = _read(osm, place, roads, columns, crs)
            say("Assembling the road graph.")
            graph = assemble(links)
            say("Making the world.")
            world = build_world(
                graph,
                rosters=rosters,
                structure=structure,
                towns_file=towns,
                name=None if name is None else Name(zh=name, en=name),
                seed=seed,
            )
            say("Writing the world.")
            write_world(world, out)
        _say_built(out, graph.report, describe(world), language_of(lang), as_json=as_json)


def _say_built(
    out: Path, report: BuildReport, described: Description, language: str, *, as_json: bool
) -> None:
    if as_json:
        print_json({"out": str(out), "roads": asdict(report), "world": asdict(described)})
        return
    from dispatch.render.world import build_text

    out_console().print(build_text(report, described, out, language))


@app.command()
def export(
    world: WorldArgument,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="An empty or new folder.")],
    crs: Annotated[
        str, typer.Option(metavar="wgs84|cgcs2000|gcj02|bd09", help="Coordinate system of the road table.")
    ] = "wgs84",
    force: Force = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Write a world as tables: roads/nodes.csv and links.csv, and rosters/*.csv, ready for `dispatch world build`."""
    from graphs.datum import check_datum
    from graphs.export import write_csv_network
    from scenarios.rosters import write as write_rosters

    with refusals(lang, as_json=as_json):
        check_datum(crs, "--crs")
        with progress(lang) as say:
            loaded = load_world(world, force, say)
            say("Writing the tables.")
            write_rosters(loaded.district, out / "rosters")  # first: it refuses a folder that holds something
            write_csv_network(loaded.roads, out / "roads", crs)
        if as_json:
            print_json({"roads": str(out / "roads"), "rosters": str(out / "rosters"), "crs": crs})
        else:
            sentence = Phrases(language_of(lang)).say(
                "tables in {roads} ({crs}) and {rosters}",
                roads=out / "roads",
                crs=crs,
                rosters=out / "rosters",
            )
            out_console().print(sentence, markup=False)


def _read(
    osm: Path | None, place: str | None, roads: Path | None, columns: Path | None, crs: str | None
) -> Links:
    """Read roads from the one source that was named."""
    from graphs.columns import read_columns
    from graphs.osm import download_place
    from graphs.sources import read_roads

    require(
        sum(source is not None for source in (osm, place, roads)) == 1,
        "give the roads by exactly one of --osm, --place and --roads",
    )
    if place is not None:
        return download_place(place)
    if osm is not None:
        require(
            columns is None and crs is None,
            "--columns and --crs describe a layer given by --roads; OSM needs neither",
        )
        require(not osm.is_dir(), "--osm takes a file; a folder of tables goes to --roads", where=str(osm))
        return read_roads(osm)
    if roads is None:  # the check above leaves no other way
        raise InputError("give the roads by exactly one of --osm, --place and --roads")
    return read_roads(roads, columns=None if columns is None else read_columns(columns), crs=crs)
