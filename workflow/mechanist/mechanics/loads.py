"""Loads: traceless strain tensors, the deformation they prescribe, and the cells that result.

A load is given by a displacement-gradient direction ``M``; only its symmetric part ``E`` is a
strain, the rest rotates the sample. All loads are scaled to the same equivalent shear strain,
``|E| = 1/sqrt(2)`` (Frobenius), the norm of simple shear of unit amplitude, so that a strain of 2 %
means the same for every direction and type.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from mechanist.core.narrowing import text, whole
from mechanist.core.typing import FloatArray

UNIT_NORM: Final = 1 / np.sqrt(2)
AXES: Final = {"x": 0, "y": 1, "z": 2}


def strain_of(gradient: FloatArray) -> FloatArray:
    """Return the symmetric part of a displacement gradient of shape (3, 3)."""
    return np.asarray(0.5 * (gradient + gradient.T))


def simple_shear(plane: str, sense: int = 1) -> FloatArray:
    """Return the gradient of simple shear, displacement along ``plane[0]`` growing with ``plane[1]``.

    Parameters
    ----------
    plane : str
        Two different axes, such as ``"xy"``.
    sense : int
        1 or -1.
    """
    gradient = np.zeros((3, 3))
    gradient[AXES[plane[0]], AXES[plane[1]]] = float(sense)
    return gradient


def uniaxial(axis: str, dimension: int, sense: int = 1) -> FloatArray:
    """Return the isochoric gradient of tension (``sense`` 1) or compression (-1) along ``axis``."""
    gradient = np.zeros((3, 3))
    others = [i for i in range(dimension) if i != AXES[axis]]
    gradient[AXES[axis], AXES[axis]] = 1.0
    gradient[others, others] = -1.0 / len(others)
    return float(sense) * normalised(gradient)


def random_load(dimension: int, rng: np.random.Generator) -> FloatArray:
    """Return an isotropically distributed symmetric traceless gradient."""
    a = rng.normal(size=(dimension, dimension))
    gradient = np.zeros((3, 3))
    gradient[:dimension, :dimension] = 0.5 * (a + a.T)
    gradient[:dimension, :dimension] -= np.eye(dimension) * np.trace(gradient) / dimension
    return normalised(gradient)


def normalised(gradient: FloatArray) -> FloatArray:
    """Scale a gradient to unit equivalent shear strain.

    Raises
    ------
    ValueError
        If the gradient has a trace or no symmetric part.
    """
    size = float(np.linalg.norm(strain_of(gradient)))
    if size < 1e-12:
        raise ValueError("the load is a pure rotation; give a gradient with a symmetric part")
    if abs(np.trace(gradient)) > 1e-9 * size:
        raise ValueError(
            f"the load has trace {np.trace(gradient):.6g}; expected 0 (subtract the mean of the"
            " diagonal: volume change is not a load here)"
        )
    return np.asarray(gradient * (UNIT_NORM / size))


def gradient_of(spec: Mapping[str, object], dimension: int, rng: np.random.Generator) -> FloatArray:
    """Return the gradient that a load's configuration entry describes.

    Parameters
    ----------
    spec : mapping
        ``type`` is ``simple_shear`` (with ``plane``, ``sense``), ``uniaxial`` (``axis``,
        ``sense``), ``tensor`` (``gradient``, three rows of three) or ``random``.
    dimension : int
        2 or 3.
    rng : numpy.random.Generator
        Used by ``random`` only.

    Returns
    -------
    ndarray of shape (3, 3)
        Traceless gradient with ``|sym| = 1/sqrt(2)``.

    Raises
    ------
    ValueError
        If the type is unknown, or the load leaves the plane of a two-dimensional system.
    """
    match spec["type"]:
        case "simple_shear":
            gradient = simple_shear(text(spec["plane"]), whole(spec.get("sense", 1)))
        case "uniaxial":
            gradient = uniaxial(text(spec["axis"]), dimension, whole(spec.get("sense", 1)))
        case "tensor":
            gradient = normalised(np.array(spec["gradient"], dtype=float))
        case "random":
            gradient = random_load(dimension, rng)
        case other:
            raise ValueError(
                f"load type {other!r}; expected simple_shear, uniaxial, tensor or random"
            )
    if dimension == 2 and (np.any(gradient[2]) or np.any(gradient[:, 2])):
        raise ValueError(
            f"load {load_words(spec)!r} has a z component; a 2D system takes x and y only: choose the plane"
            " xy, or the axis x or y"
        )
    return gradient


def load_words(spec: Mapping[str, object]) -> str:
    """Return a load as a sheet names it, such as ``simple_shear xy`` or ``uniaxial -x``."""
    sign = "-" if spec.get("sense") == -1 else ""
    direction = spec.get("plane") or spec.get("axis") or spec.get("gradient")
    return f"{spec['type']} {sign}{direction}" if direction else str(spec["type"])


def deformation_gradient(gradient: FloatArray, strain: float, dimension: int) -> FloatArray:
    """Return the isochoric deformation gradient ``F = (I + strain M) / det^(1/d)``.

    Parameters
    ----------
    gradient : ndarray of shape (3, 3)
        Direction ``M`` of the displacement gradient.
    strain : float
        Equivalent shear strain.
    dimension : int
        2 or 3; in two dimensions the zz component stays 1.
    """
    f = np.eye(3) + strain * gradient
    f[:dimension, :dimension] /= np.linalg.det(f) ** (1 / dimension)
    return f


def velocity_gradient(gradient: FloatArray, strain: float, dimension: int) -> FloatArray:
    """Return ``L = dF/dstrain F^-1``, to which the Cauchy stress is work-conjugate.

    For the path of :func:`deformation_gradient`, ``stress : L`` is the derivative of the elastic
    energy per unit measure with respect to the strain.

    Returns
    -------
    ndarray of shape (3, 3)
        Traceless.
    """
    rate = gradient @ np.linalg.inv(np.eye(3) + strain * gradient)
    in_space = np.arange(dimension)
    rate[in_space, in_space] -= np.trace(rate) / dimension
    return np.asarray(rate)


def triangular_cell(cell: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Split a cell into a lower-triangular cell (as LAMMPS requires) and a rotation.

    Parameters
    ----------
    cell : ndarray of shape (3, 3)
        Right-handed cell vectors as rows.

    Returns
    -------
    triangular : ndarray of shape (3, 3)
        Lower-triangular cell with a positive diagonal.
    rotation : ndarray of shape (3, 3)
        Proper rotation with ``cell = triangular @ rotation.T``; a vector ``v`` of the triangular
        frame is ``rotation @ v`` in the lab.
    """
    q, r = np.linalg.qr(cell.T)
    signs = np.sign(np.diag(r))
    return (signs[:, None] * r).T, q * signs
