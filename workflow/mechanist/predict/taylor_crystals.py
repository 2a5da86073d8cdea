"""Taylor rotations of the crystals of a map of any size.

All crystals share one strain path. It is that of an aggregate of all distinct orientations of the map
or, where there are too many for one aggregate, of evenly spaced ones of them; the crystals then follow
this path group by group.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.rotations import compose, conjugate, to_rotation_vector
from mechanist.core.typing import FloatArray, IntArray
from mechanist.learn.voxel_samples import DIGITS, RATE, SUBSTEPS, Z
from mechanist.mechanics.crystal_elasticity import from_mandel
from mechanist.simulate.crystal_law_follow import follow
from mechanist.simulate.crystal_law_point import PointHistory, drive
from mechanist.simulate.polycrystal_load import Loading
from mechanist.simulate.polycrystal_system import Material

#: Largest number of crystals that are driven at once.
MOST_CRYSTALS: Final = 4096


@dataclass(frozen=True, eq=False)
class TaylorCrystals:
    """What the Taylor model says of the distinct crystals of a map.

    Parameters
    ----------
    of_voxel : ndarray of shape (nx, ny, nz), int
        Crystal of each voxel.
    paths : ndarray of shape (n_crystals, n_steps, 3)
        Rotation vectors since the start, radians.
    axial : ndarray of shape (n_crystals, n_steps)
        Axial stress at each step, MPa.
    stress : ndarray of shape (n_crystals, 3, 3)
        Stress at the first step, MPa.
    strain : ndarray of shape (3, 3)
        Common strain at the first step.
    """

    of_voxel: IntArray
    paths: NDArray[np.float32]
    axial: NDArray[np.float32]
    stress: FloatArray
    strain: FloatArray


def taylor_crystals(
    start: FloatArray, material: Material, strains: FloatArray, *, most: int = MOST_CRYSTALS
) -> TaylorCrystals:
    """Drive the crystals of a map in tension along z.

    Parameters
    ----------
    start : ndarray of shape (nx, ny, nz, 4)
        Orientations.
    material : Material
    strains : ndarray of shape (n_steps,)
        Multiples of the first strain, without 0.
    most : int
        Largest number of crystals that are driven at once.

    Raises
    ------
    ValueError
        If the Taylor model does not converge.
    """
    flat = start.reshape(-1, 4)
    _, first, code = np.unique(flat.round(DIGITS), axis=0, return_index=True, return_inverse=True)
    crystals, of_voxel = flat[first], code.reshape(start.shape[:3]).astype(np.int64)
    n = len(crystals)
    chosen = np.arange(n) if n <= most else np.linspace(0, n - 1, most).round().astype(int)
    history = drive(
        material.crystal, material.law, crystals[chosen], Loading.uniaxial(Z, RATE),
        strain=float(strains[-1]), steps=SUBSTEPS * len(strains), coupling="taylor",
    )  # fmt: skip
    if history.status != "ok":
        raise ValueError(f"the Taylor model {history.status}")
    strain = history.strain[SUBSTEPS, 0]
    if n <= most:
        kept = history.orientations[SUBSTEPS::SUBSTEPS]
        stresses = history.stress[SUBSTEPS::SUBSTEPS]
        return TaylorCrystals(
            of_voxel, _paths(kept, crystals), _axial(stresses), stresses[0], strain
        )
    parts = [_followed(crystals[k : k + most], material, history) for k in range(0, n, most)]
    paths, axial, stress = (np.concatenate(each) for each in zip(*parts, strict=True))
    return TaylorCrystals(of_voxel, paths, axial, stress, strain)


def _followed(
    crystals: FloatArray, material: Material, history: PointHistory
) -> tuple[NDArray[np.float32], NDArray[np.float32], FloatArray]:
    """Return paths, axial stress and first stress of crystals along a known strain path."""
    states = follow(
        material.crystal, material.law, crystals, history.strain[:, 0],
        dt=float(history.times[1]),
    )  # fmt: skip
    kept = [state for k, state in enumerate(states, start=1) if k % SUBSTEPS == 0]
    stresses = np.stack([from_mandel(state.stress.T) for state in kept])
    turned = np.stack([state.orientations for state in kept])
    return _paths(turned, crystals), _axial(stresses), stresses[0]


def _paths(kept: FloatArray, start: FloatArray) -> NDArray[np.float32]:
    turned = to_rotation_vector(compose(kept, conjugate(start)))
    return np.moveaxis(turned, 0, 1).astype(np.float32)


def _axial(stresses: FloatArray) -> NDArray[np.float32]:
    return stresses[:, :, Z, Z].T.astype(np.float32)
