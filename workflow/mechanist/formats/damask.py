"""DAMASK 3 result files: tension tests of polycrystals on regular grids, read through h5py alone.

DAMASK stores orientations under ``O`` as quaternions, scalar first. As an active rotation, ``O`` is
the rotation part of ``F_e``, which rotates the crystal into the sample frame: it is used unchanged.
If the file holds ``F_e``, this is checked. Cells are ordered with x fastest. The stored stress is
the first Piola-Kirchhoff stress in Pa; the Cauchy stress is ``P F^T / det F``.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import h5py
import numpy as np

from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.damask_cells import INCREMENT, Cells, read_cells, read_frame
from mechanist.formats.damask_increments import chosen_increments, stored_increments
from mechanist.formats.damask_phases import describe_phase
from mechanist.formats.damask_setup import read_configuration, read_fractions, read_steps
from mechanist.formats.polycrystal_batches import PolycrystalRun, stress_components
from mechanist.formats.polycrystal_phases import PhaseMap
from mechanist.formats.uniaxial_load import cauchy_stress, loading_axis, shears_held, strain_rate

MEGAPASCAL: Final = 1e6
#: Decimals of the initial orientation that distinguish grains.
_DIGITS: Final = 9


def read_damask(
    path: Path,
    *,
    name: str,
    increments: Sequence[int] | None = None,
    axis: int | None = None,
    constituent: int | None = None,
) -> PolycrystalRun:
    """Read a uniaxial test of a polycrystal of one or several phases.

    Parameters
    ----------
    path : Path
        Result of ``DAMASK_grid``.
    name : str
        Name of the run.
    increments : sequence of int, optional
        Increments to keep as frames; by default all stored ones. Increment 0 is always kept.
    axis : int, optional
        Axis of loading; by default that of the largest mean deformation.
    constituent : int, optional
        Constituent of the cells, from 0, whose orientations are kept, if there are several.

    Returns
    -------
    PolycrystalRun
        Strains are logarithmic; a grain is all cells of one phase and equal initial orientation.
        ``material`` holds the phase as in the material configuration, or a list ``phases``, the
        strain ``rate``, and ``shears_held``: whether the load held the shears at zero. If the result
        ends before its load case does, the status names the last increment.

    Raises
    ------
    FormatError
        If the file is damaged, of another version or solver, lacks increments or data sets, has
        several constituents and none is chosen, or orientations that are not rotations, or if the
        load is not uniaxial.
    """
    try:
        with h5py.File(path, "r") as file:
            return _run(path, file, name, _Choice(increments, axis, constituent))
    except FormatError:
        raise
    except (OSError, KeyError, IndexError, TypeError, ValueError, RuntimeError) as error:
        raise FormatError(
            path,
            f"not a readable DAMASK result ({error})",
            remedy="A solver that is running, or was killed while writing, leaves such files: wait"
            " for it, continue it from its restart file, or fetch the file again.",
        ) from error


class _Choice(NamedTuple):
    """What an entry selects: increments, axis and constituent, where it states them."""

    increments: Sequence[int] | None
    axis: int | None
    constituent: int | None


def _run(path: Path, file: h5py.File, name: str, choice: _Choice) -> PolycrystalRun:
    cells = read_cells(path, file)
    configuration = read_configuration(path, file)
    constituent = _constituent(path, cells, choice.constituent)
    fractions = read_fractions(path, configuration, cells.constituents)
    stored = stored_increments(path, file)
    kept = chosen_increments(path, stored, choice.increments)
    frames = [
        read_frame(path, file, number, cells, constituent=constituent, fractions=fractions)
        for number in stored
    ]
    gradients = np.array([frame.gradients.mean(axis=(0, 1, 2)) for frame in frames])
    stresses = np.array([frame.stress.mean(axis=(0, 1, 2)) for frame in frames]) / MEGAPASCAL
    cauchy = cauchy_stress(stresses, gradients)
    axis = loading_axis(path, gradients[-1], cauchy[-1], choice.axis)
    strains = np.log(gradients[:, axis, axis])
    places = [stored.index(number) for number in kept]
    described = [describe_phase(path, configuration, phase) for phase in cells.phases]
    _check_lattices(path, file, {phase: about["lattice"] for phase, (_, about) in
                                 zip(cells.phases, described, strict=True)})  # fmt: skip
    of_voxel = cells.of_cell[:, constituent][cells.order]
    planned = read_steps(file)
    ended = planned is None or stored[-1] >= planned
    several = len(cells.phases) > 1
    material = {"phases": [about for _, about in described]} if several else dict(described[0][1])
    material |= {
        "increments": kept,
        "creator": str(file.attrs.get("creator", "DAMASK")),
        "rate": strain_rate(file, stored, strains),
        "shears_held": shears_held(gradients),
    }
    if cells.constituents > 1:
        material |= {"constituents": cells.constituents, "constituent": constituent}
    return PolycrystalRun(
        name=name,
        systems="+".join(systems for systems, _ in described),
        lengths=cells.lengths,
        grains=_grains(frames[0].orientations, of_voxel),
        strains=strains[places] - strains[0],
        orientations=np.array([frames[k].orientations for k in places]),
        stress=stress_components(
            np.array([cauchy_stress(frames[k].stress, frames[k].gradients) for k in places])
            / MEGAPASCAL
        ),
        curve=np.column_stack([strains - strains[0], cauchy[:, axis, axis]]),
        axis=axis,
        status="ok" if ended else f"ended at increment {stored[-1]} of {planned}",
        material=material,
        phases=PhaseMap(cells.phases, tuple(systems for systems, _ in described), of_voxel)
        if several
        else None,
    )


def _check_lattices(path: Path, file: h5py.File, configured: dict[str, str]) -> None:
    """Refuse a material configuration that is not that of the orientations."""
    for phase, lattice in configured.items():
        stored = file[f"{INCREMENT}0/phase/{phase}/mechanical/O"].attrs.get("lattice", lattice)
        seen = stored.decode() if isinstance(stored, bytes) else str(stored)
        if seen != lattice:
            raise FormatError(
                path,
                f"orientations of phase {phase!r} are of lattice {seen!r}, the material configuration"
                f" says {lattice!r}",
                remedy="Give the unmodified solver result.",
            )


def _constituent(path: Path, cells: Cells, chosen: int | None) -> int:
    """Return the constituent whose orientations are kept; several need a choice."""
    count = cells.constituents
    if chosen is None and count > 1:
        raise FormatError(
            path,
            f"cells have {count} constituents (homogenisation), of which a run keeps the orientations"
            " of one, beside the mean stress and deformation of all",
            remedy=f"Name one from 0 to {count - 1}, such as constituent: 0.",
        )
    if chosen is not None and chosen >= count:
        problem = f"constituent {chosen}, but cells have {count}, numbered from 0"
        raise FormatError(path, problem, remedy="Correct the key constituent.")
    return chosen or 0


def _grains(orientations: FloatArray, phases: IntArray) -> IntArray:
    """Return the grain (equal phase and initial orientation) of each cell, numbered by first cell."""
    flat = np.column_stack([phases.ravel(), np.round(orientations.reshape(-1, 4), _DIGITS)])
    _, first, grains = np.unique(flat, axis=0, return_index=True, return_inverse=True)
    ranks = np.argsort(np.argsort(first))
    return np.asarray(ranks[grains.ravel()].reshape(orientations.shape[:-1]))
