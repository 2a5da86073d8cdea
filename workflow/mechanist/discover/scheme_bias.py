"""How far coefficients are off if the data were made with differences of second order.

Such data obey the differences exactly and the derivatives only nearly. The error of the differences
in a whole equation is known from the data (:mod:`.resolution`). A part of it lies in the span of the
terms of the equation and moves their coefficients; the rest stays in the residual, where it can be
looked for. Data that were made otherwise do not show the rest, so that the first part is absent, too,
however coarse their grid is. Where noise hides the rest, or there is none, the bias is not excluded.

Data of this kind and exact data count as equally probable beforehand. What solvers on a finer grid than
that of the data leave is a smaller share of the error, and counts only if it is seen.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.noise_response import Stretch
from mechanist.discover.regression import solve
from mechanist.discover.resolution import scheme_columns
from mechanist.discover.weak_rows import Plan

#: From how many standard errors on a share of the error counts as seen.
SEEN: Final = 2.0
#: From this standard error on the data do not tell whether there is an error.
BLIND: Final = 0.5
#: Share of the error outside of the span of the terms, below which it is rounding.
ROUNDING: Final = 1e-6
#: Standard errors below this do not differ: squares of smaller ones underflow.
TINY: Final = 1e-100


def scheme_bias(
    parts: Sequence[Stretch], plan: Plan, sums: FloatArray, signed: FloatArray, *, variance: float
) -> FloatArray:
    """Return the bias of each coefficient that the residual does not exclude.

    Parameters
    ----------
    parts : sequence of Stretch
        The columns of the terms and of the target.
    plan : Plan
        Their products and derivatives.
    sums : ndarray of shape (n_terms, p + 1)
        Columns as sums of terms, the target last.
    signed : ndarray of shape (p + 1,)
        Coefficients, -1 for the target.
    variance : float
        Variance that noise gives to the sum of the residual over test functions, weighted by numbers
        whose squares add up to one.

    Returns
    -------
    ndarray of shape (n_axes, p)
        One row for each axis along which differences may have been taken; their signs are those of
        one common error, so that they add up in combinations of the coefficients.
    """
    rows = np.concatenate([part.rows for part in parts]) @ sums
    residual, norms = rows @ signed, np.linalg.norm(rows[:, :-1], axis=0)
    columns = rows[:, :-1] / norms
    biases: list[FloatArray] = []
    for errors in _errors(parts, plan, sums):
        # the law that holds if the data obey differences, and what they then do to its coefficients
        made = rows + errors
        law = solve(made[:, :-1] / norms, made[:, -1]) / norms
        error = errors @ np.append(law, -1.0)
        moved = solve(columns, error)
        seen = error - columns @ moved
        size = float(np.linalg.norm(seen))
        share = 1.0
        if size > ROUNDING * float(np.linalg.norm(error)):
            found = abs(float(seen @ residual)) / size**2
            share = _share(found, float(np.sqrt(variance)) / size)
        biases.append(share * moved / norms)
    return np.array(biases).reshape(-1, len(norms))


def _share(found: float, error: float) -> float:
    """Return the share of the error that is counted: the root mean square over what is probable.

    Parameters
    ----------
    found, error : float
        Share that is found in the residual, and its standard error from noise.
    """
    if error >= BLIND:
        return float(np.sqrt(0.5))  # what is found is noise
    odds = (1.0 - 2.0 * found) / (2.0 * max(error, TINY) ** 2)  # logarithm, of none against all
    share = float(np.exp(-0.5 * np.logaddexp(0.0, odds)))
    return max(share, min(found + SEEN * error, 1.0)) if found > SEEN * error else share


def _errors(parts: Sequence[Stretch], plan: Plan, sums: FloatArray) -> list[FloatArray]:
    """Return the errors of all columns, for each axis with derivatives along it."""
    each = [
        [one @ sums for one in scheme_columns(p.evaluator, p.projectors, plan, len(sums))]
        for p in parts
    ]
    joined = [np.concatenate(along) for along in zip(*each, strict=True)]
    return [errors for errors in joined if errors.any()]
