"""Vector steps: many sources, or both directions of an arc, in one instruction.

Numba does not turn these loops into vector code by itself, so each step is written out as LLVM vectors. A row
holds one time for each of `LANES` sources. Each step has a scalar twin of the same signature, used when
nothing is compiled or bounds are checked, for a step sees no bounds.

Times are `NEVER` = 2**30 - 1 at most, so a sum of two fits into int32; what is at least `NEVER` stays `NEVER`,
because every row starts with that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numba
import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

from kernels.jit import kernel

Ints = NDArray[np.int32]
Rows = NDArray[np.int32]
Int = int | np.int64

LANES: Final = 32
PAIRS: Final = 8
"""Arcs whose both directions fill one vector of 64 bytes."""

ir: Final = cgutils.ir  # type: ignore[attr-defined]
"""LLVM's words, as Numba itself has them."""
_I32: Final = ir.IntType(32)
_I64: Final = ir.IntType(64)
_ROW: Final = ir.VectorType(_I32, LANES)
_PAIR: Final = ir.VectorType(_I32, 2)
_BLOCK: Final = ir.VectorType(_I32, 2 * PAIRS)
_ALIGN: Final = 4


def aligned_rows(rows: int) -> Rows:
    """Make int32[rows, LANES], unset, each row on cache lines of its own."""
    spare = 64 // 4
    flat = np.empty(rows * LANES + spare, dtype=np.int32)
    skip = (-flat.ctypes.data % 64) // 4
    return flat[skip : skip + rows * LANES].reshape(rows, LANES)


# Scalar twins --------------------------------------------------------------------------------------


@kernel
def pull_scalar(
    rows: Rows,
    at: Int,
    start: Rows,
    start_at: Int,
    head: Ints,
    first: Int,
    count: Int,
    w: Ints,
    slot: Int,
    step: Int,
) -> None:
    """Set row `at` to the least of a start and of what comes down by `count` arcs from the rows of their heads.

    Arc `x` ends at row `head[first + x]` and takes `w[slot + step * x]`.
    """
    for lane in range(LANES):
        best = np.int64(start[start_at, lane])
        for x in range(count):
            best = min(best, np.int64(rows[head[first + x], lane]) + np.int64(w[slot + step * x]))
        rows[at, lane] = best


@kernel
def push_scalar(
    rows: Rows, at: Int, local: Ints, head: Ints, first: Int, count: Int, w: Ints, slot: Int, step: Int
) -> None:
    """Lower the rows of the heads of `count` arcs to row `at` plus the arc's time; `local` finds the rows."""
    for x in range(count):
        to = local[head[first + x]]
        time = np.int64(w[slot + step * x])
        for lane in range(LANES):
            rows[to, lane] = min(np.int64(rows[to, lane]), np.int64(rows[at, lane]) + time)


@kernel
def pull_one_scalar(
    time: Ints, best: Int, head: Ints, first: Int, count: Int, w: Ints, slot: Int, step: Int
) -> Int:
    """Give the least of `best` and of what comes down by `count` arcs: one source instead of a row of them."""
    for x in range(count):
        best = min(best, np.int64(time[head[first + x]]) + np.int64(w[slot + step * x]))
    return best


@kernel
def push_one_scalar(
    time: Ints, here: Int, head: Ints, first: Int, count: Int, w: Ints, slot: Int, step: Int
) -> None:
    """Lower the times of the heads of `count` arcs to `here` plus the arc's time."""
    for x in range(count):
        to = head[first + x]
        time[to] = min(np.int64(time[to]), here + np.int64(w[slot + step * x]))


@kernel
def relax_scalar(w: Ints, tri: Ints, t: Int, i: Int, count: Int) -> None:
    """Lower both times of the arcs `tri[t : t + count]` to the ways by arc `i` and the `count` arcs after it."""
    there, back = np.int64(w[2 * i]), np.int64(w[2 * i + 1])
    for x in range(count):
        j, k = i + 1 + x, np.int64(tri[t + x])
        w[2 * k] = min(np.int64(w[2 * k]), back + np.int64(w[2 * j]))
        w[2 * k + 1] = min(np.int64(w[2 * k + 1]), there + np.int64(w[2 * j + 1]))


# Vector steps --------------------------------------------------------------------------------------


def _data(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    return context.make_array(kind)(context, builder, value).data


def _variable(builder: Any, value: Any) -> Any:
    return cgutils.alloca_once_value(builder, value)  # type: ignore[no-untyped-call]


def _load(builder: Any, base: Any, at: Any, vector: Any) -> Any:
    place = builder.bitcast(builder.gep(base, [at]), vector.as_pointer())
    return builder.load(place, align=_ALIGN)


def _store(builder: Any, base: Any, at: Any, value: Any) -> None:
    place = builder.bitcast(builder.gep(base, [at]), value.type.as_pointer())
    builder.store(value, place, align=_ALIGN)


def _least(builder: Any, a: Any, b: Any) -> Any:
    return builder.select(builder.icmp_signed("<", a, b), a, b)


def _splat(builder: Any, value: Any, vector: Any) -> Any:
    one = builder.insert_element(ir.Constant(vector, ir.Undefined), value, ir.Constant(_I32, 0))
    mask = ir.Constant(ir.VectorType(_I32, vector.count), [0] * vector.count)
    return builder.shuffle_vector(one, ir.Constant(vector, ir.Undefined), mask)


def _row_at(builder: Any, row: Any) -> Any:
    return builder.mul(row, ir.Constant(_I64, LANES))


def _int_at(builder: Any, base: Any, at: Any) -> Any:
    return builder.sext(builder.load(builder.gep(base, [at])), _I64)


def _wide(context: Any, builder: Any, signature: Any, args: Any) -> list[Any]:
    """Arrays as pointers, numbers as 64 bits."""
    return [
        _data(context, builder, kind, value)
        if isinstance(kind, types.Array)
        else context.cast(builder, value, kind, types.int64)
        for kind, value in zip(signature.args, args, strict=True)
    ]


@intrinsic  # type: ignore[untyped-decorator,unused-ignore]
def _pull_vector(
    _: Any,
    rows: Any,
    at: Any,
    start: Any,
    start_at: Any,
    head: Any,
    first: Any,
    count: Any,
    w: Any,
    slot: Any,
    step: Any,
) -> Any:
    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        rows, at, start, start_at, head, first, count, w, slot, step = _wide(
            context, builder, signature, args
        )
        best = _variable(builder, _load(builder, start, _row_at(builder, start_at), _ROW))
        with cgutils.for_range(builder, count) as loop:
            above = _int_at(builder, head, builder.add(first, loop.index))
            time = builder.load(_slot_at(builder, w, slot, step, loop.index))
            row = _load(builder, rows, _row_at(builder, above), _ROW)
            come = builder.add(row, _splat(builder, time, _ROW))
            builder.store(_least(builder, come, builder.load(best)), best)
        _store(builder, rows, _row_at(builder, at), builder.load(best))
        return context.get_dummy_value()

    return types.void(rows, at, start, start_at, head, first, count, w, slot, step), emit


@intrinsic  # type: ignore[untyped-decorator,unused-ignore]
def _push_vector(
    _: Any, rows: Any, at: Any, local: Any, head: Any, first: Any, count: Any, w: Any, slot: Any, step: Any
) -> Any:
    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        rows, at, local, head, first, count, w, slot, step = _wide(context, builder, signature, args)
        mine = _load(builder, rows, _row_at(builder, at), _ROW)
        with cgutils.for_range(builder, count) as loop:
            above = _int_at(builder, local, _int_at(builder, head, builder.add(first, loop.index)))
            time = builder.load(_slot_at(builder, w, slot, step, loop.index))
            place = _row_at(builder, above)
            come = builder.add(mine, _splat(builder, time, _ROW))
            _store(builder, rows, place, _least(builder, come, _load(builder, rows, place, _ROW)))
        return context.get_dummy_value()

    return types.void(rows, at, local, head, first, count, w, slot, step), emit


@intrinsic  # type: ignore[untyped-decorator,unused-ignore]
def _pull_one_plain(
    _: Any, time: Any, best: Any, head: Any, first: Any, count: Any, w: Any, slot: Any, step: Any
) -> Any:
    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        time, best, head, first, count, w, slot, step = _wide(context, builder, signature, args)
        least = _variable(builder, builder.trunc(best, _I32))
        with cgutils.for_range(builder, count) as loop:
            above = _int_at(builder, head, builder.add(first, loop.index))
            took = builder.load(_slot_at(builder, w, slot, step, loop.index))
            come = builder.add(builder.load(builder.gep(time, [above])), took)
            builder.store(_least(builder, come, builder.load(least)), least)
        return builder.sext(builder.load(least), _I64)

    return types.int64(time, best, head, first, count, w, slot, step), emit


@intrinsic  # type: ignore[untyped-decorator,unused-ignore]
def _push_one_plain(
    _: Any, time: Any, here: Any, head: Any, first: Any, count: Any, w: Any, slot: Any, step: Any
) -> Any:
    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        time, here, head, first, count, w, slot, step = _wide(context, builder, signature, args)
        mine = builder.trunc(here, _I32)
        with cgutils.for_range(builder, count) as loop:
            above = _int_at(builder, head, builder.add(first, loop.index))
            come = builder.add(mine, builder.load(_slot_at(builder, w, slot, step, loop.index)))
            place = builder.gep(time, [above])
            builder.store(_least(builder, come, builder.load(place)), place)
        return context.get_dummy_value()

    return types.void(time, here, head, first, count, w, slot, step), emit


def _slot_at(builder: Any, w: Any, slot: Any, step: Any, arc: Any) -> Any:
    """Place of the time of an arc in `w`."""
    return builder.gep(w, [builder.add(slot, builder.mul(arc, step))])


def _relax_some(builder: Any, w: Any, to: Any, by: Any, swapped: Any, vector: Any) -> None:
    """Lower the pairs from arc `to` on by those from arc `by` on."""
    one = ir.Constant(_I64, 1)
    place = builder.shl(to, one)
    come = builder.add(_load(builder, w, builder.shl(by, one), vector), swapped)
    _store(builder, w, place, _least(builder, come, _load(builder, w, place, vector)))


@intrinsic  # type: ignore[untyped-decorator,unused-ignore]
def _relax_vector(_: Any, w: Any, tri: Any, t: Any, i: Any, count: Any) -> Any:
    """Eight triangles at a time where their targets stand side by side, as they do in dense separators."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        w, tri, t, i, count = _wide(context, builder, signature, args)
        pair = _load(builder, w, builder.shl(i, ir.Constant(_I64, 1)), _PAIR)
        undefined = ir.Constant(_PAIR, ir.Undefined)
        turn = ir.Constant(ir.VectorType(_I32, 2), [1, 0])
        swapped = builder.shuffle_vector(pair, undefined, turn)
        spread = ir.Constant(ir.VectorType(_I32, 2 * PAIRS), [1, 0] * PAIRS)
        block = builder.shuffle_vector(pair, undefined, spread)
        after = builder.add(i, ir.Constant(_I64, 1))
        done = _variable(builder, ir.Constant(_I64, 0))
        width, last = ir.Constant(_I64, PAIRS), ir.Constant(_I64, PAIRS - 1)
        loop, body, fast, slow, end = (
            builder.append_basic_block(x) for x in ("loop", "body", "fast", "slow", "end")
        )
        builder.branch(loop)
        builder.position_at_end(loop)
        x = builder.load(done)
        enough = builder.icmp_signed("<=", builder.add(x, width), count)
        builder.cbranch(enough, body, end)
        builder.position_at_end(body)
        here = builder.add(t, x)
        low, high = _int_at(builder, tri, here), _int_at(builder, tri, builder.add(here, last))
        by = builder.add(after, x)
        builder.cbranch(builder.icmp_signed("==", builder.sub(high, low), last), fast, slow)
        builder.position_at_end(fast)
        _relax_some(builder, w, low, by, block, _BLOCK)
        builder.store(builder.add(x, width), done)
        builder.branch(loop)
        builder.position_at_end(slow)
        for k in range(PAIRS):
            step = ir.Constant(_I64, k)
            to = _int_at(builder, tri, builder.add(here, step))
            _relax_some(builder, w, to, builder.add(by, step), swapped, _PAIR)
        builder.store(builder.add(x, width), done)
        builder.branch(loop)
        builder.position_at_end(end)
        x = builder.load(done)
        with cgutils.for_range(builder, builder.sub(count, x)) as rest:
            at = builder.add(x, rest.index)
            to = _int_at(builder, tri, builder.add(t, at))
            _relax_some(builder, w, to, builder.add(after, at), swapped, _PAIR)
        return context.get_dummy_value()

    return types.void(w, tri, t, i, count), emit


SCALAR: Final = bool(numba.config.DISABLE_JIT or numba.config.BOUNDSCHECK)  # type: ignore[attr-defined]

pull: Final[Callable[..., None]] = pull_scalar if SCALAR else _pull_vector
push: Final[Callable[..., None]] = push_scalar if SCALAR else _push_vector
pull_one: Final[Callable[..., Int]] = pull_one_scalar if SCALAR else _pull_one_plain
push_one: Final[Callable[..., None]] = push_one_scalar if SCALAR else _push_one_plain
relax: Final[Callable[..., None]] = relax_scalar if SCALAR else _relax_vector
