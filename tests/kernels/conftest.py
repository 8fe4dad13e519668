"""A guard over the whole run: no kernel is ever compiled for a second set of types."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from numba import extending

from kernels import (
    adjacency,
    cch,
    choose_ahead,
    choose_auction,
    choose_bound,
    choose_column,
    choose_costs,
    choose_lay,
    choose_list,
    choose_needed,
    choose_plan,
    choose_search,
    choose_table,
    contraction,
    dijkstra,
    fleet,
    fleet_search,
    heap,
    lanes,
    nearest,
    parts,
    perfect,
    relay,
    rphast,
    sequence,
    sequence_joint,
    sequence_joint_search,
    sequence_price,
    sequence_search,
    sequence_windows,
    tours,
    tours_search,
    ways,
)

MODULES = (
    adjacency, cch, choose_ahead, choose_auction, choose_bound, choose_column, choose_costs, choose_lay, choose_list,
    choose_needed, choose_plan, choose_search, choose_table, contraction, dijkstra, fleet, fleet_search, heap, lanes,
    nearest, parts, perfect, relay, rphast, sequence, sequence_joint, sequence_joint_search, sequence_price,
    sequence_search, sequence_windows, tours, tours_search, ways,
)  # fmt: skip


def signatures() -> dict[str, int]:
    """Count the signatures each kernel was compiled for so far (none: only ever inlined from the cache)."""
    kernels = {
        f"{module.__name__}.{name}": f
        for module in MODULES
        for name, f in vars(module).items()
        if extending.is_jitted(f) and f.__module__ == module.__name__
    }
    return {name: len(f.signatures) for name, f in kernels.items()}


@pytest.fixture(scope="session", autouse=True)
def one_signature_each() -> Iterator[None]:
    """Look once all tests have run: a stray int64 or a strided view would show as a second signature."""
    yield
    twice = [name for name, count in signatures().items() if count > 1]
    assert not twice, f"compiled for more than one set of types: {twice}"
