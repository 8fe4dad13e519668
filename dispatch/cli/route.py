"""`dispatch route`: the way from a place to a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dispatch.cli.common import WorldOption, language_of, out_console, print_json, progress, refusals
from dispatch.cli.groups import grouped
from dispatch.cli.options import PLACE_HELP, Ask, Form, GeoJson, Profile, SecondLeg
from dispatch.language import Distance, Duration, Phrases

if TYPE_CHECKING:
    from dispatch.cli.places import Place
    from dispatch.cli.roads import Relay, State
    from dispatch.cli.ways import Found


@grouped
def route(
    *,
    origin: Annotated[str, typer.Option("--from", metavar="PLACE", help=f"Where from: {PLACE_HELP}.")],
    destination: Annotated[str, typer.Option("--to", metavar="PLACE", help="Where to.")],
    world: WorldOption = "yongchuan",
    profile: Profile = "fire_engine",
    ask: Ask,
    leg: SecondLeg,
    geojson: GeoJson = False,
    form: Form,
) -> None:
    """Find the quickest way between two places."""
    with refusals(form.lang, as_json=form.as_json or geojson):
        with progress(form.lang) as say:
            from dispatch.cli.places import one_place
            from dispatch.cli.roads import open_roads, read_relay, write_geojson
            from dispatch.cli.ways import found_document, found_geojson

            state = open_roads(world, ask, say)
            start = one_place(origin, state.world, ask.crs, "--from")
            end = one_place(destination, state.world, ask.crs, "--to")
            relay = read_relay(state, ask, leg)
            found = _find(state, profile, relay, start, end)
            drawn = found_geojson(found, state)
            write_geojson(drawn, form.out)
        if geojson:
            print_json(drawn)
        elif form.as_json:
            print_json(found_document(found, state))
        else:
            lines = _lines(found, state, Phrases(language_of(form.lang)))
            out_console().print("\n".join(lines), markup=False)


def _find(state: State, profile: str, relay: Relay | None, start: Place, end: Place) -> Found:
    from dispatch.cli.roads import check_on_map
    from dispatch.cli.ways import find

    check_on_map(state, start.point, profile, "--from")
    check_on_map(state, end.point, profile if relay is None else relay.profile, "--to")
    return find(state, profile, relay, start.point, end.point)


def _lines(found: Found, state: State, phrases: Phrases) -> list[str]:
    lines: list[str] = []
    if found.way is None:
        lines.append(phrases.say("there is no way for this vehicle"))
    else:
        lines.append(_time(phrases, found.time_ds, found.way.length_m))
        lines += _legs(found, phrases)
    lines += _delay(found, phrases)
    asleep = [closure.id for closure in state.closures if closure.id not in state.in_force]
    if asleep:
        lines.append(phrases.say("not in force at this moment: {closures}", closures=phrases.listing(asleep)))
    return lines


def _time(phrases: Phrases, time_ds: int, length_m: float) -> str:
    return phrases.say("{time}, {distance}", time=_duration(time_ds), distance=Distance(round(length_m)))


def _duration(time_ds: int) -> Duration:
    from dispatch.cli.roads import up

    return Duration(up(time_ds))


def _legs(found: Found, phrases: Phrases) -> list[str]:
    """Roads of each leg; where there are two, what each takes and where one changes."""
    shown: list[str] = []
    for number, (profile, leg) in enumerate(found.legs):
        if found.via is not None:
            if number:
                shown.append(
                    phrases.say(
                        "change at {place}: {time}",
                        place=found.via.said(phrases.language),
                        time=_duration(found.change_ds),
                    )
                )
            shown.append(f"{phrases.of(profile.name)}: {_time(phrases, leg.time_ds, leg.length_m)}")
        if leg.roads:
            shown.append(" → ".join(leg.roads))
    return shown


def _delay(found: Found, phrases: Phrases) -> list[str]:
    """What the closures cost, and which of them stand in the way."""
    words: dict[str, Any] = {"closures": phrases.listing(found.delayed_by)}
    if found.free_ds is None or found.free_ds == found.time_ds:
        return []
    if found.way is None:
        return [
            phrases.say(
                "with all roads open it would take {time}; in the way: {closures}",
                time=_duration(found.free_ds),
                **words,
            )
        ]
    return [
        phrases.say(
            "{time} longer than with all roads open, because of {closures}",
            time=_duration(found.time_ds - found.free_ds),
            **words,
        )
    ]
