"""Each way of being wrong, by what it is about."""

from __future__ import annotations

import json
from typing import Any

from tests.dispatch.bad import (
    Bad,
    asked,
    build_into_a_full_folder,
    changed_district,
    changed_roads,
    closed,
    event,
    file_in_the_way,
    folder_for_a_request,
    folder_in_the_way,
    full_folder,
    full_rosters,
    last_folder_in_the_way,
    link_to_no_node,
    no_roads,
    only_header,
    other_roads,
    position,
    rosters_and_force,
    route,
    truncated_pbf,
    truncated_roads,
    without,
)
from tests.dispatch.bad_plans import EXPLAINED, IN_FORCE
from tests.dispatch.bad_roads import ASKED, CLOSURES
from tests.dispatch.shell import REQUEST, one_incident, small_request

NEED = {"capability": "flood", "strength": 1, "target_s": 600}
ITEM = {"item": "quilt", "quantity": 1, "deadline_s": 600}
TEXT = json.dumps(REQUEST)
RING = [[105.83, 29.33], [105.87, 29.37], [105.87, 29.33], [105.83, 29.37]]
HERE = position()

REQUESTS: dict[str, Bad] = {
    "not JSON": asked("{oops", "line 1, column 2: not valid JSON"),
    "cut short": asked(TEXT[:-40], r"line 1, column \d+: not valid JSON"),
    "empty file": asked("", "line 1, column 1: not valid JSON"),
    "not UTF-8": asked(TEXT.replace("small", "永川").encode("gbk"), "not UTF-8 text; save the file as UTF-8"),
    "a list": asked([1, 2], "Input should be an object"),
    "no such file": Bad(
        lambda bench: ["plan", bench.here / "missing.json", "--world", bench.world],
        r"missing\.json: cannot be read: No such file",
    ),
    "a folder instead of a file": Bad(folder_for_a_request, "cannot be read: Is a directory"),
    "unknown key": asked(small_request(incident=[]), "incident: unknown key; see `dispatch schema`"),
    "unknown key deep inside": event(r"incidents\[0\]\.grades: unknown key", grades="III"),
    "repeated key": asked(
        TEXT.replace('"id": "small"', '"id": "small", "id": "big"'), "key 'id' stands twice in one object"
    ),
    "missing key": asked({"schema": REQUEST["schema"], "id": "x"}, "this key is missing"),
    "missing crs": event(r"incidents\[0\]\.position\.crs: this key is missing", position=without("crs")),
    "unknown crs": event(
        r"incidents\[0\]\.position\.crs: 'gcj-02' is not one of .*'gcj02'", position=position(crs="gcj-02")
    ),
    "latitude first": event(
        r"latitude 105\.852 is outside -90\.\.90 degrees \(positions are written longitude first\)",
        position=position(lng=29.352, lat=105.852),
    ),
    "outside the map": Bad(
        lambda bench: bench.plan(one_incident(position=position(lng=106.9))),
        r"incidents\[0\]\.position: outside the map: the nearest road is \d+(\.\d)? km away; give longitude first",
    ),
    "not a number": asked(TEXT.replace("105.852", "NaN"), "NaN is not a JSON number"),
    "number written as text": event(
        r"force_needs\[0\]\.strength: Input should be a valid integer",
        force_needs=[{**NEED, "strength": "1"}],
    ),
    "thousands of digits": asked(TEXT.replace("105.852", "9" * 6000), "a number has thousands of digits"),
    "another version": asked(
        small_request(schema="rescue-dispatch/request/9"),
        "schema 'rescue-dispatch/request/9' is not known; write rescue-dispatch/request/1",
    ),
    "no incident": asked(small_request(incidents=[]), "at least one incident"),
    "duplicate incident": asked(
        small_request(incidents=REQUEST["incidents"] * 2), "incident id 'flood' stands twice"
    ),
    "now without an offset": asked(
        small_request(now="2026-07-01T14:00:00"), r"now needs a UTC offset, for example 2026"
    ),
    "report without an offset": event("reported_at needs a UTC offset", reported_at="2026-07-01T14:00:00"),
    "no moment at all": asked(small_request(now="yesterday"), "now: .*'yesterday'"),
    "unknown grade": event(r"incidents\[0\]\.grade: 'V' is not one of", grade="V"),
    "negative people": event("people_affected is -3, it cannot be negative", people_affected=-3),
    "strength of nothing": event(
        "strength of flood must be at least 1, got 0", force_needs=[{**NEED, "strength": 0}]
    ),
    "one need twice": event("flood is needed twice; write one need with the sum", force_needs=[NEED, NEED]),
    "two ways of closing": asked(
        closed(road="横3路", centre=HERE, radius_m=50),
        "give exactly one of road, bridge, ways, outline, or centre",
    ),
    "radius without a centre": asked(closed(road="横3路", radius_m=50), "centre and radius_m go together"),
    "locked and forbidden": asked(
        small_request(
            locks=[{"team": "specialist-flood", "incident": "flood"}], forbids=[{"team": "specialist-flood"}]
        ),
        "team specialist-flood is both locked to and forbidden for incident flood",
    ),
    "lock to no incident": asked(
        small_request(locks=[{"team": "specialist-flood", "incident": "fire"}]),
        r"locks\[0\]\.incident: no incident 'fire' in this request",
    ),
}
"""What the request alone shows; each names the file."""


def fits_not(sentence: str, request: dict[str, Any]) -> Bad:
    return Bad(lambda bench: bench.plan(request), sentence)


MISFITS: dict[str, Bad] = {
    "unknown capability": fits_not(
        r"incidents\[0\]\.force_needs: capability 'magic' is not in the doctrine; it lists .*flood",
        one_incident(force_needs=[{**NEED, "capability": "magic"}]),
    ),
    "unknown item": fits_not(
        r"incidents\[0\]\.supply_needs: no item 'gold' in this world",
        one_incident(supply_needs=[{**ITEM, "item": "gold"}]),
    ),
    "unknown required item": fits_not(
        r"incidents\[0\]\.force_needs: no item 'gold' in this world",
        one_incident(force_needs=[{**NEED, "requires_item": "gold"}]),
    ),
    "unknown incident type": fits_not(
        "incident flood: type 'meteor' is not in the doctrine; it lists .*landslide",
        one_incident(type="meteor"),
    ),
    "id of two lines": fits_not("incident a b: type 'meteor'", one_incident(id="a\nb", type="meteor")),
    "closure of no road": fits_not(
        r"closure shut: no road is called '横13路'; did you mean .*横1路", closed(road="横13路")
    ),
    "closure beside every road": fits_not(
        r"closure shut: no road within 10(\.0)? m of its centre; the nearest is \d+ m away",
        closed(centre=position(lng=105.855, lat=29.355), radius_m=10),
    ),
    "outline that crosses itself": fits_not(
        "closure shut: its outline crosses itself; give the corners in order",
        closed(outline={"points": RING, "crs": "wgs84"}),
    ),
    "outline elsewhere": fits_not(
        "closure shut: its outline touches no road; check the order longitude, latitude and the crs",
        closed(outline={"points": [[1, 1], [1, 2], [2, 2]], "crs": "wgs84"}),
    ),
    "lock of an unknown team": fits_not(
        r"locks\[0\]\.team: no team 'nobody' in this world",
        small_request(locks=[{"team": "nobody", "incident": "flood"}]),
    ),
    "ban of an unknown team": fits_not(
        r"forbids\[0\]\.team: no team 'nobody' in this world", small_request(forbids=[{"team": "nobody"}])
    ),
    "report on an unknown team": fits_not(
        r"reports\[0\]\.team: no team 'nobody' in this world", small_request(reports=[{"team": "nobody"}])
    ),
    "lock of a team that is off duty": fits_not(
        "team volunteer-01 is locked to incident flood but cannot come.*unavailable.*; drop the lock",
        small_request(locks=[{"team": "volunteer-01", "incident": "flood"}]),
    ),
    "no time at all": Bad(
        lambda bench: bench.plan(REQUEST, "--time-limit", "0"), r"time_limit_s must be above 0, got 0"
    ),
    "negative seed": Bad(
        lambda bench: bench.plan(REQUEST, "--seed", "-1"), "seed must be from 0 to 2147483647"
    ),
}
"""What a request shows beside the world."""

WORLDS: dict[str, Bad] = {
    "no such world": Bad(
        lambda bench: bench.in_world(bench.here / "nowhere"), "there is no world .*nowhere.*one of yongchuan"
    ),
    "a file for a world": Bad(
        lambda bench: bench.in_world(bench.file("world.zip", "PK")), r"world\.zip: there is no such folder"
    ),
    "an empty folder for a world": Bad(
        lambda bench: bench.in_world(bench.file("w/district.txt", "").parent),
        "it is not a world: district.json is missing",
    ),
    "roads missing": Bad(no_roads, "it is not a world: roads.npz is missing"),
    "roads cut short": Bad(
        truncated_roads, r"roads\.npz: not a road graph file, or cut short; build it again"
    ),
    "roads changed": Bad(changed_roads, r"roads\.npz: .*build it again"),
    "district misspelt": Bad(
        changed_district('"demo"', '"dema":1,"demo"'), r"district\.json: dema: unknown key"
    ),
    "district with an unknown profile": Bad(
        changed_district('"profile":"light_rescue"', '"profile":"rickshaw"'), "rickshaw"
    ),
    "district with a capability of its own": Bad(
        changed_district('"strengths":{"flood":6', '"strengths":{"swimming":6'),
        "capability 'swimming' is not in the doctrine",
    ),
    "district of other roads": Bad(other_roads, r"was made on another road graph \(000000000000, not"),
    "a file where files should go": Bad(file_in_the_way, "taken.*cannot be written"),
    "a folder where a file should go": Bad(folder_in_the_way, r"plan\.json: cannot be written"),
    "a folder where the last file should go": Bad(last_folder_in_the_way, r"plan\.html: cannot be written"),
    "export to an unknown crs": Bad(
        lambda bench: ["world", "export", bench.world, "--out", bench.here / "out", "--crs", "utm"], "utm"
    ),
    "export into a full folder": Bad(full_rosters, "the folder is not empty; name a new one"),
    "templates into a full folder": Bad(full_folder("world", "init"), "the folder is not empty"),
    "unknown schema": Bad(
        lambda _: ["schema", "reqest"],
        "no schema 'reqest'; there are request, plan, explanation, world, doctrine",
    ),
}
"""Worlds, and what is written."""

ROADS: dict[str, Bad] = {
    "PBF cut short": Bad(truncated_pbf, r"cut\.osm\.pbf"),
    "not a PBF": Bad(
        lambda bench: bench.build("--osm", bench.file("town.osm.pbf", "not a map " * 99)), r"town\.osm\.pbf"
    ),
    "empty PBF": Bad(lambda bench: bench.build("--osm", bench.file("town.osm.pbf", "")), r"town\.osm\.pbf"),
    "OSM that is no XML": Bad(
        lambda bench: bench.build("--osm", bench.file("town.osm", "<osm><node")), r"town\.osm"
    ),
    "OSM without a road": Bad(
        lambda bench: bench.build("--osm", bench.file("town.osm", "<osm version='0.6'></osm>")), r"town\.osm"
    ),
    "no such extract": Bad(
        lambda bench: bench.build("--osm", bench.here / "none.osm.pbf"), r"none\.osm\.pbf"
    ),
    "unknown kind of roads": Bad(
        lambda bench: bench.build("--roads", bench.file("roads.dwg", "x")),
        r"roads\.dwg: unknown kind of road data",
    ),
    "no source of roads": Bad(lambda bench: bench.build(), "give the roads by exactly one of --osm"),
    "two sources of roads": Bad(
        lambda bench: bench.build("--osm", bench.roads, "--roads", bench.roads), "by exactly one of --osm"
    ),
    "crs for OSM": Bad(
        lambda bench: bench.build("--osm", bench.file("town.osm", "x"), "--crs", "gcj02"), "OSM needs neither"
    ),
    "roads without a crs": Bad(lambda bench: bench.build("--roads", bench.roads), r"nodes\.csv: .*gcj02"),
    "roads in an unknown crs": Bad(
        lambda bench: bench.build("--roads", bench.roads, "--crs", "mars"), "mars.*gcj02"
    ),
    "GeoJSON cut short": Bad(
        lambda bench: bench.build("--roads", bench.file("r.geojson", '{"type": "Feat'), "--crs", "wgs84"),
        r"r\.geojson",
    ),
    "column map with an unknown key": Bad(
        lambda bench: bench.build("--roads", bench.roads, "--columns", bench.file("c.toml", "speling = 1")),
        r"c\.toml.*speling",
    ),
    "link to no node": Bad(link_to_no_node, r"links\.csv, line 2.*'2'"),
}
"""Road data."""

ROSTERS: dict[str, Bad] = {
    "negative stock": Bad(
        lambda bench: bench.build_on_rosters("stock.csv", "quilt,3000", "quilt,-3000"),
        r"stock\.csv, line 2, column quantity: must be at least 0, got -3000",
    ),
    "capability of no doctrine": Bad(
        lambda bench: bench.build_on_rosters("teams.csv", "flood=6", "swimming=6"),
        r"teams\.csv, line 3, column strengths: there is no capability 'swimming'",
    ),
    "unknown profile": Bad(
        lambda bench: [
            "route",
            "--from",
            "105.85,29.35",
            "--to",
            "105.86,29.35",
            "-p",
            "tank",
            "-w",
            bench.world,
        ],
        r"'tank'.*fire_engine",
    ),
    "circle of substitutes": Bad(
        lambda bench: bench.build_on_rosters("items.csv", ",170.0,1.0,,,", ",170.0,1.0,,tent_12=3,"),
        r"substitutes run in a circle: tent_\d+ -> tent_\d+ -> tent_\d+; drop one of them",
    ),
    "stock of an unknown item": Bad(
        lambda bench: bench.build_on_rosters("stock.csv", ",water,", ",wine,"),
        r"stock\.csv, line 3, column item: there is no item 'wine'",
    ),
    "unknown crs": Bad(
        lambda bench: bench.build_on_rosters("teams.csv", "29.3394,wgs84", "29.3394,baidu"),
        r"teams\.csv, line 2, column crs: .*baidu.*bd09",
    ),
    "latitude first": Bad(
        lambda bench: bench.build_on_rosters("teams.csv", "105.8268,29.3394", "29.3394,105.8268"),
        r"teams\.csv, line 2.*latitude 105\.8268 is outside",
    ),
    "expiry that is no day": Bad(
        lambda bench: bench.build_on_rosters("stock.csv", "2028-03-01", "01.03.2028"),
        r"stock\.csv, line 3, column expires: .*01\.03\.2028",
    ),
    "unknown column": Bad(
        lambda bench: bench.build_on_rosters("teams.csv", "crew,", "crews,"), r"teams\.csv.*crews"
    ),
    "no team at all": Bad(
        lambda bench: bench.build(
            "--crs", "wgs84", "--roads", bench.roads, "--rosters", only_header(bench, "teams.csv")
        ),
        r"teams\.csv: it lists no team; a district needs at least one",
    ),
    "team id twice": Bad(
        lambda bench: bench.build_on_rosters("teams.csv", "volunteer-01", "specialist-flood"),
        r"teams\.csv.*specialist-flood",
    ),
    "doctrine with an unknown key": Bad(
        lambda bench: bench.build_on_rosters(
            "doctrine.toml", "call_processing_s =", "call_procesing_s = 60\ncall_processing_s ="
        ),
        r"doctrine\.toml: call_procesing_s: unknown key",
    ),
    "doctrine without a level": Bad(
        lambda bench: bench.build_on_rosters("doctrine.toml", "[levels.IV]", "[levels.V]"),
        r"doctrine\.toml: levels.*'V' is not one of",
    ),
    "doctrine that is no TOML": Bad(
        lambda bench: bench.build_on_rosters("doctrine.toml", "[levels.IV]", "[levels.IV"),
        r"doctrine\.toml: not valid TOML",
    ),
    "empty force": Bad(
        lambda bench: bench.build_with_force("0+0+0+0+0"), r"force 0\+0\+0\+0\+0 has no team at all"
    ),
    "force of four numbers": Bad(
        lambda bench: bench.build_with_force("1+7+23+388"),
        r"force '1\+7\+23\+388' is not understood; write five whole numbers joined by \+",
    ),
    "force with a letter": Bad(
        lambda bench: bench.build_with_force("1+7+23+388+N"), r"force '1\+7\+23\+388\+N' is not understood"
    ),
    "malformed force of a plan": Bad(
        lambda bench: [*bench.plan(REQUEST)[:2], "--force", "1+7"], r"force '1\+7' is not understood"
    ),
    "force for a world that has one": Bad(
        lambda bench: bench.plan(REQUEST, "--force", "1+1+1+1+1"), "has its force already"
    ),
    "rosters and a force": Bad(rosters_and_force, "rosters already hold the towns and the force"),
    "world into a full folder": Bad(
        build_into_a_full_folder, "the folder holds notes.txt, which is no part of a world"
    ),
}
"""Rosters, forces and doctrines."""


PLACES: dict[str, Bad] = {
    "place of one number": Bad(route("--to", "105.9"), "--to: '105.9' is not a place; write LNG,LAT"),
    "place in words": Bad(route("--to", "here,there"), "--to: 'here,there' is not a place"),
    "place off the map": Bad(route("--to", "106.9,29.3"), r"--to: the nearest road .* is \d+ m away"),
    "latitude first": Bad(route("--to", "29.36,105.9"), "--to: latitude 105.9 is outside"),
    "infinite place": Bad(route("--to", "inf,29"), "--to: longitude inf is outside"),
    "closure of no road": Bad(
        route("--to", "105.9,29.36", "--close", "长安街"), "no road is called '长安街'"
    ),
    "closure of no width": Bad(
        route("--to", "105.9,29.36", "--close", "105.9,29.36,0"),
        "--close 1: .*radius_m must be above 0, got 0",
    ),
    "closure of a place that is none": Bad(
        route("--to", "105.9,29.36", "--close", "105.9,99,50"), "--close 1: latitude 99.0 is outside"
    ),
}
"""Places on the command line."""

CASES: dict[str, Bad] = {
    f"{kind}: {key}": bad
    for kind, table in (
        ("request", REQUESTS),
        ("misfit", MISFITS),
        ("world", WORLDS),
        ("roads", ROADS),
        ("rosters", ROSTERS),
        ("place", PLACES),
        ("closure", CLOSURES),
        ("asked", ASKED),
        ("explain", EXPLAINED),
        ("in force", IN_FORCE),
    )
    for key, bad in table.items()
}
