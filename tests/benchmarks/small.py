"""A drawn network small enough for every engine, and questions on it."""

from __future__ import annotations

from functools import cache

from benchmarks.networks import Network, network
from benchmarks.routing import Choice

QUICK = ("customise", "partial_1", "p2p", "p2p_paths", "table_420x50", "one_to_all", "closure_to_table")
CHOICE = Choice(engines=("ours-cch", "ours-dijkstra", "scipy"), phases=QUICK, pairs=200, runs=1)


@cache
def small() -> Network:
    return network("grid:1500")
