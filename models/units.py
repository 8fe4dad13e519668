"""Units, named once.

Road times are whole deciseconds in int32 (exact, also as float32 lanes below 2**24); everything a plan shows is whole
seconds. Lengths of road arcs are whole decimetres. Masses are kilograms, volumes cubic metres.
"""

from __future__ import annotations

from typing import Final

NEVER: Final = 2**30 - 1
"""The time of what cannot be reached. `NEVER + NEVER` still fits int32; decide by comparison, never by sign."""

DECISECONDS_PER_SECOND: Final = 10
DECIMETRES_PER_METRE: Final = 10

EARTH_RADIUS_M: Final = 6_371_008.8
"""Mean Earth radius R1 of WGS-84 (IUGG)."""
SECONDS_PER_HOUR: Final = 3600

MOST: Final = 1_000_000_000
"""The largest count that is taken for meant: people, units of an item."""

LONGEST_S: Final = 90 * 24 * SECONDS_PER_HOUR
"""The latest target or deadline that is taken for meant: 90 days."""
