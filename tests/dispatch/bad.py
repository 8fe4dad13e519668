"""Ways of being wrong on the command line: how to come by each, and what must be said."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import osmium

from tests.dispatch.shell import REQUEST, one_incident, small_request

Arguments = list[str | Path]


@dataclass(frozen=True)
class Bench:
    """What a case has at hand: a folder of its own, and the small world with what it was built from."""

    here: Path
    world: Path
    roads: Path
    rosters: Path

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def plan(self, request: object, *more: str | Path) -> Arguments:
        """Plan a request of JSON values, or of raw text or bytes, in the small world."""
        raw = isinstance(request, (str, bytes))
        path = self.file("request.json", request if raw else json.dumps(request))  # type: ignore[arg-type]
        return ["plan", path, "--world", self.world, *more]

    def in_world(self, world: Path) -> Arguments:
        """Plan the small request in another world."""
        return ["plan", self.file("request.json", json.dumps(REQUEST)), "--world", world]

    def copied_world(self) -> Path:
        return Path(shutil.copytree(self.world, self.here / "world"))

    def copied_rosters(self, table: str, old: str, new: str) -> Path:
        """The template rosters with a piece of one table replaced."""
        folder = Path(shutil.copytree(self.rosters, self.here / "rosters"))
        body = (folder / table).read_text(encoding="utf-8")
        assert old in body, f"{old!r} is not in {table}"
        (folder / table).write_text(body.replace(old, new), encoding="utf-8")
        return folder

    def build(self, *more: str | Path) -> Arguments:
        """Build a world from what `more` names."""
        return ["world", "build", "--out", self.here / "out", *more]

    def build_on_rosters(self, table: str, old: str, new: str) -> Arguments:
        rosters = self.copied_rosters(table, old, new)
        return self.build("--roads", self.roads, "--crs", "wgs84", "--rosters", rosters)

    def build_with_force(self, force: str) -> Arguments:
        return self.build("--roads", self.roads, "--crs", "wgs84", "--synthetic-force", force)


@dataclass(frozen=True)
class Bad:
    """One way of being wrong: the command, and a pattern of the sentence in English."""

    command: Callable[[Bench], Arguments]
    sentence: str


def asked(request: object, sentence: str, *more: str | Path) -> Bad:
    return Bad(lambda bench: bench.plan(request, *more), rf"request\.json.*{sentence}")


def event(sentence: str, **changes: Any) -> Bad:
    return asked(one_incident(**changes), sentence)


def position(**changes: Any) -> dict[str, Any]:
    return {**REQUEST["incidents"][0]["position"], **changes}


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in position().items() if name != key}


def closed(**changes: Any) -> dict[str, Any]:
    return small_request(closures=[{"id": "shut", **changes}])


def truncated_pbf(bench: Bench) -> Arguments:
    whole, cut = bench.here / "whole.osm.pbf", bench.here / "cut.osm.pbf"
    with osmium.SimpleWriter(str(whole)) as writer:
        for number in range(1, 20_001):
            place = (105.8 + number / 1e6, 29.3 + number % 977 / 1e5)
            writer.add_node(osmium.osm.mutable.Node(id=number, location=place))
        for number in range(1, 2_001):
            nodes = list(range(number, number + 5))
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=nodes, tags={"highway": "primary"}))
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    return bench.build("--osm", cut)


def truncated_roads(bench: Bench) -> Arguments:
    world = bench.copied_world()
    roads = world / "roads.npz"
    roads.write_bytes(roads.read_bytes()[:5000])
    return bench.in_world(world)


def changed_roads(bench: Bench) -> Arguments:
    """One bit of the middle of the file flips."""
    world = bench.copied_world()
    body = bytearray((world / "roads.npz").read_bytes())
    body[len(body) // 2] ^= 1
    (world / "roads.npz").write_bytes(bytes(body))
    return bench.in_world(world)


def changed_district(old: str, new: str) -> Callable[[Bench], Arguments]:
    def command(bench: Bench) -> Arguments:
        world = bench.copied_world()
        body = (world / "district.json").read_text(encoding="utf-8")
        assert old in body
        (world / "district.json").write_text(body.replace(old, new, 1), encoding="utf-8")
        return bench.in_world(world)

    return command


def other_roads(bench: Bench) -> Arguments:
    world = bench.copied_world()
    body = json.loads((world / "district.json").read_text(encoding="utf-8"))
    body["roads_digest"] = "0" * 64
    (world / "district.json").write_text(json.dumps(body), encoding="utf-8")
    return bench.in_world(world)


def no_roads(bench: Bench) -> Arguments:
    world = bench.copied_world()
    (world / "roads.npz").unlink()
    return bench.in_world(world)


def file_in_the_way(bench: Bench) -> Arguments:
    return bench.plan(REQUEST, "--out", bench.file("taken", "mine"))


def folder_in_the_way(bench: Bench) -> Arguments:
    (bench.here / "out" / "plan.json").mkdir(parents=True)
    return bench.plan(REQUEST, "--out", bench.here / "out")


def last_folder_in_the_way(bench: Bench) -> Arguments:
    (bench.here / "out" / "plan.html").mkdir(parents=True)
    return bench.plan(REQUEST, "--out", bench.here / "out")


def folder_for_a_request(bench: Bench) -> Arguments:
    return ["plan", bench.here, "--world", bench.world]


def rosters_and_force(bench: Bench) -> Arguments:
    return [*bench.build_with_force("1+1+1+1+1"), "--rosters", bench.rosters]


def full_folder(*command: str) -> Callable[[Bench], Arguments]:
    def full(bench: Bench) -> Arguments:
        bench.file("full/notes.txt", "mine")
        arguments: Arguments = [*command[:2], *([bench.world] if command[1] == "export" else [])]
        return [*arguments, *command[2:], bench.here / "full"]

    return full


def full_rosters(bench: Bench) -> Arguments:
    bench.file("full/rosters/notes.txt", "mine")
    return ["world", "export", bench.world, "--out", bench.here / "full"]


def build_into_a_full_folder(bench: Bench) -> Arguments:
    bench.file("out/notes.txt", "mine")
    return bench.build("--roads", bench.roads, "--crs", "wgs84", "--rosters", bench.rosters)


def link_to_no_node(bench: Bench) -> Arguments:
    nodes = bench.file("net/nodes.csv", "id,x,y\n1,105,29\n")
    bench.file("net/links.csv", "tail,head\n1,2\n")
    return bench.build("--roads", nodes.parent, "--crs", "wgs84")


def route(*more: str) -> Callable[[Bench], Arguments]:
    return lambda bench: ["route", "--from", "105.852,29.352", "--world", bench.world, *more]


def named(closures: object, name: str = "closures.json") -> Callable[[Bench], Arguments]:
    """A route with a file of closures: JSON values, or raw text."""

    def command(bench: Bench) -> Arguments:
        text = closures if isinstance(closures, str) else json.dumps(closures)
        return [*route("--to", "105.9,29.36")(bench), "--closures", bench.file(name, text)]

    return command


def isochrone(*more: str) -> Callable[[Bench], Arguments]:
    return lambda bench: ["isochrone", "--from", "105.852,29.352", "--world", bench.world, *more]


def table(*more: str) -> Callable[[Bench], Arguments]:
    return lambda bench: ["table", "--from", "105.852,29.352", "--world", bench.world, *more]


def table_to(name: str, content: str) -> Callable[[Bench], Arguments]:
    """A table to the places of a file."""
    return lambda bench: [*table("--to")(bench), bench.file(name, content)]


def polygon(*ring: list[float], **properties: object) -> dict[str, Any]:
    geometry = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    feature = {"type": "Feature", "geometry": geometry, "properties": {"id": "drawn", **properties}}
    return {"type": "FeatureCollection", "features": [feature]}


def only_header(bench: Bench, table: str) -> Path:
    first = (bench.rosters / table).read_text(encoding="utf-8-sig").splitlines()[0]
    folder = Path(shutil.copytree(bench.rosters, bench.here / "rosters"))
    (folder / table).write_text(first + "\n", encoding="utf-8")
    return folder
