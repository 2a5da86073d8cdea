"""Infer the load from two cells: deformation gradient, strain, and mismatch with a given load.

This inverts :func:`mechanist.mechanics.loads.deformation_gradient`: a deformation gradient is
``F = J^(1/d) R (I + strain M) / det(I + strain M)^(1/d)`` with a change of volume ``J``, a rotation
``R`` of the frame in which a program stores its cell, and a traceless direction ``M``.
"""

from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.mechanics.loads import UNIT_NORM, deformation_gradient, normalised, strain_of

#: Strains below this are rounding errors of the numbers in a file.
NO_STRAIN: Final = 1e-10
#: Rotations below this are rounding errors; the coordinates are then left unchanged.
NO_ROTATION: Final = 1e-10
_ITERATIONS: Final = 50
_CONVERGED: Final = 1e-15


@dataclass(frozen=True, eq=False)
class Progress:
    """Position of a deformation gradient along a load.

    Parameters
    ----------
    strain : float
        Equivalent shear strain of the closest state under the load; negative against the load.
    rotation : ndarray of shape (3, 3)
        Proper rotation from the frame of the deformation gradient to that of the load.
    mismatch : float
        Remaining strain outside the load, as an equivalent shear strain.
    """

    strain: float
    rotation: FloatArray
    mismatch: float


def gradient_between(reference: FloatArray, deformed: FloatArray, dimension: int) -> FloatArray:
    """Return the deformation gradient ``F`` that takes one cell to another.

    Parameters
    ----------
    reference, deformed : ndarray of shape (3, 3)
        Cell vectors as rows; ``deformed = reference @ F.T``.
    dimension : int
        In two dimensions only x and y of the first two vectors count, and ``F[2, 2] = 1``.
    """
    d = dimension
    f = np.eye(3)
    f[:d, :d] = np.linalg.solve(reference[:d, :d], deformed[:d, :d]).T
    return f


def direction_of(f: FloatArray, dimension: int) -> tuple[float, FloatArray]:
    """Return equivalent shear strain and displacement-gradient direction of ``F`` without volume.

    Parameters
    ----------
    f : ndarray of shape (3, 3)
        Deformation gradient.
    dimension : int
        2 or 3.

    Returns
    -------
    strain : float
        Positive.
    gradient : ndarray of shape (3, 3)
        Traceless, with ``|sym| = 1/sqrt(2)``: with these,
        :func:`~mechanist.mechanics.loads.deformation_gradient` gives the isochoric part of ``F``.

    Raises
    ------
    ValueError
        If ``F`` contains no shape change.
    """
    d = dimension
    displacement = _displacement(f, d)
    strain = float(np.linalg.norm(strain_of(displacement)) / UNIT_NORM)
    if strain < NO_STRAIN:
        raise ValueError(
            f"the cells differ by a shape change of {strain:.3g}, too little to infer the load"
        )
    displacement[range(d), range(d)] -= np.trace(displacement) / d  # removes rounding errors
    return strain, normalised(displacement)


def _displacement(f: FloatArray, dimension: int) -> FloatArray:
    """Return the displacement gradient of ``F``, with ``F`` scaled to make it traceless."""
    d = dimension
    displacement = np.zeros((3, 3))
    displacement[:d, :d] = f[:d, :d] * (d / np.trace(f[:d, :d])) - np.eye(d)
    return displacement


def least_strain_between(reference: FloatArray, deformed: FloatArray, dimension: int) -> float:
    """Return the least equivalent shear strain that maps one lattice to another.

    It is less than the strain between the cell vectors if a program has flipped a strongly tilted
    cell. Such a flip adds a multiple of one cell vector to another, which changes the cell but not
    the lattice.

    Parameters
    ----------
    reference, deformed : ndarray of shape (3, 3)
        Cell vectors as rows.
    dimension : int
        2 or 3.
    """
    least = np.inf
    for xy, xz, yz in product((-1, 0, 1), repeat=3):
        if dimension == 2 and (xz or yz):
            continue
        other = np.array([[1, 0, 0], [xy, 1, 0], [xz, yz, 1]]) @ deformed
        f = gradient_between(reference, other, dimension)
        least = min(
            least, float(np.linalg.norm(strain_of(_displacement(f, dimension))) / UNIT_NORM)
        )
    return least


def isochoric(f: FloatArray, dimension: int) -> FloatArray:
    """Return ``F`` scaled to determinant 1 within its first ``dimension`` axes."""
    d = dimension
    scaled = f.copy()
    scaled[:d, :d] /= np.linalg.det(f[:d, :d]) ** (1 / d)
    return scaled


def progress_along(f: FloatArray, gradient: FloatArray, dimension: int) -> Progress:
    """Return the position of ``F`` along a load, independent of the frame of ``F``.

    The strain is the one whose right Cauchy-Green tensor is closest to that of ``F`` without its
    volume change. Rotations of the frame leave this tensor unchanged.

    Parameters
    ----------
    f : ndarray of shape (3, 3)
        Deformation gradient.
    gradient : ndarray of shape (3, 3)
        Direction ``M`` of the load.
    dimension : int
        2 or 3.
    """
    d = dimension
    shape = isochoric(f, d)
    target = shape.T @ shape
    strain = 0.0
    for _ in range(_ITERATIONS):  # Gauss-Newton
        applied = deformation_gradient(gradient, strain, d)
        plain = np.eye(3) + strain * gradient
        rate = gradient * np.linalg.det(plain) ** (-1 / d)
        rate[:d, :d] -= applied[:d, :d] * (np.trace(np.linalg.solve(plain, gradient)) / d)
        slope = 2 * strain_of(applied.T @ rate)
        step = float(np.sum(slope * (target - applied.T @ applied)) / np.sum(slope**2))
        strain += step
        if abs(step) < _CONVERGED:
            break
    applied = deformation_gradient(gradient, strain, d)
    left_over = np.linalg.norm(target - applied.T @ applied) / 2
    return Progress(strain, _rotation_between(shape, applied), float(left_over / UNIT_NORM))


def _rotation_between(shape: FloatArray, applied: FloatArray) -> FloatArray:
    """Return the proper rotation that brings ``shape`` closest to ``applied``."""
    u, _, vt = np.linalg.svd(applied @ np.linalg.inv(shape))
    rotation = u @ np.diag([1.0, 1.0, np.linalg.det(u @ vt)]) @ vt
    return np.eye(3) if np.abs(rotation - np.eye(3)).max() < NO_ROTATION else rotation
