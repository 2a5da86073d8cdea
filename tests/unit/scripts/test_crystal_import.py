"""Scripts that import crystals and dislocation networks: their outputs and rejected inputs."""

import dataclasses
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from crystal_files import ang_lines, network_of_loops, write_damask
from mechanist.core.errors import FormatError
from mechanist.formats.line_fields import LineFields, read_line_fields, write_line_fields
from mechanist.formats.paradis import write_paradis
from mechanist.formats.polycrystal_batches import read_attributes, read_runs
from mechanist.formats.tables import column_metadata, read_table
from mechanist.formats.text import write_lines
from mechanist.imports.dislocation_lines import import_network
from scripts.crystal import import_samples as crystal_import
from scripts.crystal import lines as crystal_lines

BURGERS = 2.5e-10


def test_a_result_becomes_a_run(tmp_path: Path) -> None:
    write_damask(tmp_path / "a.hdf5")
    entry = {"format": "damask", "path": str(tmp_path / "a.hdf5"), "increments": [40]}
    crystal_import.main(tmp_path / "a.h5", entry=entry, name="tension")
    (run,) = read_runs(tmp_path / "a.h5")
    assert (run.name, run.n_frames, run.material["format"]) == ("tension", 2, "damask")
    assert run.material["source"]["file"] == "a.hdf5"
    assert read_attributes(tmp_path / "a.h5")["strain_measure"] == "logarithmic"


def test_a_map_becomes_a_microstructure(tmp_path: Path) -> None:
    euler = np.zeros((6, 4, 3))
    euler[3:, :, 0] = 0.5
    write_lines(tmp_path / "a.ang", ang_lines(euler))
    entry = {"format": "map", "path": str(tmp_path / "a.ang"), "systems": "fcc12", "stride": 1,
             "threshold": 10.0, "turn": [0, 180, 0], "axis": 1}  # fmt: skip
    crystal_import.main(tmp_path / "a.h5", entry=entry, name="surface")
    (run,) = read_runs(tmp_path / "a.h5")
    assert (run.shape, run.n_frames, run.axis, run.grains.max()) == ((6, 4, 1), 1, 1, 1)
    with pytest.raises(ValueError, match="threshold"):
        crystal_import.main(tmp_path / "b.h5", entry={**entry, "threshold": -1}, name="surface")
    assert not (tmp_path / "b.h5").exists()


def lines(tmp_path: Path, **changes: Any) -> None:
    """Import two snapshots of dislocation loops."""
    files = []
    for k in range(2):
        files.append(tmp_path / f"rs{k}.data")
        write_paradis(files[-1], network_of_loops(k, 3))
    entry = {"systems": "fcc12", "burgers": BURGERS, "grid": [4, 3, 5],
             "periodic": [True, True, True], **changes}  # fmt: skip
    crystal_lines.main(densities=tmp_path / "d.parquet", fields=tmp_path / "f.h5", files=files,
                       entry=entry, name="run")  # fmt: skip


def test_networks_become_densities_and_fields(tmp_path: Path) -> None:
    lines(tmp_path, times=[0.0, 1e-9])
    table, fields = read_table(tmp_path / "d.parquet"), read_line_fields(tmp_path / "f.h5")
    assert list(table["sample"].unique()) == ["run-0000", "run-0001"]
    assert len(table) == 2 * 14
    np.testing.assert_array_equal(fields.times, [0, 1e-9])
    assert table["time"].to_numpy()[-1] == 1e-9
    assert column_metadata(tmp_path / "d.parquet")["density"]["unit"] == "1/m^2"
    assert fields.density.shape == (2, 4, 3, 5, 14)
    np.testing.assert_allclose(fields.lengths, np.array([40, 30, 50]) * BURGERS)
    means = fields.density.mean(axis=(1, 2, 3)).ravel()
    np.testing.assert_allclose(table["density"], means, rtol=1e-12)
    assert tuple(table["label"].iloc[:14]) == fields.names
    vectors = network_of_loops(0, 3)
    steps = vectors.positions[vectors.segments[:, 1]] - vectors.positions[vectors.segments[:, 0]]
    steps -= np.round(steps / vectors.lengths) * vectors.lengths
    total = np.linalg.norm(steps, axis=1).sum() / np.prod(vectors.lengths) / BURGERS**2
    assert table["density"].iloc[:14].sum() == pytest.approx(total)
    first = (tmp_path / "d.parquet").read_bytes(), (tmp_path / "f.h5").read_bytes()
    lines(tmp_path, times=[0.0, 1e-9])
    assert first == ((tmp_path / "d.parquet").read_bytes(), (tmp_path / "f.h5").read_bytes())


def test_a_turned_crystal_has_other_systems(tmp_path: Path) -> None:
    lines(tmp_path)
    table = read_table(tmp_path / "d.parquet")
    assert table["density"][table["label"].str.startswith("other")].sum() == 0
    assert table["time"].isna().all()
    lines(tmp_path, rotation=[0, 0, 90])  # a symmetry of the lattice
    turned = read_table(tmp_path / "d.parquet")
    assert turned["density"][turned["label"].str.startswith("other")].sum() == 0
    assert turned["density"].sum() == pytest.approx(table["density"].sum())


@pytest.mark.parametrize(
    ("stated", "repeats"),
    [
        (["x", "y", "z"], [True, True, True]),
        (["z"], [False, False, True]),
        ([], [False, False, False]),
        ([True, False, True], [True, False, True]),
    ],
)
def test_periodic_axes_are_stated_by_name_or_one_by_one(
    tmp_path: Path, stated: list[Any], repeats: list[bool]
) -> None:
    path = tmp_path / "a.data"
    write_paradis(path, network_of_loops(0, 3))
    found = import_network(path, {"systems": "fcc12", "burgers": BURGERS, "periodic": stated})
    np.testing.assert_array_equal(found.segments.periodic, repeats)
    assert (
        np.abs(found.segments.vectors) <= found.segments.lengths / np.where(repeats, 2, 1)
    ).all()
    along = ", ".join(axis for axis, one in zip("xyz", repeats, strict=True) if one) or "no axis"
    assert found.said.startswith(f"periodic along {along}, as stated: ")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"systems": "bcc12"}, r"rs0\.data: .*% of the line length has a Burgers vector .*'bcc12'"),
        ({"systems": "hcp30", "c_over_a": 1.6}, "has a Burgers vector of no slip system"),
        ({"rotation": [0, 0, 30]}, "in the box as rotation"),
        ({"periodic": None}, r"rs0\.data: 2 of 12 segments are half the box or longer.*State `per"),
    ],
)
def test_lines_that_cannot_be_what_is_stated_are_refused(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(FormatError, match=message):
        lines(tmp_path, **changes)
    assert not (tmp_path / "d.parquet").exists()


def test_unequal_times_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="1 times for 2 files"):
        lines(tmp_path, times=[0.0])


GRID = (2, 1, 3, 2)
FIELDS = LineFields(
    ("a", "b"), np.ones(3), np.zeros(2), np.ones((*GRID, 2)), np.ones((*GRID, 3, 3))
)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"names": ("a",)}, "density has shape"),
        ({"nye": np.ones((*GRID, 3))}, "nye has shape"),
        ({"times": np.zeros(3)}, "with 3 snapshots"),
        ({"density": np.full((*GRID, 2), np.nan)}, "density holds values"),
        ({"density": np.full((*GRID, 2), -1.0)}, "smallest density is -1"),
    ],
)
def test_what_is_no_field_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(FIELDS, **changes)


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    path.write_bytes(b"no HDF5")
    with pytest.raises(FormatError, match="not readable line fields"):
        read_line_fields(path)
    write_line_fields(path, FIELDS)
    with h5py.File(path, "a") as file:
        file.attrs["schema"] = "other"
    with pytest.raises(FormatError, match="schema is 'other'"):
        read_line_fields(path)
