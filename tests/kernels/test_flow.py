"""Cheapest flows on tuples of costs against a slow twin that cancels circles, one after another."""

from __future__ import annotations

import random

import numpy as np
import pytest

from kernels.flow import IN_TREE, Net, Tree, cheapest, plant

pytestmark = pytest.mark.kernel

LEVELS = 3
PLENTY = np.int64(100_000)


def random_net(seed: int) -> tuple[Net, Tree]:
    """Sources and needs tied to node 0, ways between them, some of them narrow; every arc but the ways full."""
    draw = random.Random(seed)
    sources, needs = draw.randint(1, 4), draw.randint(1, 4)
    arcs = [(1 + s, 0, draw.randint(1, 6), (0, 0, 0)) for s in range(sources)]
    arcs += [
        (0, 1 + sources + n, draw.randint(1, 6), (draw.randint(1, 3), 0, draw.randint(0, 1)))
        for n in range(needs)
    ]
    tied = len(arcs)
    for s in range(sources):
        for n in range(needs):
            if draw.random() < 0.8:
                cost = (draw.choice([0, 0, 1]), draw.randint(-1, 3), draw.randint(0, 5))
                arcs.append((1 + s, 1 + sources + n, draw.choice([2, 1000]), cost))
    tail, head = np.array([arc[:2] for arc in arcs], dtype=np.int32).T.copy()
    most = np.array([arc[2] for arc in arcs], dtype=np.int64)
    net = Net(tail, head, most, np.array([arc[3] for arc in arcs], dtype=np.int64))
    flow = np.where(np.arange(len(arcs)) < tied, most, 0).astype(np.int64)
    nodes = 1 + sources + needs
    parent, by, depth, child, after, before, line = (np.zeros(nodes, dtype=np.int32) for _ in range(7))
    price = np.zeros((nodes + 1, LEVELS), dtype=np.int64)
    return net, Tree(
        flow, np.zeros(len(arcs), dtype=np.int8), parent, by, depth, child, after, before, price, line
    )


def naive_values(net: Net, flow: np.ndarray) -> tuple[int, ...]:
    """Cancel circles of negative cost, found by Bellman and Ford over tuples, until there is none."""
    flow = flow.copy()
    while True:
        circle = negative_circle(net, flow)
        if circle is None:
            return tuple((flow @ net.cost).tolist())
        most = min(int(net.most[a] - flow[a]) if sign > 0 else int(flow[a]) for a, sign in circle)
        for a, sign in circle:
            flow[a] += sign * most


def negative_circle(net: Net, flow: np.ndarray) -> list[tuple[int, int]] | None:
    nodes = int(max(net.tail.max(), net.head.max())) + 1
    known: list[tuple[int, ...]] = [(0,) * LEVELS] * nodes
    came: dict[int, tuple[int, int, int]] = {}
    arcs = [(int(net.tail[a]), int(net.head[a]), a, 1) for a in range(net.tail.size) if flow[a] < net.most[a]]
    arcs += [(int(net.head[a]), int(net.tail[a]), a, -1) for a in range(net.tail.size) if flow[a] > 0]
    last = None
    for _ in range(nodes):
        last = None
        for u, v, a, sign in arcs:
            found = tuple(k + sign * int(c) for k, c in zip(known[u], net.cost[a], strict=True))
            if found < known[v]:
                known[v], came[v], last = found, (u, a, sign), v
    if last is None:
        return None
    for _ in range(nodes):
        last = came[last][0]
    circle: list[tuple[int, int]] = []
    node = last
    while not circle or node != last:
        node, a, sign = came[node]
        circle.append((a, sign))
    return circle


def solve(net: Net, tree: Tree, block: int, among: int) -> None:
    plant(net, tree)
    for arcs in (among, net.tail.size):
        assert cheapest(net, tree, np.int64(arcs), np.int64(block), PLENTY) >= 0


@pytest.mark.parametrize("block", [1, 4, 100])
def test_the_flow_is_the_cheapest_on_every_level(block: int) -> None:
    """Narrow ways, rewards, ties; likely arcs first or not."""
    for seed in range(60):
        net, tree = random_net(seed)
        best = naive_values(net, tree.flow)
        solve(net, tree, block, net.tail.size // 2)
        assert tuple((tree.flow @ net.cost).tolist()) == best, seed


def test_flows_keep_their_limits_and_nothing_is_lost() -> None:
    for seed in range(60):
        net, tree = random_net(seed)
        nodes = tree.parent.size
        before = net_flow(net, tree.flow, nodes)
        solve(net, tree, 3, net.tail.size)
        assert (net_flow(net, tree.flow, nodes) == before).all()
        assert (tree.flow >= 0).all()
        assert (tree.flow <= net.most).all()
        assert np.count_nonzero(tree.mark == IN_TREE) == nodes - 1


def net_flow(net: Net, flow: np.ndarray, nodes: int) -> np.ndarray:
    return np.bincount(net.head, weights=flow, minlength=nodes) - np.bincount(
        net.tail, weights=flow, minlength=nodes
    )


def test_prices_prove_the_flow() -> None:
    """No arc that can take more gains on the first level that differs, and none that can give back."""
    for seed in range(60):
        net, tree = random_net(seed)
        solve(net, tree, 5, net.tail.size)
        gain = net.cost + tree.price[net.tail] - tree.price[net.head]
        for a, row in enumerate(gain.tolist()):
            if tree.flow[a] < net.most[a]:
                assert tuple(row) >= (0,) * LEVELS
            if tree.flow[a] > 0:
                assert tuple(row) <= (0,) * LEVELS


def test_too_few_steps_are_told() -> None:
    net, tree = random_net(1)
    plant(net, tree)
    assert cheapest(net, tree, np.int64(net.tail.size), np.int64(4), np.int64(0)) == -1
