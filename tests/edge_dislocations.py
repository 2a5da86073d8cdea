"""Small sets of edge dislocations, and an independent closed form of their stress, for tests."""

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import planar

#: Periodic images in the sum, enough for convergence to rounding error.
IMAGES = range(-7, 8)


def stress_y_first(x: FloatArray, y: FloatArray) -> FloatArray:
    """Return the stress in a box of side 1: closed form along y, sum over images along x."""
    x = x - np.round(x)
    c = np.cos(2 * np.pi * y)
    total = np.zeros_like(x)
    for n in IMAGES:
        a = np.cosh(2 * np.pi * (x + n))
        total += 2 * np.pi**2 * (x + n) * (a * c - 1) / (a - c) ** 2
    return total


def dislocations(
    seed: int, *, n: int = 16, pins: int = 0, density: float = 0.04, apart: float = 0.0
) -> Configuration:
    """Return random dislocations, half of each sign, at least ``apart`` (in b) from each other."""
    rng = np.random.default_rng(seed)
    length = float(np.sqrt(n / density))
    places: list[FloatArray] = []
    while len(places) < n:
        place = rng.random(2)
        offsets = np.array([place - other for other in places]).reshape(-1, 2)
        offsets -= np.round(offsets)
        if not len(offsets) or np.linalg.norm(offsets, axis=1).min() * length >= apart:
            places.append(place)
    x, y = np.concatenate([places, rng.random((pins, 2))]).T * length
    sign = np.concatenate([np.tile([1.0, -1.0], n // 2), np.zeros(pins)])
    return planar(x, y, sign, length)
