"""Small voxel cells with correctly transforming fields, for tests of surrogates."""

import numpy as np

from mechanist.core.rotations import compose, matrix_to_quaternion, random_rotations
from mechanist.core.typing import FloatArray
from mechanist.describe.shared.orientation_harmonics import orientation_harmonics
from mechanist.formats.voxel_paths import VoxelPaths
from mechanist.learn.cube_symmetry import axial

STRAINS = np.array([0.01, 0.02, 0.03])


def voxels(
    seed: int, *, shape: tuple[int, int, int] = (4, 4, 4), name: str = "cell-0000",
    system: str = "cell", noise: float = 0.0,
) -> VoxelPaths:  # fmt: skip
    """Return a cell whose voxel rotations follow a mechanism field and its neighbours along z."""
    rng = np.random.default_rng(seed)
    start = random_rotations(int(np.prod(shape)), rng).reshape(*shape, 4)
    matrix = orientation_harmonics(start, "cubic")
    mechanism = 0.1 * rng.normal(size=(*shape, 3))
    around = np.roll(mechanism, 1, 2) + np.roll(mechanism, -1, 2)
    final = mechanism + 0.4 * around + noise * rng.normal(size=(*shape, 3))
    paths = final[..., np.newaxis, :] * (STRAINS / STRAINS[-1])[:, np.newaxis]
    fields = {
        "quaternion:scalar": start, "orientation:matrix": matrix, "mechanism:axial": mechanism,
        "taylor:axial": paths, "taylor_stress:scalar": 100 + 50 * matrix[..., 0, 2, 2, np.newaxis]
        + 1000 * STRAINS,
    }  # fmt: skip
    for kind in ("elastic", "plastic"):
        fields[f"{kind}_rotation:axial"] = mechanism
        fields[f"{kind}_stress:matrix"] = matrix
    return VoxelPaths(
        name=name, system=system, lattice="cubic",
        grains=np.arange(np.prod(shape)).reshape(shape), strains=STRAINS, rotations=paths,
        stress=0.9 * fields["taylor_stress:scalar"].mean(axis=(0, 1, 2)), fields=fields,
    )  # fmt: skip


def turned(sample: VoxelPaths, operation: FloatArray) -> VoxelPaths:
    """Return the cell transformed by a symmetry of the load, from positions and rotations."""
    turn = axial(operation[np.newaxis])[0]
    grid = np.array(sample.shape)
    target = np.indices(sample.shape).reshape(3, -1).T
    source = np.rint(target @ operation).astype(int) % grid  # Q^T applied to every position

    def moved(values: FloatArray) -> FloatArray:
        return values[tuple(source.T)].reshape(values.shape)

    start = moved(sample.fields["quaternion:scalar"])
    start = compose(matrix_to_quaternion(turn), start)
    fields = {}
    for key, values in sample.fields.items():
        kind = key.partition(":")[2]
        put = moved(values)
        if kind == "axial":
            put = put @ turn.T
        elif kind == "matrix":
            put = turn @ put @ turn.T
        fields[key] = put
    fields["quaternion:scalar"] = start
    fields["orientation:matrix"] = orientation_harmonics(start, "cubic")
    return VoxelPaths(
        name=sample.name, system=sample.system, lattice=sample.lattice,
        grains=moved(sample.grains), strains=sample.strains,
        rotations=moved(sample.rotations) @ turn.T, stress=sample.stress, fields=fields,
    )  # fmt: skip


def relabelled(sample: VoxelPaths, symmetries: FloatArray, rng: np.random.Generator) -> VoxelPaths:
    """Return the cell with every orientation replaced by a random equivalent one."""
    chosen = symmetries[rng.integers(len(symmetries), size=sample.shape)]
    start = compose(sample.fields["quaternion:scalar"], matrix_to_quaternion(chosen))
    fields = {
        **sample.fields,
        "quaternion:scalar": start,
        "orientation:matrix": orientation_harmonics(start, "cubic"),
    }
    return VoxelPaths(
        name=sample.name, system=sample.system, lattice=sample.lattice, grains=sample.grains,
        strains=sample.strains, rotations=sample.rotations, stress=sample.stress, fields=fields,
    )  # fmt: skip
