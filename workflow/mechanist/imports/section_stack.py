"""Serial sections as one voxel grid: layers between known sections are filled, grains are numbered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from scipy.ndimage import distance_transform_edt

from mechanist.core.progress import LOGGER
from mechanist.core.typing import FloatArray, IntArray, Lattice
from mechanist.formats.orientation_field import OrientationMap
from mechanist.formats.polycrystal_batches import PolycrystalRun
from mechanist.formats.polycrystal_phases import PhaseMap
from mechanist.imports.map_phases import UsedPhase, chosen_phases
from mechanist.imports.orientation_grains import LEAST_POINTS, Segmentation, connected_grains
from mechanist.mechanics.serial_sections import Rule, filled

#: Rule that fills gaps if the entry names none: the best where few layers lie between sections.
DEFAULT_RULE: Final[Rule] = "vote"
#: Relative difference of the steps of two sections.
_SAME_STEP: Final = 1e-3


@dataclass(frozen=True, eq=False)
class FilledStack:
    """A grid that was rebuilt from sections.

    Parameters
    ----------
    grains : ndarray of shape (nx, ny, nz), int
        Grain of each voxel, from 0.
    orientations : ndarray of shape (nx, ny, nz, 4)
        Quaternions, crystal to sample.
    phases : ndarray of shape (nx, ny, nz), int
        Index of the phase of each voxel.
    """

    grains: IntArray
    orientations: FloatArray
    phases: IntArray


def filled_stack(
    orientations: FloatArray,
    phases: IntArray,
    lattices: Sequence[Lattice],
    known: Sequence[int],
    layers: int,
    *,
    rule: Rule,
    threshold: float = 5.0,
    smallest: int = LEAST_POINTS,
    periodic: bool = False,
) -> FilledStack:
    """Rebuild a grid from its known layers.

    A grain is followed from a known layer to the next where points of both that lie above each other
    have nearly the same orientation. A grain that moved by more than its size is taken for two.

    Parameters
    ----------
    orientations : ndarray of shape (nx, ny, n_known, 4)
        Quaternions of the known layers.
    phases : ndarray of shape (nx, ny, n_known), int
        Index of the lattice of each of their points.
    lattices : sequence of {"cubic", "hexagonal"}
    known : sequence of int
        Numbers of the known layers in the grid.
    layers : int
        Number of layers of the grid.
    rule : {"nearest", "boundary", "vote"}
        How layers between the known ones are filled.
    threshold : float
        Misorientation in degrees from which neighbouring points belong to different grains.
    smallest : int
        Grains of fewer voxels are merged into their neighbours.
    periodic : bool
        Whether the grid goes on periodically.

    Raises
    ------
    ValueError
        If the numbers of the layers do not fit, or no grain is large enough.
    """
    cut = connected_grains(orientations, phases, lattices, threshold, periodic=periodic)
    source = tuple(filled(cut, known, layers, rule=rule, periodic=periodic))
    turned, of_phase = orientations[source], phases[source]
    grains = connected_grains(turned, of_phase, lattices, threshold, periodic=periodic)
    large = np.bincount(grains.ravel())[grains] >= smallest
    if not large.any():
        raise ValueError(
            f"no grain of the filled stack has {smallest} voxels. Lower 'stride' or 'smallest', or raise"
            " 'threshold'"
        )
    nearest = tuple(distance_transform_edt(~large, return_distances=False, return_indices=True))
    numbers = np.unique(grains[nearest], return_inverse=True)[1].reshape(grains.shape)
    return FilledStack(numbers.astype(np.int64), turned[nearest], of_phase[nearest])


def even_layers(count: int, layers: int) -> tuple[int, ...]:
    """Return the numbers of ``count`` layers that are spread as evenly as whole numbers allow."""
    return tuple(int(k * layers // count) for k in range(count))


def microstructure_from_stack(
    maps: Mapping[Path, OrientationMap],
    *,
    name: str,
    systems: str | Mapping[str, str],
    step: float,
    numbers: Sequence[int] | None = None,
    rule: Rule = DEFAULT_RULE,
    phase: str | int | None = None,
    axis: int = 0,
    segmentation: Segmentation | None = None,
) -> PolycrystalRun:
    """Return an undeformed run whose single frame is a stack of serial sections.

    Whether sections are in their right order, no file says. Sections that were exchanged make grains that
    end and begin again.

    Parameters
    ----------
    maps : mapping
        Maps by their file, in the order of z.
    name : str
        Name of the run.
    systems, phase, axis, segmentation
        As for :func:`mechanist.imports.orientation_grains.microstructure_from_map`.
    step : float
        Distance between layers in micrometres.
    numbers : sequence of int, optional
        Number of the layer of each section, from 0; by default 0, 1, 2, ...
    rule : {"nearest", "boundary", "vote"}
        How layers without a section are filled.

    Raises
    ------
    ValueError
        If sections differ in size, steps or phases, a number does not fit, or a section has too few
        points with an orientation.
    """
    options = segmentation or Segmentation()
    places = list(range(len(maps))) if numbers is None else [int(one) for one in numbers]
    if len(places) != len(maps) or places[0] != 0:
        raise ValueError(
            f"stack/numbers: {places} for {len(maps)} sections; expected one number for each, from 0"
        )
    paths = list(maps)
    first = maps[paths[0]]
    used = chosen_phases(first, systems, phase)
    layers = []
    for path, mapped in maps.items():
        _check_alike(path, mapped, paths[0], first)
        if path != paths[0] and mapped.indexed.any():
            _check_phases(path, chosen_phases(mapped, systems, phase), used)
        layers.append(_layer(path, mapped, used, options))
    orientations = np.stack([one[0] for one in layers], axis=2)
    phases = np.stack([one[1] for one in layers], axis=2)
    found = filled_stack(
        orientations, phases, [one.lattice for one in used], places, places[-1] + 1,
        rule=rule, threshold=options.threshold, smallest=options.smallest,
    )  # fmt: skip
    shape = found.grains.shape
    steps = np.array([*(first.steps * options.stride), step])
    material: dict[str, object] = {
        "sections": len(maps), "layers": shape[2], "rule": rule, "unindexed": sum(one[2] for one in layers)
    }  # fmt: skip
    if len(maps) == 1:
        material["columnar"] = True
        LOGGER.warning("%s: one section, which is taken for columnar grains, the same in all depths", name)  # fmt: skip
    notes = sorted({note for mapped in maps.values() for note in mapped.notes})
    if notes:
        material["read"] = notes
    return PolycrystalRun(
        name=name,
        systems="+".join(one.systems for one in used),
        lengths=steps * shape,
        grains=found.grains,
        strains=np.zeros(1),
        orientations=found.orientations[np.newaxis],
        stress=np.zeros((1, *shape, 6)),
        curve=np.zeros((1, 2)),
        axis=axis,
        material=material,
        phases=PhaseMap(
            names=tuple(one.name for one in used),
            systems=tuple(one.systems for one in used),
            of_voxel=found.phases,
        )
        if len(used) > 1
        else None,
    )


def _check_alike(path: Path, mapped: OrientationMap, other: Path, first: OrientationMap) -> None:
    """Refuse a section whose points are not above those of the first one."""
    if mapped.phases.shape != first.phases.shape:
        raise ValueError(
            f"{path}: the section has {mapped.phases.shape} points; expected {first.phases.shape}, as in"
            f" {other}. Cut the maps to the part that all of them show, or leave this one out and state"
            " stack/numbers"
        )
    if not np.allclose(mapped.steps, first.steps, rtol=_SAME_STEP):
        raise ValueError(
            f"{path}: points are {mapped.steps.tolist()} micrometres apart; expected"
            f" {first.steps.tolist()}, as in {other}. If a header is wrong, state 'step'"
        )


def _check_phases(path: Path, seen: Sequence[UsedPhase], used: Sequence[UsedPhase]) -> None:
    """Refuse a section with another phase than the first one; phases are told by number and name."""
    if list(seen) != list(used):
        names = [[f"{one.number}: {one.name}" for one in phases] for phases in (seen, used)]
        raise ValueError(
            f"{path}: points are of phases {names[0]}; expected {names[1]}, as in the first section."
            " Choose one that all sections have by 'phase', or leave the section out and state"
            " stack/numbers"
        )


def _layer(
    path: Path, mapped: OrientationMap, used: Sequence[UsedPhase], options: Segmentation
) -> tuple[FloatArray, IntArray, int]:
    """Return orientations and phases of all points, and how many had none of their own."""
    kept = (slice(None, None, options.stride),) * 2
    phases = np.full(mapped.phases[kept].shape, -1, dtype=np.int64)
    for k, one in enumerate(used):
        phases[mapped.phases[kept] == one.number] = k
    lost = int((phases < 0).sum())
    if lost > options.unindexed * phases.size or lost == phases.size:
        raise ValueError(
            f"{path}: {100 * lost / phases.size:.1f} % of the points have no orientation of a used phase;"
            f" expected at most {100 * options.unindexed:g} %: clean the map up, leave it out and state"
            " stack/numbers, or raise 'unindexed'"
        )
    nearest = tuple(distance_transform_edt(phases < 0, return_distances=False, return_indices=True))
    return mapped.orientations[kept][nearest], phases[nearest], lost
