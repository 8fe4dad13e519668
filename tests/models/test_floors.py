"""Reserve floors that response levels open."""

from __future__ import annotations

import pytest

from models.codec import read_json, write_json
from models.errors import InputError
from models.floors import Floors
from models.incident import ResponseLevel
from models.supply_plan import Draw


def test_a_level_that_is_not_named_opens_nothing() -> None:
    floors = Floors(open={ResponseLevel.I: 1.0, ResponseLevel.II: 0.25})
    assert [floors.share(level) for level in ResponseLevel] == [1.0, 0.25, 0.0, 0.0]
    assert read_json(Floors, write_json(floors), "floors") == floors


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_is_between_nothing_and_all(share: float) -> None:
    with pytest.raises(InputError, match=r"floors\.open\.I is a share between 0 and 1"):
        Floors(open={ResponseLevel.I: share})


def test_a_higher_level_opens_at_least_as_much() -> None:
    with pytest.raises(InputError, match="a higher response level must open at least as much"):
        Floors(open={ResponseLevel.I: 0.1, ResponseLevel.III: 0.2})


def test_a_draw_of_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="lot L1: a draw is at least 1, got 0"):
        Draw(lot="L1", quantity=0)
