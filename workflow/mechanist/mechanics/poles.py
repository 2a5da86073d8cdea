"""Crystal directions in the sample and sample directions in crystals, for pole figures."""

from typing import Final

import numpy as np

from mechanist.core.rotations import quaternion_to_matrix
from mechanist.core.typing import FloatArray, Lattice
from mechanist.mechanics.point_groups import proper_rotations

#: Plane normals in the pole figures of each lattice; the a axis of hexagonal crystals is along x.
FAMILIES: Final[dict[Lattice, dict[str, tuple[float, float, float]]]] = {
    "cubic": {"{111}": (1.0, 1.0, 1.0), "{100}": (1.0, 0.0, 0.0)},
    "hexagonal": {"{0001}": (0.0, 0.0, 1.0), "{10-10}": (np.sqrt(3.0) / 2.0, 0.5, 0.0)},
}
#: Angle in degrees at which the kernel of a pole density falls to half its height.
HALF_WIDTH: Final = 10.0
_SAME: Final = 1e-6
_CHUNK: Final = 2048
_SIXTH: Final = np.pi / 3


def sample_axis_in_crystal(orientations: FloatArray, axis: int) -> FloatArray:
    """Return a sample axis in the frames of crystals, shape (..., 3)."""
    return np.asarray(quaternion_to_matrix(orientations)[..., axis, :])


def fundamental_direction(directions: FloatArray, lattice: Lattice) -> FloatArray:
    """Return the equivalent of each direction in the standard triangle, ignoring its sign.

    Parameters
    ----------
    directions : ndarray of shape (..., 3)
        Unit vectors in the crystal frame.
    lattice : {"cubic", "hexagonal"}
        Triangle 001, 101, 111 with ``z >= x >= y >= 0``, or 0001 with an azimuth of 0 to 30 degrees.
    """
    if lattice == "cubic":
        smallest, middle, largest = np.moveaxis(np.sort(np.abs(directions), axis=-1), -1, 0)
        return np.stack([middle, smallest, largest], axis=-1)
    x, y, z = np.moveaxis(np.asarray(directions), -1, 0)
    azimuth = np.arctan2(y, x) % _SIXTH
    azimuth = np.minimum(azimuth, _SIXTH - azimuth)
    radius = np.hypot(x, y)
    return np.stack([radius * np.cos(azimuth), radius * np.sin(azimuth), np.abs(z)], axis=-1)


def poles(
    orientations: FloatArray, family: tuple[float, float, float], lattice: Lattice
) -> FloatArray:
    """Return all poles of a family of planes in the sample frame, one of each opposite pair.

    Parameters
    ----------
    orientations : ndarray of shape (n, 4)
        Rotations from crystal to sample.
    family : tuple of float
        One plane normal of the family in the crystal frame.
    lattice : {"cubic", "hexagonal"}
        Lattice whose operations generate the other planes.

    Returns
    -------
    ndarray of shape (n * m, 3)
        ``m`` is the number of planes of the family.
    """
    normal = np.asarray(family) / np.linalg.norm(family)
    members: list[FloatArray] = []
    for candidate in proper_rotations(lattice) @ normal:
        if all(abs(candidate @ member) < 1 - _SAME for member in members):
            members.append(candidate)
    turned = np.einsum("nij,mj->nmi", quaternion_to_matrix(orientations), np.array(members))
    return np.asarray(turned.reshape(-1, 3))


def pole_density(
    directions: FloatArray, counted: FloatArray, *, half_width: float = HALF_WIDTH
) -> FloatArray:
    """Return the density of poles, relative to that of uniformly distributed orientations.

    Parameters
    ----------
    directions : ndarray of shape (k, 3)
        Unit vectors at which the density is evaluated.
    counted : ndarray of shape (n, 3)
        Poles; each is counted together with its opposite.
    half_width : float
        Angle in degrees at which the von Mises-Fisher kernel falls to half its height.

    Returns
    -------
    ndarray of shape (k,)
        Density; its mean over the sphere is one.
    """
    kappa = np.log(2.0) / (1.0 - np.cos(np.radians(half_width)))
    total = np.zeros(len(directions))
    for begin in range(0, len(counted), _CHUNK):
        cosine = np.abs(directions @ counted[begin : begin + _CHUNK].T)
        # the factor exp(-kappa) of both kernel and norm keeps numbers small
        total += (np.exp(kappa * (cosine - 1)) + np.exp(-kappa * (cosine + 1))).sum(axis=1)
    norm = kappa / (1.0 - np.exp(-2.0 * kappa))
    return np.asarray(norm * total / len(counted))


def equal_area(points: int) -> tuple[FloatArray, FloatArray]:
    """Return a square grid over the unit disc, and the directions that are projected there.

    Parameters
    ----------
    points : int
        Number of grid points along each side.

    Returns
    -------
    places : ndarray of shape (points, points, 2)
        Grid points in units of the disc's radius.
    directions : ndarray of shape (points, points, 3)
        Directions of the upper half sphere in equal-area (Schmidt) projection; NaN outside the
        disc.
    """
    side = np.linspace(-1.0, 1.0, points)
    x, y = np.meshgrid(side, side, indexing="ij")
    square = x**2 + y**2
    inside = np.where(square <= 1.0 + _SAME, np.minimum(square, 1.0), np.nan)
    factor = np.sqrt(2.0 - inside)
    directions = np.stack([x * factor, y * factor, 1.0 - inside], axis=-1)
    return np.stack([x, y], axis=-1), directions


def projected(directions: FloatArray) -> FloatArray:
    """Return the equal-area projection of directions of the upper half sphere, shape (..., 2)."""
    return np.asarray(directions[..., :2] / np.sqrt(1.0 + np.abs(directions[..., 2:])))
