"""The share of triangles and tetrahedra that spheres around their corners leave uncovered."""

from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray

#: A simplex with less than this share of the size of its edges is flat, and has no interstice.
FLAT: Final = 1e-9


def triangle_interstices(corners: FloatArray, radii: FloatArray) -> FloatArray:
    """Return the uncovered share of triangles, from 0 to 1; shape (m,).

    Each disc covers the sector of its angle. Sectors that overlap or reach beyond the opposite edge
    count fully, so that a triangle of large discs may be covered more than once: its share is 0.

    Parameters
    ----------
    corners : ndarray of shape (m, 3, 3)
        Three corners of each triangle, in space.
    radii : ndarray of shape (m, 3)
        Radius of the disc around each corner.
    """
    first, second = np.roll(corners, -1, axis=1) - corners, np.roll(corners, 1, axis=1) - corners
    cross = np.linalg.norm(np.cross(first, second), axis=2)
    angles = np.arctan2(cross, np.einsum("mks,mks->mk", first, second))
    covered = (0.5 * angles * radii**2).sum(axis=1)
    return _uncovered(covered, 0.5 * cross[:, 0], np.linalg.norm(first, axis=2).max(axis=1) ** 2)


def tetrahedron_interstices(corners: FloatArray, radii: FloatArray) -> FloatArray:
    """Return the uncovered share of tetrahedra, from 0 to 1; shape (m,).

    Each ball covers the cone of its solid angle, as in :func:`triangle_interstices`.

    Parameters
    ----------
    corners : ndarray of shape (m, 4, 3)
    radii : ndarray of shape (m, 4)
    """
    covered = np.zeros(len(corners))
    for k in range(4):
        edges = np.roll(corners, -k, axis=1)[:, 1:] - corners[:, k : k + 1]
        covered += solid_angles(edges) * radii[:, k] ** 3 / 3
    edges = corners[:, 1:] - corners[:, :1]
    volume = np.abs(np.linalg.det(edges)) / 6
    return _uncovered(covered, volume, np.linalg.norm(edges, axis=2).max(axis=1) ** 3)


def solid_angles(edges: FloatArray) -> FloatArray:
    """Return the solid angles between three vectors; shape (m,).

    The formula is that of Van Oosterom and Strackee, https://doi.org/10.1109/TBME.1983.325207.

    Parameters
    ----------
    edges : ndarray of shape (m, 3, 3)
        Three vectors of each corner.
    """
    units = edges / np.linalg.norm(edges, axis=2, keepdims=True)
    cosines = np.einsum("mks,mks->mk", units, np.roll(units, -1, axis=1)).sum(axis=1)
    return np.asarray(2 * np.arctan2(np.abs(np.linalg.det(units)), 1 + cosines))


def _uncovered(covered: FloatArray, size: FloatArray, scale: FloatArray) -> FloatArray:
    """Return ``max(0, 1 - covered / size)``, and 0 for flat simplices."""
    flat = size <= FLAT * scale
    return np.asarray(np.where(flat, 0.0, np.maximum(0, 1 - covered / np.where(flat, 1.0, size))))
