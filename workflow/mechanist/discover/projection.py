"""Integrate gridded fields against separable test functions, one axis after the other.

Along an axis, all test functions are the same bump, at query points one stride apart. A group of
neighbouring test functions is therefore a small banded matrix, the same for all groups: integration
takes a few small matrix products, without a loop over test functions. On uneven times every group
has a matrix of its own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.terms import Orders
from mechanist.discover.test_functions import TestFunction
from mechanist.discover.uneven_times import UnevenTimes


@dataclass(frozen=True, eq=False)
class Projector:
    """Integrates values against test functions along one axis.

    Parameters
    ----------
    axis : str
        Name of the axis.
    function : TestFunction
        The test function.
    spacing : float
        Grid spacing.
    periodic : bool
        Whether windows wrap around.
    stride : int
        Grid points from one query point to the next.
    count : int
        Number of query points.
    offset : int
        Grid point where the first window starts (not periodic) or is centred (periodic).
    scheme_error : bool
        Whether derivatives are replaced by the error that differences of second order make in them.
    uneven : UnevenTimes, optional
        Weights on uneven times, instead of those on an even grid.
    origin : int
        Index, among the uneven times, of the first point of the values.
    """

    axis: str
    function: TestFunction
    spacing: float
    periodic: bool
    stride: int
    count: int
    offset: int = 0
    scheme_error: bool = False
    uneven: UnevenTimes | None = None
    origin: int = 0

    @property
    def extent(self) -> int:
        """Number of points from the beginning of the first window to the end of the last."""
        return (self.count - 1) * self.stride + self.function.support

    @property
    def covering(self) -> float:
        """Number of test functions that cover a point."""
        return self.function.support / self.stride

    @property
    def divisible(self) -> bool:
        """Whether query points may be taken apart, each with the points under its test function."""
        return True

    def independent(self, order: int) -> float:
        """Return how many independent values white noise has in integrals of a derivative."""
        if not self.divisible:
            return float(self.count)
        used = self.count if self.uneven is None else int(self.rows(0).any(axis=1).sum())
        return max(used * self.stride / self.function.correlated(order), 1.0)

    def thinned(self, every: int) -> "Projector":
        """Return the projector with one of so many query points."""
        if not self.divisible:
            return self
        return replace(self, stride=self.stride * every, count=-(-self.count // every))

    def has_error(self, order: int) -> bool:
        """Whether differences would make an error in a term with a derivative along the axis."""
        return order > 0

    def from_first(self) -> "Projector":
        """Return the projector of values that begin where the first window begins."""
        return replace(self, offset=0, origin=self.origin + self.offset)

    def rows(self, order: int) -> FloatArray:
        """Return the weights under each test function, shape (count, support)."""
        if self.uneven is None:
            weights = self.weights(order)
            return np.broadcast_to(weights, (self.count, len(weights)))
        starts = self.origin + self.offset + self.stride * np.arange(self.count)
        return self.uneven.weights(order, starts, scheme_error=self.scheme_error)

    def weights(self, order: int) -> FloatArray:
        """Return the weights of the points under one test function, for a derivative of an order."""
        make = self.function.scheme_error if self.scheme_error else self.function.weights
        return make(order, self.spacing)

    def __call__(self, values: FloatArray, order: int) -> FloatArray:
        """Return integrals over the last axis, shape (..., count)."""
        if self.periodic:
            m = self.function.half_width
            values = np.concatenate([values[..., -m:], values, values[..., :m]], axis=-1)
        result = np.empty((*values.shape[:-1], self.count))
        for first, start, matrix in self._groups(order):
            window = values[..., start : start + len(matrix)]
            result[..., first : first + matrix.shape[1]] = window @ matrix
        return result

    def _groups(self, order: int) -> Iterator[tuple[int, int, FloatArray]]:
        """Yield groups of test functions: the first of them, its first point, and their weights."""
        rows = self.rows(order)
        support = rows.shape[1]
        group = min(self.count, max(1, support // self.stride))
        matrix = np.zeros((support + (group - 1) * self.stride, group))
        for first in range(0, self.count, group):
            size = min(group, self.count - first)
            start, width = self.offset + first * self.stride, support + (size - 1) * self.stride
            if first == 0 or self.uneven is not None:
                for j in range(size):
                    matrix[j * self.stride : j * self.stride + support, j] = rows[first + j]
            yield first, start, matrix[:width, :size]

    def adjoint(self, values: FloatArray, order: int, *, n: int) -> FloatArray:
        """Return what integrals over the last axis owe to each grid point, weighted by ``values``.

        Parameters
        ----------
        values : ndarray of shape (..., count)
            Weights of the query points.
        order : int
            Order of the derivative.
        n : int
            Points on the axis.

        Returns
        -------
        ndarray of shape (..., n)
            The transpose of :meth:`__call__`: ``sum(self(f, order) * values) = sum(f * result)``.
        """
        reach = self.function.half_width if self.periodic else 0
        result = np.zeros((*values.shape[:-1], n + 2 * reach))
        for first, start, matrix in self._groups(order):
            part = values[..., first : first + matrix.shape[1]] @ matrix.T
            result[..., start : start + len(matrix)] += part
        if reach:
            result[..., reach : 2 * reach] += result[..., n + reach :]
            result[..., n : n + reach] += result[..., :reach]
            result = result[..., reach : n + reach]
        return result

    def coverage(self, first: int, second: int, *, n: int) -> FloatArray:
        """Return, at each grid point, the sum of the products of two derivatives' weights.

        Parameters
        ----------
        first, second : int
            Orders of the derivatives.
        n : int
            Points on the axis.

        Returns
        -------
        ndarray of shape (n,)
            Sum over query points of the product of the weights with which a point enters both
            integrals.
        """
        if not self.divisible:
            return np.asarray((self.rows(first) * self.rows(second)).sum(axis=0))
        sums: FloatArray = np.zeros(n)
        if self.uneven is not None:
            products = self.rows(first) * self.rows(second)
            for place, covered in enumerate(products):
                start = self.offset + place * self.stride
                sums[start : start + len(covered)] += covered
            return sums
        function = self.function
        weights = function.weights(first, self.spacing) * function.weights(second, self.spacing)
        ends = np.zeros((self.count - 1) * self.stride + 1)
        ends[:: self.stride] = 1.0
        start = self.offset - (function.half_width if self.periodic else 0)
        covered = np.convolve(ends, weights)
        points = (start + np.arange(len(covered))) % n
        sums += np.bincount(points, covered, minlength=n)
        return sums


def project(
    values: FloatArray, projectors: tuple[Projector, ...], outers: Iterable[Orders]
) -> dict[Orders, FloatArray]:
    """Return the integrals of ``D^outer`` of a field for several derivatives at once.

    Parameters
    ----------
    values : ndarray of shape (n_1, ..., n_t)
        The field.
    projectors : tuple of Projector
        One per axis, in order.
    outers : iterable of Orders
        Derivatives; partial results are shared among them.

    Returns
    -------
    dict of Orders to ndarray of shape (count_1, ..., count_t)
        Integrals at all query points.
    """
    if not projectors:
        return dict.fromkeys(outers, values)
    last = projectors[-1]
    branches: dict[int, list[Orders]] = {}
    for outer in outers:
        branches.setdefault(dict(outer).get(last.axis, 0), []).append(outer)
    results: dict[Orders, FloatArray] = {}
    for order, members in sorted(branches.items()):
        # Projected axes move to the front: after the last one they are in their original order.
        partial = np.moveaxis(last(values, order), -1, 0)
        results |= project(partial, projectors[:-1], members)
    return results


def project_back(
    values: FloatArray,
    projectors: tuple[Projector, ...],
    outer: Orders,
    shape: tuple[int, ...],
    *,
    every: int = 1,
) -> FloatArray:
    """Return, at each grid point, the sum of the weights with which it enters weighted integrals.

    Parameters
    ----------
    values : ndarray of shape (count_1, ..., count_t)
        Weights of the integrals of ``D^outer`` of a field, as :func:`project` returns them.
    projectors : tuple of Projector
        One per axis, in order.
    outer : Orders
        The derivative.
    shape : tuple of int
        Grid points on each axis.
    every : int
        One of this many points of the last axis is wanted.
    """
    for axis in reversed(range(len(projectors))):
        projector = projectors[axis]
        order = dict(outer).get(projector.axis, 0)
        along = projector.adjoint(np.moveaxis(values, axis, -1), order, n=shape[axis])
        if axis == len(projectors) - 1:
            along = along[..., ::every]
        values = np.moveaxis(along, -1, axis)
    return values
