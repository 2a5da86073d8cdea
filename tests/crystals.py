"""Crystals, hardening laws and small polycrystals shared by tests of the crystal wing."""

from typing import Any, Final

import numpy as np

from mechanist.core.rotations import compose, from_rotation_vector, random_rotations
from mechanist.core.typing import FloatArray
from mechanist.formats.polycrystal_batches import PolycrystalRun
from mechanist.mechanics.slip_orbits import Orbits
from mechanist.mechanics.slip_systems import slip_systems
from mechanist.simulate.crystal_law import Voce, latent_matrix
from mechanist.simulate.crystal_law_flow import Crystal
from mechanist.simulate.polycrystal import Microstructure

COPPER: Final = {"c11": 168400.0, "c12": 121400.0, "c44": 75400.0}
MAGNESIUM: Final = {"c11": 59300.0, "c12": 25700.0, "c13": 21400.0, "c33": 61500.0, "c44": 16400.0}


def class_means(orbits: Orbits, tensor: FloatArray) -> FloatArray:
    """Return a tensor with every entry replaced by the mean of its class."""
    means = np.array([tensor[orbits.labels == k].mean() for k in range(orbits.number)])
    return means[orbits.labels]


def symmetric_tensors(stress: FloatArray) -> FloatArray:
    """Return components in Voigt's order, shape (..., 6), as tensors (..., 3, 3)."""
    return stress[..., np.array([[0, 5, 4], [5, 1, 3], [4, 3, 2]])]


def copper(*, exponent: float = 10.0, systems: str = "fcc12") -> Crystal:
    """Return a cubic crystal with the elasticity of copper."""
    return Crystal(slip_systems(systems), dict(COPPER), rate=1e-3, exponent=exponent)


def magnesium() -> Crystal:
    """Return a hexagonal crystal with the elasticity of magnesium."""
    return Crystal(slip_systems("hcp30"), dict(MAGNESIUM), rate=1e-3, exponent=10.0)


def voce(crystal: Crystal, **changes: Any) -> Voce:
    """Return a Voce law with moderate hardening."""
    numbers = {"tau0": 16.0, "tau_sat": 100.0, "h0": 180.0, "a": 1.0, **changes}
    return Voce(**numbers, latent=latent_matrix(crystal.systems))


def blocks(shape: tuple[int, int, int], seed: int, *, grains: int = 4) -> Microstructure:
    """Return a polycrystal whose voxels are assigned to a few grains at random."""
    rng = np.random.default_rng(seed)
    numbers = rng.permutation(np.arange(np.prod(shape)) % grains).reshape(shape)
    lengths = np.array(shape, dtype=float)
    return Microstructure(numbers, random_rotations(grains, rng)[numbers], lengths)


def turned(fields: FloatArray, matrix: FloatArray) -> FloatArray:
    """Return a periodic field with its voxels permuted by a rotation of the cube.

    Parameters
    ----------
    fields : ndarray of shape (nx, ny, nz, ...)
        The values themselves are not rotated.
    matrix : ndarray of shape (3, 3)
        Rotation with entries 0, 1 and -1.
    """
    source = np.abs(matrix).argmax(axis=1)  # new axis i runs along old axis source[i]
    moved = np.transpose(fields, (*source, *range(3, fields.ndim)))
    for axis in range(3):
        if matrix[axis, source[axis]] < 0:
            moved = np.flip(moved, axis=axis)
    return np.ascontiguousarray(moved)


def turning_run(axis: int, *, steps: int = 3) -> PolycrystalRun:
    """Return a run whose crystals rotate by 0.01 about the first axis in each step."""
    shape = (3, 4, 5)
    start = random_rotations(60, np.random.default_rng(6)).reshape(*shape, 4)
    turn = from_rotation_vector(np.array([0.01, 0.0, 0.0]))
    frames = [start]
    for _ in range(steps):
        frames.append(compose(turn, frames[-1]))
    strains = 0.01 * np.arange(steps + 1)
    return PolycrystalRun(
        name="run-0000", systems="fcc12", lengths=np.array([3.0, 4.0, 5.0]),
        grains=np.arange(60).reshape(shape), strains=strains, orientations=np.array(frames),
        stress=np.tile(np.arange(6.0), (steps + 1, *shape, 1)),
        curve=np.stack([strains, 1000 * strains], axis=1), axis=axis,
    )  # fmt: skip
