"""Find the symmetry class of a material from strains and stresses.

With known axes, a sparse fit over the invariants of all classes selects those that are needed: by
significance, by thresholds, or by LASSO. With unknown axes, the general elastic law with 21
constants is fitted, and the most symmetric class whose best rotation fits as well is selected.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy.optimize import least_squares
from scipy.spatial.transform import Rotation
from scipy.stats import chi2

from mechanist.core.typing import FloatArray
from mechanist.discover.elimination import (
    SparseFit,
    eliminate,
    lasso,
    messenger_bortz,
    threshold_path,
)
from mechanist.mechanics.crystal_elasticity import (
    PAIRS,
    WEIGHTS,
    from_mandel,
    mandel_rotation,
    to_mandel,
)
from mechanist.mechanics.strain_invariants import (
    CLASSES,
    NAMES,
    SymmetryClass,
    class_of,
    invariants_of,
    quadratic_forms,
    stress_library,
)

Method = Literal["significance", "threshold", "lasso"]
METHODS: Final[Mapping[Method, Callable[[FloatArray, FloatArray], SparseFit]]] = {
    "significance": eliminate,
    "threshold": lambda a, b: messenger_bortz(a, b, threshold_path(a, b)),
    "lasso": lasso,
}

#: Rotational degrees of freedom of each class, without rotations that preserve its form of energy.
_ROTATIONS: Final[Mapping[SymmetryClass, int]] = {
    "isotropic": 0, "cubic": 3, "hexagonal": 2, "tetragonal": 3, "orthotropic": 3, "monoclinic": 2,
}  # fmt: skip
_GENERAL: Final = 21
_UPPER: Final = np.triu_indices(3)
#: First and second tensor index of each Mandel component.
_FIRST, _SECOND = np.array(PAIRS).T
_ROWS, _COLUMNS = np.triu_indices(6)


def _spins() -> FloatArray:
    """Return the generators of rotations about each axis for Mandel vectors, shape (3, 6, 6)."""
    basis = from_mandel(np.eye(6))
    about = -np.cross(np.eye(3)[:, None], np.eye(3))
    spun = about[:, None] @ basis
    return np.swapaxes(to_mandel(spun + np.swapaxes(spun, -1, -2)), -1, -2)


_SPINS: Final = _spins()


@dataclass(frozen=True)
class SymmetryFit:
    """Symmetry class of a material and the coefficients of its energy.

    Parameters
    ----------
    symmetry : str
        One of ``CLASSES``, or ``"triclinic"`` if none of them fits.
    coefficients, errors : dict of str to float
        Values for the invariants that were kept, in the unit of the stress; errors are zero if the
        method gives none.
    axes : ndarray of shape (3, 3)
        Rotation from crystal to laboratory.
    """

    symmetry: str
    coefficients: dict[str, float]
    errors: dict[str, float]
    axes: FloatArray


def classify(strains: FloatArray, stresses: FloatArray, *, method: Method) -> SymmetryFit:
    """Find the symmetry class of a material whose crystal axes are the coordinate axes.

    Parameters
    ----------
    strains, stresses : ndarray of shape (n, 3, 3)
        Load cases.
    method : {"significance", "threshold", "lasso"}
        How false invariants are removed.

    Raises
    ------
    ValueError
        If shapes disagree, or the strains do not determine the coefficients of all invariants.
    """
    _check(strains, stresses)
    matrix = stress_library(strains)[:, *_UPPER].reshape(-1, len(NAMES))
    fit = METHODS[method](matrix, stresses[:, *_UPPER].ravel())
    kept = [NAMES[k] for k in fit.support]
    return SymmetryFit(
        symmetry=class_of(kept),
        coefficients={name: float(fit.coefficients[NAMES.index(name)]) for name in kept},
        errors={name: float(fit.errors[NAMES.index(name)]) for name in kept},
        axes=np.eye(3),
    )


def classify_unoriented(
    strains: FloatArray,
    stresses: FloatArray,
    *,
    rng: np.random.Generator,
    level: float = 1e-3,
    starts: int = 12,
) -> SymmetryFit:
    """Find the symmetry class of a material whose crystal axes are unknown.

    Parameters
    ----------
    strains, stresses : ndarray of shape (n, 3, 3)
        Load cases in the laboratory frame; noise is assumed to be independent and of equal variance
        in all measured components.
    rng : numpy.random.Generator
        Draws the rotations from which the search starts.
    level : float
        A class is rejected if its best fit is worse than the general law's by more than noise
        explains with this probability (chi-squared test).
    starts : int
        Number of rotations from which the search starts.

    Raises
    ------
    ValueError
        If shapes disagree, or there are too few load cases for 21 constants.
    """
    _check(strains, stresses)
    general, information, variance = _general_law(strains, stresses)
    for symmetry in CLASSES:
        loss, turn, weights, errors = _best_rotation(symmetry, general, information, rng, starts)
        free = _GENERAL - len(weights) - _ROTATIONS[symmetry]
        if chi2.sf(loss / variance, free) > level:
            names = [NAMES[k] for k in invariants_of(symmetry)]
            spread = np.sqrt(variance) * errors
            return SymmetryFit(
                symmetry,
                dict(zip(names, weights.tolist(), strict=True)),
                dict(zip(names, spread.tolist(), strict=True)),
                turn,
            )
    return SymmetryFit("triclinic", {}, {}, np.eye(3))


def _check(strains: FloatArray, stresses: FloatArray) -> None:
    if strains.shape != stresses.shape or strains.shape[1:] != (3, 3):
        raise ValueError(
            f"strains have shape {strains.shape}, stresses {stresses.shape}; expected both (n, 3, 3)"
        )


def _mandel(forms: FloatArray) -> FloatArray:
    """Return fourth-order forms (..., 3, 3, 3, 3) as matrices (..., 6, 6) in Mandel's basis."""
    picked = forms[..., _FIRST[:, None], _SECOND[:, None], _FIRST, _SECOND]
    return np.asarray(picked * WEIGHTS[:, None] * WEIGHTS)


def _general_law(strains: FloatArray, stresses: FloatArray) -> tuple[FloatArray, FloatArray, float]:
    """Fit 21 constants; return them, their information matrix and the variance of the noise."""
    symmetric = np.zeros((_GENERAL, 6, 6))
    symmetric[np.arange(_GENERAL), _ROWS, _COLUMNS] = 1.0
    symmetric[np.arange(_GENERAL), _COLUMNS, _ROWS] = 1.0
    # Stresses in tensor components, so that noise of equal variance stays so.
    matrix = 2.0 * np.einsum("kab,sb->sak", symmetric, to_mandel(strains)) / WEIGHTS[:, None]
    matrix = matrix.reshape(-1, _GENERAL)
    target = stresses[:, _FIRST, _SECOND].ravel()
    if len(target) <= _GENERAL or np.linalg.matrix_rank(matrix) < _GENERAL:
        raise ValueError(
            f"{len(strains)} load cases do not determine {_GENERAL} elastic constants; add cases"
            " with other strain directions (six independent strains at least)"
        )
    general = np.linalg.lstsq(matrix, target, rcond=None)[0]
    residual = target - matrix @ general
    floor = (np.finfo(float).eps * float(np.linalg.norm(target))) ** 2
    variance = (float(residual @ residual) + floor) / (len(target) - _GENERAL)
    return general, matrix.T @ matrix, variance


def _best_rotation(
    symmetry: SymmetryClass,
    general: FloatArray,
    information: FloatArray,
    rng: np.random.Generator,
    starts: int,
) -> tuple[float, FloatArray, FloatArray, FloatArray]:
    """Return the least rise of the residual over rotations, with rotation, weights and errors."""
    forms = _mandel(quadratic_forms()[invariants_of(symmetry)])
    root = np.linalg.cholesky(information).T
    sought = root @ general

    def fitted(vector: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        turn = mandel_rotation(Rotation.from_rotvec(vector).as_matrix())
        turned = turn @ forms @ turn.T
        basis = root @ turned[:, _ROWS, _COLUMNS].T
        weights = np.asarray(np.linalg.lstsq(basis, sought, rcond=None)[0], dtype=float)
        return sought - basis @ weights, basis, weights

    def slopes(vector: FloatArray) -> FloatArray:
        # Variable projection: the change of the fit under rotation that no coefficient can undo,
        # Kaufman (1975), 10.1007/BF01932995.
        _, basis, weights = fitted(vector)
        law = np.zeros((6, 6))
        law[_ROWS, _COLUMNS] = np.linalg.solve(root, basis @ weights)
        law[_COLUMNS, _ROWS] = law[_ROWS, _COLUMNS]
        spun = _SPINS @ law
        spun += np.swapaxes(spun, -1, -2)
        changes = root @ spun[:, _ROWS, _COLUMNS].T
        span = np.linalg.qr(basis)[0]
        return np.asarray(-(changes - span @ (span.T @ changes)) @ _turning(vector))

    best = np.zeros(3)
    if _ROTATIONS[symmetry]:
        found = [
            least_squares(lambda vector: fitted(vector)[0], start, slopes, method="lm")
            for start in Rotation.random(starts, rng=rng).as_rotvec()
        ]
        best = min(found, key=lambda one: float(one.cost)).x
    left, basis, weights = fitted(best)
    errors = np.asarray(np.sqrt(np.diag(np.linalg.inv(basis.T @ basis))), dtype=float)
    return float(left @ left), Rotation.from_rotvec(best).as_matrix(), weights, errors


def _turning(vector: FloatArray) -> FloatArray:
    """Return the left Jacobian of the rotation group at a rotation vector, shape (3, 3).

    Each column is the small rotation that follows the original one when a component changes.
    """
    angle = float(np.linalg.norm(vector))
    if angle < np.sqrt(np.finfo(float).eps):
        return np.eye(3)
    axis = vector / angle
    ratio = np.sin(angle) / angle
    cross = np.cross(np.eye(3), axis)
    return np.asarray(
        ratio * np.eye(3) + (1 - ratio) * np.outer(axis, axis) + (1 - np.cos(angle)) / angle * cross
    )
