"""Rows of the weak form: which integrals a library needs, where they are taken, and their values."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.evaluation import Evaluator
from mechanist.discover.projection import Projector, project
from mechanist.discover.reduction import reduced
from mechanist.discover.snapshots import between_snapshots
from mechanist.discover.terms import Factor, Orders, Term
from mechanist.discover.test_functions import TestFunction
from mechanist.discover.uneven_times import UnevenTimes
from mechanist.discover.widths import remedy
from mechanist.formats.field_files import TIME, FieldData

#: The distance between query points is the half-width divided by this.
QUERIES_PER_HALF_WIDTH: Final = 6
#: Largest size of the stretch of one field that is processed at a time.
STRETCH_BYTES: Final = 2**25
#: Contributions to the columns: product of factors to derivative to ``(column, coefficient)``.
Plan = dict[tuple[Factor, ...], dict[Orders, list[tuple[int, float]]]]


def make_plan(terms: tuple[Term, ...], known: frozenset[str]) -> tuple[Plan, dict[str, str]]:
    """Return the products needed under each derivative, and notes on inexact terms."""
    plan: Plan = {}
    notes = {}
    for column, term in enumerate(terms):
        parts = reduced(term, known=known)
        inner = [f.name for part in parts for f in part.factors if f.orders]
        if inner:
            notes[term.name] = f"computed point by point: {', '.join(sorted(set(inner)))}"
        for part, coefficient in parts.items():
            branch = plan.setdefault(part.factors, {}).setdefault(part.outer, [])
            branch.append((column, coefficient))
    return plan, notes


def make_projectors(
    data: FieldData,
    functions: Mapping[str, TestFunction],
    strides: Mapping[str, int],
    *,
    snapshots: bool = False,
) -> tuple[Projector, ...]:
    """Return the projector of each axis, over all query points of a trajectory.

    Parameters
    ----------
    data : FieldData
        A trajectory.
    functions, strides : mapping
        Test function by axis; grid points from one query point to the next, if not the default.
    snapshots : bool
        Whether to integrate between neighbouring times instead of over test functions in time.

    Raises
    ------
    ValueError
        If the trajectory has fewer points than a test function.
    """
    projectors: list[Projector] = []
    for axis, n in zip(data.axes, data.shape, strict=True):
        if snapshots and axis == TIME:
            projectors.append(between_snapshots(axis, data.axes[axis]))
            continue
        function, periodic = functions[axis], axis in data.periodic
        if n < function.support:
            raise ValueError(
                f"trajectory {data.name!r}, axis {axis!r}: {n} points, but a test function covers "
                f"{function.support}. Set smaller `half_widths`, or give longer data{remedy(axis)}"
            )
        stride = strides.get(axis, max(1, function.half_width // QUERIES_PER_HALF_WIDTH))
        room = n - 1 if periodic else n - function.support
        offset = 0 if periodic else room % stride // 2
        count = room // stride + 1
        spacing = data.spacings[axis]
        one = Projector(axis, function, spacing, periodic, stride, count, offset)
        projectors.append(_on_uneven_times(one, data) if axis in data.uneven else one)
    return tuple(projectors)


def _on_uneven_times(even: Projector, data: FieldData) -> Projector:
    """Return a projector with the weights of uneven times.

    Raises
    ------
    ValueError
        If the times are so clustered that no window can be used.
    """
    times = UnevenTimes(data.axes[even.axis], even.function)
    projector = replace(even, uneven=times)
    if not projector.rows(0).any():
        steps = np.diff(times.times)
        raise ValueError(
            f"trajectory {data.name!r}, axis {even.axis!r}: spacings run from {steps.min():g} to "
            f"{steps.max():g}, so unevenly that derivatives under each of {even.count} test functions "
            f"of {even.function.support} points amplify noise. Set larger `half_widths`, or interpolate: `resample: [{even.axis}]`"
        )
    return projector


def independent_values(projectors: tuple[Projector, ...], target: Term) -> float:
    """Return how many independent values white noise has in all rows of a trajectory's target."""
    orders = dict(target.outer)
    return float(np.prod([p.independent(orders.get(p.axis, 0)) for p in projectors]))


def stretches(data: FieldData, time: Projector) -> Iterator[Projector]:
    """Yield parts of a block that fit into memory but are not shorter than a test function."""
    if not time.divisible:
        yield time
        return
    bytes_a_point = 8 * int(np.prod(data.shape[:-1]))
    support = time.function.support
    points = max(2 * support, STRETCH_BYTES // bytes_a_point)
    size = max(1, (points - support) // time.stride + 1)
    for first in range(0, time.count, size):
        count = min(size, time.count - first)
        yield replace(time, count=count, offset=time.offset + first * time.stride)


def weak_rows(evaluator: Evaluator, projectors: tuple[Projector, ...], plan: Plan) -> FloatArray:
    """Return the rows of one stretch, shape (n, p + q)."""
    columns = 1 + max(c for outers in plan.values() for uses in outers.values() for c, _ in uses)
    n = int(np.prod([projector.count for projector in projectors]))
    matrix = np.zeros((n, columns))
    for factors, outers in plan.items():
        for outer, values in project(evaluator.product(factors), projectors, outers).items():
            flat = values.ravel()
            for column, coefficient in outers[outer]:
                matrix[:, column] += coefficient * flat
    return matrix
