"""What nothing reads may hold anything; what is used is held to its format all the same."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from crystal_files import ang_lines, ctf_lines
from mechanist.core.errors import FormatError
from mechanist.formats.orientation_maps import read_orientation_map
from mechanist.formats.trajectory_files import read_frames
from mechanist.imports.trajectory_samples import import_sample

BOX = "ITEM: BOX BOUNDS pp pp pp\n0 10\n0 10\n0 10\n"
PLACES = np.array([[1, 1, 1.25], [2, 2, 2.5], [3, 3, 3.125]])
#: Fields of a column that nothing uses: as programs write them where they have no value.
UNUSED = {
    "nan": ("1.5", "nan", "-nan"),
    "windows": ("1.5", "1.#QNAN", "-1.#IND"),
    "infinite": ("1.5", "inf", "-inf"),
    "words": ("core", "shell", "NULL"),
    "mixed": ("1.5", "-", "2"),
    "commas": ("0,5", "1,5", "2,5"),
    "fortran": ("1.0D-03", "1.0D+00", "2.0D0"),
    "hexadecimal": ("0x1F", "0x20", "0x21"),
}


def content(form: str, fields: tuple[str, ...], name: str = "c_q", step: int = 0) -> str:
    """Return a frame of three particles with one more column."""
    rows = [f"{k + 1} {1 + k % 2} {' '.join(map(str, p))}" for k, p in enumerate(PLACES.tolist())]
    table = "".join(f"{row} {field}\n" for row, field in zip(rows, fields, strict=True))
    if form == "lammps_dump":
        head = f"ITEM: TIMESTEP\n{step}\nITEM: NUMBER OF ATOMS\n3\n{BOX}"
        return f"{head}ITEM: ATOMS id type x y z {name}\n{table}"
    lattice = 'Lattice="10 0 0 0 10 0 0 0 10"'
    return f"3\n{lattice} Properties=id:I:1:species:S:1:pos:R:3:{name}:R:1\n{table}"


@pytest.mark.parametrize("words", UNUSED)
@pytest.mark.parametrize("form", ["lammps_dump", "extxyz"])
def test_particles_are_read_beside_anything(tmp_path: Path, form: str, words: str) -> None:
    path = tmp_path / "a"
    path.write_text(content(form, UNUSED[words]))
    (frame,) = read_frames(path, form)
    np.testing.assert_array_equal(frame.positions, PLACES)
    np.testing.assert_array_equal(frame.species, [0, 1, 0])
    numeric = frame.extra["c_q"].dtype.kind == "f"
    assert numeric == (words in ("nan", "windows", "infinite"))
    assert not numeric or not np.isfinite(frame.extra["c_q"][1:].astype(float)).any()


@pytest.mark.parametrize("form", ["lammps_dump", "extxyz"])
@pytest.mark.parametrize("name", ["diameter", "radius"])
def test_sizes_are_used_and_must_be_numbers(tmp_path: Path, form: str, name: str) -> None:
    path = tmp_path / "a"
    path.write_text(content(form, ("1.5", "nan", "1"), name))
    with pytest.raises(FormatError, match=f"column '{name}': 'nan', expected a finite number"):
        read_frames(path, form)


@pytest.mark.parametrize("form", ["lammps_dump", "extxyz"])
@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (("1", "nan", "2"), "nan for id 2, expected a finite number, since it is the target"),
        (("1", "2", "inf"), "for id 3, expected a finite number, since it is the target"),
        (("1", "2", "none"), "no numeric column 'c_q'"),
        (("1", "2", "2.5"), ""),
    ],
)
def test_a_target_is_used(tmp_path: Path, form: str, fields: tuple[str, ...], message: str) -> None:
    path = tmp_path / "a"
    before = content(form, ("nan", "nan", "nan"))
    path.write_text(before + content(form, fields, step=10).replace("0 10\n0 10", "0 10.2\n0 9.8")
                    .replace("10 0 0 0 10", "10.2 0 0 0 9.8"))  # fmt: skip
    entry: dict[str, Any] = {
        "path": str(path), "format": form, "species": {"1": "A", "2": "B"}, "dimension": 3,
        "units": "lj", "target": "c_q",
    }  # fmt: skip
    if message:
        with pytest.raises(FormatError, match=message) as caught:
            import_sample(entry, name="a", system="b")
        assert caught.value.line
        return
    (load,) = import_sample(entry, name="a", system="b").loads.values()
    np.testing.assert_array_equal(load.frames[0].targets["c_q"], [1, 2, 2.5])


@pytest.mark.parametrize("value", ["nan", "inf", "NULL", "-", "0,5"])
def test_data_files_with_odd_velocities_and_charges(tmp_path: Path, value: str) -> None:
    path = tmp_path / "a"
    rows = "".join(f"{k + 1} 1 {value} {p[0]} {p[1]} {p[2]}\n" for k, p in enumerate(PLACES))
    speeds = "".join(f"{k + 1} 0 {value} 0\n" for k in range(3))
    path.write_text(
        "t\n\n3 atoms\n1 atom types\n0 10 xlo xhi\n0 10 ylo yhi\n0 10 zlo zhi\n\n"
        f"Atoms # charge\n\n{rows}\nVelocities\n\n{speeds}"
    )
    (frame,) = read_frames(path, "lammps_data")
    np.testing.assert_array_equal(frame.positions, PLACES)


@pytest.mark.parametrize("value", ["nan", "inf", "1.#QNAN", "NULL", "1,234.5"])
@pytest.mark.parametrize("suffix", [".ang", ".ctf"])
def test_maps_with_odd_qualities(tmp_path: Path, suffix: str, value: str) -> None:
    euler = np.zeros((4, 4, 3))
    euler[2:, :, 0] = 30.0
    lines = ang_lines(np.radians(euler)) if suffix == ".ang" else ctf_lines(euler, laue=11)
    path = tmp_path / f"a{suffix}"
    path.write_text("".join(f"{line}\n" for line in lines))
    whole = read_orientation_map(path)
    place = {".ang": 5, ".ctf": 8}[suffix]
    fields = lines[-5].split()
    fields[place] = value
    path.write_text("".join(f"{one}\n" for one in (*lines[:-5], "\t".join(fields), *lines[-4:])))
    assert value in path.read_text()
    odd = read_orientation_map(path)
    np.testing.assert_array_equal(odd.orientations, whole.orientations)
    np.testing.assert_array_equal(odd.indexed, whole.indexed)
