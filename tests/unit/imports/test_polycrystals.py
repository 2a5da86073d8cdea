"""Run files: round trips, and rejected invalid runs."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanist.core.errors import FormatError
from mechanist.formats import statuses
from mechanist.formats.polycrystal_batches import (
    PolycrystalRun,
    read_attributes,
    read_runs,
    stress_components,
    write_runs,
)

SHAPE = (2, 3, 4)


def a_run(seed: int = 0, frames: int = 3, **changes: Any) -> PolycrystalRun:
    """Return a run of random fields."""
    random = np.random.default_rng(seed)
    orientations = random.normal(size=(frames, *SHAPE, 4))
    parts: dict[str, Any] = {
        "name": f"run{seed}",
        "systems": "fcc12",
        "lengths": np.array([1.0, 1.5, 2.0]),
        "grains": random.integers(0, 5, SHAPE),
        "strains": np.arange(frames) * 0.01,
        "orientations": orientations / np.linalg.norm(orientations, axis=-1, keepdims=True),
        "stress": random.normal(size=(frames, *SHAPE, 6)) * 100,
        "curve": random.normal(size=(5, 2)),
        "axis": 2,
        "material": {"c11": 106750.0, "law": "voce"},
    }
    return PolycrystalRun(**(parts | changes))


@given(st.lists(st.integers(0, 99), min_size=1, max_size=3, unique=True), st.integers(1, 4))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, seeds: list[int], frames: int
) -> None:
    folder = tmp_path_factory.mktemp("runs")
    runs = [a_run(seed, frames) for seed in seeds]
    write_runs(folder / "a.h5", runs, attributes={"strain_measure": "small"})
    write_runs(folder / "b.h5", runs, attributes={"strain_measure": "small"})
    assert (folder / "a.h5").read_bytes() == (folder / "b.h5").read_bytes()
    assert read_attributes(folder / "a.h5") == {"strain_measure": "small"}
    for run, read in zip(runs, read_runs(folder / "a.h5"), strict=True):
        assert (read.name, read.systems, read.axis, read.status) == (run.name, "fcc12", 2, "ok")
        assert read.material == run.material
        assert (read.n_frames, read.shape) == (frames, SHAPE)
        for key in ("lengths", "grains", "strains", "curve"):
            np.testing.assert_array_equal(getattr(read, key), getattr(run, key))
        np.testing.assert_allclose(read.orientations, run.orientations, atol=1e-6)
        np.testing.assert_allclose(read.stress, run.stress, rtol=1e-6)
        lengths = np.linalg.norm(read.orientations, axis=-1)
        np.testing.assert_allclose(lengths, 1, rtol=1e-15)


def test_a_failed_run_keeps_its_frames_and_its_reason(tmp_path: Path) -> None:
    runs = [a_run(0), a_run(1, 1, status="step 4: no convergence")]
    write_runs(tmp_path / "a.h5", runs)
    assert [run.ok for run in read_runs(tmp_path / "a.h5")] == [True, False]
    found = statuses.read_statuses(tmp_path / "a.h5")
    assert [(one.name, one.usable, one.reason) for one in found] == [
        ("run0", True, ""),
        ("run1", False, "step 4: no convergence"),
    ]


def test_components_and_tensors() -> None:
    components = np.arange(1.0, 7.0)
    tensor = np.array([[1.0, 6, 5], [6, 2, 4], [5, 4, 3]])
    np.testing.assert_array_equal(stress_components(tensor), components)
    skew = np.array([[0, 1, 2], [-1, 0, 3], [-2, -3, 0.0]])
    np.testing.assert_array_equal(stress_components(tensor + skew), components)


def poisoned(key: str, value: float) -> dict[str, Any]:
    """Return an array of a run with its first number replaced."""
    array = np.array(getattr(a_run(), key))
    array.flat[0] = value
    return {key: array}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (poisoned("stress", np.nan), "run 'run0', stress: nan at index"),
        (poisoned("orientations", np.inf), "orientations: inf at index"),
        (poisoned("orientations", 2.0), r"at frame and voxel \(0, 0, 0, 0\) is not a rotation"),
        ({"orientations": np.zeros((3, *SHAPE, 4))}, "is not a rotation"),
        (poisoned("grains", -1), "smallest is -1"),
        ({"grains": np.zeros(SHAPE)}, "float64 of shape"),
        ({"grains": np.zeros((2, 3), int)}, "expected integers of shape"),
        ({"strains": np.array([0.1, 0.2, 0.3])}, "expected 0, then"),
        ({"strains": np.array([0.0, 0.2, 0.1])}, "strictly increasing"),
        ({"strains": np.array([])}, "strains: shape is"),
        ({"stress": np.zeros((2, *SHAPE, 6))}, "stress: shape is"),
        ({"curve": np.zeros((2, 3))}, "curve: shape is"),
        ({"lengths": np.array([1.0, 0.0, 1.0])}, "expected positive"),
        ({"axis": 3}, "axis = 3"),
        ({"status": ""}, "'ok' or a reason"),
    ],
)
def test_what_is_no_run_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        a_run(**changes)


@pytest.mark.parametrize("runs", [[], [a_run(), a_run()]])
def test_batches_need_runs_of_different_names(tmp_path: Path, runs: list[PolycrystalRun]) -> None:
    with pytest.raises(ValueError, match="at least one run, and unique names"):
        write_runs(tmp_path / "a.h5", runs)
    assert not list(tmp_path.iterdir())


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    path.write_bytes(b"no HDF5")
    with pytest.raises(FormatError, match="not a readable batch"):
        read_runs(path)
    with h5py.File(path, "w") as file:
        file.attrs["schema"] = "mechanist.sample/1"
    with pytest.raises(FormatError, match=r"expected 'mechanist\.polycrystals/1'"):
        read_runs(path)
    for break_it in (lambda g: g.pop("stress"), lambda g: g["stress"].write_direct(
        np.full((3, *SHAPE, 6), np.nan, np.float32))):  # fmt: skip
        write_runs(path, [a_run()])
        with h5py.File(path, "a") as file:
            break_it(file["runs/0"])
        with pytest.raises(FormatError, match="stress"):
            read_runs(path)
