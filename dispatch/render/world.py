"""A world, what was found in it, and how it was built, for the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from dispatch.language import Phrases, place_in_language
from graphs.road import BuildReport
from models.force import Echelon
from models.place import Colour
from models.supply import Category, Tier
from scenarios.inspection import Finding
from scenarios.library import Description

_STYLES = {"error": "red", "warning": "yellow", "note": "dim"}


def description_text(described: Description, language: str) -> RenderableType:
    """Lay out the counts of a world as a table."""
    phrases = Phrases(language)
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column()
    rows: tuple[tuple[str, str], ...] = (
        (
            "roads",
            phrases.say(
                "{nodes} nodes, {arcs} arcs, {km} km",
                nodes=described.nodes,
                arcs=described.arcs,
                km=described.road_km,
            ),
        ),
        (
            "towns",
            phrases.say(
                "{towns}, {population} people", towns=described.towns, population=described.population
            ),
        ),
        ("teams", _counts(phrases, described.teams, described.echelons, Echelon)),
        ("depots", _counts(phrases, described.depots, described.tiers, Tier)),
        ("trucks", str(described.trucks)),
        ("items", str(described.items)),
        ("lots", _counts(phrases, described.lots, described.categories, Category)),
        (
            "shelters",
            phrases.say(
                "{shelters}, {places} places", shelters=described.shelters, places=described.shelter_places
            ),
        ),
        (
            "hospitals",
            phrases.say(
                "{hospitals}, {beds} free beds; {ambulances} ambulances",
                hospitals=described.hospitals,
                beds=described.beds,
                ambulances=described.ambulances,
            ),
        ),
        ("hazard points", str(described.hazards)),
        ("risk cells", _counts(phrases, sum(described.colours.values()), described.colours, Colour)),
        ("incident types", str(len(described.incident_types))),
        ("basis", described.basis),
        ("digest", described.digest[:16]),
    )
    for label, value in rows:
        table.add_row(phrases.say(label), Text(value))
    title = Text(phrases.of(described.name), style="bold")
    if described.demo:
        title.append("  " + phrases.say("demo data"), style="bold yellow")
    return Group(title, table)


def _counts(phrases: Phrases, total: int, parts: Mapping[str, int], kind: type[StrEnum]) -> str:
    named = phrases.listing(f"{phrases.word(kind(key))} {count}" for key, count in parts.items())
    return f"{total} ({named})" if named else str(total)


def findings_text(findings: Sequence[Finding], language: str) -> RenderableType:
    """Lay out what was found in a world, one line each."""
    phrases = Phrases(language)
    if not findings:
        return Text(phrases.say("nothing found"))
    lines = Text()
    for finding in findings:
        sentence = phrases.say(finding.template, **finding.params)
        place = place_in_language(finding.where, language)
        lines.append(f"{place}: {sentence}\n" if place else f"{sentence}\n", style=_STYLES[finding.weight])
    lines.rstrip()
    return lines


def build_text(report: BuildReport, described: Description, out: Path, language: str) -> RenderableType:
    """Lay out what a world was built from, what was dropped and what was filled in."""
    phrases = Phrases(language)
    lines = [
        phrases.say(
            "{source}: {links} links read; {nodes} nodes and {arcs} arcs kept; {lost_nodes} nodes and {lost_arcs} arcs "
            "not connected both ways dropped",
            source=report.source,
            links=report.links_read,
            nodes=report.nodes,
            arcs=report.arcs,
            lost_nodes=report.dropped_nodes,
            lost_arcs=report.dropped_arcs,
        ),
        *(
            phrases.say("{count} links: {what} filled by default", count=count, what=what)
            for what, count in report.filled.items()
        ),
        *report.notes,
        phrases.say("world written to {folder}", folder=out),
    ]
    return Group(Text("\n".join(lines)), description_text(described, language))
