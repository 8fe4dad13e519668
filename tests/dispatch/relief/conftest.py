"""One plan of relief that several tests look at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dispatch.desk import Desk
from dispatch.relief.plan import plan_relief
from models.codec import read_file
from models.relief_plan import ReliefPlan, ReliefRequest
from scenarios.catalogue import sample_relief
from scenarios.world import World
from tests.conftest import ROOT

EXAMPLE = ROOT / "examples" / "relief.json"


@pytest.fixture(scope="session")
def desk(yongchuan: World) -> Desk:
    return Desk(yongchuan)


@pytest.fixture(scope="session")
def asked() -> ReliefRequest:
    """The example with a twentieth of the people, so that it is planned at once."""
    request = read_file(ReliefRequest, EXAMPLE)
    places = tuple(replace(place, people=place.people // 20) for place in request.places)
    return replace(request, places=places, rounds=30, time_limit_s=600.0)


@pytest.fixture(scope="session")
def relief(desk: Desk, asked: ReliefRequest) -> ReliefPlan:
    return plan_relief(desk, asked, sample_relief())
