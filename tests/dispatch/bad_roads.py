"""Each way of being wrong about roads: closures, moments, vehicles, places, times, files."""

from __future__ import annotations

from tests.dispatch.bad import Arguments, Bad, Bench, isochrone, named, polygon, route, table, table_to

TO = ("--to", "105.9,29.36")
BOX = ([105.86, 29.33], [105.88, 29.33], [105.88, 29.35], [105.86, 29.35])


def closing(text: str, sentence: str, *more: str) -> Bad:
    return Bad(route(*TO, "--close", text, *more), sentence)


def missing_file(bench: Bench) -> Arguments:
    return [*route(*TO)(bench), "--closures", bench.here / "none.json"]


def closures_twice(bench: Bench) -> Arguments:
    file = bench.file("c.json", '[{"id": "横3路", "road": "横4路"}]')
    return [*route(*TO, "--close", "横3路")(bench), "--closures", file]


def folder_for_a_way(bench: Bench) -> Arguments:
    return [*route(*TO)(bench), "--out", bench.here]


def folder_for_a_table(bench: Bench) -> Arguments:
    return [*table(*TO)(bench), "--out", bench.here / "ways.geojson", "--csv", bench.here]


CLOSURES: dict[str, Bad] = {
    "bridge of no road": closing("bridge:横3路", "bridge:横3路.*bridge"),
    "way of no map": closing("way:999999999", "way:999999999.*999999999"),
    "way in words": closing("way:north", r"--close 1: 'way:north' is no way; write way:ID or way:ID,ID"),
    "share of speed 0": closing(
        "横3路@0", "--close 1: after @ write a share of speed above 0 and below 1, .*; got '0'"
    ),
    "negative share of speed": closing(
        "横3路@-0.5", "--close 1: after @ write a share of speed .* got '-0.5'"
    ),
    "share of speed in words": closing("横3路@slow", "--close 1: after @ write .* got 'slow'"),
    "weight of nothing": closing("横3路@0t", "max_weight_kg must be above 0, got 0"),
    "two shares of speed": closing("横3路@0.5@0.4", "'横3路@0.5@0.4' says two things of one kind"),
    "end before its begin": closing(
        "横3路@2026-07-01T12:00..2026-07-01T08:00", "its end is not after its begin"
    ),
    "begin that is no moment": closing("横3路@today..2026-07-01T08:00", "--close 1: 'today' is not a moment"),
    "area of two corners": closing("area:105.8,29.3;105.9,29.3", "at least three different points"),
    "area of words": closing("area:here;there", "is no outline; write area:LNG,LAT;LNG,LAT;LNG,LAT"),
    "area that crosses itself": closing(
        "area:105.83,29.33;105.87,29.37;105.87,29.33;105.83,29.37", "its outline crosses itself"
    ),
    "the same closure twice": Bad(
        route(*TO, "--close", "横3路", "--close", "横3路"), "closure id '横3路' stands twice"
    ),
    "the id of a file's closure": Bad(closures_twice, "closure id '横3路' stands twice"),
    "no such file of closures": Bad(missing_file, r"none\.json: .*No such file"),
    "file of closures that is no JSON": Bad(named("{oops"), r"closures\.json.*not valid JSON"),
    "file of one closure": Bad(named({"id": "a", "road": "横3路"}), "neither a JSON list of closures nor"),
    "file with an unknown key": Bad(
        named([{"id": "a", "raod": "横3路"}]), r"closures\.json.*raod: unknown key"
    ),
    "file with a negative factor": Bad(
        named([{"id": "a", "road": "横3路", "speed_factor": -0.5}]),
        r"closures\.json.*speed_factor is 0 \(shut\)",
    ),
    "file with an end before its begin": Bad(
        named(
            [
                {
                    "id": "a",
                    "road": "横3路",
                    "begin": "2026-07-01T12:00:00+08:00",
                    "end": "2026-07-01T08:00:00+08:00",
                }
            ]
        ),
        r"closures\.json.*its end is not after its begin",
    ),
    "drawn outline that crosses itself": Bad(
        named(polygon(BOX[0], BOX[2], BOX[1], BOX[3])), "closure drawn: its outline crosses itself"
    ),
    "drawn outline with a misspelt property": Bad(
        named(polygon(*BOX, speed=0.5)), r"closures\.json: feature 1: unknown key speed"
    ),
}
"""Closures of the command line and of files."""

ASKED: dict[str, Bad] = {
    "moment in words": Bad(
        route(*TO, "--at", "tomorrow"), "--at: 'tomorrow' is not a moment; write it like 2026"
    ),
    "moment that is a day": Bad(route(*TO, "--at", "2026-07-01"), "--at: '2026-07-01' is not a moment"),
    "moment long ago": Bad(
        route(*TO, "--at", "1026-07-01T08:00"), "the year of .* must be from 2000 to 2999"
    ),
    "unknown vehicle of a table": Bad(table(*TO, "-p", "tank"), "'tank'; there are fire_engine"),
    "unknown vehicle of an isochrone": Bad(isochrone("-p", "tank"), "'tank'; there are fire_engine"),
    "unknown vehicle of a second leg": Bad(
        route(*TO, "--then", "raft", "--via", "105.88,29.34"), "'raft'; there are fire_engine"
    ),
    "change without a second leg": Bad(
        route(*TO, "--change", "60"), "--via and --change go with --then, the vehicle of the second leg"
    ),
    "change of no time": Bad(
        route(*TO, "--then", "foot", "--via", "105.88,29.34", "--change", "-1"),
        "a change takes from 0 to 7776000 seconds, got -1",
    ),
    "change off the map": Bad(
        route(*TO, "--then", "foot", "--via", "107,30"), r"--via: the nearest road .* is \d+ m away"
    ),
    "world without launches": Bad(
        route(*TO, "--then", "boat"), "--via: this world has no launches; give LNG,LAT or a file of places"
    ),
    "minutes in words": Bad(
        isochrone("--minutes", "soon"), "--minutes: 'soon' are no minutes; write numbers above 0"
    ),
    "no minute": Bad(isochrone("--minutes", "5,0"), "--minutes: '5,0' are no minutes"),
    "minutes without end": Bad(isochrone("--minutes", "inf"), "--minutes: 'inf' are no minutes"),
    "isochrone off the map": Bad(
        lambda bench: ["isochrone", "--from", "106.9,29.3", "--world", bench.world],
        r"--from: the nearest road .* is \d+ m away",
    ),
    "none of the nearest": Bad(
        table(*TO, "--nearest", "0"), "--nearest is a number of origins from 1 on, got 0"
    ),
    "team of no force": Bad(route("--to", "team:nobody"), "--to: no team 'nobody' in this world"),
    "set that there is not": Bad(
        table("--to", "schools"),
        r"--to: 'schools' is no place; write LNG,LAT, a file .*, or one of teams, depots",
    ),
    "set that is empty": Bad(table("--to", "launches"), "--to: this world has no launches"),
    "table to a place off the map": Bad(
        table("--to", "106.9,29.3"), r"--to: the nearest road .* is \d+ m away"
    ),
    "place twice": Bad(table(*TO, *TO), "--to: place id '105.9,29.36' stands twice"),
    "table without a column": Bad(table_to("p.csv", "lng\n105.9\n"), r"p\.csv.*lat.*missing"),
    "table with a column of words": Bad(
        table_to("p.csv", "lng,lat\n105.9,north\n"), r"p\.csv, line 2, column lat: 'north' is not a number"
    ),
    "table with latitude first": Bad(
        table_to("p.csv", "lng,lat\n29.36,105.9\n"), r"p\.csv, line 2: latitude 105\.9 is outside"
    ),
    "table off the map": Bad(
        table_to("p.csv", "lng,lat\n106.9,29.3\n"), r"p\.csv, line 2: the nearest road .* is \d+ m away"
    ),
    "table without a row": Bad(table_to("p.csv", "lng,lat\n"), r"p\.csv: it lists no place"),
    "points that are none": Bad(
        table_to("p.geojson", '{"type": "Point", "coordinates": [105.9, 29.36]}'),
        r"p\.geojson: it is no GeoJSON FeatureCollection of points",
    ),
    "points that are lines": Bad(
        table_to(
            "p.geojson", '{"type": "FeatureCollection", "features": [{"geometry": {"type": "LineString"}}]}'
        ),
        r"p\.geojson: feature 1: a place is a Point with \[longitude, latitude\]",
    ),
    "a folder where a way should go": Bad(folder_for_a_way, "cannot be written: Is a directory"),
    "a folder where a table should go": Bad(folder_for_a_table, "cannot be written: Is a directory"),
}
"""Moments, vehicles, places and files of `route`, `isochrone` and `table`."""
