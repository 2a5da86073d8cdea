"""Anisotropic elasticity in Mandel notation: stiffness matrices of crystals, and their rotation.

A symmetric tensor is written as the vector ``(11, 22, 33, sqrt2 23, sqrt2 13, sqrt2 12)``, so that
products of tensors are products of vectors and a rotated vector keeps its length. Unlike in Voigt's
notation, strain and stress have the same form.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray, Lattice

#: Tensor indices of each Mandel component.
PAIRS: Final = ((0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1))
ROOT2: Final = float(np.sqrt(2.0))
#: Factors that convert tensor components to Mandel components.
WEIGHTS: Final = np.array([1.0, 1.0, 1.0, ROOT2, ROOT2, ROOT2])
#: Names of the elastic constants of each lattice.
CONSTANTS: Final[Mapping[Lattice, tuple[str, ...]]] = {
    "cubic": ("c11", "c12", "c44"),
    "hexagonal": ("c11", "c12", "c13", "c33", "c44"),
}


def to_mandel(tensors: FloatArray) -> FloatArray:
    """Return the symmetric parts of tensors (..., 3, 3) as Mandel vectors (..., 6)."""
    t = np.asarray(tensors)
    parts = [0.5 * (t[..., i, j] + t[..., j, i]) for i, j in PAIRS]
    return np.stack(parts, axis=-1) * WEIGHTS


def from_mandel(vectors: FloatArray) -> FloatArray:
    """Return Mandel vectors (..., 6) as symmetric tensors (..., 3, 3)."""
    plain = np.asarray(vectors) / WEIGHTS
    tensors = np.empty((*plain.shape[:-1], 3, 3), dtype=plain.dtype)
    for a, (i, j) in enumerate(PAIRS):
        tensors[..., i, j] = tensors[..., j, i] = plain[..., a]
    return tensors


def crystal_stiffness(lattice: Lattice, constants: Mapping[str, float]) -> FloatArray:
    """Return the stiffness of a crystal in its own axes.

    Parameters
    ----------
    lattice : {"cubic", "hexagonal"}
        Cube edges along the axes, or the c axis along z.
    constants : mapping
        ``c11, c12, c44`` of a cubic, ``c11, c12, c13, c33, c44`` of a hexagonal crystal, in MPa.

    Returns
    -------
    ndarray of shape (6, 6)
        Mandel, in MPa.

    Raises
    ------
    ValueError
        If constants are missing or unknown, or the crystal is not stable.
    """
    names = CONSTANTS[lattice]
    if set(constants) != set(names):
        raise ValueError(
            f"elastic constants {sorted(constants)} of a {lattice} crystal; expected {list(names)}"
        )
    c = {name: float(constants[name]) for name in names}
    c13, c33 = c.get("c13", c["c12"]), c.get("c33", c["c11"])
    c66 = c["c44"] if lattice == "cubic" else 0.5 * (c["c11"] - c["c12"])
    stiffness = np.diag([c["c11"], c["c11"], c33, 2 * c["c44"], 2 * c["c44"], 2 * c66])
    stiffness[0, 1] = stiffness[1, 0] = c["c12"]
    stiffness[:2, 2] = stiffness[2, :2] = c13
    check_stiffness(stiffness, f"elastic constants {c}")
    return stiffness


def isotropic_stiffness(*, bulk: float, shear: float) -> FloatArray:
    """Return the Mandel stiffness, shape (6, 6), of given bulk and shear moduli, in their unit."""
    stiffness = 2.0 * shear * np.eye(6)
    stiffness[:3, :3] += bulk - 2.0 * shear / 3.0
    return stiffness


def check_stiffness(stiffness: FloatArray, what: str = "the stiffness") -> None:
    """Check that a Mandel stiffness of shape (6, 6) is symmetric and positive definite.

    Raises
    ------
    ValueError
        If it is not; the message gives the value seen, such as the smallest eigenvalue.
    """
    if stiffness.shape != (6, 6) or not np.isfinite(stiffness).all():
        raise ValueError(f"{what}: shape {stiffness.shape}; expected finite values, shape (6, 6)")
    if not np.allclose(stiffness, stiffness.T, rtol=1e-10, atol=0.0):
        raise ValueError(f"{what}: not symmetric; expected a stiffness in Mandel notation")
    smallest = float(np.linalg.eigvalsh(stiffness)[0])
    if not smallest > 0:
        raise ValueError(
            f"{what}: the smallest eigenvalue is {smallest:.6g}; expected a positive value. Such a"
            " crystal is unstable: check constants and units"
        )


def mandel_rotation(matrices: FloatArray) -> FloatArray:
    """Return the 6 x 6 matrices that rotate Mandel vectors.

    Parameters
    ----------
    matrices : ndarray of shape (..., 3, 3)
        Rotations.

    Returns
    -------
    ndarray of shape (..., 6, 6)
        Orthogonal ``Q`` with ``to_mandel(R t R^T) = Q to_mandel(t)`` and ``C' = Q C Q^T``.
    """
    basis = from_mandel(np.eye(6))
    turned = np.einsum("...ik,akl,...jl->...aij", matrices, basis, matrices)
    return np.swapaxes(to_mandel(turned), -1, -2)


def bulk_and_shear(stiffness: FloatArray) -> tuple[float, float]:
    """Return the Voigt averages of bulk and shear modulus over all orientations of a crystal."""
    bulk = float(stiffness[:3, :3].sum()) / 9.0
    return bulk, (float(np.trace(stiffness)) - 3.0 * bulk) / 10.0


def apply_isotropic(field: FloatArray, pressure: float, shear: float) -> FloatArray:
    """Apply an isotropic tensor to Mandel vectors.

    Parameters
    ----------
    field : ndarray of shape (6, n)
        Components first.
    pressure, shear : float
        Eigenvalues for the identity and for traceless tensors.
    """
    out: FloatArray = shear * field
    out[:3] += (pressure - shear) * field[:3].mean(axis=0)
    return out
