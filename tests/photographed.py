"""Glasses for tests of pictures: a disordered lattice whose particles move by known amounts."""

from pathlib import Path

import numpy as np

from mechanist.formats.configuration import Configuration
from mechanist.formats.sample import Frame, LoadPath, Sample, write_sample

GRADIENT = np.array([[0.0, 1, 0], [0, 0, 0], [0, 0, 0]])
STRAIN = 0.04


def photographed_glass(path: Path, *, side: int = 12, seed: int = 0) -> Sample:
    """Write a glass of two species that is sheared, with a few particles that rearrange."""
    rng = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(np.arange(side), np.arange(side)), -1).reshape(-1, 2)
    flat = grid + 0.5 + 0.12 * rng.uniform(-1, 1, grid.shape)
    n = len(flat)
    positions = np.column_stack([flat, np.zeros(n)])
    cell = np.diag([float(side), float(side), 1.0])
    species = (rng.random(n) < 0.35).astype(np.int64)
    reference = Configuration(positions, cell, species, ("A", "B"), 2)
    gradient = np.eye(3) + STRAIN * GRADIENT
    jumps = np.zeros((n, 3))
    jumps[:, :2] = rng.standard_normal((n, 2)) * 0.1 * (rng.random((n, 1)) < 0.08)
    jumps[:, :2] += 0.005 * rng.standard_normal((n, 2))
    state = reference.moved(positions @ gradient.T + jumps, cell @ gradient.T)
    halfway = np.eye(3) + STRAIN / 2 * GRADIENT
    half = reference.moved(positions @ halfway.T + jumps / 2, cell @ halfway.T)
    path_of_load = LoadPath(GRADIENT, (GRADIENT + GRADIENT.T) / 2,
                            {"strain": np.array([0.0, STRAIN])},
                            (Frame(STRAIN / 2, half, np.eye(3)), Frame(STRAIN, state, np.eye(3))))  # fmt: skip
    sample = Sample(path.stem, "toy", 1, reference, {"shear": path_of_load})
    write_sample(path, sample)
    return sample
