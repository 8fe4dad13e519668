"""Deciding, explaining, trying out, serving: the application."""

from importlib.util import find_spec
from pathlib import Path

# Other people's packages have our siblings' names too: one that was taken from elsewhere is refused at once.
_HOME = Path(__file__).resolve().parents[1]
for _name in ("graphs", "kernels", "models", "scenarios"):
    _spec = find_spec(_name)
    _taken = list(_spec.submodule_search_locations or [str(_spec.origin)]) if _spec else []
    if [Path(place).resolve().parent for place in _taken] != [_HOME]:
        _place = ", ".join(_taken) or "nowhere"
        raise ImportError(
            f"package '{_name}' was taken from {_place}, not from {_HOME}; "
            "run dispatch in an environment of its own"
        )
