"""Test data shared by many tests: disordered configurations and random rotations."""

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration


def random_rotation(rng: np.random.Generator, *, proper: bool = True) -> FloatArray:
    """Return a Haar-distributed rotation, or a rotoreflection if ``proper`` is False."""
    q, r = np.linalg.qr(rng.normal(size=(3, 3)))
    q = q * np.sign(np.diag(r))
    if (np.linalg.det(q) > 0) != proper:
        q[:, 0] = -q[:, 0]
    return q


def planar_rotation(angle: float, *, proper: bool = True) -> FloatArray:
    """Return a rotation about z, preceded by the mirror y -> -y if ``proper`` is False."""
    c, s = np.cos(angle), np.sin(angle)
    rotation = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    return rotation if proper else rotation @ np.diag([1.0, -1.0, 1.0])


def disordered(
    rng: np.random.Generator, *, n: int = 64, dimension: int = 3, tilt: float = 0.2
) -> Configuration:
    """Return a dense disordered binary configuration (jittered lattice) in a tilted cell."""
    side = int(np.ceil(n ** (1 / dimension)))
    axes = [np.arange(side)] * dimension
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, dimension)
    grid = grid[rng.permutation(len(grid))[:n]]
    length = (n / 1.2) ** (1 / dimension)
    fractional = np.zeros((n, 3))
    fractional[:, :dimension] = (grid + 0.5 + rng.uniform(-0.25, 0.25, (n, dimension))) / side
    cell = np.eye(3) * length
    cell[1, 0] = tilt * length
    if dimension == 2:
        cell[2, 2] = 1.0
    else:
        cell[2, 0] = 0.5 * tilt * length
    species = (rng.permutation(n) < n // 3).astype(np.int64)
    return Configuration(fractional @ cell, cell, species, ("A", "B"), dimension)
