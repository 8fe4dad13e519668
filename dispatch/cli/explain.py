"""`dispatch explain`: why this team, why not that one, what else could be done."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli.common import (
    Force,
    Json,
    Lang,
    WorldOption,
    language_of,
    load_world,
    out_console,
    progress,
    refusals,
    refuse_other_world,
)
from dispatch.language import Duration, Phrases
from models.errors import InputError, require

if TYPE_CHECKING:
    from rich.table import Table

    from models.inquiry import Explanation, LevelPrice, TeamAnswer, Variant, WhyNot
    from models.plan import Plan


def explain(
    plan: Annotated[
        Path, typer.Argument(metavar="PLAN.json", help="A plan that `dispatch plan --out` wrote.")
    ],
    team: Annotated[str | None, typer.Option(help="Why does this team go where it goes?")] = None,
    why_not: Annotated[
        str | None, typer.Option(help="Why is this team not sent, and what would it cost?")
    ] = None,
    incident: Annotated[str | None, typer.Option(help="With --why-not: to this incident alone.")] = None,
    alternatives: Annotated[
        bool, typer.Option("--alternatives", help="Whole plans that put something else first, side by side.")
    ] = False,
    world: WorldOption = "yongchuan",
    force: Force = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Explain a plan: one team, one that is not sent, or the alternatives."""
    from dispatch.desk import Desk
    from dispatch.inquiry import Inquiry
    from dispatch.variants import variants
    from models.codec import read_file, write_json
    from models.inquiry import EXPLANATION_SCHEMA, Explanation
    from models.plan import Plan

    with refusals(lang, as_json=as_json):
        asked = [team is not None, why_not is not None, alternatives]
        require(sum(asked) == 1, "ask exactly one of --team, --why-not and --alternatives")
        require(incident is None or why_not is not None, "--incident goes with --why-not")
        made = read_file(Plan, plan)
        if made.asked is None:
            raise InputError("the plan does not hold its request; plan again", where=str(plan))
        with progress(lang) as say:
            loaded = load_world(world, force, say)
            refuse_other_world(made, loaded, str(plan))
            say("Planning.")
            asked_about = Inquiry(Desk(loaded), made.asked)
            asked_about.refuse_stale(made, str(plan))
            found = Explanation(schema=EXPLANATION_SCHEMA, request=made.request)
            if alternatives:
                found = replace(found, variants=variants(asked_about.desk, made.asked))
            elif team is not None:
                found = replace(found, team=asked_about.team(made, team))
            else:
                found = replace(found, why_not=asked_about.why_not(why_not or "", incident))
    if as_json:
        sys.stdout.write(write_json(found) + "\n")
        return
    for line in _lines(found, Phrases(language_of(lang))):
        out_console().print(line, markup=False)


def _lines(found: Explanation, phrases: Phrases) -> Iterator[str | Table]:
    if found.team is not None:
        yield from _team_lines(found.team, phrases)
    for answer in found.why_not:
        yield from _why_not_lines(answer, phrases)
    if found.variants:
        yield _variants_table(found.variants, phrases)


def _team_lines(answer: TeamAnswer, phrases: Phrases) -> list[str | Table]:
    lines: list[str | Table] = [
        f"{phrases.of(answer.name)} ({answer.team}) → {answer.incident}: {phrases.of(answer.why)}",
        phrases.say(
            "free {wait}, call {call}, turnout {turnout}, driving {travel}",
            wait=Duration(answer.eta.wait_s),
            call=Duration(answer.eta.call_processing_s),
            turnout=Duration(answer.eta.turnout_s),
            travel=Duration(answer.eta.travel_s),
        ),
    ]
    if answer.next_best is not None:
        other = answer.next_best
        lines.append(
            phrases.say("next best: {name} ({id}), {costs}", name=other.name, id=other.id, costs=other.costs)
        )
    lines.append(phrases.say("without it:") + " " + _prices(answer.price_without, phrases))
    return lines


def _why_not_lines(answer: WhyNot, phrases: Phrases) -> list[str | Table]:
    lines: list[str | Table] = [
        f"{phrases.of(answer.name)} ({answer.team}) → {answer.incident}: {phrases.of(answer.why)}"
    ]
    if answer.price:
        lines.append("  " + phrases.say("if it were sent:") + " " + _prices(answer.price, phrases))
    if answer.moved:
        lines.append(
            "  " + phrases.say("others that would change: {teams}", teams=phrases.listing(answer.moved))
        )
    return lines


def _prices(prices: tuple[LevelPrice, ...], phrases: Phrases) -> str:
    changed = [each for each in prices if each.now != each.then]
    if not changed:
        return phrases.say("nothing changes")
    return "; ".join(f"{phrases.of(each.name)} {each.now} → {each.then}" for each in changed)


def _variants_table(answers: tuple[Variant, ...], phrases: Phrases) -> Table:
    from rich.table import Table

    table = Table("", *(phrases.of(each.name) for each in answers))
    plans = [each.plan for each in answers]
    for k, entry in enumerate(plans[0].objective):
        table.add_row(f"{entry.level} {phrases.of(entry.name)}", *(f"{each.values[k]:,}" for each in answers))
    table.add_row(phrases.say("teams"), *(str(len(plan.assignments)) for plan in plans))
    table.add_row(phrases.say("trucks"), *(str(len(plan.shipments)) for plan in plans))
    table.add_row(phrases.say("last team on scene"), *(_last(plan, phrases) for plan in plans))
    return table


def _last(plan: Plan, phrases: Phrases) -> str:
    if not plan.assignments:
        return "-"
    return phrases.of(Duration(max(each.eta.total_s for each in plan.assignments)))
