"""The wharfs of the built-in world, where boats go into the Yangtze."""

from __future__ import annotations

from graphs.profiles import profile
from graphs.travel import TravelTimes
from graphs.waterfront import NO_ARC, waterfront
from models.crs import LngLat
from models.units import NEVER
from scenarios.world import World
from scenarios.yongchuan.water import YANGTZE


def test_each_wharf_opens_a_way_into_the_water_and_out_again(yongchuan: World) -> None:
    wharfs = [site.position.wgs84 for site in yongchuan.launches]
    front = waterfront(yongchuan.roads, profile("boat"), wharfs)
    assert front is not None
    assert (front.arc == NO_ARC).sum() == 2 * len(wharfs) == 4


def test_a_boat_goes_by_a_wharf_that_is_open_to_it(yongchuan: World) -> None:
    upper, lower = (site.position.wgs84 for site in yongchuan.launches)
    home = yongchuan.district.towns[0].position.wgs84
    river = LngLat(*YANGTZE.line[1])
    times = {
        name: int(TravelTimes(yongchuan.roads, launches=sites).table("boat", [home], [river])[0, 0])
        for name, sites in (("both", (upper, lower)), ("upper", (upper,)), ("lower", (lower,)))
    }
    assert times["both"] == min(times["upper"], times["lower"]) < max(times.values()) < NEVER
    assert TravelTimes(yongchuan.roads).table("boat", [home], [river])[0, 0] == times["both"]
