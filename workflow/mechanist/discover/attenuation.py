"""Correct coefficients for noise in the terms themselves, and say how far noise moves them.

Least squares assumes exact columns. Noise in the columns biases coefficients towards zero, most of
all when columns are nearly collinear, and more data do not reduce the bias. To first order in white
noise of known variance, the expected products of the columns' errors, ``N``, and of these with the
target's error, ``n``, follow from the test functions and the gradients of the terms. The normal
equations ``G w = h`` are replaced by ``(G - N) w = h - n``, which have the right mean (total least
squares with known error covariance). For noiseless data ``N`` and ``n`` are zero.

The same gradients give the scatter of the corrected coefficients: their covariance is
``(G - N)^-1 C (G - N)^-1``, where ``C`` sums, over all points, the variance of the noise times the
products of the changes that it makes in the normal equations. Residuals of few blocks estimate this
scatter poorly; see :mod:`.stability`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import linalg

from mechanist.core.typing import FloatArray
from mechanist.discover.noise_response import (
    Stretch,
    noise_products,
    noisy_evaluator,
    score_covariance,
    stretch_rows,
)
from mechanist.discover.regression import solve
from mechanist.discover.regression_data import as_terms
from mechanist.discover.scheme_bias import scheme_bias
from mechanist.discover.terms import Term
from mechanist.discover.test_functions import TestFunction
from mechanist.discover.triangular_factors import triangular
from mechanist.discover.weak_rows import independent_values, make_plan, make_projectors
from mechanist.discover.widths import choose_test_functions
from mechanist.formats.field_files import FieldData

#: No correction if noise exceeds this share of the squared norm of some combination of columns.
LARGEST_SHARE: Final = 0.5
#: Columns of unit norm count as dependent if their smallest singular value is below this.
DEPENDENT: Final = 1e-7


@dataclass(frozen=True, eq=False)
class Corrected:
    """Coefficients corrected for noise in the terms.

    Parameters
    ----------
    weights, errors : ndarray of shape (p,)
        Coefficients, and their standard errors from white noise on the data.
    covariance : ndarray of shape (p, p)
        Covariance of the coefficients from the same noise.
    noise_share : float
        Squared residual that the noise explains, over the squared target.
    loss : float
        Squared residual of these coefficients, over the squared target.
    spread : ndarray of shape (p,)
        Change of each coefficient under a change of the target by its own norm in the worst
        direction: ``|target|`` times the root of the diagonal of ``(G - N)^-1``.
    scheme : ndarray of shape (p,)
        Bias of each coefficient if the data were made with differences of second order, as far as
        the residual does not exclude this; see :mod:`.scheme_bias`.
    """

    weights: FloatArray
    errors: FloatArray
    covariance: FloatArray
    noise_share: float
    loss: float
    spread: FloatArray
    scheme: FloatArray


def corrected_fit(
    data: Sequence[FieldData],
    groups: Sequence[Sequence[Term | str]],
    target: str,
    *,
    widths: Mapping[str, TestFunction] | None = None,
    strides: Mapping[str, int] | None = None,
    snapshots: bool = False,
    mixing: FloatArray | None = None,
) -> Corrected | None:
    """Return coefficients of chosen columns, corrected for noise in the terms.

    Parameters
    ----------
    data : sequence of FieldData
        Trajectories; the variance of the noise is estimated for each and field by field.
    groups : sequence of sequence of Term or str
        The columns of the equation, not of a whole library: each the sum of its terms.
    target : str
        Left-hand side, such as ``"u_t"``.
    widths, strides, snapshots
        As in :func:`.weak.weak_system`; use the same values as for the choice of terms.
    mixing : ndarray of shape (n_groups, p), optional
        Columns of the equation as combinations of the groups, which are then better conditioned
        than these columns. By default the groups are the columns.

    Returns
    -------
    Corrected or None
        None if a term needs derivatives computed point by point, if the columns are linearly
        dependent on the data, or if noise makes up more than half of some combination of columns:
        then the correction is not reliable.

    Raises
    ------
    ValueError
        As :func:`.weak.weak_system`.
    """
    listed = [as_terms(list(dict.fromkeys(group))) for group in groups]
    library = as_terms(list(dict.fromkeys(term for group in listed for term in group)))
    everything = (*library, *as_terms([target]))
    functions = widths or choose_test_functions(data, everything, snapshots=snapshots)
    plan, inexact = make_plan(everything, frozenset(data[0].inputs))
    if inexact:
        return None
    sums = _sums(groups, tuple(term.name for term in library))
    noise = np.zeros((len(everything), len(everything)))
    parts: list[Stretch] = []
    independent = 0.0
    for one in data:
        projectors = make_projectors(one, functions, strides or {}, snapshots=snapshots)
        whole = noisy_evaluator(one)
        independent += independent_values(projectors, everything[-1])
        noise += noise_products(whole, everything, projectors)
        parts += stretch_rows(whole, projectors, plan)
    expansion = np.eye(len(groups))
    if mixing is not None:
        rows = triangular(np.concatenate([part.rows for part in parts]) @ sums)
        basis, expansion = _orthogonal(mixing, np.linalg.norm(rows[:, :-1], axis=0))
        sums = sums @ linalg.block_diag(basis, 1.0)
    noise = sums.T @ noise @ sums
    factor = triangular(np.concatenate([part.rows for part in parts]) @ sums)
    matrix, right = factor[:, :-1], factor[:, -1]
    norms = np.linalg.norm(matrix, axis=0)
    if not norms.all() or np.linalg.svd(matrix / norms, compute_uv=False)[-1] < DEPENDENT:
        return None
    # columns of unit norm: in small units of length some are 1e30 times as large as others
    plain = solve(matrix / norms, right) / norms
    sizes = np.outer(norms, norms)
    gram, errors = matrix.T @ matrix / sizes, noise[:-1, :-1] / sizes
    if linalg.eigh(errors, gram, eigvals_only=True)[-1] > LARGEST_SHARE:
        return None
    shift = errors @ (plain * norms) - noise[:-1, -1] / norms
    weights = plain + linalg.solve(gram - errors, shift, assume_a="pos") / norms
    signed = np.append(weights, -1.0)
    scores = np.zeros_like(gram)
    for part in parts:
        # stretches of data too long for memory count as independent
        scores += score_covariance(part, everything, sums, signed)
    inverse = np.asarray(np.linalg.inv(gram - errors)) / sizes
    size = float(right @ right) or 1.0
    left = matrix @ weights - right
    residual = max(float(signed @ noise @ signed), 0.0)
    moved = scheme_bias(parts, plan, sums, signed, variance=residual / independent)
    if mixing is None:
        covariance, spread = inverse @ scores @ inverse, inverse
    else:
        weights = expansion @ weights
        moved = moved @ expansion.T
        covariance = expansion @ inverse @ scores @ inverse @ expansion.T
        spread = expansion @ inverse @ expansion.T
    return Corrected(
        weights=weights,
        errors=np.sqrt(np.maximum(np.diag(covariance), 0.0)),
        covariance=np.asarray(0.5 * (covariance + covariance.T)),
        noise_share=residual / size,
        loss=float(left @ left) / size,
        spread=np.sqrt(size * np.maximum(np.diag(spread), 0.0)),
        scheme=np.asarray(np.sqrt(np.square(moved).sum(axis=0))),
    )


def _orthogonal(mixing: FloatArray, norms: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return a well-conditioned basis of mixed columns, and the weights of these from those of it.

    The columns of the mixing differ by powers of an offset and are nearly parallel: fits on them would
    lose the digits that fits on groups of unit norm keep.
    """
    norms = np.where(norms == 0.0, 1.0, norms)
    scaled = norms[:, None] * mixing
    sizes = np.linalg.norm(scaled, axis=0)
    orthogonal, upper = np.linalg.qr(scaled / sizes)
    inverse = linalg.solve_triangular(upper, np.eye(len(sizes)))
    return orthogonal / norms[:, None], np.asarray(inverse / sizes[:, None])


def _sums(groups: Sequence[Sequence[Term | str]], names: tuple[str, ...]) -> FloatArray:
    """Return the matrix that sums the columns of terms, and keeps that of the target."""
    sums = np.zeros((len(names) + 1, len(groups) + 1))
    for k, group in enumerate(groups):
        for term in group:
            name = as_terms([term])[0].name
            sums[names.index(name), k] += 1.0
    sums[-1, -1] = 1.0
    return sums
