"""Correct the coefficients of chosen terms for the noise in the terms themselves.

Least squares assumes exact columns. Noise in the columns biases coefficients towards zero, most of
all when columns are nearly collinear, and more data do not reduce the bias. To first order in white
noise of known variance, the expected products of the columns' errors, ``N``, and of these with the
target's error, ``n``, follow from the test functions and the gradients of the terms. The normal
equations ``G w = h`` are replaced by ``(G - N) w = h - n``, which have the right mean (total least
squares with known error covariance). For noiseless data ``N`` and ``n`` are zero.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from scipy import linalg

from mechanist.core.typing import FloatArray
from mechanist.discover.debiasing import noise_variance
from mechanist.discover.derivatives import Derivative
from mechanist.discover.evaluation import Evaluator
from mechanist.discover.projection import Projector
from mechanist.discover.reduction import reduced
from mechanist.discover.regression_data import as_terms
from mechanist.discover.terms import Factor, Orders, Term
from mechanist.discover.test_functions import TestFunction
from mechanist.discover.weak import make_projectors, weak_system
from mechanist.discover.widths import choose_test_functions
from mechanist.formats.field_files import FieldData

#: No correction if noise exceeds this share of the squared norm of some combination of columns.
LARGEST_SHARE: Final = 0.5
#: Response of a column to noise on one field: derivatives of the test function, and gradients.
_Response = list[tuple[Orders, FloatArray]]


def corrected_weights(
    data: Sequence[FieldData],
    terms: Sequence[Term | str],
    target: str,
    *,
    widths: Mapping[str, TestFunction] | None = None,
    strides: Mapping[str, int] | None = None,
) -> FloatArray:
    """Return coefficients of chosen terms, corrected for noise in the terms.

    Parameters
    ----------
    data : sequence of FieldData
        Trajectories.
    terms : sequence of Term or str
        The terms of the equation, not a whole library.
    target : str
        Left-hand side, such as ``"u_t"``.
    widths, strides : mapping, optional
        As in :func:`.weak.weak_system`; use the same values as for the choice of terms.

    Returns
    -------
    ndarray of shape (p,)
        Corrected coefficients; least-squares coefficients if a term needs derivatives computed
        point by point, or if noise makes up more than half of some combination of terms.

    Raises
    ------
    ValueError
        As :func:`.weak.weak_system`, and if the terms are linearly dependent on the data.
    """
    library = as_terms([*terms, target])
    functions = widths or choose_test_functions(data, library)
    system = weak_system(data, terms, [target], widths=functions, strides=strides, blocks=1)
    system.require_full_rank()
    p = len(terms)
    matrix, right = system.problem()
    plain = np.asarray(np.linalg.lstsq(matrix, right, rcond=None)[0], dtype=np.float64)
    if system.notes:
        return plain
    noise = np.zeros((p + 1, p + 1))
    for one in data:
        projectors = make_projectors(one, functions, strides or {})
        noise += noise_products(one, library, projectors)
    gram, errors = matrix.T @ matrix, noise[:p, :p]
    if linalg.eigh(errors, gram, eigvals_only=True)[-1] > LARGEST_SHARE:
        return plain
    step = linalg.solve(gram - errors, errors @ plain - noise[:p, p], assume_a="pos")
    corrected: FloatArray = plain + step
    return corrected


def noise_products(
    data: FieldData, terms: Sequence[Term], projectors: tuple[Projector, ...]
) -> FloatArray:
    """Return the expected products of the columns' noise, summed over all test functions.

    Parameters
    ----------
    data : FieldData
        One trajectory; the variance of its noise is estimated field by field.
    terms : sequence of Term
        Columns that are exact in the weak form.
    projectors : tuple of Projector
        Test functions on each axis.

    Returns
    -------
    ndarray of shape (n_terms, n_terms)
        Symmetric and positive semi-definite.
    """
    variances = {name: noise_variance(values) for name, values in data.fields.items()}
    evaluator = Evaluator(data, Derivative(), 0, data.shape[-1], variances)
    products = np.zeros((len(terms), len(terms)))
    for name, variance in variances.items():
        if variance == 0.0:
            continue
        responses = [_response(term, name, evaluator) for term in terms]
        for i, first in enumerate(responses):
            for j, second in enumerate(responses[: i + 1]):
                products[i, j] += variance * _overlap(first, second, projectors)
    symmetric: FloatArray = np.tril(products) + np.tril(products, -1).T
    return symmetric


def _response(term: Term, name: str, evaluator: Evaluator) -> _Response:
    """Return the response of each part of a term to noise on a field."""
    known = frozenset(evaluator.data.inputs)
    responses = []
    for part, coefficient in reduced(term, known=known).items():
        power = sum(factor.power for factor in part.factors if factor.variable == name)
        if power:
            others = tuple(factor for factor in part.factors if factor.variable != name)
            lowered = (Factor(name, (), power - 1),) if power > 1 else ()
            gradient = coefficient * power * evaluator.product((*others, *lowered))
            responses.append((part.outer, gradient))
    return responses


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
