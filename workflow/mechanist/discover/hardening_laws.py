"""Find hardening laws in measured curves by the weak form in strain or time.

Libraries of partial differential equations contain integer powers of fields. Hardening laws need
roots, inverses and absolute values, so their terms are functions. They are integrated against test
functions like any other term, so no data are differentiated.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.linalg import solve_triangular

from mechanist.core.typing import FloatArray
from mechanist.discover.elimination import least_squares, smallest_subset
from mechanist.formats.field_files import TIME, FieldData

#: Significance and gain of :func:`.elimination.smallest_subset`, for whitened rows.
SIGNIFICANCE: Final = 4.0
GAIN: Final = 3e-3
#: Share of the mean variance added to all variances to keep whitening stable.
RIDGE: Final = 1e-3
#: Step of numerical derivatives of terms, relative to the field.
DERIVATIVE_STEP: Final = 1e-4
#: White noise of unit variance has fourth differences of this variance, 1 + 16 + 36 + 16 + 1.
FOURTH_DIFFERENCE: Final = 70.0

Variables = Mapping[str, FloatArray]
Function = Callable[[Variables], FloatArray]


@dataclass(frozen=True)
class Library:
    """Candidate terms of one law.

    Parameters
    ----------
    target : str
        Field whose law is sought.
    terms : mapping of str to callable
        Name to function of the test's fields and inputs.
    floor : float, optional
        Lower values of the target are set to this one, so that roots of noisy data stay real.
    """

    target: str
    terms: Mapping[str, Function]
    floor: float | None = None


def _powers(name: str, exponents: Mapping[str, float]) -> dict[str, Function]:
    def power(exponent: float) -> Function:
        return lambda v: v[name] ** exponent

    return {term: power(exponent) for term, exponent in exponents.items()}


LIBRARIES: Final[Mapping[str, Library]] = {
    "kocks_mecking": Library(
        "rho",
        _powers("rho", {"1": 0.0, "rho^0.5": 0.5, "rho": 1.0, "rho^1.5": 1.5, "rho^2": 2.0}),
        floor=1e-3,
    ),
    "voce": Library(
        "tau",
        _powers("tau", {"tau^-1": -1.0, "1": 0.0, "tau": 1.0, "tau^2": 2.0, "tau^3": 3.0}),
        floor=0.05,
    ),
    "armstrong_frederick": Library(
        "X",
        {
            "rate": lambda v: v["rate"],
            "speed": lambda v: v["speed"],
            "X rate": lambda v: v["X"] * v["rate"],
            "X speed": lambda v: v["X"] * v["speed"],
            "X^2 rate": lambda v: v["X"] ** 2 * v["rate"],
            "X|X| speed": lambda v: v["X"] * np.abs(v["X"]) * v["speed"],
            "X": lambda v: v["X"],
            "1": lambda v: np.ones_like(v["X"]),
        },
    ),
}


@dataclass(frozen=True, eq=False)
class Curve:
    """Weak form of one test.

    Parameters
    ----------
    matrix : ndarray of shape (n, p)
        Integrals of the terms against test functions.
    target : ndarray of shape (n,)
        Integrals of the field's derivative, by parts.
    sensitivity : ndarray of shape (n, N)
        Derivative of the target with respect to the field at each grid point.
    slopes : ndarray of shape (p, n, N)
        Derivative of each column with respect to the field at each grid point.
    noise : float
        Standard deviation of the field's noise, from fourth differences.
    """

    matrix: FloatArray
    target: FloatArray
    sensitivity: FloatArray
    slopes: FloatArray
    noise: float


@dataclass(frozen=True)
class FoundLaw:
    """Coefficients and standard errors of the terms of a law."""

    coefficients: dict[str, float]
    errors: dict[str, float]


def discover_law(
    curves: Sequence[Curve],
    names: Sequence[str],
    *,
    significance: float = SIGNIFICANCE,
    gain: float = GAIN,
    rounds: int = 4,
) -> FoundLaw:
    """Find the law that curves of several tests obey.

    Noise at one grid point enters many test functions, also through roots and products of the
    field. Rows are therefore whitened by the covariance that the current law implies, as in
    iteratively reweighted least squares (WENDy: Bortz, Messenger and Dukic 2023), and the smallest
    set of terms that fits as well as all terms is selected; both steps are repeated.

    Parameters
    ----------
    curves : sequence of Curve
        From :func:`weak_curves`.
    names : sequence of str
        Terms, in the order of the columns.
    significance, gain : float
        As in :func:`mechanist.discover.elimination.smallest_subset`, for whitened rows.
    rounds : int
        Number of whitenings.
    """
    matrix, target = rows_of(curves)
    fit = least_squares(matrix, target, range(len(names)))
    for _ in range(rounds):
        matrix, target = whitened(curves, fit.coefficients)
        fit = smallest_subset(matrix, target, significance=significance, gain=gain)
    kept = fit.support
    return FoundLaw(
        {names[k]: float(fit.coefficients[k]) for k in kept},
        {names[k]: float(fit.errors[k]) for k in kept},
    )


def weak_curves(
    tests: Sequence[FieldData],
    library: Library,
    *,
    half_width: int,
    order: int = 6,
    stride: int = 4,
) -> list[Curve]:
    """Integrate field and terms against bumps ``(1 - s^2)^order`` along every test.

    Parameters
    ----------
    tests : sequence of FieldData
        Curves over ``t`` alone.
    library : Library
        Target and candidate terms.
    half_width : int
        Half the support of a test function, in grid points.
    order : int
        Power of the bump.
    stride : int
        Grid points between neighbouring test functions.

    Raises
    ------
    ValueError
        If a test lacks the target, has other axes than ``t``, or is shorter than a test function.
    """
    place = np.arange(-half_width, half_width + 1) / half_width
    bump = (1 - place**2) ** order
    slope = -2 * order * place * (1 - place**2) ** (order - 1) / half_width
    for test in tests:
        _check(test, library, 2 * half_width + 1)
    return [_curve(test, library, bump, slope, stride) for test in tests]


def rows_of(curves: Sequence[Curve]) -> tuple[FloatArray, FloatArray]:
    """Return the unwhitened rows of all tests, shapes (n, p) and (n,)."""
    return np.concatenate([c.matrix for c in curves]), np.concatenate([c.target for c in curves])


def whitened(curves: Sequence[Curve], coefficients: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return rows whose noise is independent and of equal variance, if the law is right.

    Parameters
    ----------
    curves : sequence of Curve
    coefficients : ndarray of shape (p,)
        Law whose residual covariance is used for whitening.
    """
    matrices, targets = [], []
    for curve in curves:
        spread = curve.sensitivity - np.tensordot(coefficients, curve.slopes, axes=1)
        covariance = spread @ spread.T
        covariance += RIDGE * np.trace(covariance) / len(covariance) * np.eye(len(covariance))
        root = np.linalg.cholesky(covariance) * max(curve.noise, np.finfo(float).tiny)
        matrices.append(solve_triangular(root, curve.matrix, lower=True))
        targets.append(solve_triangular(root, curve.target, lower=True))
    return np.concatenate(matrices), np.concatenate(targets)


def _curve(
    test: FieldData, library: Library, bump: FloatArray, slope: FloatArray, stride: int
) -> Curve:
    values = dict(test.variables)
    raw = values[library.target]
    if library.floor is not None:
        values[library.target] = np.maximum(raw, library.floor)
    field = values[library.target]
    windows = _windows(test.spacings[TIME] * bump, len(raw), stride)
    by_parts = -_windows(slope, len(raw), stride)
    step = DERIVATIVE_STEP * max(float(np.abs(field).max()), np.finfo(float).tiny)
    matrix, slopes = [], []
    for function in library.terms.values():
        matrix.append(windows @ function(values))
        ends = [function({**values, library.target: field + s}) for s in (-step, step)]
        slopes.append(windows * (ends[1] - ends[0]) / (2 * step))
    # The lower bound keeps the whitened rows of noiseless tests comparable.
    noise = float(np.sqrt(np.mean(np.diff(raw, 4) ** 2) / FOURTH_DIFFERENCE))
    floor = np.finfo(float).eps * float(np.abs(raw).max())
    return Curve(np.stack(matrix, 1), by_parts @ raw, by_parts, np.stack(slopes), max(noise, floor))


def _windows(weights: FloatArray, n: int, stride: int) -> FloatArray:
    """Return the matrix, shape (windows, n), of weights moved along ``stride`` points at a time."""
    width = len(weights)
    rows = np.zeros((len(range(0, n - width + 1, stride)), n))
    for k, row in enumerate(rows):
        row[k * stride : k * stride + width] = weights
    return rows


def _check(test: FieldData, library: Library, support: int) -> None:
    if list(test.axes) != [TIME] or library.target not in test.fields:
        raise ValueError(
            f"test {test.name!r}: axes {list(test.axes)}, fields {list(test.fields)}; expected a"
            f" curve over {TIME!r} with field {library.target!r}"
        )
    if test.shape[0] < support:
        raise ValueError(
            f"test {test.name!r}: {test.shape[0]} points are fewer than the {support} of a test"
            " function; take a smaller half_width"
        )
