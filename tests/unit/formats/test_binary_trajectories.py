"""Trajectories in GSD, HDF5 and NumPy archives are read correctly or rejected."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import gsd.hoomd
import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mechanist.core.errors import FormatError
from mechanist.formats.array_frames import read_array_frames
from mechanist.formats.gsd_frames import read_gsd
from mechanist.formats.trajectory import TrajectoryFrame
from mechanist.formats.trajectory_files import read_frames
from trajectories import assert_same_frames, random_frames

SINGLE = 1e-5  # round-off of GSD's numbers at lengths of about ten


def snapshots(frames: list[TrajectoryFrame]) -> list[Any]:
    """Return snapshots as HOOMD would write them, ordered by particle id."""
    made = []
    for frame in frames:
        one = gsd.hoomd.Frame()
        c = frame.cell
        x, y, z = np.diag(c)
        order = np.argsort(frame.ids)
        one.configuration.step = frame.timestep
        one.configuration.dimensions = 3
        one.configuration.box = [x, y, z, c[1, 0] / y, c[2, 0] / z, c[2, 1] / z]
        one.particles.N = len(frame)
        one.particles.types = list(frame.labels)
        one.particles.typeid = frame.species[order]
        one.particles.position = (frame.positions - c.sum(axis=0) / 2)[order]
        one.log = {"particles/compute/mobility": np.arange(len(frame)) * 0.5, "energy": [1.0]}
        made.append(one)
    return made


def write_gsd(path: Path, made: list[Any]) -> Path:
    with gsd.hoomd.open(str(path), "w") as file:
        for one in made:
            file.append(one)
    return path


def arrays(frames: list[TrajectoryFrame]) -> dict[str, Any]:
    """Return the arrays of frames with a common particle order."""
    frames = [in_order(frame) for frame in frames]
    first = frames[0]
    return {
        "positions": np.stack([f.positions + f.origin for f in frames]),
        "cell": np.stack([f.cell for f in frames]),
        "origin": np.stack([f.origin for f in frames]),
        "species": np.array(first.labels)[first.species],
        "ids": first.ids,
        "timestep": np.array([f.timestep for f in frames]),
        "periodic": np.array(first.periodic),
        "vx": np.stack([f.extra["vx"] for f in frames]),
    }


def in_order(frame: TrajectoryFrame) -> TrajectoryFrame:
    order = np.argsort(frame.ids)[::-1]
    parts = {name: getattr(frame, name)[order] for name in ("ids", "species", "positions")}
    return replace(frame, **parts, extra={"vx": frame.extra["vx"][order]})


def write_arrays(path: Path, content: dict[str, Any]) -> Path:
    if path.suffix == ".npz":
        np.savez(path, **content)
        return path
    with h5py.File(path, "w") as file:
        for name, values in content.items():
            text = np.asarray(values).dtype.kind == "U"
            file[name] = [str(v) for v in values] if text else values
    return path


@pytest.mark.parametrize("shape", ["orthogonal", "restricted"])
def test_gsd_is_read(tmp_path: Path, shape: str) -> None:
    frames = random_frames(3, n=20, shape=shape, labels=("A", "B"))
    read = read_gsd(write_gsd(tmp_path / "a.gsd", snapshots(frames)))
    for new, old in zip(read, frames, strict=True):
        order = np.argsort(old.ids)
        assert (new.timestep, new.labels, new.periodic) == (old.timestep, ("A", "B"), (True,) * 3)
        np.testing.assert_allclose(new.cell, old.cell, atol=SINGLE)
        np.testing.assert_allclose(new.positions, old.positions[order], atol=SINGLE)
        np.testing.assert_array_equal(new.species, old.species[order])
        np.testing.assert_array_equal(new.extra["mobility"], np.arange(20) * 0.5)
        assert list(new.extra) == ["mobility"]


def test_ovito_reads_the_same_gsd(tmp_path: Path) -> None:
    from ovito.io import import_file

    made = snapshots(random_frames(4, n=20, labels=("A", "B")))
    ours = read_gsd(write_gsd(tmp_path / "a.gsd", made))
    pipeline = import_file(str(tmp_path / "a.gsd"))
    for k, a in enumerate(ours):
        b = pipeline.compute(k)
        np.testing.assert_allclose(a.cell, b.cell[:, :3].T, atol=SINGLE)
        np.testing.assert_allclose(a.origin, b.cell[:, 3], atol=SINGLE)
        theirs = b.particles["Position"][...]
        np.testing.assert_allclose(a.positions + a.origin, theirs, atol=SINGLE)


def test_flat_gsd_is_not_periodic_along_z(tmp_path: Path) -> None:
    made = snapshots(random_frames(4, count=1, shape="orthogonal"))
    made[0].configuration.dimensions = 2
    (frame,) = read_gsd(write_gsd(tmp_path / "a.gsd", made))
    assert frame.periodic == (True, True, False)


def changed(**parts: Any) -> Callable[[list[Any]], None]:
    def change(made: list[Any]) -> None:
        for name, value in parts.items():
            group, key = name.split("__")
            setattr(getattr(made[1], group), key, value)

    return change


def not_finite(made: list[Any]) -> None:
    made[1].particles.position[2, 1] = np.nan


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (not_finite, (r"a\.gsd, column 'particles/position': frame 1: nan at \(2, 1\), expected a"
         r" finite number\. Find out why")),
        (changed(configuration__box=[5, 0, 5, 0, 0, 0]), (r"column 'configuration/box': frame 1: box"
         r" \[5.0, 0.0, 5.0.*three positive lengths.*Write the box")),
        (changed(particles__typeid=[0, 1, 2, 3, 0, 0, 7]), r"typeid 7, but there are 3 types"),
        (changed(particles__N=6, particles__typeid=[0] * 6, particles__position=np.zeros((6, 3))),
         "6 particles, but 7 in the frame at"),
        (changed(particles__N=0, particles__typeid=None, particles__position=None),
         r"frame 1 holds no particles\. Leave"),
    ],
)  # fmt: skip
def test_bad_gsd_is_refused(
    tmp_path: Path, change: Callable[[list[Any]], None], message: str
) -> None:
    made = snapshots(random_frames(5))
    change(made)
    for one in made:
        one.log = {}
    with pytest.raises(FormatError, match=message):
        read_gsd(write_gsd(tmp_path / "a.gsd", made))


def test_what_is_no_gsd_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"a\.gsd: there is no such file\. Give a path"):
        read_gsd(tmp_path / "a.gsd")
    (tmp_path / "a.gsd").write_bytes(b"ITEM: TIMESTEP\n0\n" * 40)
    with pytest.raises(FormatError, match=r"a\.gsd: not a readable GSD file .*schema hoomd"):
        read_gsd(tmp_path / "a.gsd")
    path = write_gsd(tmp_path / "b.gsd", snapshots(random_frames(5)))
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(FormatError, match=r"b\.gsd: not a readable GSD file .*whole file again"):
        read_gsd(path)
    write_gsd(path, [])
    with pytest.raises(FormatError, match="holds no frame"):
        read_gsd(path)


@settings(max_examples=15, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    seed=st.integers(0, 10**6),
    shape=st.sampled_from(["orthogonal", "restricted", "general"]),
    form=st.sampled_from(["npz", "hdf5"]),
    labels=st.sampled_from([("1", "2", "10"), ("Cu", "Zr")]),
)
def test_what_arrays_hold_is_read(
    tmp_path: Path, seed: int, shape: str, form: str, labels: tuple[str, ...]
) -> None:
    frames = random_frames(seed, shape=shape, labels=labels)
    frames = [replace(frame, periodic=frames[0].periodic, ids=np.sort(frames[0].ids),
                      species=frames[0].species) for frame in frames]  # fmt: skip
    path = write_arrays(tmp_path / f"a.{form}", arrays(frames))
    assert_same_frames(read_frames(path, form), frames)


def test_one_frame_of_numbered_species_needs_three_arrays(tmp_path: Path) -> None:
    content = {"positions": np.eye(3), "cell": np.eye(3) * 5, "species": [2, 1, 2]}
    (frame,) = read_array_frames(write_arrays(tmp_path / "a.h5", content), "hdf5")
    assert (frame.timestep, frame.labels, frame.periodic) == (0, ("1", "2"), (True,) * 3)
    np.testing.assert_array_equal(frame.ids, [1, 2, 3])
    np.testing.assert_array_equal(frame.species, [1, 0, 1])


@pytest.mark.parametrize("form", ["npz", "hdf5"])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"positions": None}, r"no array 'positions'. Arrays in the file, with their shapes"),
        ({"cell": None}, "no array 'cell'"),
        ({"positions": np.zeros((2, 7))}, (r"column 'positions': the shape is \(2, 7\), expected"
         r" \(frames, particles, 3\)\. Frames come first")),
        ({"cell": np.eye(3)[None]}, r"column 'cell': the shape is \(1, 3, 3\), expected \(2, 3, 3\) or"),
        ({"cell": np.diag([1.0, -1, 1])}, "column 'cell': the cell of frame 0 has volume -1"),
        ({"cell": np.diag([1.0, np.inf, 1])}, r"column 'cell': inf at \(1, 1\), expected a finite"),
        ({"positions": np.full((2, 7, 3), np.nan)}, r"'positions': nan at \(0, 0, 0\).*failed there"),
        ({"ids": np.array([1, 2, 3, 4, 4, 5, 6])}, ("column 'ids': id 4 occurs 2 times, first at"
         " particle 3")),
        ({"ids": np.arange(7) * 0.5}, "column 'ids': holds float64, expected integers"),
        ({"species": np.full(7, 1.7)}, "column 'species': holds float64, expected integers or names"),
        ({"species": np.ones(6, int)}, r"column 'species': the shape is \(6,\), expected \(2, 7\) or \(7,\)"),
        ({"timestep": np.arange(3)}, r"column 'timestep': the shape is \(3,\), expected \(2,\)"),
        ({"vx": np.full((2, 7), np.nan)}, "column 'vx': nan at"),
    ],
)  # fmt: skip
def test_bad_arrays_are_refused(
    tmp_path: Path, form: str, change: dict[str, Any], message: str
) -> None:
    content = arrays(random_frames(6, count=2))
    content |= {"cell": content["cell"][:1].repeat(2, axis=0)}
    content = {name: v for name, v in (content | change).items() if v is not None}
    path = write_arrays(tmp_path / f"a.{form}", content)
    with pytest.raises(FormatError, match=message):
        read_array_frames(path, form)


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    for form, name in (("npz", "a.npz"), ("hdf5", "a.h5")):
        path = write_arrays(tmp_path / name, arrays(random_frames(6)))
        path.write_bytes(path.read_bytes()[:400])
        with pytest.raises(FormatError, match=r"cannot be read .*file is complete"):
            read_array_frames(path, form)
