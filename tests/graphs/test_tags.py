"""Tags of OSM ways: users, one-ways, speeds, limits."""

from __future__ import annotations

import pytest

from graphs.quantities import duration_s, length_cm, mass_kg, speed_kmh
from graphs.road import NO_LIMIT, Access, Mark, RoadClass
from graphs.tags import Road, read_road

MOTOR = Access.CAR | Access.EMERGENCY | Access.TRUCK | Access.MOTORCYCLE
ALL = MOTOR | Access.FOOT
NOBODY = Access(0)


def road(**tags: str) -> Road:
    found = read_road({key.replace("__", ":"): value for key, value in tags.items()})
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("highway", "road_class", "users"),
    [
        ("motorway_link", RoadClass.MOTORWAY_LINK, MOTOR),
        ("trunk", RoadClass.TRUNK, ALL),
        ("residential", RoadClass.RESIDENTIAL, ALL),
        ("road", RoadClass.UNCLASSIFIED, ALL),
        ("track", RoadClass.TRACK, Access.EMERGENCY | Access.MOTORCYCLE | Access.FOOT),
        ("pedestrian", RoadClass.LIVING_STREET, Access.EMERGENCY | Access.FOOT),
        ("steps", RoadClass.PATH, Access.FOOT),
        ("busway", RoadClass.SERVICE, Access.EMERGENCY),
    ],
)
def test_class_and_usual_users(highway: str, road_class: RoadClass, users: Access) -> None:
    found = road(highway=highway)
    assert (found.road_class, found.forward, found.backward) == (road_class, users, users)


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "construction"},
        {"highway": "proposed"},
        {"highway": "abandoned"},
        {"highway": "bus_stop"},
        {"highway": "pedestrian", "area": "yes"},
        {"highway": "residential", "abandoned": "yes"},
        {"highway": "service", "access": "no"},
        {"waterway": "stream"},
        {"waterway": "river", "boat": "no"},
        {"waterway": "canal", "tunnel": "culvert"},
        {"building": "yes"},
        {},
    ],
)
def test_what_nobody_can_use_is_no_road(tags: dict[str, str]) -> None:
    assert read_road(tags) is None


@pytest.mark.parametrize(
    ("tags", "forward", "backward"),
    [
        ({"oneway": "yes"}, ALL, Access.FOOT),
        ({"oneway": "1"}, ALL, Access.FOOT),
        ({"oneway": "true"}, ALL, Access.FOOT),
        ({"oneway": "-1"}, Access.FOOT, ALL),
        ({"oneway": "reverse"}, Access.FOOT, ALL),
        ({"oneway": "no"}, ALL, ALL),
        ({"oneway": "alternating"}, ALL, ALL),
        ({"oneway": "reversible"}, Access.FOOT, Access.FOOT),
        ({"oneway:bicycle": "yes"}, ALL, ALL),
        ({"oneway": "yes", "oneway:foot": "yes"}, ALL, NOBODY),
        ({"junction": "roundabout"}, ALL, Access.FOOT),
        ({"junction": "circular"}, ALL, Access.FOOT),
        ({"junction": "roundabout", "oneway": "-1"}, Access.FOOT, ALL),
        ({"junction": "roundabout", "oneway": "no"}, ALL, ALL),
    ],
)
def test_one_way_binds_vehicles_and_not_walkers(
    tags: dict[str, str], forward: Access, backward: Access
) -> None:
    found = read_road({"highway": "tertiary", **tags})
    assert found is not None
    assert (found.forward, found.backward) == (forward, backward)


def test_a_motorway_is_one_way_unless_it_says_no() -> None:
    assert road(highway="motorway").backward == NOBODY
    assert road(highway="motorway", oneway="no").backward == MOTOR
    assert road(highway="motorway_link").backward == MOTOR


@pytest.mark.parametrize(
    ("tags", "users"),
    [
        ({"access": "private"}, Access.EMERGENCY),
        ({"access": "no"}, NOBODY),
        ({"access": "no", "emergency": "yes"}, Access.EMERGENCY),
        ({"access": "no", "bus": "yes"}, Access.EMERGENCY),
        ({"access": "no", "psv": "designated", "foot": "yes"}, Access.EMERGENCY | Access.FOOT),
        ({"access": "destination"}, ALL),
        ({"access": "agricultural"}, Access.EMERGENCY),
        ({"access": "private", "foot": "permissive"}, Access.EMERGENCY | Access.FOOT),
        ({"vehicle": "no"}, Access.EMERGENCY | Access.FOOT),
        ({"motor_vehicle": "no"}, Access.EMERGENCY | Access.FOOT),
        ({"motor_vehicle": "no", "emergency": "no"}, Access.FOOT),
        ({"motor_vehicle": "private"}, Access.EMERGENCY | Access.FOOT),
        ({"access": "no", "motor_vehicle": "yes"}, MOTOR),
        ({"vehicle": "no", "motor_vehicle": "yes"}, ALL),
        ({"motor_vehicle": "no", "motorcar": "yes"}, Access.CAR | Access.EMERGENCY | Access.FOOT),
        ({"motor_vehicle": "no", "motorcycle": "yes"}, Access.EMERGENCY | Access.MOTORCYCLE | Access.FOOT),
        ({"hgv": "no"}, ALL & ~Access.TRUCK),
        ({"hgv": "delivery"}, ALL),
        ({"motorcar": "no"}, ALL & ~Access.CAR),
        ({"foot": "no"}, MOTOR),
        ({"service": "emergency_access"}, Access.EMERGENCY | Access.FOOT),
        ({"motorroad": "yes"}, MOTOR),
    ],
)
def test_the_most_specific_access_key_decides(tags: dict[str, str], users: Access) -> None:
    found = read_road({"highway": "service", **tags})
    assert (NOBODY if found is None else found.forward) == users


def test_access_by_direction_overrides_access_of_both() -> None:
    found = road(highway="tertiary", motor_vehicle__backward="no", vehicle="yes")
    assert found.forward == ALL
    assert found.backward == Access.EMERGENCY | Access.FOOT


def test_a_path_opens_to_motors_only_by_their_own_key() -> None:
    assert road(highway="path", access="yes").forward == Access.FOOT
    assert road(highway="path", motorcycle="yes").forward == Access.FOOT | Access.MOTORCYCLE
    assert road(highway="footway", emergency="designated").forward == Access.FOOT | Access.EMERGENCY
    assert Access.CAR in road(highway="track", motor_vehicle="yes").forward
    assert road(highway="track", tracktype="grade1").forward == ALL


@pytest.mark.parametrize(
    ("tags", "users"),
    [
        ({}, ALL),
        ({"foot": "yes"}, Access.FOOT),
        ({"bicycle": "yes", "foot": "yes"}, Access.FOOT),
        ({"foot": "yes", "motor_vehicle": "yes"}, ALL),
        ({"motor_vehicle": "no"}, Access.EMERGENCY | Access.FOOT),
        ({"foot": "yes", "motorcar": "yes", "hgv": "no"}, ALL & ~Access.TRUCK),
    ],
)
def test_a_ferry_takes_whom_it_says(tags: dict[str, str], users: Access) -> None:
    found = read_road({"route": "ferry", **tags})
    assert found is not None
    assert (found.road_class, found.forward) == (RoadClass.FERRY, users)
    assert found.marks == Mark.FERRY | Mark.RIVER_CROSSING


def test_a_navigable_river_is_for_boats_in_both_directions() -> None:
    found = road(waterway="river", boat="yes", access="private")
    assert (found.road_class, found.forward, found.backward) == (RoadClass.WATER, Access.BOAT, Access.BOAT)


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("50", 50.0),
        ("50 km/h", 50.0),
        ("30 mph", 48.28032),
        ("10 knots", 18.52),
        ("walk", 5.0),
        ("none", 130.0),
        ("CN:urban", 50.0),
        ("CN:motorway", 120.0),
        ("XX:urban", 50.0),
        ("DE:zone:30", 30.0),
        ("AT:zone20", 20.0),
        ("50; 40", 40.0),
        ("60;fast", 60.0),
        ("0", None),
        ("-20", None),
        ("999", None),
        ("signals", None),
        ("XX:nowhere", None),
        ("", None),
    ],
)
def test_speeds_are_read_with_their_units(text: str, kmh: float | None) -> None:
    assert speed_kmh(text) == (None if kmh is None else pytest.approx(kmh))


@pytest.mark.parametrize(
    ("text", "kg"),
    [
        ("3.5", 3500.0),
        ("3,5 t", 3500.0),
        ("7500 kg", 7500.0),
        ("10000 lbs", 4535.9237),
        ("5 st", 4535.9237),
        ("7.5;3.5", 3500.0),
        ("none", None),
        ("heavy", None),
    ],
)
def test_masses_are_read_with_their_units(text: str, kg: float | None) -> None:
    assert mass_kg(text) == (None if kg is None else pytest.approx(kg))


@pytest.mark.parametrize(
    ("text", "cm"),
    [
        ("3.1", 310.0),
        ("3,1 m", 310.0),
        ("310 cm", 310.0),
        ("12'6\"", 381.0),
        ("12 ft 6 in", 381.0),
        ("12'", 365.76),
        ("10 ft", 304.8),
        ("below_default", None),
    ],
)
def test_heights_are_read_with_their_units(text: str, cm: float | None) -> None:
    assert length_cm(text) == (None if cm is None else pytest.approx(cm))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("20", 1200),
        ("1:30", 5400),
        ("00:12:30", 750),
        ("PT1H5M", 3900),
        ("P1D", 86400),
        ("soon", None),
        ("0", None),
    ],
)
def test_durations_are_read_in_every_form_in_use(text: str, seconds: int | None) -> None:
    assert duration_s(text) == seconds


def test_speed_by_direction_goes_before_speed_of_both() -> None:
    found = road(highway="primary", maxspeed="70", maxspeed__backward="50")
    assert (found.speed_forward, found.speed_backward) == (70.0, 50.0)


def test_limits_are_whole_units_and_the_least_holds() -> None:
    found = road(
        highway="primary",
        maxweight="3.5 t",
        maxweightrating="7.5",
        maxheight="3.1",
        maxheight__physical="3",
        maxwidth="2.2 m",
    )
    assert (found.max_weight_kg, found.max_height_cm, found.max_width_cm) == (3500, 300, 220)
    assert road(highway="primary", maxheight="none").max_height_cm == NO_LIMIT


def test_bridges_tunnels_and_roundabouts_are_marked() -> None:
    assert road(highway="primary", bridge="viaduct").marks == Mark.BRIDGE
    assert road(highway="primary", bridge="no", tunnel="yes").marks == Mark.TUNNEL
    assert road(highway="primary", bridge="yes", maxweight="10").marks == Mark.BRIDGE | Mark.WEAK_BRIDGE
    assert road(highway="primary", junction="roundabout").marks == Mark.ROUNDABOUT


def test_name_and_reference_stand_together() -> None:
    assert road(highway="primary", name="泸州大道", ref="G246").name == "泸州大道 (G246)"
    assert road(highway="primary", ref="G246").name == "G246"
    assert road(highway="primary", name="G246 东段", ref="G246").name == "G246 东段"


def test_what_is_not_understood_is_named_and_not_guessed() -> None:
    found = road(highway="primary", maxspeed="fast")
    assert (found.odd, found.speed_forward) == ("maxspeed=fast", None)
    assert road(highway="primary", maxspeed="signals").odd == ""


def test_of_several_classes_the_first_known_one_holds() -> None:
    assert road(highway="unclassified;tertiary").road_class is RoadClass.UNCLASSIFIED
