"""Agreement of two simulations of one polycrystal, voxel by voxel."""

from typing import Final, NamedTuple

import numpy as np

from mechanist.core.rotations import rotation_angle
from mechanist.core.typing import FloatArray
from mechanist.formats.polycrystal_batches import PolycrystalRun

#: Strains closer than this belong to the same frame.
SAME_STRAIN: Final = 1e-9
#: Largest angle in degrees between the initial orientations of both runs.
SAME_START: Final = 0.01
_NORMAL: Final = 3  # number of normal stress components; shear components follow


class Agreement(NamedTuple):
    """Agreement of one frame.

    ``correlation`` and ``relative_rms`` compare the von Mises stress over voxels, the latter
    relative to the mean of the reference. ``stress`` and ``reference_stress`` are volume means
    along the loading axis in MPa. ``rotation`` and ``reference_rotation`` are mean rotations since
    the first frame, and ``difference`` is the mean angle between both lattices, in degrees.
    """

    strain: float
    correlation: float
    relative_rms: float
    stress: float
    reference_stress: float
    rotation: float
    reference_rotation: float
    difference: float


def von_mises(stress: FloatArray) -> FloatArray:
    """Return the von Mises stress of components 11, 22, 33, 23, 13, 12, shape (..., 6)."""
    normal, shear = stress[..., :_NORMAL], stress[..., _NORMAL:]
    deviator = normal - normal.mean(axis=-1, keepdims=True)
    return np.asarray(np.sqrt(1.5 * (deviator**2).sum(axis=-1) + 3.0 * (shear**2).sum(axis=-1)))


def lattice_rotation(run: PolycrystalRun, frame: int = -1) -> FloatArray:
    """Return the angle in degrees by which each lattice has rotated since the first frame."""
    return rotation_angle(run.orientations[frame], run.orientations[0])


def agreement(run: PolycrystalRun, reference: PolycrystalRun) -> list[Agreement]:
    """Return the agreement of each frame, after the first, that both runs contain.

    Parameters
    ----------
    run, reference : PolycrystalRun
        Simulations that start from the same microstructure.

    Raises
    ------
    ValueError
        If the grids, the loading axes or the initial orientations differ.
    """
    if run.shape != reference.shape or run.axis != reference.axis:
        raise ValueError(
            f"{run.shape} voxels loaded along {run.axis}, reference {reference.shape} along"
            f" {reference.axis}; expected the same microstructure and load"
        )
    apart = rotation_angle(run.orientations[0], reference.orientations[0]).max()
    if apart > SAME_START:
        raise ValueError(f"initial orientations differ by up to {apart:.3g} degrees; expected the"
                         " same microstructure")  # fmt: skip
    return [
        _of_frame(run, i, reference, j)
        for i in range(1, run.n_frames)
        for j in range(1, reference.n_frames)
        if abs(run.strains[i] - reference.strains[j]) < SAME_STRAIN
    ]


def _of_frame(run: PolycrystalRun, i: int, reference: PolycrystalRun, j: int) -> Agreement:
    ours, theirs = von_mises(run.stress[i]), von_mises(reference.stress[j])
    return Agreement(
        strain=float(run.strains[i]),
        correlation=float(np.corrcoef(ours.ravel(), theirs.ravel())[0, 1]),
        relative_rms=float(np.sqrt(((ours - theirs) ** 2).mean()) / theirs.mean()),
        stress=float(run.stress[i, ..., run.axis].mean()),
        reference_stress=float(reference.stress[j, ..., run.axis].mean()),
        rotation=float(lattice_rotation(run, i).mean()),
        reference_rotation=float(lattice_rotation(reference, j).mean()),
        difference=float(rotation_angle(run.orientations[i], reference.orientations[j]).mean()),
    )
