"""Training data of surrogates from polycrystal runs: mechanisms known before loading, and truth."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.rotations import compose, conjugate, from_rotation_vector, to_rotation_vector
from mechanist.core.typing import FloatArray, IntArray
from mechanist.describe.shared.orientation_harmonics import orientation_harmonics
from mechanist.describe.shared.plastic_misfit import (
    LinearLaw,
    elastic_law,
    misfit_response,
    secant_law,
)
from mechanist.formats.polycrystal_batches import PolycrystalRun
from mechanist.formats.voxel_paths import VoxelPaths
from mechanist.mechanics.misorientations import fundamental_zone
from mechanist.mechanics.slip_systems import slip_systems
from mechanist.simulate.crystal_law import HardeningLaw
from mechanist.simulate.crystal_law_flow import Crystal
from mechanist.simulate.crystal_law_point import PointHistory, drive
from mechanist.simulate.polycrystal_load import Loading

Z: Final = 2
#: Voxels whose quaternions agree to this many digits share one crystal of the Taylor model.
DIGITS: Final = 6
#: Steps of the Taylor model between two stored strains.
SUBSTEPS: Final = 2
#: Relative tolerance for even spacing of strains and for reaching the last strain.
SLACK: Final = 1e-3
RATE: Final = 1e-3


def voxel_paths(
    run: PolycrystalRun,
    crystal: Crystal,
    law: HardeningLaw,
    *,
    system: str,
    strains: Sequence[float],
    passes: int,
) -> VoxelPaths:
    """Return the fields of a run's voxels and their rotations at the strains that it reached.

    Parameters
    ----------
    run : PolycrystalRun
        Run loaded along any axis.
    crystal, law
        Material of the run.
    system : str
        Name of the run's system.
    strains : sequence of float
        Multiples of the first strain, without 0; strains beyond the end of the run are left out.
    passes : int
        Maximum number of applications of the Green operator to balance a misfit.

    Raises
    ------
    ValueError
        If the run does not reach the first strain, strains are not evenly spaced, or the Taylor
        model does not converge.
    """
    turned = along_z(run)
    kept = _reached(turned, strains)
    start = turned.orientations[0].reshape(-1, 4)
    sign = float(np.sign(turned.strains[-1]))
    history, crystal_of = taylor_history(start, crystal, law, kept, sign=sign, name=run.name)
    lattice = crystal.systems.lattice
    fields: dict[str, FloatArray] = {
        "quaternion:scalar": start,
        "orientation:matrix": orientation_harmonics(start, lattice),
        "taylor:axial": _taylor_paths(history)[crystal_of],
        "taylor_stress:scalar": history.stress[SUBSTEPS::SUBSTEPS, :, Z, Z].T[crystal_of],
    }
    laws = {"elastic": elastic_law(start, crystal.stiffness, axis=Z),
            "plastic": plastic_law(start, crystal, history, crystal_of)}  # fmt: skip
    grid = turned.shape
    for kind, linear in laws.items():
        for suffix, most in (("_pass", 1), ("", passes)):
            fields |= misfit_fields(kind + suffix, linear, grid, turned.lengths, passes=most)
    return VoxelPaths(
        name=run.name,
        system=system,
        lattice=lattice,
        grains=turned.grains,
        strains=kept,
        rotations=_single(rotation_paths(turned, kept), grid),
        stress=np.interp(kept, np.abs(turned.curve[:, 0]), turned.curve[:, 1]),
        fields={name: _single(values, grid) for name, values in fields.items()},
    )


def loaded_frame(axis: int) -> tuple[IntArray, FloatArray]:
    """Return the cyclic permutation of axes that makes the loading axis z.

    Returns
    -------
    order : ndarray of shape (3,)
        The new axis i is the old axis ``order[i]``.
    turn : ndarray of shape (4,)
        The same permutation as a rotation.
    """
    order = np.roll(np.arange(3), Z - axis)
    turn = from_rotation_vector(np.full(3, 2 * np.pi / 3 / np.sqrt(3)) * ((Z - axis + 1) % 3 - 1))
    return order, turn


def along_z(run: PolycrystalRun) -> PolycrystalRun:
    """Return the same run in a frame with the loading axis along z."""
    order, turn = loaded_frame(run.axis)
    fields = tuple(1 + order)
    stress = run.stress.transpose(0, *fields, 4)
    kept = np.concatenate([stress[..., order], stress[..., 3 + order]], axis=-1)
    return replace(
        run,
        lengths=run.lengths[order],
        grains=run.grains.transpose(*order),
        orientations=compose(turn, run.orientations.transpose(0, *fields, 4)),
        stress=kept,
        axis=Z,
    )


def rotation_paths(run: PolycrystalRun, strains: FloatArray) -> FloatArray:
    """Return total rotation vectors of voxels, shape (n_voxels, n_strains, 3), radians.

    Increments are taken between the nearest equivalent orientations, since other programs may
    switch between equivalents. Vectors are interpolated between frames.
    """
    lattice = slip_systems(run.table).lattice
    frames = run.orientations.reshape(run.n_frames, -1, 4)
    total = np.zeros((run.n_frames, frames.shape[1], 3))
    since = np.tile([1.0, 0.0, 0.0, 0.0], (frames.shape[1], 1))
    for k in range(1, run.n_frames):
        before, after = frames[k - 1], frames[k]
        # Crystal symmetry acts from the right, the lattice rotation from the left.
        turn = fundamental_zone(compose(conjugate(before), after), lattice)
        since = compose(compose(before, compose(turn, conjugate(before))), since)
        total[k] = to_rotation_vector(since)
    reached = np.abs(run.strains)
    right = np.clip(np.searchsorted(reached, strains), 1, len(reached) - 1)
    share = (strains - reached[right - 1]) / (reached[right] - reached[right - 1])
    share = np.minimum(share, 1.0)[:, np.newaxis, np.newaxis]
    return np.moveaxis(total[right - 1] * (1 - share) + total[right] * share, 0, 1)


def _reached(run: PolycrystalRun, strains: Sequence[float]) -> FloatArray:
    """Return the strains that a run reached."""
    wanted = np.asarray(strains, float)
    even = wanted[0] * np.arange(1, len(wanted) + 1)
    if not wanted[0] > 0 or np.abs(wanted - even).max() > SLACK * wanted[0]:
        raise ValueError(f"strains {list(strains)}; expected multiples of a positive first strain")
    last = float(np.abs(run.strains[-1])) * (1 + SLACK)
    kept: FloatArray = wanted[wanted <= last]
    if not len(kept):
        raise ValueError(f"{run.name}: status {run.status!r}, reached strain {last:.4g};"
                         f" expected at least {wanted[0]:g}")  # fmt: skip
    return kept


def misfit_fields(
    kind: str,
    law: LinearLaw,
    shape: tuple[int, int, int],
    lengths: FloatArray,
    *,
    passes: int,
) -> dict[str, FloatArray]:
    """Return the rotation and stress fields of a misfit under a load along z, by name.

    Parameters
    ----------
    kind : str
        Prefix of the field names, such as ``"elastic"``.
    law : LinearLaw
        Law of the voxels, in C order.
    shape, lengths
        Numbers of voxels and size of the cell.
    passes : int
        Maximum number of applications of the Green operator.
    """
    found = misfit_response(law, shape, lengths, axis=Z, passes=passes)
    return {
        f"{kind}_rotation:axial": found.rotation,
        f"{kind}_stress:matrix": found.stress[:, np.newaxis],
    }


def taylor_history(
    start: FloatArray,
    crystal: Crystal,
    law: HardeningLaw,
    strains: FloatArray,
    *,
    sign: float = 1.0,
    name: str,
) -> tuple[PointHistory, IntArray]:
    """Return the Taylor-model history of distinct orientations, and each voxel's orientation index.

    Parameters
    ----------
    start : ndarray of shape (nv, 4)
        Orientations of voxels.
    crystal, law
        Material of the voxels.
    strains : ndarray of shape (n_steps,)
        Multiples of the first strain, without 0.
    sign : float
        1 for tension along z, -1 for compression.
    name : str
        Name for the error message.

    Raises
    ------
    ValueError
        If the Taylor model does not converge.
    """
    _, first, crystal_of = np.unique(
        start.round(DIGITS), axis=0, return_index=True, return_inverse=True
    )
    history = drive(
        crystal, law, start[first], Loading.uniaxial(Z, sign * RATE),
        strain=float(strains[-1]), steps=SUBSTEPS * len(strains), coupling="taylor",
    )  # fmt: skip
    if history.status != "ok":
        raise ValueError(f"{name}: the Taylor model {history.status}")
    return history, crystal_of.ravel()


def _taylor_paths(history: PointHistory) -> FloatArray:
    """Return total rotation vectors, shape (n_crystals, n_steps, 3)."""
    kept = history.orientations[::SUBSTEPS]
    return np.moveaxis(to_rotation_vector(compose(kept[1:], conjugate(kept[0]))), 0, 1)


def plastic_law(
    start: FloatArray, crystal: Crystal, history: PointHistory, crystal_of: IntArray
) -> LinearLaw:
    """Return the secant law of all voxels, in the Taylor model's state at the first strain."""
    return secant_law(
        start, crystal.stiffness, crystal.systems, history.stress[SUBSTEPS][crystal_of],
        strain=history.strain[SUBSTEPS, 0], exponent=crystal.exponent,
    )  # fmt: skip


def _single(values: FloatArray, shape: tuple[int, int, int]) -> NDArray[np.float32]:
    return values.reshape(*shape, *values.shape[1:]).astype(np.float32)
