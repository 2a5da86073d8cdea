"""Configurations with all that a search for neighbours may meet, and lists of pairs by the engine vesin."""

from dataclasses import replace

import numpy as np
import vesin

from helpers import disordered
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration


def configurations(dimension: int) -> dict[str, Configuration]:
    """Return small and large boxes, particles out of the box, ties of distances, and empty space."""
    rng = np.random.default_rng(dimension)
    dense = disordered(rng, n=300, dimension=dimension)
    turns = rng.integers(-3, 4, size=(300, 3)).astype(float)
    turns[:, dimension:] = 0
    axes = [np.arange(5.0)] * dimension
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, dimension)
    crystal = np.zeros((len(grid), 3))
    crystal[:, :dimension] = rng.permutation(grid)
    sides = [5.0, 5.0, 5.0 if dimension == 3 else 1.0]
    few = disordered(rng, n=30, dimension=dimension)
    return {
        "alone": disordered(rng, n=1, dimension=dimension),
        "few": few,
        "dense": dense,
        "not wrapped": replace(dense, positions=dense.positions + turns @ dense.cell),
        "crystal": Configuration(
            crystal, np.diag(sides), np.zeros(len(grid), np.int64), ("A",), dimension
        ),
        "in empty space": replace(dense, cell=4 * dense.cell),
        "thin": replace(few, cell=np.diag([1.2, 40.0, 2.0 if dimension == 3 else 1.0])),
    }


def engine_pairs(
    c: Configuration, cutoff: float, *, both: bool
) -> tuple[IntArray, IntArray, FloatArray, FloatArray, IntArray]:
    """Return first, second, vectors, distances and shifts in the order of the engine."""
    engine = vesin.NeighborList(cutoff=cutoff, full_list=both, sorted=False)
    i, j, vectors, distances, shifts = engine.compute(
        c.positions, c.cell, periodic=list(c.periodic), quantities="ijDdS"
    )
    return i.astype(np.int64), j.astype(np.int64), vectors, distances, shifts
