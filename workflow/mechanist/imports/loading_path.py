"""Placement of the frames of an imported trajectory along its load.

The load is declared in the configuration or inferred from the cells. Either way, every frame is
checked against it: a drifting cell is more often a misread cell than a load, so it raises an error
that states the observed change and a remedy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray
from mechanist.formats.particle_matching import check_same_particles, check_same_species
from mechanist.formats.trajectory import TrajectoryFrame
from mechanist.formats.trajectory_files import read_frames
from mechanist.formats.trajectory_text import Wanted
from mechanist.imports.trajectory_entry import FrameChoice, ImportEntry
from mechanist.imports.unflipped_cells import continuing_cell, unflipped
from mechanist.mechanics.cells import (
    Progress,
    direction_of,
    gradient_between,
    least_strain_between,
    progress_along,
)
from mechanist.mechanics.loads import gradient_of, triangular_cell

#: Largest strain off the load, relative to the largest strain of the path.
DIRECTION_TOLERANCE: Final = 0.05
#: Strains and volume changes below this are rounding errors.
ROUNDING: Final = 1e-9
_REFERENCE_ONLY: Final = "or declare `frames: []` to import the reference alone."


@dataclass(frozen=True, eq=False)
class Step:
    """A frame under load and its place on the loading path.

    Parameters
    ----------
    index : int
        Index in its file, from 0.
    frame : TrajectoryFrame
        The state.
    progress : Progress
        Strain along the load, and the rotation to its frame.
    volume_change : float
        Relative to the reference; area change in two dimensions.
    """

    index: int
    frame: TrajectoryFrame
    progress: Progress
    volume_change: float

    @property
    def strain(self) -> float:
        """Equivalent shear strain."""
        return self.progress.strain


@dataclass(frozen=True, eq=False)
class LoadingPath:
    """A reference state, a load, and the states under load in order of strain.

    Parameters
    ----------
    reference : TrajectoryFrame
        State before loading.
    index : int
        Its index in its file.
    gradient : ndarray of shape (3, 3)
        Direction of the load; zero if there are no steps.
    steps : tuple of Step
        States under load, by ascending strain.
    dropped : tuple of str
        Why a truncated last frame of a file was dropped, in lenient reading.
    notes : tuple of str
        What a user should know of how the files were read.
    """

    reference: TrajectoryFrame
    index: int
    gradient: FloatArray
    steps: tuple[Step, ...]
    dropped: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def largest_strain(self) -> float:
        """Largest strain of the path, the scale of deviations from the load."""
        return max([ROUNDING, *(abs(step.strain) for step in self.steps)])


def read_loading_path(entry: ImportEntry, *, every_column: bool = False) -> LoadingPath:
    """Read the chosen frames, place them on the load, and check that they follow it.

    Parameters
    ----------
    entry : ImportEntry
        The trajectory.
    every_column : bool
        Whether frames keep columns that the entry does not use.

    Raises
    ------
    FormatError
        If a file is damaged, a chosen frame is absent, or a cell drifts off the load.
    """
    path = _placed(entry, every_column=every_column)
    drifting = _drifting(entry, path)
    if drifting:
        raise _drift_error(entry, path, drifting)
    previous, strain = path.index, 0.0
    for step in path.steps:
        if step.strain < -ROUNDING:
            raise step.frame.error(
                f"frame {step.index} is at a strain of {step.strain:.4g}, opposite to the load"
                f" {_said(entry)}{_flip(entry, path, step)}",
                remedy="Choose another `reference`, leave the frame out of `frames`, or reverse a"
                " declared load's `sense`; write trajectories without flips (LAMMPS: `flip no`).",
            )
        if step.strain - strain < ROUNDING:
            raise step.frame.error(
                f"frames {previous} and {step.index} are both at a strain of {step.strain:.6g}",
                remedy="Choose one of them in `frames`: frames are selected by strain.",
            )
        previous, strain = step.index, step.strain
    return path


def _placed(entry: ImportEntry, *, every_column: bool = False) -> LoadingPath:
    files: dict[Path, list[TrajectoryFrame]] = {}
    target = (entry.target,) if entry.target is not None and entry.target_path is None else ()
    for path, form in entry.formats.items():
        files[path] = read_frames(
            path,
            form,
            bounds=entry.bounds,
            ids=entry.ids,
            lenient=entry.lenient,
            atom_style=entry.atom_style,
            wanted=_chosen_of(entry, path, files),
            columns=None if every_column else target,
        )
    same = entry.reference_path == entry.deformed_path
    before = [frame for path in entry.reference_path for frame in files[path]]
    after = before if same else [frame for path in entry.deformed_path for frame in files[path]]
    start = _chosen("reference", entry.reference, before)
    if entry.frames is None:
        chosen = list(range(start + 1 if same else 0, len(after)))
    else:
        chosen = [_chosen("frames", choice, after) for choice in entry.frames]
    reference = before[start]
    if not chosen and entry.frames is None:
        remedy = f"Give states under load in `path` too, or as `deformed_path`, {_REFERENCE_ONLY}"
        raise reference.error("no frame comes after the reference", remedy=remedy)
    used = [reference, *(after[k] for k in chosen)]
    check_same_particles(used)
    check_same_species(used, entry.species)
    d = entry.strained_dimension
    order = sorted(chosen)
    unfolded, decided = unflipped(reference, [after[k] for k in order], d)
    loaded = dict(zip(order, unfolded, strict=True))
    gradients = [gradient_between(reference.cell, loaded[k].cell, d) for k in chosen]
    direction = np.zeros((3, 3))
    if entry.load is not None:
        direction = gradient_of(entry.load, d, np.random.default_rng(0))
    elif chosen:
        direction = _inferred(entry, reference, unfolded, decided)
    steps = [
        Step(k, loaded[k], progress_along(f, direction, d), float(np.linalg.det(f)) - 1)
        for k, f in zip(chosen, gradients, strict=True)
    ]
    ordered = tuple(sorted(steps, key=lambda step: step.strain))
    dropped = tuple(frames[-1].dropped for frames in files.values() if frames[-1].dropped)
    shown = (*before, *([] if same else after), *loaded.values())
    notes = tuple(dict.fromkeys(note for frame in shown for note in frame.notes))
    return LoadingPath(reference, start, direction, ordered, dropped, notes)


def _chosen_of(
    entry: ImportEntry, path: Path, files: Mapping[Path, Sequence[TrajectoryFrame]]
) -> Wanted | None:
    """Return which frames of a file are chosen, once the files before it were read; None if all are."""
    lists: list[tuple[tuple[Path, ...], tuple[FrameChoice, ...]]] = []
    if path in entry.reference_path:
        lists.append((entry.reference_path, (entry.reference,)))
    if path in entry.deformed_path:
        if entry.frames is None:
            return None
        lists.append((entry.deformed_path, entry.frames))
    choices: list[tuple[int, FrameChoice]] = []
    for paths, chosen in lists:
        earlier = paths[: paths.index(path)]
        if paths.count(path) > 1 or not files.keys() >= set(earlier):
            return None
        before = sum(len(files[one]) for one in earlier)
        choices += [(before, choice) for choice in chosen]

    def wanted(index: int, timestep: int) -> bool:
        return any(choice.fits(before + index, timestep) for before, choice in choices)

    return wanted


def _chosen(key: str, choice: FrameChoice, frames: Sequence[TrajectoryFrame]) -> int:
    """Return the index of a chosen frame."""
    if choice.index is not None:
        found = [choice.index] if choice.index < len(frames) else []
    else:
        found = [k for k, frame in enumerate(frames) if frame.timestep == choice.timestep]
    if len(found) == 1:
        return found[0]
    raise frames[0].error(
        f"{len(found)} frames fit `{key}: {choice}`, expected one of the {len(frames)} frames of"
        f" timesteps {frames[0].timestep} to {frames[-1].timestep}",
        remedy="Choose by an index from 0, or by a timestep that occurs once.",
    )


def _inferred(
    entry: ImportEntry,
    reference: TrajectoryFrame,
    frames: Sequence[TrajectoryFrame],
    decided: Sequence[bool],
) -> FloatArray:
    """Return the direction of deformation of the most deformed frame.

    ``decided`` says of which frames the particles tell that the cell is not a flipped one.
    """
    largest, direction, d = 0.0, None, entry.strained_dimension
    for frame, sure in zip(frames, decided, strict=True):
        try:
            strain, gradient = direction_of(gradient_between(reference.cell, frame.cell, d), d)
        except ValueError:  # a frame of the reference's shape has no direction
            continue
        least = least_strain_between(reference.cell, frame.cell, d)
        if least < strain - ROUNDING and not sure:
            raise frame.error(
                f"the cell may have been flipped: its vectors give a strain of {strain:.4g}, but an"
                f" equivalent cell gives {least:.4g}",
                remedy="Particles do not tell which is right: write the trajectory without flips"
                " (LAMMPS: `flip no`), or declare `load` if the strain really is that large.",
            )
        if strain > largest:
            largest, direction = strain, gradient
    if direction is None:
        raise reference.error(
            "no other cell differs in shape from the reference cell, so there is no load",
            remedy=f"Import states under load, {_REFERENCE_ONLY}",
        )
    return direction


def _drifting(entry: ImportEntry, path: LoadingPath) -> list[Step]:
    """Return the frames that are off the load, or whose volume changes too much."""
    volume = entry.volume_tolerance * path.largest_strain + ROUNDING
    return [s for s in path.steps if abs(s.volume_change) > volume or _is_beside(path, s)]


def _is_beside(path: LoadingPath, step: Step) -> bool:
    return step.progress.mismatch > DIRECTION_TOLERANCE * path.largest_strain + ROUNDING


def _drift_error(entry: ImportEntry, path: LoadingPath, drifting: Sequence[Step]) -> FormatError:
    """Describe the drift and look for a reading of the file without drift."""
    worst = max(drifting, key=lambda s: abs(s.volume_change) + s.progress.mismatch)
    measure, scale = "area" if entry.strained_dimension == 2 else "volume", path.largest_strain
    problem = (
        f"the cell drifts: from the reference (frame {path.index}) to frame {worst.index},"
        f" {_edges(entry, path.reference, worst.frame)}; the {measure} changes by"
        f" {worst.volume_change:+.3%} (allowed: {entry.volume_tolerance * scale:.3%}) and a strain"
        f" of {worst.progress.mismatch:.3g} lies off the load {_said(entry)} (allowed:"
        f" {DIRECTION_TOLERANCE * scale:.3g}), at a largest strain of {scale:.4g}"
    )
    remedy = _other_reading(entry) if "lammps_dump" in entry.formats.values() else ""
    if not remedy and any(_is_beside(path, step) for step in drifting):
        remedy = "Declare another `load`, or choose `frames` of one load, without flips of the cell"
        remedy += "." if entry.load is None else ", or leave `load` out to have it inferred."
    elif not remedy:
        needed = abs(worst.volume_change) / scale
        remedy = (
            f"If the {measure} really changes, set `volume_tolerance` above {needed:.2g} (it is"
            f" {entry.volume_tolerance:g}, times the largest strain): only the change of shape"
            " counts as load."
        )
    return worst.frame.error(problem, remedy=remedy)


def _other_reading(entry: ImportEntry) -> str:
    """Suggest the other reading of the bounds, if it removes the drift."""
    other = replace(entry, bounds="unextended" if entry.bounds == "standard" else "standard")
    try:
        path = _placed(other)
    except ValueError:
        return ""
    if _drifting(other, path):
        return ""
    seen = _edges(entry, path.reference, path.steps[-1].frame)
    offer = f"With `bounds: {other.bounds}` nothing drifts ({seen})"
    if other.bounds == "standard":
        return f"{offer}: leave `bounds` out."
    return (
        f"{offer}: declare it if the program that wrote the file left the tilt out of the bounds."
    )


def _flip(entry: ImportEntry, path: LoadingPath, step: Step) -> str:
    """Describe the flip that would explain a strain against the load, if there is one."""
    earlier = [s for s in path.steps if s.index < step.index]
    before = max(earlier, key=lambda s: s.index).frame if earlier else path.reference
    d = entry.strained_dimension
    other = continuing_cell(before.cell, step.frame.cell, d)
    if np.array_equal(other, step.frame.cell):
        return ""
    strain = progress_along(
        gradient_between(path.reference.cell, other, d), path.gradient, d
    ).strain
    return (
        f". The cell looks flipped: an equivalent one continues that of the frame before, at a strain of"
        f" {strain:.4g}, but the particles keep their places in the cell as it is written, so it is not"
        " read as flipped"
    )


def _said(entry: ImportEntry) -> str:
    if entry.load is None:
        return "inferred from the cells"
    return f"declared ({', '.join(f'{key}: {value}' for key, value in entry.load.items())})"


def _edges(entry: ImportEntry, reference: TrajectoryFrame, frame: TrajectoryFrame) -> str:
    """Describe how the edges and the first tilt of the cell change."""
    old, new = (triangular_cell(f.cell)[0] for f in (reference, frame))
    numbers = {f"l{'xyz'[k]}": (old[k, k], new[k, k]) for k in range(entry.strained_dimension)}
    numbers["xy"] = (old[1, 0], new[1, 0])
    return ", ".join(
        f"{name} is {a:.6g} throughout" if np.isclose(a, b, rtol=ROUNDING) else
        f"{name} goes {a:.6g} -> {b:.6g}"
        for name, (a, b) in numbers.items()
    )  # fmt: skip
