"""How white noise on the data moves the columns of the weak form, and its normal equations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.debiasing import noise_variances
from mechanist.discover.derivatives import Derivative
from mechanist.discover.evaluation import Evaluator
from mechanist.discover.projection import Projector, project_back
from mechanist.discover.reduction import reduced
from mechanist.discover.terms import Orders, Term
from mechanist.discover.weak_rows import Plan, stretches, weak_rows
from mechanist.formats.field_files import FieldData

#: The covariance is summed over about this many points ...
POINTS: Final = 2**17
#: ... as long as a half-width of the test function holds so many times: changes vary no faster.
TIMES_PER_HALF_WIDTH: Final = 4
#: Response of a column to noise on one field: derivatives of the test function, and gradients.
_Response = list[tuple[Orders, FloatArray]]


@dataclass(frozen=True, eq=False)
class Stretch:
    """The columns of some terms on a stretch of a trajectory.

    Parameters
    ----------
    evaluator : Evaluator
        The stretch, with the variance of the noise on each field.
    projectors : tuple of Projector
        Test functions on each axis, from the beginning of the stretch.
    rows : ndarray of shape (n, n_terms)
        A row for each test function.
    """

    evaluator: Evaluator
    projectors: tuple[Projector, ...]
    rows: FloatArray


def noisy_evaluator(data: FieldData) -> Evaluator:
    """Return the evaluator of a whole trajectory, whose noise is estimated field by field."""
    return Evaluator(data, Derivative(), 0, data.shape[-1], noise_variances(data))


def stretch_rows(
    whole: Evaluator, projectors: tuple[Projector, ...], plan: Plan
) -> Iterator[Stretch]:
    """Yield the columns of a plan, stretch by stretch, so that one fits into memory."""
    for time in stretches(whole.data, projectors[-1]):
        stop = time.offset + time.extent
        part = replace(whole, start=time.offset, stop=stop)
        tests = (*projectors[:-1], time.from_first())
        yield Stretch(part, tests, weak_rows(part, tests, plan))


def noise_products(
    whole: Evaluator, terms: Sequence[Term], projectors: tuple[Projector, ...]
) -> FloatArray:
    """Return the expected products of the columns' noise, summed over all test functions.

    Parameters
    ----------
    whole : Evaluator
        One trajectory, with the variance of the noise on each field.
    terms : sequence of Term
        Columns that are exact in the weak form.
    projectors : tuple of Projector
        Test functions on each axis.

    Returns
    -------
    ndarray of shape (n_terms, n_terms)
        Symmetric and positive semi-definite.
    """
    products = np.zeros((len(terms), len(terms)))
    for name, variance in whole.variances.items():
        if variance == 0.0:
            continue
        responses = [_response(term, name, whole) for term in terms]
        for i, first in enumerate(responses):
            for j, second in enumerate(responses[: i + 1]):
                products[i, j] += variance * _overlap(first, second, projectors)
    symmetric: FloatArray = np.tril(products) + np.tril(products, -1).T
    return symmetric


def score_covariance(
    stretch: Stretch, terms: Sequence[Term], sums: FloatArray, weights: FloatArray
) -> FloatArray:
    """Return the covariance that noise gives to the products of columns and residual.

    Parameters
    ----------
    stretch : Stretch
        The columns of the terms.
    terms : sequence of Term
        Terms that are exact in the weak form, the target last.
    sums : ndarray of shape (n_terms, p + 1)
        Columns as sums of terms, the target last.
    weights : ndarray of shape (p + 1,)
        Coefficients, -1 for the target: the residual is ``rows @ sums @ weights``.

    Returns
    -------
    ndarray of shape (p, p)
        To first order in the noise; summed over a part of the times if there are many points.
    """
    p = len(weights) - 1
    part, time = stretch.evaluator, stretch.projectors[-1]
    many = ceil(np.prod(part.shape) / POINTS)
    every = max(1, min(many, time.function.half_width // TIMES_PER_HALF_WIDTH))
    shape = (*part.shape[:-1], -(-part.shape[-1] // every))
    columns = stretch.rows @ sums
    noisy = {name: variance for name, variance in part.variances.items() if variance > 0.0}
    responses = {
        name: [
            [(outer, gradient[..., ::every]) for outer, gradient in _response(term, name, part)]
            for term in terms
        ]
        for name in noisy
    }
    through = {name: _combined(responses[name], sums @ weights) for name in noisy}
    own = {name: [_combined(responses[name], sums[:, k]) for k in range(p)] for name in noisy}
    residual = _Returned(stretch, columns @ weights, every)
    changes = {name: np.zeros((p, int(np.prod(shape)))) for name in noisy}
    for k in range(p):
        column = _Returned(stretch, columns[:, k], every)
        for name in noisy:
            change: FloatArray = np.zeros(shape)
            for outer, gradient in through[name].items():
                change += gradient * column(outer)
            for outer, gradient in own[name][k].items():
                change += gradient * residual(outer)
            changes[name][k] = change.ravel()
    covariance: FloatArray = np.zeros((p, p))
    for name, variance in noisy.items():
        covariance += variance * (changes[name] @ changes[name].T)
    return covariance * (part.shape[-1] / shape[-1])


class _Returned:
    """Values of test functions brought back to the points of the grid, once for each derivative."""

    def __init__(self, stretch: Stretch, values: FloatArray, every: int) -> None:
        self._stretch = stretch
        self._every = every
        self._values = values.reshape([one.count for one in stretch.projectors])
        self._known: dict[Orders, FloatArray] = {}

    def __call__(self, outer: Orders) -> FloatArray:
        if outer not in self._known:
            shape = self._stretch.evaluator.shape
            projectors = self._stretch.projectors
            self._known[outer] = project_back(
                self._values, projectors, outer, shape, every=self._every
            )
        return self._known[outer]


def _response(term: Term, name: str, evaluator: Evaluator) -> _Response:
    """Return the response of each part of a term to noise on a field."""
    known = frozenset(evaluator.data.inputs)
    responses = []
    for part, coefficient in reduced(term, known=known).items():
        if name in part.variables:
            responses.append((part.outer, evaluator.gradient(part.factors, name, coefficient)))
    return responses


def _combined(responses: Sequence[_Response], weights: FloatArray) -> dict[Orders, FloatArray]:
    """Return the response of a linear combination of terms."""
    total: dict[Orders, FloatArray] = {}
    for response, weight in zip(responses, weights, strict=True):
        if weight:
            for outer, gradient in response:
                total[outer] = total.get(outer, 0.0) + weight * gradient
    return total


def _overlap(first: _Response, second: _Response, projectors: tuple[Projector, ...]) -> float:
    """Return the sum over test functions and points of the products of two responses."""
    total = 0.0
    for a, left in first:
        for b, right in second:
            product = left * right
            for projector in reversed(projectors):
                orders = dict(a).get(projector.axis, 0), dict(b).get(projector.axis, 0)
                product = product @ projector.coverage(*orders, n=product.shape[-1])
            total += float(product)
    return total
