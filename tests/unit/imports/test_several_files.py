"""Frames in several files form one trajectory, in natural order."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers import disordered
from mechanist.core.errors import FormatError
from mechanist.formats.lammps_data import write_lammps_data
from mechanist.formats.lammps_dump import write_lammps_dump
from mechanist.formats.sample import Sample
from mechanist.formats.trajectory import TrajectoryFrame
from mechanist.imports.trajectory_samples import import_sample

STRAINS = (0.0, 0.01, 0.02, 0.03, 0.1)
STEPS = (0, 9, 10, 20, 100)


@pytest.fixture(params=["lammps_dump", "lammps_data"])
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def folder(tmp_path: Path, form: str) -> Path:
    """Write one frame a file, named by its step."""
    start = disordered(np.random.default_rng(0), tilt=0.0)
    for step, strain in zip(STEPS, STRAINS, strict=True):
        f = np.eye(3)
        f[0, 1] = strain
        frame = TrajectoryFrame(
            timestep=step, ids=np.arange(1, len(start) + 1), species=start.species, labels=("1", "2"),
            positions=start.positions @ f.T, cell=start.cell @ f.T)  # fmt: skip
        if form == "lammps_dump":
            write_lammps_dump(tmp_path / f"run_{step}.txt", [frame])
        else:
            write_lammps_data(tmp_path / f"run_{step}.txt", frame)
    return tmp_path


def strains(folder: Path, form: str, **entry: Any) -> list[float]:
    common = {"format": form, "species": {"1": "A", "2": "B"}, "dimension": 3, "units": "lj"}
    sample: Sample = import_sample({**common, **entry}, name="a", system="b")
    assert all(str(folder) in path for path in sample.provenance["import"]["files"])
    return [round(frame.strain, 6) for load in sample.loads.values() for frame in load.frames]


def test_a_pattern_a_list_and_a_range_are_one_trajectory(folder: Path, form: str) -> None:
    assert strains(folder, form, path=f"{folder}/run_*.txt") == [0.01, 0.02, 0.03, 0.1]
    assert strains(
        folder, form, path=[f"{folder}/run_0.txt", f"{folder}/run_{{10..20..10}}.txt"]
    ) == [0.02, 0.03]
    assert strains(folder, form, path=f"{folder}/run_*.txt", reference=1, frames=[2, 4]) == [
        0.01,
        0.09,
    ]
    two = {"reference_path": folder / "run_0.txt", "deformed_path": f"{folder}/run_[12]*.txt"}
    assert strains(folder, form, **two) == [0.02, 0.03, 0.1]
    assert strains(folder, form, **two, frames=[0]) == [0.02]


def test_ranges_choose_frames(folder: Path, form: str) -> None:
    every = {"path": f"{folder}/run_*.txt"}
    assert strains(folder, form, **every, frames="1..3") == [0.01, 0.02, 0.03]
    assert strains(folder, form, **every, frames=["1..3..2", 4]) == [0.01, 0.03, 0.1]
    if form == "lammps_dump":
        assert strains(folder, form, **every, frames=["t10..t20..10", {"timestep": 100}]) == [
            0.02,
            0.03,
            0.1,
        ]
        with pytest.raises(FormatError, match=r"0 frames fit `frames: \{timestep: 15\}`"):
            strains(folder, form, **every, frames="t10..t20..5")
    for wrong in ("3..1", "1..3..0", "1..t3", "one"):
        with pytest.raises(ValueError, match=r"frames: '.*'; expected"):
            strains(folder, form, **every, frames=wrong)


def test_missing_files_are_said(folder: Path, form: str) -> None:
    with pytest.raises(ValueError, match=r"there is no file '.*run_5\.txt' of"):
        strains(folder, form, path=f"{folder}/run_{{0..10..5}}.txt")
    with pytest.raises(FormatError, match=r"run_1\.txt: cannot be read"):
        strains(folder, form, path=f"{folder}/run_1.txt")
