"""Flipped cells continue the path of loading, since the particles do."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers import disordered
from mechanist.core.errors import FormatError
from mechanist.describe.shared.nonaffine import d2min
from mechanist.formats.configuration import Configuration
from mechanist.formats.lammps_dump import write_lammps_dump
from mechanist.formats.sample import Sample
from mechanist.formats.trajectory import TrajectoryFrame
from mechanist.imports.trajectory_samples import import_sample

XY = {"type": "simple_shear", "plane": "xy"}


def sheared(
    start: Configuration,
    tilts: list[tuple[float, float, float]],
    *,
    noise: float = 0.0,
    flip: bool = True,
) -> list[TrajectoryFrame]:
    """Return an affine shear in LAMMPS' cells: tilts beyond half a box are flipped, positions wrapped."""
    rng = np.random.default_rng(7)
    edges = np.diag(start.cell)
    frames = []
    for k, (xy, xz, yz) in enumerate(tilts):
        true = np.diag(edges)
        true[1, 0], true[2, 0], true[2, 1] = xy * edges[0], xz * edges[0], yz * edges[1]
        places = start.positions @ np.linalg.inv(start.cell) @ true
        places[:, : start.dimension] += (
            bool(k) * noise * rng.normal(size=(len(start), start.dimension))
        )
        cell = true.copy()
        if flip:
            cell[2] -= np.rint(cell[2, 1] / edges[1]) * cell[1]
            cell[2] -= np.rint(cell[2, 0] / edges[0]) * cell[0]
            cell[1] -= np.rint(cell[1, 0] / edges[0]) * cell[0]
            places = (places @ np.linalg.inv(cell) % 1.0) @ cell
        frames.append(TrajectoryFrame(
            timestep=k, ids=np.arange(1, len(start) + 1), species=start.species, labels=("1", "2"),
            positions=places, cell=cell))  # fmt: skip
    return frames


def imported(
    folder: Path, frames: list[TrajectoryFrame], dimension: int = 3, **entry: Any
) -> Sample:
    write_lammps_dump(folder / "run.dump", frames)
    common = {"path": folder / "run.dump", "format": "lammps_dump", "species": {"1": "A", "2": "B"}}
    return import_sample(
        {**common, "dimension": dimension, "units": "lj", **entry}, name="a", system="b"
    )


def strains(sample: Sample) -> list[float]:
    (load,) = sample.loads.values()
    return [frame.strain for frame in load.frames]


#: Strains of simple shear, with how many of them are flipped in LAMMPS' cells.
PATHS = {
    "no flip": ([0.1, 0.2, 0.45], 0),
    "one flip": ([0.2, 0.4, 0.6, 0.8], 2),
    "beyond one box length": ([0.3, 0.6, 0.9, 1.2, 1.5], 4),
    "first dump beyond one box length": ([1.1, 1.2, 1.3], 3),
    "first dump at twice the box": ([2.05, 2.2], 2),
}


@pytest.mark.parametrize("load", [None, XY], ids=["inferred", "declared"])
@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("words", PATHS)
def test_flips_of_a_simple_shear_are_undone(
    tmp_path: Path, words: str, dimension: int, load: dict[str, Any] | None
) -> None:
    expected, flipped = PATHS[words]
    start = disordered(np.random.default_rng(1), dimension=dimension, tilt=0.0, n=100)
    frames = sheared(start, [(s, 0, 0) for s in (0, *expected)], noise=0.02)
    sample = imported(tmp_path, frames, dimension, load=load)
    np.testing.assert_allclose(strains(sample), expected, atol=1e-9)
    notes = sample.provenance["import"]["notes"]
    assert len(notes) == flipped
    assert all("the cell was flipped; its tilt xy" in note for note in notes)
    (made,) = sample.loads.values()
    exact = sheared(start, [(s, 0, 0) for s in (0, *expected)])
    write_lammps_dump(tmp_path / "exact.dump", exact)
    last = imported(tmp_path, exact, dimension, load=load).loads["imported"].frames[-1]
    assert d2min(sample.reference, last.configuration, 1.5).total.max() < 1e-18
    assert d2min(sample.reference, made.frames[-1].configuration, 1.5).total.max() < 1.0


@pytest.mark.parametrize("direction", [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0.6, 0.3, 0.5)])
def test_flips_of_every_tilt_are_undone(tmp_path: Path, direction: Any) -> None:
    start = disordered(np.random.default_rng(2), tilt=0.0)
    tilts = [tuple(s * np.array(direction)) for s in (0.0, 0.4, 0.8, 1.2)]
    plain = imported(tmp_path, sheared(start, tilts, flip=False))
    sample = imported(tmp_path, sheared(start, tilts))
    np.testing.assert_allclose(strains(sample), strains(plain), atol=1e-9)
    for a, b in zip(sample.loads["imported"].frames, plain.loads["imported"].frames, strict=True):
        np.testing.assert_allclose(a.configuration.cell, b.configuration.cell, atol=1e-9)


def test_a_true_strain_is_not_taken_for_a_flip(tmp_path: Path) -> None:
    """The particles follow the cell to a negative strain; cells alone would call it flipped."""
    start = disordered(np.random.default_rng(3), tilt=0.0)
    frames = sheared(start, [(s, 0, 0) for s in (0, 0.2, 0.4, -0.4)], flip=False)
    with pytest.raises(
        FormatError,
        match=r"frame 3 is at a strain of -0\.4, .*cell looks flipped: .* at a strain of 0\.6, but the"
        r" particles keep their places .*`flip no`",
    ):
        imported(tmp_path, frames, load=XY)
    back = imported(tmp_path, [frames[0], frames[3]], load=XY | {"sense": -1})
    np.testing.assert_allclose(strains(back), [0.4], atol=1e-12)
    assert back.provenance["import"]["notes"] == []


def test_particles_that_do_not_decide_leave_the_cell_as_it_is(tmp_path: Path) -> None:
    start = disordered(np.random.default_rng(4), tilt=0.0)
    frames = sheared(start, [(0, 0, 0), (0.6, 0, 0)])
    mixed = np.random.default_rng(5).random((len(start), 3)) @ frames[1].cell
    frames[1] = replace(frames[1], positions=mixed)
    with pytest.raises(FormatError, match=r"at a strain of -0\.4, opposite"):
        imported(tmp_path, frames, load=XY)
