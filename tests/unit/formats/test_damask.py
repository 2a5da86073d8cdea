"""DAMASK results: fields, conventions, and rejected files that are not tension tests."""

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crystal_files import PHASE, damask_fields, write_damask
from crystals import symmetric_tensors
from mechanist.core.errors import FormatError
from mechanist.core.rotations import quaternion_to_matrix, rotation_angle
from mechanist.formats.damask import read_damask

REAL = Path(__file__).parents[4] / "shared/data/damask/6grains6x7x8_single_phase_tensionY.hdf5"
absent = pytest.mark.skipif(not REAL.is_file(), reason=f"{REAL} is not there")
LAST = f"increment_40/{PHASE}"


@given(
    st.tuples(*[st.integers(1, 4)] * 3).filter(lambda n: n[0] * n[1] * n[2] > 1),
    st.integers(0, 99),
)
@settings(max_examples=15, deadline=None, derandomize=True)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, cells: tuple[int, int, int], seed: int
) -> None:
    path = tmp_path_factory.mktemp("damask") / "a.hdf5"
    fields = damask_fields(cells, seed)
    write_damask(path, cells=cells, fields=fields)
    run = read_damask(path, name="a")
    assert (run.name, run.systems, run.shape, run.axis, run.status) == (
        "a",
        "fcc12",
        cells,
        1,
        "ok",
    )
    np.testing.assert_allclose(run.strains, np.log([1, 1.01, 1.02]))
    assert len(np.unique(run.grains)) == 2
    assert run.grains[0, 0, 0] == 0
    i, j, k = cells[0] - 1, 0, cells[2] - 1
    row = i + cells[0] * (j + cells[1] * k)  # x runs fastest in the file
    part = fields[40]
    np.testing.assert_allclose(run.orientations[2, i, j, k], part["O"][row], atol=1e-12)
    cauchy = part["P"][row] @ part["F"][row].T / np.linalg.det(part["F"][row]) / 1e6
    symmetric = (cauchy + cauchy.T) / 2
    np.testing.assert_allclose(symmetric_tensors(run.stress[2, i, j, k]), symmetric, atol=1e-9)
    assert run.curve[2, 1] == pytest.approx(120 / (1 - 0.4 * 0.02) ** 2)
    assert run.material["elastic"]["C_11"] == 106.75e9
    assert run.material["plastic"]["xi_0_sl"] == [31e6]


def test_chosen_increments(tmp_path: Path) -> None:
    write_damask(tmp_path / "a.hdf5")
    run = read_damask(tmp_path / "a.hdf5", name="a", increments=[40])
    assert run.material["increments"] == [0, 40]
    assert (run.n_frames, len(run.curve)) == (2, 3)


def test_an_early_end_is_recorded(tmp_path: Path) -> None:
    fields = damask_fields((2, 3, 4), 0, increments=(0, 20))
    write_damask(tmp_path / "a.hdf5", fields=fields)
    assert read_damask(tmp_path / "a.hdf5", name="a").status == "ended at increment 20 of 40"


def replace(key: str, values: np.ndarray | np.dtype[np.float64]) -> Callable[[h5py.File], None]:
    """Return a function that replaces a data set."""

    def change(file: h5py.File) -> None:
        attributes = dict(file[key].attrs)
        del file[key]
        file[key] = values
        file[key].attrs.update(attributes)

    return change


def poison(key: str, value: float) -> Callable[[h5py.File], None]:
    """Return a function that replaces the first number of a data set."""

    def change(file: h5py.File) -> None:
        values = file[key][()]
        values.flat[0] = value
        file[key][...] = values

    return change


def two_rows_of_a_cell(file: h5py.File) -> None:
    mapping = file["cell_to/phase"][()]
    mapping["entry"][3] = 99
    file["cell_to/phase"][...] = mapping


CONJUGATE = damask_fields((2, 3, 4), 0)[40]["O"] * [1, -1, -1, -1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.attrs.modify("DADF5_version_major", 0), r"\(DADF5\) is 0, expected 1"),
        (lambda f: f["geometry"].attrs.pop("cells"), "no grid of cells"),
        (two_rows_of_a_cell, "does not give each row of .*/O to one cell"),
        (replace("cell_to/phase", np.zeros((23, 2), [("label", "S2"), ("entry", "i8")])),
         r"has shape \(23, 2\), expected \(24, number of constituents\)"),
        (lambda f: f.pop("cell_to"), "not a readable DAMASK result"),
        (lambda f: f.pop("increment_0"), "expected 0 as the first"),
        (lambda f: f["increment_20"].attrs.modify("t/s", 99.0), "expected increasing times"),
        (lambda f: f.pop(f"{LAST}/P"), r"increment_40/.* lacks \['P'\]"),
        (replace(f"{LAST}/F", np.dtype("f8")), r"/F is a Datatype, expected a data set"),
        (lambda f: f.pop(LAST), r"lacks \['O', 'F', 'P'\]"),
        (replace(f"{LAST}/F", np.ones((3, 3, 3))), r"F has shape \(3, 3, 3\)"),
        (lambda f: f[f"{LAST}/P"].attrs.modify("unit", "MPa"), "is in 'MPa'"),
        (poison(f"{LAST}/P", np.nan), "P is not finite in row 0"),
        (poison(f"{LAST}/O", 3.0), r"O: 1 of 24 are not unit quaternions"),
        (poison(f"{LAST}/F", -1.0), "no positive determinant"),
        (replace(f"{LAST}/O", CONJUGATE), "differs from the rotation part of F_e"),
        (replace(f"{LAST}/P", np.tile(1e6 * np.eye(3), (24, 1, 1))), "mean normal stresses"),
        (lambda f: f.pop("setup/material.yaml"), "found none; setup holds tension.yaml"),
        (replace("setup/material.yaml", np.array([b"phase: {}"])), "does not describe phase 'alum"),
        (replace("setup/material.yaml", np.array([b"phase: ["])), "is not readable YAML"),
        (replace("setup/material.yaml", np.array([b"phase: []"])), "does not describe phases"),
    ],
)  # fmt: skip
def test_what_is_no_tension_test_is_refused(
    tmp_path: Path, change: Callable[[h5py.File], object], message: str
) -> None:
    path = tmp_path / "a.hdf5"
    write_damask(path)
    with h5py.File(path, "a") as file:
        change(file)
    with pytest.raises(FormatError, match=message):
        read_damask(path, name="a")


def test_unstored_increments_and_cut_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.hdf5"
    write_damask(path)
    with pytest.raises(FormatError, match=r"\[7\] are not stored; stored are \[0, 20, 40\]"):
        read_damask(path, name="a", increments=[7, 20])
    path.write_bytes(path.read_bytes()[:4000])
    with pytest.raises(FormatError, match="continue it from its restart file"):
        read_damask(path, name="a")


# twin: scripts/test_crystal_reference.py::test_a_result_of_the_engine_in_the_format_of_another_program_is_reproduced
@absent
def test_a_real_result() -> None:
    run = read_damask(REAL, name="tension")
    assert (run.shape, run.axis, run.n_frames, run.status) == ((6, 7, 8), 1, 11, "ok")
    assert len(np.unique(run.grains)) == 6
    assert run.strains[-1] == pytest.approx(np.log(1.02))
    assert run.curve[-1, 1] == pytest.approx(81.52, abs=0.01)
    # the macroscopic stress from mean P and F is the mean local stress over deformed cells
    assert run.stress[-1, ..., 1].mean() == pytest.approx(run.curve[-1, 1], rel=1e-4)
    turned = rotation_angle(run.orientations[-1], run.orientations[0])
    assert turned.mean() == pytest.approx(0.788, abs=0.001)


# twin: formats/test_damask_values.py::test_orientations_agree_with_the_elastic_deformation
@absent
def test_orientations_are_active_from_crystal_to_sample() -> None:
    """Before loading, F_e maps the crystal to the sample frame, and equals the matrix of O."""
    with h5py.File(REAL) as file:
        stored = file["increment_0/phase/pheno_fcc/mechanical"]
        matrices = quaternion_to_matrix(stored["O"][()])
        elastic = stored["F_e"][()]
    np.testing.assert_allclose(matrices, elastic, atol=1e-12)
    assert np.abs(matrices.swapaxes(1, 2) - elastic).max() > 1
