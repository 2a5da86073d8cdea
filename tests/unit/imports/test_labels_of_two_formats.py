"""Files of one sample may label its species differently: the names that the entry gives count."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gsd.hoomd
import numpy as np
import pytest

from format_files import write_npz, write_pickle
from mechanist.core.errors import FormatError
from mechanist.imports.trajectory_samples import import_sample

CELL = 6 * np.eye(3)
GRID = np.stack(np.meshgrid(*[np.arange(3.0)] * 3, indexing="ij"), -1).reshape(-1, 3)
PLACES = 2 * GRID + 1 + np.random.default_rng(0).uniform(-0.4, 0.4, (27, 3))
KINDS = np.arange(27) % 2
SHEAR = np.array([[1.0, 0, 0], [0.05, 1, 0], [0, 0, 1]])  # of rows, along x by y
Labels = tuple[str, str]


def dump(path: Path, places: Any, tilt: float, labels: Labels) -> None:
    column = "type" if labels[0].isdecimal() else "element"
    rows = [f"{k + 1} {labels[KINDS[k]]} {x} {y} {z}" for k, (x, y, z) in enumerate(places)]
    path.write_text(
        f"ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n27\nITEM: BOX BOUNDS xy xz yz pp pp pp\n0 {6 + tilt} {tilt}\n"
        f"0 6 0\n0 6 0\nITEM: ATOMS id {column} x y z\n" + "\n".join(rows) + "\n"
    )


def data(path: Path, places: Any, tilt: float, labels: Labels) -> None:
    rows = [f"{k + 1} {labels[KINDS[k]]} {x} {y} {z}" for k, (x, y, z) in enumerate(places)]
    path.write_text(
        f"title\n\n27 atoms\n9 atom types\n0 6 xlo xhi\n0 6 ylo yhi\n0 6 zlo zhi\n{tilt} 0 0 xy xz yz\n\n"
        "Atoms # atomic\n\n" + "\n".join(rows) + "\n"
    )


def extended(path: Path, places: Any, tilt: float, labels: Labels) -> None:
    rows = [f"{k + 1} {labels[KINDS[k]]} {x} {y} {z}" for k, (x, y, z) in enumerate(places)]
    lattice = f'Lattice="6 0 0 {tilt} 6 0 0 0 6" Properties=id:I:1:species:S:1:pos:R:3'
    path.write_text(f"27\n{lattice}\n" + "\n".join(rows) + "\n")


def gsd_file(path: Path, places: Any, tilt: float, labels: Labels) -> None:
    with gsd.hoomd.open(str(path), "w") as file:
        one = gsd.hoomd.Frame()
        one.configuration.box = [6, 6, 6, tilt / 6, 0, 0]
        one.particles.N, one.particles.types, one.particles.typeid = 27, list(labels), KINDS
        one.particles.position = np.asarray(places) - [3 + tilt / 2, 3, 3]
        file.append(one)


def arrays(write: Callable[[Path, dict[str, Any]], None]) -> Any:
    def made(path: Path, places: Any, tilt: float, labels: Labels) -> None:
        cell = CELL + np.array([[0, 0, 0], [tilt, 0, 0], [0, 0, 0]])
        write(path, {"positions": places, "cell": cell, "species": np.array(labels)[KINDS]})

    return made


WRITERS = {
    "lammps_dump": dump, "lammps_data": data, "extxyz": extended, "gsd": gsd_file,
    "npz": arrays(write_npz), "pickle": arrays(write_pickle),
}  # fmt: skip
#: Formats of the reference and of the state under load, each with its labels.
PAIRS = [
    ("lammps_data", ("1", "2"), "lammps_dump", ("Cu", "Zr")),
    ("lammps_dump", ("Cu", "Zr"), "lammps_data", ("1", "2")),
    ("lammps_data", ("2", "1"), "extxyz", ("Cu", "Zr")),
    ("extxyz", ("Cu", "Zr"), "gsd", ("Zr", "Cu")),
    ("gsd", ("A", "B"), "lammps_dump", ("9", "4")),
    ("npz", ("copper", "zirconium"), "lammps_dump", ("1", "2")),
    ("pickle", ("0", "1"), "lammps_dump", ("2", "1")),
]


def entry_of(folder: Path, pair: Any, names: dict[str, str]) -> dict[str, Any]:
    form, labels, other, other_labels = pair
    WRITERS[form](folder / "before", PLACES, 0.0, labels)
    WRITERS[other](folder / "after", PLACES @ SHEAR, 0.3, other_labels)
    return {
        "reference_path": str(folder / "before"), "deformed_path": str(folder / "after"),
        "reference_format": form, "format": other, "species": names, "dimension": 3, "units": "lj",
        "load": {"type": "simple_shear", "plane": "xy", "sense": 1},
    }  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS, ids=lambda p: f"{p[0]} and {p[2]}")
def test_names_count_and_labels_do_not(tmp_path: Path, pair: Any) -> None:
    _, labels, _, others = pair
    if set(labels) & set(others):  # one table of names cannot tell two meanings of a label apart
        swapped = dict(zip(labels, ("A", "B"), strict=True))
        told = dict(zip(others, ("A", "B"), strict=True))
        if any(swapped.get(label, name) != name for label, name in told.items()):
            with pytest.raises(FormatError, match=r"species '\w' .*of id 1 was '\w' in the frame"):
                import_sample(entry_of(tmp_path, pair, swapped | told), name="a", system="b")
            return
    names = dict(zip(labels, ("A", "B"), strict=True)) | dict(zip(others, ("A", "B"), strict=True))
    sample = import_sample(entry_of(tmp_path, pair, names), name="a", system="b")
    assert sample.reference.species_names == ("A", "B")
    np.testing.assert_array_equal(sample.reference.species, KINDS)
    (load,) = sample.loads.values()
    np.testing.assert_array_equal(load.frames[0].configuration.species, KINDS)
    assert load.frames[0].strain == pytest.approx(0.05, rel=1e-6)


@pytest.mark.parametrize("pair", PAIRS[:2] + PAIRS[5:6], ids=lambda p: f"{p[0]} and {p[2]}")
def test_swapped_and_missing_names_are_refused(tmp_path: Path, pair: Any) -> None:
    _, labels, _, others = pair
    first = dict(zip(labels, ("A", "B"), strict=True))
    swapped = entry_of(tmp_path, pair, first | dict(zip(others, ("B", "A"), strict=True)))
    with pytest.raises(FormatError, match=r"species 'B' \(labelled '\w+'\) of id 1 was 'A' in the"):
        import_sample(swapped, name="a", system="b")
    lacking = entry_of(tmp_path, pair, first)
    with pytest.raises(FormatError, match=r"of id 1 was 'A' in the frame|has no name"):
        import_sample(lacking, name="a", system="b")
