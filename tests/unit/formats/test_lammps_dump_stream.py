"""LAMMPS dumps frame by frame: the same as the careful reader, in less memory."""

import gzip
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import pytest
import zstandard

from mechanist.core.errors import FormatError
from mechanist.formats import lammps_dump
from mechanist.formats.lammps_dump import read_lammps_dump
from mechanist.formats.lammps_dump_stream import stream_frames
from mechanist.formats.trajectory import TrajectoryFrame

ROOT: Final = Path(__file__).parents[3]
COLUMNS: Final = "id type xs ys zs ix iy iz radius c_pe element"
PACKED: Final[dict[str, Callable[[bytes], bytes]]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "two members": lambda data: gzip.compress(data[:50]) + gzip.compress(data[50:]),
    "zstd": zstandard.compress,
}


def dump(frames: int = 3, n: int = 50, columns: str = COLUMNS, end: str = "\n") -> str:
    """Return the text of frames of particles in a tilted box, in no order."""
    rng = np.random.default_rng(0)
    species = rng.integers(1, 12, n)
    lines: list[str] = []
    for k in range(frames):
        lines += ["ITEM: UNITS", "metal"] if k == 0 else []
        lines += ["ITEM: TIMESTEP", str(100 * k), "ITEM: NUMBER OF ATOMS", str(n)]
        lines += ["ITEM: BOX BOUNDS xy xz yz pp pp ff", "-1 9.5 0.5", "0 8 0", "0 7 0"]
        lines += [f"ITEM: ATOMS {columns}"]
        for i in rng.permutation(n):
            x = rng.uniform(0, 1, 4)
            values = {"id": i + 5, "type": species[i], "xs": x[0], "ys": x[1], "zs": x[2],
                      "ix": i % 3, "iy": -1, "iz": 2, "radius": 0.5, "c_pe": f"{-x[3]:.6e}",
                      "element": ("Cu", "In", "Zr")[i % 3]}  # fmt: skip
            lines.append(" ".join(str(values[name]) for name in columns.split()))
    return "".join(f"{line}{end}" for line in lines)


def careful(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[TrajectoryFrame]:
    """Return what the reader of the whole text returns."""
    with monkeypatch.context() as context:
        context.setattr(lammps_dump, "stream_frames", lambda *_args, **_options: None)
        return read_lammps_dump(path)


def quick(path: Path) -> list[TrajectoryFrame] | None:
    """Return what is read frame by frame, or None."""
    return stream_frames(path, bounds="standard", ids="file", wanted=None, columns=None)


def assert_identical(found: list[TrajectoryFrame], expected: list[TrajectoryFrame]) -> None:
    """Compare every field, and the types of arrays."""
    for a, b in zip(found, expected, strict=True):
        for name, value in vars(b).items():
            other = getattr(a, name)
            if name == "extra":
                assert list(other) == list(value)
                for column, own in value.items():
                    assert other[column].dtype == own.dtype
                    np.testing.assert_array_equal(other[column], own)
            elif isinstance(value, np.ndarray):
                assert other.dtype == value.dtype, name
                np.testing.assert_array_equal(other, value, strict=True)
            else:
                assert other == value, name


@pytest.mark.parametrize("packing", PACKED)
@pytest.mark.parametrize("end", ["\n", " \n", "\r\n", "\t \n"])
def test_regular_files_are_read_as_carefully(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str, packing: str
) -> None:
    path = tmp_path / "a.dump"
    path.write_bytes(PACKED[packing](dump(end=end).encode()))
    found = quick(path)
    assert found is not None
    assert len(found) == 3
    assert found[1].sorted_rows
    assert_identical(found, careful(path, monkeypatch))


def test_frames_longer_than_what_is_read_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.dump"
    path.write_text(dump(frames=2, n=12_000) + "\n \n", encoding="ascii")
    assert path.stat().st_size > 2**21
    found = quick(path)
    assert found is not None
    assert_identical(found, careful(path, monkeypatch))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("radius", "id"),  # a column twice
        (" 0.5 -", " nan -"),
        (" 0.5 -", " 0x5 -"),
        (" 0.5 -", " -"),
        (" 0.5 -", "\r0.5 -"),
        (" 0.5 -", " 0.5 0 -"),
        (" Cu", " Cé"),
        (" Cu\n", " Cu\n\n"),
        ("ITEM: TIMESTEP\n100", "ITEM: TIMESTEP\n1_0"),
        ("ATOMS\n50", "ATOMS\n49"),
        ("ATOMS\n50", "ATOMS\n51"),
        ("ATOMS\n50", f"ATOMS\n{10**17}"),
        (" xs", " vx"),
        ("\n6 ", "\n7 "),  # ids
    ],
)
def test_others_are_left_to_the_careful_reader(tmp_path: Path, old: str, new: str) -> None:
    text = dump()
    assert old in text
    path = tmp_path / "a.dump"
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")
    assert quick(path) is None


@pytest.mark.parametrize("packing", ["gzip", "zstd"])
def test_packed_files_without_an_end_are_left_to_it_too(tmp_path: Path, packing: str) -> None:
    path = tmp_path / "a.dump"
    path.write_bytes(PACKED[packing](dump().encode())[:-3])
    assert quick(path) is None
    path.write_bytes(PACKED[packing](dump().encode()) + b"more")
    assert quick(path) is None
    path.write_bytes(PACKED[packing](dump().encode()))
    assert quick(path) is not None


def test_frames_that_are_not_needed_are_checked_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.dump"
    text = dump()
    path.write_text(text, encoding="ascii")
    every = read_lammps_dump(path)
    some = read_lammps_dump(path, wanted=lambda index, timestep: index == 0 or timestep == 200)
    assert [len(frame) for frame in some] == [50, 0, 50]
    assert (some[1].timestep, some[1].line) == (every[1].timestep, every[1].line)
    assert_identical([some[0], some[2]], [every[0], every[2]])

    def refused(damaged: str) -> str:
        path.write_text(damaged, encoding="ascii")
        with pytest.raises(FormatError) as error:
            read_lammps_dump(path, wanted=lambda _index, _timestep: False)
        return str(error.value)

    lines = text.splitlines(keepends=True)
    row = lines[80].split()
    place = "a.dump:81, column '{}': {}".format
    for column, bad in (("zs", "nan"), ("zs", "3.5"), ("id", "4.5"), ("type", "-1")):
        changed = list(row)
        changed[COLUMNS.split().index(column)] = bad
        said = refused("".join([*lines[:80], " ".join(changed) + "\n", *lines[81:]]))
        seen = {"type": "type '-1'", "3.5": "3.5"}.get(column, {"3.5": "3.5"}.get(bad, repr(bad)))
        assert place(column, seen) in said
    other = list(row)
    other[0] = "99"
    said = refused("".join([*lines[:80], " ".join(other) + "\n", *lines[81:]]))
    assert "id 99 is not in the frame at" in said


def test_columns_are_kept_if_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.dump"
    path.write_text(dump(), encoding="ascii")
    kept = [list(read_lammps_dump(path, columns=names)[0].extra)
            for names in ((), ("c_pe",), ("c_absent",), ("xs",))]  # fmt: skip
    every = ["radius", "c_pe", "element"]
    assert kept == [["radius"], ["radius", "c_pe"], every, every]
    path.write_text(dump().replace("\n", " \n").replace(" 0.5 -", " 0.5 nan", 1), encoding="ascii")
    assert list(read_lammps_dump(path, columns=())[0].extra) == ["radius"]


_GROWTH: Final = """
import sys
from pathlib import Path
from mechanist.formats import lammps_dump
def memory(kind):
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith(kind))
small, large, how = sys.argv[1:]
if how == "careful":
    lammps_dump.stream_frames = lambda *_args, **_options: None
wanted = {"two": lambda index, _: index in (0, 19)}.get(how)
lammps_dump.read_lammps_dump(Path(small))
before = memory("VmRSS")
frames = lammps_dump.read_lammps_dump(Path(large), wanted=wanted)
print(memory("VmHWM") - before)
"""
#: Bytes of text that are held at a time, and what is parsed from them.
PIECES: Final = 16 * 2**20


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read as Linux tells it")
def test_memory_is_that_of_the_particles_that_are_kept(tmp_path: Path) -> None:
    """A dump of about 20 MB in 20 frames: all of them, two of them, and the careful reader."""
    n, frames = 20_000, 20
    (tmp_path / "small").write_text(dump(), encoding="ascii")
    rows = [f"{k} {1 + k % 2} {k * 1e-4:.10f} {k * 2e-4:.10f} {k * 3e-4:.10f}\n" for k in range(n)]
    head = f"ITEM: NUMBER OF ATOMS\n{n}\nITEM: BOX BOUNDS pp pp pp\n0 9\n0 9\n0 9\n"
    body = head + "ITEM: ATOMS id type x y z\n" + "".join(rows)
    (tmp_path / "large").write_text(
        "".join(f"ITEM: TIMESTEP\n{k}\n{body}" for k in range(frames)), encoding="ascii"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "workflow"), "OMP_NUM_THREADS": "1"}

    def growth(how: str) -> int:
        command = [sys.executable, "-c", _GROWTH, "small", "large", how]
        done = subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)  # fmt: skip
        return int(done.stdout)

    each = 48 * n  # ids, species, lines and three coordinates of eight bytes
    every = growth("all")
    assert 1.3 * each * 2 + PIECES < every < 1.3 * each * frames + PIECES
    assert growth("two") < 1.3 * each * 2 + PIECES
    assert growth("careful") > 1.3 * each * frames + PIECES
