"""Voronoi tessellation of a periodic configuration, in double precision and for any cell."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial import Voronoi

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.formats.configuration import Configuration

_START: Final = 2.0  # first margin of images, in mean spacings
_GROWTH: Final = 1.5


@dataclass(frozen=True, eq=False)
class Tessellation:
    """Voronoi cells of all particles, by their faces.

    Parameters
    ----------
    first : ndarray of shape (n_faces,)
        The particle whose cell a face bounds, in ascending order; each face appears once per side.
    second : ndarray of shape (n_faces,)
        The particle across the face, or the one whose image is there.
    distances : ndarray of shape (n_faces,)
        Distances between the two.
    units : ndarray of shape (n_faces, 3)
        Unit vectors to the neighbour across the face.
    areas : ndarray of shape (n_faces,)
        Face areas; edge lengths in two dimensions.
    measures : ndarray of shape (n,)
        Volumes of the cells; areas in two dimensions.
    """

    first: IntArray
    second: IntArray
    distances: FloatArray
    units: FloatArray
    areas: FloatArray
    measures: FloatArray


def tessellate(configuration: Configuration) -> Tessellation:
    """Return the Voronoi tessellation of ``configuration`` with its periodic images.

    Images are added within a margin around the periodic cell. The margin grows until it is at least
    twice the distance of any particle to the farthest corner of its Voronoi cell; no further image
    can then cut a Voronoi cell.

    Raises
    ------
    ValueError
        If the configuration is empty.
    """
    n, d = len(configuration), configuration.dimension
    if n == 0:
        raise ValueError("configuration holds no particles; expected at least one to tessellate")
    margin = _START * (configuration.measure / n) ** (1 / d)
    while True:
        points, owners = _with_images(configuration, margin)
        if len(points) > d + 1:
            diagram = Voronoi(points[:, :d])
            needed = 2 * _farthest_corner(diagram, n)
            if needed <= margin:
                return _faces(diagram, n, owners)
        margin *= _GROWTH


def _with_images(configuration: Configuration, margin: float) -> tuple[FloatArray, IntArray]:
    """Return the wrapped particles, then images within ``margin``, and whose they are."""
    cell = configuration.cell
    periodic = np.array(configuration.periodic)
    inverse = np.linalg.inv(cell)
    fractions = configuration.positions @ inverse
    fractions[:, periodic] %= 1.0
    # Rows of the inverse's transpose are reciprocal vectors: their norms are inverse heights.
    margins = np.where(periodic, margin * np.linalg.norm(inverse, axis=0), 0.0)
    reach = [np.arange(-np.ceil(m), np.ceil(m) + 1) for m in margins]
    shifts = np.stack(np.meshgrid(*reach, indexing="ij"), axis=-1).reshape(-1, 3)
    shifts = shifts[np.any(shifts != 0, axis=1)]
    images = (fractions[None] + shifts[:, None]).reshape(-1, 3)
    near = np.all((images >= -margins) & (images <= 1 + margins) | ~periodic, axis=1)
    particles = np.arange(len(fractions))
    owners = np.concatenate([particles, np.tile(particles, len(shifts))[near]])
    return np.asarray(np.vstack([fractions, images[near]]) @ cell), owners


def _farthest_corner(diagram: Voronoi, n: int) -> float:
    """Return the largest distance from one of the first ``n`` points to a corner of its cell."""
    farthest = 0.0
    ends, corners, bounded = _corners_of_faces(diagram)
    for side in (0, 1):
        points = diagram.ridge_points[:, side]
        inside = points < n
        if not bounded[inside].all():
            return float("inf")
        kept = np.repeat(inside, np.diff(ends))
        centres = np.repeat(diagram.points[points], np.diff(ends), axis=0)
        distances = np.linalg.norm(diagram.vertices[corners[kept]] - centres[kept], axis=1)
        farthest = max(farthest, float(distances.max(initial=0.0)))
    return farthest


def _corners_of_faces(diagram: Voronoi) -> tuple[IntArray, IntArray, BoolArray]:
    """Return the offsets of each face's corners, the corners, and which faces are bounded."""
    counts = np.array([len(face) for face in diagram.ridge_vertices])
    corners = np.concatenate([np.asarray(face) for face in diagram.ridge_vertices])
    ends = np.concatenate([[0], np.cumsum(counts)])
    return ends, corners, np.minimum.reduceat(corners, ends[:-1]) >= 0


def _faces(diagram: Voronoi, n: int, owners: IntArray) -> Tessellation:
    """Gather the faces of the first ``n`` cells."""
    ends, corners, _ = _corners_of_faces(diagram)
    areas = _areas(diagram.vertices, ends, corners)
    first = np.concatenate([diagram.ridge_points[:, 0], diagram.ridge_points[:, 1]])
    second = np.concatenate([diagram.ridge_points[:, 1], diagram.ridge_points[:, 0]])
    faces = np.concatenate([areas, areas])
    inside = np.flatnonzero(first < n)
    inside = inside[np.argsort(first[inside], kind="stable")]
    first, second, faces = first[inside], second[inside], faces[inside]
    units = np.zeros((len(first), 3))
    d = diagram.points.shape[1]
    units[:, :d] = diagram.points[second] - diagram.points[first]
    distances = np.linalg.norm(units, axis=1)
    units /= distances[:, None]
    # A cell consists of one pyramid per face, with its apex at the particle, half a distance high.
    measures = np.asarray(np.bincount(first, faces * distances / (2 * d), minlength=n), dtype=float)
    return Tessellation(
        first.astype(np.int64), owners[second].astype(np.int64), distances, units, faces, measures
    )


def _areas(vertices: FloatArray, ends: IntArray, corners: IntArray) -> FloatArray:
    """Return areas of the polygons ``corners[ends[f]:ends[f + 1]]``, or lengths of edges in 2D.

    Unbounded faces, which inner cells do not have, get a meaningless number.
    """
    starts = ends[:-1]
    if vertices.shape[1] == 2:
        edges = vertices[corners[starts + 1]] - vertices[corners[starts]]
        return np.asarray(np.linalg.norm(edges, axis=1))
    spokes = vertices[corners] - np.repeat(vertices[corners[starts]], np.diff(ends), axis=0)
    # The last corner of each polygon meets its first, whose spoke is zero.
    crosses = np.cross(spokes, np.roll(spokes, -1, axis=0))
    crosses[ends[1:] - 1] = 0.0
    return np.asarray(np.linalg.norm(np.add.reduceat(crosses, starts, axis=0), axis=1) / 2)
