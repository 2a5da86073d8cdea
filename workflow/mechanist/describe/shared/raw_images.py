"""Descriptors without the symmetry of their problem, and symmetric ones with the same information.

They are controls for the question of how much data symmetry saves; no configured model uses them.
In two dimensions, a particle's neighbours are counted smoothly on pixels of the laboratory frame,
or on rings together with their mean stretch along the load. Both are sums over neighbours and
linear in the load. Pixels that are fine enough can express whatever rings can, but a model of
pixels must learn from data that structure and load may be rotated together.
"""

from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.describe.shared.glide import Glide
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.neighbours import find_neighbours

#: Half the side of an image and the radius of the last ring, in units of length.
REACH: Final = 2.0
PIXEL: Final = 0.5
RING: Final = 0.25
#: Rotations by right angles and mirrors that map a square grid onto itself.
SQUARE_GROUP: Final = tuple(
    mirror @ np.linalg.matrix_power(np.array([[0, -1], [1, 0]]), turns)
    for mirror in (np.eye(2, dtype=int), np.diag([1, -1]))
    for turns in range(4)
)


def pixels(
    configuration: Configuration,
    load: FloatArray,
    objects: IntArray,
    *,
    turn: FloatArray | None = None,
) -> FloatArray:
    """Return counts of neighbours on pixels of the laboratory frame, alone and times the load.

    Parameters
    ----------
    configuration : Configuration
        A configuration in two dimensions.
    load : ndarray of shape (3, 3)
        Traceless symmetric strain.
    objects : ndarray of int
        Particles to describe.
    turn : ndarray of shape (2, 2), optional
        Rotates structure and load together first, for augmented copies.

    Returns
    -------
    ndarray of shape (n_objects, 3 * n_species * n_pixels), float32
    """
    rotation = np.eye(2) if turn is None else np.asarray(turn, float)
    who, vectors, species = _neighbours(configuration, objects)
    half = round(REACH / PIXEL)
    place = vectors @ rotation.T / PIXEL + half
    side, n_species = 2 * half + 1, len(configuration.species_names)
    image = np.zeros((len(objects), n_species, side, side))
    corner = np.floor(place).astype(int)
    share = place - corner
    for a in (0, 1):
        for b in (0, 1):
            i, j = corner[:, 0] + a, corner[:, 1] + b
            inside = (i >= 0) & (j >= 0) & (i < side) & (j < side)
            weight = np.abs(1 - a - share[:, 0]) * np.abs(1 - b - share[:, 1])
            np.add.at(image, (who[inside], species[inside], i[inside], j[inside]), weight[inside])
    tensor = rotation @ load[:2, :2] @ rotation.T
    return _times_load(image.reshape(len(objects), -1), [tensor[0, 0], tensor[0, 1]])


def rings(configuration: Configuration, load: FloatArray, objects: IntArray) -> FloatArray:
    """Return counts of neighbours on rings, and their stretch along the load; all are invariant.

    Returns
    -------
    ndarray of shape (n_objects, 2 * n_species * n_rings), float32
    """
    who, vectors, species = _neighbours(configuration, objects)
    distance = np.linalg.norm(vectors, axis=1)
    n_rings, n_species = round(REACH / RING) + 1, len(configuration.species_names)
    stretch = np.einsum("na,ab,nb->n", vectors, load[:2, :2], vectors) / distance**2
    counted = np.zeros((2, len(objects), n_species, n_rings))
    inner = np.floor(distance / RING).astype(int)
    share = distance / RING - inner
    for step in (0, 1):
        inside = inner + step < n_rings
        weight = np.abs(1 - step - share)[inside]
        where = (who[inside], species[inside], (inner + step)[inside])
        np.add.at(counted[0], where, weight)
        np.add.at(counted[1], where, weight * stretch[inside])
    return np.concatenate(counted.reshape(2, len(objects), -1), axis=1).astype(np.float32)


def dislocation_image(
    glide: Glide, *, cells: int, shift: FloatArray | None = None, mirror: bool = False
) -> FloatArray:
    """Return densities of dislocations pushed forward and backward on the pixels of the sample.

    Parameters
    ----------
    glide : Glide
    cells : int
        Number of pixels along a side.
    shift : ndarray of shape (2,), optional
        Shift of all dislocations, as a share of the side.
    mirror : bool
        Whether to mirror y before the shift.

    Returns
    -------
    ndarray of shape (2 * cells^2,), float32
    """
    x, y = glide.x, -glide.y if mirror else glide.y
    dx, dy = (0.0, 0.0) if shift is None else shift
    place = np.stack([(x + dx) % 1.0, (y + dy) % 1.0], axis=1) * cells
    corner = np.floor(place).astype(int)
    share = place - corner
    image = np.zeros((2, cells, cells))
    which = (glide.forward < 0).astype(int)
    for a in (0, 1):
        for b in (0, 1):
            weight = np.abs(1 - a - share[:, 0]) * np.abs(1 - b - share[:, 1])
            where = (which, (corner[:, 0] + a) % cells, (corner[:, 1] + b) % cells)
            np.add.at(image, where, weight)
    return image.ravel().astype(np.float32)


def _neighbours(
    configuration: Configuration, objects: IntArray
) -> tuple[IntArray, FloatArray, IntArray]:
    """Return position in ``objects``, vector and species of every neighbour of these particles."""
    if configuration.dimension != 2:
        raise ValueError(f"dimension = {configuration.dimension}; pixels and rings require 2")
    pairs = find_neighbours(configuration, np.sqrt(2) * (REACH + PIXEL))
    position = np.full(len(configuration), -1)
    position[objects] = np.arange(len(objects))
    chosen = position[pairs.first] >= 0
    species = configuration.species[pairs.second[chosen]]
    return position[pairs.first[chosen]], pairs.vectors[chosen, :2], species


def _times_load(image: FloatArray, components: list[float]) -> FloatArray:
    parts = [image, *(component * image for component in components)]
    return np.hstack(parts).astype(np.float32)
