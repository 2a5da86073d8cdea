"""Trajectories in GSD, HDF5 and NumPy archives are read correctly or rejected."""

import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import gsd.fl
import gsd.hoomd
import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mechanist.core.errors import FormatError
from mechanist.describe.shared.nonaffine import d2min
from mechanist.formats.array_frames import read_array_frames
from mechanist.formats.gsd_frames import read_gsd
from mechanist.formats.lammps_dump import write_lammps_dump
from mechanist.formats.sample import read_sample, write_sample
from mechanist.formats.trajectory import TrajectoryFrame
from mechanist.formats.trajectory_files import read_frames
from mechanist.imports.own_glasses import adopted
from mechanist.imports.trajectory_samples import import_sample
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


def test_whole_numbers_may_be_stored_as_real_ones(tmp_path: Path) -> None:
    frames = random_frames(6, count=2)
    content = arrays([replace(frame, cell=frames[0].cell) for frame in frames])
    write_arrays(tmp_path / "a.npz", content | {"timestep": np.array([5.0, 1e3])})
    assert [f.timestep for f in read_frames(tmp_path / "a.npz", "npz")] == [5, 1000]


def flat_hoomd(path: Path, box: list[float], *, dimensions: int | None = None, **more: Any) -> Path:
    """Write a sheared flat system as HOOMD-blue does: Lz = 0 since version 3, Lz = 1 before."""
    made = []
    for k, tilt in enumerate((0.0, 0.02)):
        one = gsd.hoomd.Frame()
        one.configuration.step = 10 * k
        one.configuration.box = [*box[:3], tilt, *box[4:]]
        if dimensions is not None:
            one.configuration.dimensions = dimensions
        fractions = np.random.default_rng(0).random((40, 2)) - 0.5
        one.particles.N = 40
        one.particles.types = ["A", "B"]
        one.particles.typeid = np.arange(40) % 2
        cell = np.array([[box[0], 0], [tilt * box[1], box[1]]])
        one.particles.position = np.column_stack([fractions @ cell, np.zeros(40)])
        for name, values in more.items():
            setattr(one.particles, name, values)
        made.append(one)
    return write_gsd(path, made)


def flat_entry(path: Path, **more: Any) -> dict[str, Any]:
    return {"path": path, "format": "gsd", "species": {"A": "A", "B": "B"}, "dimension": 2,
            "units": "lj", **more}  # fmt: skip


@pytest.mark.parametrize(
    ("box", "dimensions"),
    [([10, 12, 0, 0, 0, 0], None), ([10, 12, 0, 0, 0, 0], 2), ([10, 12, 0, 0, 0, 0], 3),
     ([10, 12, 1, 0, 0, 0], 2)],
    ids=["HOOMD 3", "HOOMD 3, said", "HOOMD 3, default dimensions", "HOOMD 2"],
)  # fmt: skip
def test_flat_systems_of_all_versions_are_read(
    tmp_path: Path, box: list[float], dimensions: int | None
) -> None:
    path = flat_hoomd(tmp_path / "a.gsd", box, dimensions=dimensions)
    sample = import_sample(flat_entry(path), name="a", system="b")
    assert sample.reference.dimension == 2
    assert sample.reference.measure == pytest.approx(120)
    assert sample.reference.cell[2].tolist() == [0, 0, 1]
    (load,) = sample.loads.values()
    assert load.frames[0].strain == pytest.approx(0.02, abs=1e-6)
    assert d2min(sample.reference, load.frames[0].configuration, 3.0).total.max() < 1e-8
    with pytest.raises(FormatError, match=r"at one z in `dimension: 3`.*Declare `dimension: 2`"):
        import_sample(flat_entry(path, dimension=3), name="a", system="b")


@pytest.mark.parametrize(
    "box", [[10, 12, 0, 0, 0.1, 0], [10, 0, 0, 0, 0, 0], [10, 12, -1, 0, 0, 0]]
)
def test_boxes_that_are_neither_flat_nor_deep_are_refused(tmp_path: Path, box: list[float]) -> None:
    with pytest.raises(FormatError, match="expected three positive lengths"):
        read_gsd(flat_hoomd(tmp_path / "a.gsd", box))


def test_a_damaged_count_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.gsd"
    with gsd.fl.open(
        str(path), "w", application="test", schema="hoomd", schema_version=[1, 4]
    ) as file:
        file.write_chunk("particles/N", np.array([2**31], dtype=np.uint32))
        file.end_frame()
    with pytest.raises(
        FormatError, match="frame 0 states 2147483648 particles, more than the file can"
    ):
        read_gsd(path)


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("particles/position", np.zeros(12, "f4"), r"shape \(12,\), expected \(4, 3\)"),
        ("particles/position", np.zeros((4, 2), "f4"), r"shape \(4, 2\), expected \(4, 3\)"),
        ("particles/image", np.zeros((3, 3), "i4"), r"shape \(3, 3\), expected \(4, 3\)"),
        ("particles/typeid", np.array([0, 0, 0.5, 0], "f4"), "0.5, expected a whole number"),
        ("particles/typeid", np.array([0, -1, 0, 0], "i4"), r"typeid -1, but there are 1 types"),
        ("configuration/step", np.array([2**63], "u8"), "9223372036854775808, expected a whole number b"),
        ("configuration/step", np.array([[7, 8]], "u8"), r"shape \(2,\), expected \(\)"),
        ("configuration/dimensions", np.array([[3, 3]], "u1"), r"shape \(2,\), expected \(\)"),
    ],
)  # fmt: skip
def test_arrays_of_other_shapes_are_refused(
    tmp_path: Path, name: str, values: np.ndarray, message: str
) -> None:
    chunks = {
        "configuration/box": np.array([5, 5, 5, 0, 0, 0], "f4"),
        "particles/N": np.array([4], "u4"), "particles/position": np.zeros((4, 3), "f4"),
    }  # fmt: skip
    path = tmp_path / "a.gsd"
    with gsd.fl.open(
        str(path), "w", application="a", schema="hoomd", schema_version=[1, 4]
    ) as file:
        for frame in (chunks, chunks | {name: values}):
            for key, chunk in frame.items():
                file.write_chunk(key, chunk)
            file.end_frame()
    with pytest.raises(FormatError, match=rf"a\.gsd, column '{name}': frame 1: {message}"):
        read_gsd(path)


def test_diameters_become_radii_of_the_sample(tmp_path: Path) -> None:
    diameters = np.linspace(0.75, 1.5, 40)
    path = flat_hoomd(tmp_path / "a.gsd", [10, 12, 0, 0, 0, 0], diameter=diameters)
    sample = import_sample(flat_entry(path), name="a", system="b")
    np.testing.assert_allclose(sample.reference.radii, diameters / 2, atol=SINGLE)
    write_sample(tmp_path / "a.h5", sample)
    read = read_sample(tmp_path / "a.h5")
    np.testing.assert_array_equal(read.reference.radii, sample.reference.radii)
    (load,) = read.loads.values()
    np.testing.assert_array_equal(load.frames[0].configuration.radii, sample.reference.radii)
    scaled = adopted(read, strains=[0.02], tolerance=0.1, length=2.0)
    np.testing.assert_allclose(scaled.reference.radii, diameters / 4, atol=SINGLE)
    # Without the chunk the library makes up diameters of 1, which nobody stated.
    bare = import_sample(
        flat_entry(flat_hoomd(tmp_path / "b.gsd", [10, 12, 0, 0, 0, 0])), name="a", system="b"
    )
    assert bare.reference.radii is None


def test_sizes_are_read_from_other_formats_too(tmp_path: Path) -> None:
    (frame,) = random_frames(3, n=20, count=1, labels=("A",))
    sizes = np.linspace(1, 2, 20)
    for name, factor in (("radius", 1.0), ("diameter", 0.5)):
        write_lammps_dump(tmp_path / "a.dump", [replace(frame, extra={name: sizes})])
        (read,) = read_frames(tmp_path / "a.dump", "lammps_dump")
        order = np.argsort(frame.ids)
        radii = read.configuration({"A": "A"}, 3).radii
        np.testing.assert_allclose(radii, sizes[order] * factor)
    for values, expected in ((np.zeros(20), None), (np.array([f"{k}s" for k in range(20)]), None)):
        assert (
            replace(frame, extra={"radius": values}).configuration({"A": "A"}, 3).radii is expected
        )
    with pytest.raises(FormatError, match=r"column 'diameter': .*-1, expected no negative size"):
        replace(frame, extra={"diameter": sizes - 2}).configuration({"A": "A"}, 3)


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


@pytest.mark.parametrize(
    ("place", "form", "value", "message"),
    [
        (16, "<Q", 0x40 << 56, "an index of 4611686018427387904 entries from byte 256"),
        (16, "<Q", 0, "an index of 0 entries from byte 256"),
        (8, "<Q", 1 << 40, "an index of 128 entries from byte 1099511627776"),
        (32, "<Q", 1 << 58, "a list of names of 288230376151711744 entries"),
        (
            256 + 8,
            "<Q",
            1 << 62,
            "entry 0 of its index states 4611686018427387904 x 1 numbers of type",
        ),
        (256 + 16, "<q", -8, "from byte -8"),
        (256 + 30, "<B", 77, "numbers of type 77 from byte"),
    ],
)
def test_a_gsd_file_that_reaches_beyond_its_end_is_refused(
    tmp_path: Path, place: int, form: str, value: int, message: str
) -> None:
    path = write_gsd(tmp_path / "a.gsd", snapshots(random_frames(5)))
    whole = bytearray(path.read_bytes())
    assert len(read_gsd(path)) > 0
    struct.pack_into(form, whole, place, value)
    path.write_bytes(whole)
    with pytest.raises(FormatError, match=message) as caught:
        read_gsd(path)
    assert f"The file has {len(whole)} bytes" in caught.value.remedy


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
        ({"timestep": np.array([0.0, 0.5])}, "column 'timestep': holds float64, expected integers"),
        ({"timestep": np.arange(3)}, r"column 'timestep': the shape is \(3,\), expected \(2,\)"),
        ({"radii": np.full((2, 7), np.nan)}, "column 'radii': nan at"),
        ({"diameter": np.full(7, np.inf)}, "column 'diameter': inf at"),
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
