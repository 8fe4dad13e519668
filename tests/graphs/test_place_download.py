"""A place by its name through OSMnx, against a loopback server that answers as Nominatim and Overpass do."""

from __future__ import annotations

import socket
from pathlib import Path

import osmnx
import pytest

from graphs.links import assemble
from graphs.osm import download_place, read_pbf
from models.errors import InputError
from tests.graphs.overpass_server import Box, Piece, cut_piece, serve, write_piece

VADUZ: Box = (9.50, 47.12, 9.54, 47.16)
AROUND: Box = (9.49, 47.11, 9.55, 47.17)


@pytest.fixture(scope="module")
def vaduz(shared: Path) -> Piece:
    """Ways of Vaduz that lie inside its box."""
    return cut_piece(shared / "osm" / "liechtenstein.osm.pbf", VADUZ)


def urls(port: int) -> dict[str, str]:
    return {"overpass_url": f"http://127.0.0.1:{port}/api", "nominatim_url": f"http://127.0.0.1:{port}/"}


def test_a_downloaded_place_is_the_same_graph_as_its_extract(vaduz: Piece, tmp_path: Path) -> None:
    write_piece(vaduz, tmp_path / "vaduz.osm.pbf")
    extract = assemble(read_pbf(tmp_path / "vaduz.osm.pbf"))
    with serve(vaduz, "Vaduz", AROUND) as server:
        place = assemble(download_place("Vaduz", **urls(server.server_port)))
        assert server.asked[0] == "Vaduz"
        assert [query.split('"')[1] for query in server.asked[1:]] == ["highway", "route", "waterway"]
    assert place.nodes == extract.nodes > 500
    assert place.arcs == extract.arcs
    assert int(place.length_dm.sum()) == int(extract.length_dm.sum())
    assert place.digest == extract.digest


def test_settings_of_osmnx_are_put_back(vaduz: Piece) -> None:
    before = {key: getattr(osmnx.settings, key) for key in vars(osmnx.settings) if key.islower()}
    resolver = socket.getaddrinfo
    with serve(vaduz, "Vaduz", AROUND) as server:
        download_place("Vaduz", **urls(server.server_port))
    assert {key: getattr(osmnx.settings, key) for key in before} == before
    assert socket.getaddrinfo is resolver


def test_a_name_nobody_knows_is_refused(vaduz: Piece) -> None:
    with serve(vaduz, "Vaduz", AROUND) as server, pytest.raises(InputError) as caught:
        download_place("Atlantis", **urls(server.server_port))
    assert str(caught.value).startswith(
        "Atlantis: no roads for this place (Nominatim geocoder returned 0 results"
    )


def test_a_place_without_an_outline_is_refused(vaduz: Piece) -> None:
    with serve(vaduz, "Vaduz", AROUND, kind="Point") as server, pytest.raises(InputError) as caught:
        download_place("Vaduz", **urls(server.server_port))
    assert "did not geocode" in str(caught.value)


def test_a_place_without_roads_is_refused() -> None:
    with serve(Piece(), "Vaduz", AROUND) as server, pytest.raises(InputError) as caught:
        download_place("Vaduz", **urls(server.server_port))
    assert str(caught.value).startswith("Vaduz: no roads for this place")


def test_a_server_that_fails_is_named_in_one_sentence(vaduz: Piece) -> None:
    with serve(vaduz, "Vaduz", AROUND, broken=True) as server, pytest.raises(InputError) as caught:
        download_place("Vaduz", **urls(server.server_port))
    assert "500" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_server_that_is_not_there_is_named_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(InputError) as caught:
            download_place("Vaduz", **urls(port))
    assert f"http://127.0.0.1:{port}/" in str(caught.value)
    assert "cannot be reached (ConnectionError); work from a file instead" in str(caught.value)
