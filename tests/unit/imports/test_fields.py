"""Imported field data are read as written; unusable data are rejected with name and remedy."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from scipy.io import savemat

from field_writers import (
    ENTRY,
    T,
    U,
    V,
    X,
    burgers_waves,
    hdf5,
    mat,
    mat73,
    npz,
    one,
    solitons,
    table,
)
from mechanist.core.errors import FormatError
from mechanist.discover.library import divergence_library
from mechanist.discover.weak import weak_system
from mechanist.formats.field_files import FieldData, read_about, read_fields, read_truth
from mechanist.imports.fields import import_fields
from mechanist.settings.field_entry import files_of
from scripts.equations.import_samples import main

DATA = Path(__file__).parents[4] / "shared" / "data" / "pde"
needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="real fields are not part of the repository"
)


WRITERS: dict[str, Callable[[Path, dict[str, Any]], None]] = {
    "a.mat": mat,
    "b.mat": mat73,
    "c.npz": npz,
    "d.h5": hdf5,
}


@pytest.mark.parametrize("name", WRITERS)
def test_arrays_come_back_from_every_format(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    WRITERS[name](path, {"x": X, "t": T, "psi": (U + 1j * V).T, "V": X[:, None] ** 2 + 0 * T})
    data = one(
        path,
        fields={"u": {"array": "psi", "part": "real"}, "v": {"array": "psi", "part": "imaginary"}},
        order=["t", "x"],
        units={"x": "m"},
        periodic=["x"],
    )
    assert data.name == path.stem
    for stored, expected in ((data.axes["x"], X), (data.axes["t"], T), (data.fields["u"], U), (data.fields["v"], V)):  # fmt: skip
        np.testing.assert_array_equal(stored, expected)
    assert data.periodic == {"x"}
    assert data.units == {"x": "m"}
    with_input = one(path, fields={"u": {"array": "psi", "part": "real"}}, inputs={"V": {"array": "psi", "part": "imaginary"}}, order=["t", "x"])  # fmt: skip
    np.testing.assert_array_equal(with_input.inputs["V"], V)


def test_a_long_table_comes_back_in_any_order_of_lines(tmp_path: Path) -> None:
    x, t = np.broadcast_arrays(X[:, None], T)
    order = np.random.default_rng(0).permutation(x.size)
    columns = {"time": t, "x": x, "speed": U, "note": 0 * U}
    table(tmp_path / "u.csv", {n: v.ravel()[order] for n, v in columns.items()})
    data = one(tmp_path / "u.csv", axes={"x": "x", "t": "time"}, fields={"u": "speed"})
    np.testing.assert_allclose(data.fields["u"], U, atol=1e-14)
    np.testing.assert_allclose(data.axes["t"], T, atol=1e-14)


def test_trajectories_are_a_dimension_a_column_or_files(tmp_path: Path) -> None:
    npz(tmp_path / "r.npz", {"x": X, "t": T, "u": np.stack([U, V], axis=-1)})
    dimension = import_fields(ENTRY | {"path": tmp_path / "r.npz", "trajectories": 2})
    x, t = np.broadcast_arrays(X[:, None], T)
    both = {"x": [x, x], "t": [t, t], "u": [U, V], "run": [0 * U, 0 * U + 1]}
    table(
        tmp_path / "r.csv", {n: np.concatenate([np.ravel(p) for p in v]) for n, v in both.items()}
    )
    column = import_fields(ENTRY | {"path": tmp_path / "r.csv", "trajectories": "run"})
    for name, values in (("p", U), ("q", V)):
        hdf5(tmp_path / f"{name}.h5", {"x": X, "t": T, "u": values})
    files = import_fields(ENTRY | {"path": [tmp_path / "p.h5", tmp_path / "q.h5"]})
    for data in (dimension, column, files):
        assert len({d.name for d in data}) == 2
        np.testing.assert_allclose(data[0].fields["u"], U, atol=1e-14)
        np.testing.assert_allclose(data[1].fields["u"], V, atol=1e-14)


def test_axes_are_given_by_start_and_step_or_by_scalars(tmp_path: Path) -> None:
    mat(tmp_path / "s.mat", {"u": U, "dx": 1 / 6})
    axes = {"x": {"start": -1, "step": "dx"}, "t": {"step": 1 / 3}}
    data = one(tmp_path / "s.mat", axes=axes, order=["x", "t"])
    np.testing.assert_allclose(data.axes["x"], X)
    np.testing.assert_allclose(data.axes["t"], T)
    mat(tmp_path / "ode.mat", {"t": T, "y": U[0]})
    ode = one(tmp_path / "ode.mat", axes={"t": "t"}, fields={"y": "y"})
    assert ode.shape == (7,)
    same = one(tmp_path / "ode.mat", axes={"t": {"step": 1 / 3}}, fields={"y": "y"})
    np.testing.assert_allclose(same.axes["t"], T)


@pytest.mark.parametrize("step", ["2e-1", "+.2", "20E-2", "0.2"])
def test_numbers_that_yaml_takes_for_text_are_numbers(tmp_path: Path, step: str) -> None:
    npz(tmp_path / "ode.npz", {"y": U[0]})
    data = one(tmp_path / "ode.npz", axes={"t": {"start": "1e+1", "step": step}}, fields={"y": "y"})
    np.testing.assert_allclose(data.axes["t"], 10 + 0.2 * np.arange(7))


def test_the_script_writes_the_same_file_again_with_the_known_truth(tmp_path: Path) -> None:
    npz(tmp_path / "u.npz", {"x": X, "t": T, "u": U})
    entry = ENTRY | {"path": tmp_path / "u.npz", "truth": {"product": {"u_t": {"u_x  u": -1}}}}
    for name in "ab":
        main(tmp_path / f"{name}.h5", entry=entry, name="waves")
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()
    assert read_truth(tmp_path / "a.h5", form="product") == {"u_t": {"u u_x": -1.0}}
    about = read_about(tmp_path / "a.h5")
    assert about["case"] == "waves"
    assert about["read_as"] == [
        "u.npz: the dimensions of the arrays are [x, t] (the only one that fits their lengths)"
    ]
    np.testing.assert_array_equal(read_fields(tmp_path / "a.h5")[0].fields["u"], U)


# twin: imports/test_fields.py::test_a_complex_file_is_read_once_that_is_declared
@needs_data
@pytest.mark.parametrize(("name", "shape"), [("burgers", (256, 101)), ("kdv", (512, 201))])
def test_real_files_are_read_once_their_complex_numbers_are_declared(
    name: str, shape: tuple[int, int]
) -> None:
    entry = ENTRY | {"path": DATA / f"{name}.mat", "fields": {"u": "usol"}, "periodic": ["x"]}
    with pytest.raises(FormatError, match="is complex"):
        import_fields(entry)
    (data,) = import_fields(entry | {"fields": {"u": {"array": "usol", "part": "real"}}})
    assert data.shape == shape
    names, weights = discovered(data)
    truth = {"burgers": {"(u^2)_x": -0.5, "u_xx": 0.1}, "kdv": {"(u^2)_x": -3.0, "u_xxx": -1.0}}[
        name
    ]
    assert dict(zip(names, weights, strict=True)) == pytest.approx(truth, rel=1e-3)


@pytest.mark.parametrize(
    ("write", "run", "truth"),
    [
        (mat, solitons(), {"(u^2)_x": -3.0, "u_xxx": -1.0}),
        (mat73, solitons(), {"(u^2)_x": -3.0, "u_xxx": -1.0}),
        (mat, burgers_waves(), {"(u^2)_x": -0.5, "u_xx": 0.1}),
    ],
    ids=["kdv 5", "kdv 7.3", "burgers 5"],
)
def test_a_complex_file_is_read_once_that_is_declared(
    tmp_path: Path,
    write: Callable[[Path, dict[str, Any]], None],
    run: FieldData,
    truth: dict[str, float],
) -> None:
    """The twin of the test on published files: both versions of the format, exact solutions."""
    path = tmp_path / "run.mat"
    write(path, {**run.axes, "usol": run.fields["u"] + 0j})
    entry = ENTRY | {"path": path, "fields": {"u": "usol"}, "periodic": ["x"]}
    with pytest.raises(FormatError, match="is complex"):
        import_fields(entry)
    (data,) = import_fields(entry | {"fields": {"u": {"array": "usol", "part": "real"}}})
    assert data.shape == run.shape
    names, weights = discovered(data)
    assert dict(zip(names, weights, strict=True)) == pytest.approx(truth, rel=1e-3)


def discovered(data: FieldData) -> tuple[list[str], list[float]]:
    """Return the terms that survive thresholded least squares in the weak form."""
    terms = divergence_library(["u"], ["x"], degree=3, order=3)
    system = weak_system([data], terms, ["u_t"])
    rows = np.concatenate(list(system.factors))
    matrix, target = rows[:, :-1], rows[:, -1]
    scale = np.linalg.norm(matrix, axis=0) / np.linalg.norm(target)
    active = np.arange(len(terms))
    for _ in terms:
        weights = np.linalg.lstsq(matrix[:, active], target, rcond=None)[0]
        kept = np.abs(weights) * scale[active] > 0.05
        if kept.all():
            break
        active = active[kept]
    return [terms[i].name for i in active], [float(w) for w in weights]


def test_single_arrays_of_a_folder_are_one_entry_and_all_its_files_are_known(
    tmp_path: Path,
) -> None:
    for name, values in {"x": X, "t": T, "u": U, "V": V, "dt": np.array(1 / 3)}.items():
        np.save(tmp_path / f"{name}.npy", values)
    entry = {**ENTRY, "path": str(tmp_path / "u.npy"), "inputs": {"V": "V.npy"},
             "axes": {"x": "x", "t": {"start": "0", "step": "dt"}}, "periodic": ["x"]}  # fmt: skip
    data = one(tmp_path / "u.npy", **{k: v for k, v in entry.items() if k != "path"})
    np.testing.assert_array_equal(data.fields["u"], U)
    np.testing.assert_array_equal(data.inputs["V"], V)
    np.testing.assert_allclose(data.axes["t"], T)
    folders = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        for array in "xtuV":
            np.save(tmp_path / name / f"{array}.npy", {"x": X, "t": T, "u": U, "V": V}[array])
        folders.append(str(tmp_path / name / "u.npy"))
    runs = import_fields(ENTRY | {"path": folders})
    assert [run.name for run in runs] == ["one u", "two u"]
    named = [Path(path).name for path in files_of({**entry, "truth": {}})]
    assert named == ["u.npy", "V.npy", "dt.npy", "x.npy"]
    assert files_of({**entry, "path": ["a.npz", "b.npz"]}) == ["a.npz", "b.npz"]
    assert files_of({**entry, "format": "mat"}) == [str(tmp_path / "u.npy")]


def test_cells_and_structs_of_matlab_become_fields(tmp_path: Path) -> None:
    """Data as the WSINDy codes keep them: cells of components and of axes."""
    parts, grids = np.empty((1, 2), object), np.empty((1, 2), object)
    parts[0, 0], parts[0, 1], grids[0, 0], grids[0, 1] = U, V, X[:, None], T
    savemat(tmp_path / "w.mat", {"U_exact": parts, "xs": grids, "run": {"V": V**2}})
    data = one(
        tmp_path / "w.mat",
        axes={"x": "xs{1}", "t": "xs{2}"},
        fields={"u": "U_exact{1}", "v": "U_exact{2}"},
        inputs={"V": "run.V"},
        periodic=["x"],
    )
    for values, expected in zip(data.variables.values(), (U, V, V**2), strict=True):
        np.testing.assert_array_equal(values, expected)


def test_packed_values_are_told_and_used(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "p.nc", "w") as file:
        file["x"], file["t"] = X, T
        file["u"] = np.round(1000 * U).astype(np.int16)
        file["u"].attrs["scale_factor"] = 1e-3
        file["u"].attrs["_FillValue"] = np.int16(-32768)
    notes: list[str] = []
    entry = ENTRY | {"path": tmp_path / "p.nc"}
    (data,) = import_fields(entry, say=notes.append)
    np.testing.assert_allclose(data.fields["u"], U, atol=5e-4)
    assert notes[0] == "p.nc: array 'u' is unpacked by scale_factor 0.001"
    with h5py.File(tmp_path / "p.nc", "a") as file:
        file["u"][2, 3] = -32768
    with pytest.raises(FormatError, match=r"1 of 84 values .* first is -32768 at index \(2, 3\)"):
        import_fields(entry)
