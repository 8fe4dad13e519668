"""Rivers and reservoirs, drawn schematically (示意): the names are cited, the lines are not surveyed.

Sources: DOMAIN G3, G4, G23 (names of the rivers), G26 (17.6 km of Yangtze in the district), G12 and G14
(wharfs).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from models.place import Name
from scenarios.yongchuan.frame import normals, smooth, to_degrees, to_km

_STEP_KM: Final = 0.2

SCHEMATIC: Final = "course schematic, demo data (示意，演示数据)"


@dataclass(frozen=True, slots=True, kw_only=True)
class River:
    """A river through WGS-84 points, upstream first.

    `half_width_m` is half its drawn width, `sway_km` how far it winds off the straight.
    """

    name: Name
    via: tuple[tuple[float, float], ...]
    half_width_m: float
    basis: str
    sway_km: float = 0.16

    @property
    def line(self) -> tuple[tuple[float, float], ...]:
        """The course for drawing: WGS-84 points about 200 m apart."""
        return _course(self.via, self.sway_km)


@cache
def _course(via: tuple[tuple[float, float], ...], sway_km: float) -> tuple[tuple[float, float], ...]:
    line = smooth(to_km(via), _STEP_KM)[0]
    along = np.arange(len(line)) * _STEP_KM
    calm = np.sqrt(np.abs(np.sin(np.pi * along / along[-1]))) * sway_km
    wind = 0.7 * np.sin(2 * np.pi * along / 2.9) + 0.5 * np.sin(2 * np.pi * along / 1.27 + 1.0)
    return to_degrees(line + normals(line) * (calm * wind)[:, None])


YANGTZE: Final = River(
    name=Name(zh="长江", en="Yangtze"),
    sway_km=0.0,
    via=(
        (105.766, 28.916), (105.782, 28.931), (105.803, 28.938), (105.8185, 28.9480), (105.8285, 28.9650),
        (105.8400, 28.9760), (105.8535, 28.9860), (105.8595, 29.0040), (105.8630, 29.0205), (105.8735,
        29.0310),
        (105.8850, 29.0375), (105.8965, 29.0475), (105.9155, 29.0575), (105.9460, 29.0660), (105.9850,
        29.0860),
    ),
    half_width_m=400.0,
    basis="17.6 km of waterway in the district [G26]; " + SCHEMATIC,
)  # fmt: skip

TRIBUTARIES: Final = (
    River(
        name=Name(zh="临江河", en="Linjiang River"),
        via=(
            (105.868, 29.382), (105.881, 29.361), (105.898, 29.348), (105.911, 29.331), (105.921, 29.305),
            (105.935, 29.276), (105.949, 29.252), (105.968, 29.236), (105.990, 29.224), (106.020, 29.228),
        ),
        half_width_m=25.0,
        basis="through the city, three streams meet there [G4, G3]; " + SCHEMATIC,
    ),
    River(
        name=Name(zh="小安溪", en="Xiao'an Stream"),
        via=(
            (105.690, 29.352), (105.735, 29.366), (105.778, 29.385), (105.812, 29.412), (105.838, 29.445),
            (105.858, 29.474), (105.890, 29.502), (105.930, 29.524), (105.962, 29.535), (106.000, 29.560),
        ),
        half_width_m=25.0,
        basis="west and north of the district [G4, G3]; " + SCHEMATIC,
    ),
    River(
        name=Name(zh="九龙河", en="Jiulong River"),
        via=(
            (106.028, 29.470), (106.010, 29.432), (106.002, 29.398), (105.998, 29.360), (106.003, 29.330),
            (106.014, 29.300), (106.040, 29.282),
        ),
        half_width_m=15.0,
        basis="east of the district [G4, G3]; " + SCHEMATIC,
    ),
    River(
        name=Name(zh="圣水河", en="Shengshui River"),
        via=(
            (105.842, 29.312), (105.814, 29.292), (105.786, 29.274), (105.757, 29.252), (105.734, 29.228),
            (105.712, 29.208), (105.690, 29.190),
        ),
        half_width_m=15.0,
        basis="[G4, G3]; " + SCHEMATIC,
    ),
    River(
        name=Name(zh="大陆溪", en="Dalu Stream"),
        via=(
            (105.768, 29.190), (105.774, 29.160), (105.782, 29.125), (105.793, 29.085), (105.806, 29.045),
            (105.822, 29.010), (105.838, 28.985), (105.8480, 28.9830),
        ),
        half_width_m=15.0,
        basis="[G4, G3]; " + SCHEMATIC,
    ),
    River(
        name=Name(zh="龙溪河", en="Longxi River"),
        via=(
            (105.868, 29.215), (105.858, 29.180), (105.860, 29.146), (105.871, 29.112), (105.880, 29.080),
            (105.888, 29.0500), (105.8900, 29.0435),
        ),
        half_width_m=15.0,
        basis="[G4, G3]; " + SCHEMATIC,
    ),
)  # fmt: skip

RIVERS: Final = (YANGTZE, *TRIBUTARIES)
"""All rivers, for drawing and for the flood part of the risk surface."""

LAUNCHES: Final = (("朱沱码头", (105.8535, 29.0170)), ("松溉码头", (105.8960, 29.0530)))
"""Bank points (WGS-84) where a boat goes into the Yangtze: wharfs cited [G12, G14], points demo."""
