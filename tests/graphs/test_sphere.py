"""Distances for many points at once."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graphs.sphere import pairwise_m, table_m
from models.crs import LngLat
from models.place import distance_m

PLACES = st.builds(LngLat, st.floats(-180, 180), st.floats(-89, 89))


@given(starts=st.lists(PLACES, max_size=4), ends=st.lists(PLACES, max_size=4))
def test_every_pair_is_as_far_apart_as_the_haversine_says(starts: list[LngLat], ends: list[LngLat]) -> None:
    expected = np.array([[distance_m(a, b) for b in ends] for a in starts]).reshape(len(starts), len(ends))
    # half round the Earth both formulas lose digits: a metre is asked for, not more
    np.testing.assert_allclose(table_m(starts, ends), expected, rtol=1e-6, atol=1)


def test_pairs_are_measured_one_by_one() -> None:
    a, b = LngLat(105.9, 29.3), LngLat(105.91, 29.3)
    np.testing.assert_allclose(pairwise_m([a, b], [b, b]), [distance_m(a, b), 0.0], atol=1e-3)
