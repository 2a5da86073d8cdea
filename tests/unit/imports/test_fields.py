"""Imported field data are read as written; unusable data are rejected with name and remedy."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from scipy.io import savemat

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
X, T = np.linspace(-1.0, 1.0, 12, endpoint=False), np.linspace(0.0, 2.0, 7)
U = np.sin(np.pi * X[:, None] - T)
V = np.cos(np.pi * X[:, None] + T)
ENTRY: dict[str, Any] = {"axes": {"x": "x", "t": "t"}, "fields": {"u": "u"}}


def mat(path: Path, arrays: dict[str, Any]) -> None:
    savemat(path, arrays)


def mat73(path: Path, arrays: dict[str, Any]) -> None:
    """Write a MATLAB 7.3 file: reversed dimensions, complex numbers as pairs, and a header."""
    with h5py.File(path, "w", userblock_size=512) as file:
        for name, values in arrays.items():
            stored = np.atleast_2d(values).T
            if np.iscomplexobj(stored):
                pairs = np.empty(stored.shape, dtype=[("real", float), ("imag", float)])
                pairs["real"], pairs["imag"] = stored.real, stored.imag
                stored = pairs
            file[name] = stored
        file.create_group("#refs#")
    with path.open("r+b") as raw:
        raw.write(b"MATLAB 7.3 MAT-file")


def npz(path: Path, arrays: dict[str, Any]) -> None:
    np.savez(path, **arrays)


def hdf5(path: Path, arrays: dict[str, Any]) -> None:
    with h5py.File(path, "w") as file:
        for name, values in arrays.items():
            file[name] = values


def table(path: Path, columns: dict[str, Any]) -> None:
    rows = zip(*(np.ravel(values) for values in columns.values()), strict=True)
    lines = [",".join(f"{value:.15g}" for value in row) for row in rows]
    path.write_text("\n".join(["# made by hand", ",".join(columns), *lines]) + "\n")


WRITERS: dict[str, Callable[[Path, dict[str, Any]], None]] = {
    "a.mat": mat,
    "b.mat": mat73,
    "c.npz": npz,
    "d.h5": hdf5,
}


def one(path: Path, **entry: Any) -> FieldData:
    (data,) = import_fields(ENTRY | {"path": path} | entry)
    return data


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


#: Changed arrays, changed settings of the entry, and words of the expected error.
BAD: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "missing": ({}, {"fields": {"u": "uu"}}, r"no array 'uu'\. Did you mean 'u'\? Arrays .* t \(7,\), u \(12, 7\)"),
    "swapped": ({"u": U.T}, {}, r"'u' has the shape \(7, 12\), expected \(x: 12, t: 7\)\. .*order: \[t, x\]"),
    "misfit": ({"u": U[:-1]}, {}, r"shape \(11, 7\), expected \(x: 12, t: 7\)\. No order of the axes"),
    "too few dimensions": ({"u": U[0]}, {}, r"shape \(7,\), expected"),
    "complex": ({"u": U + 0.5j}, {}, r"'u' of 'u' is complex: .* imaginary part 0\.5\. Declare"),
    "text": ({"u": np.full((12, 7), "a")}, {}, "holds <U1, expected real numbers"),
    "empty": ({"u": np.zeros((0, 7))}, {}, r"array 'u' of 'u' is empty: its shape is \(0, 7\)"),
    "empty and complex": ({"u": np.zeros((12, 0), complex)}, {}, "is empty"),
    "text of numbers": ({"u": np.full((12, 7), "1.5")}, {}, "holds <U3, expected real numbers"),
    "part of text": ({"u": np.full((12, 7), "a")}, {"fields": {"u": {"array": "u", "part": "real"}}}, "holds <U1"),
    "dates": ({"t": np.arange(7).astype("datetime64[s]")}, {}, r"axis 't': type is datetime64\[s\], expected real"),
    "complex axis": ({"x": X + 0j}, {}, "axis 'x': is complex"),
    "inf": ({"u": np.where(U > 0.99, np.inf, U)}, {}, r"field 'u': inf at index"),
    "no order": ({}, {"axes": {"x": {"step": 1}, "t": {"step": 1}}}, r"leave open .*`order: \[x, t\]` or `order: \[t, x\]`"),
    "component of none": ({}, {"fields": {"u": {"array": "u", "column": 0}}}, r"shape \(12, 7\), expected \(x: 12, t: 7, and column: more than 0\)"),
    "no such component": ({"X": np.zeros((7, 3))}, {"axes": {"t": "t"}, "fields": {"u": {"array": "X", "column": 3}}}, "column: more than 3"),
    "a step of text": ({"dx": "0.1"}, {"axes": {"x": {"step": "dx"}, "t": "t"}}, "'dx' holds <U3, expected a real number"),
    "not uniform": ({"x": X**3}, {}, "axis 'x': spacings run from .*Interpolate"),
    "not increasing": ({"x": X[::-1]}, {}, "axis 'x': .* must increase"),
    "nan": ({"u": np.where(U > 0.99, np.nan, U)}, {}, r"field 'u': nan at index"),
    "mesh as axis": ({"x": U}, {}, r"axis 'x': array 'x' has the shape \(12, 7\), expected one row"),
    "step is no scalar": ({}, {"axes": {"x": {"step": "x"}, "t": "t"}}, "expected one number"),
    "trajectories": ({}, {"trajectories": 5}, "trajectories is 5, expected a dimension from 0 to 1"),
    "no such unit": ({}, {"units": {"w": "m"}}, "units name"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_arrays_are_refused(tmp_path: Path, case: str) -> None:
    arrays, entry, message = BAD[case]
    path = tmp_path / "bad.npz"
    npz(path, {"x": X, "t": T, "u": U} | arrays)
    with pytest.raises(FormatError, match=message) as caught:
        import_fields(ENTRY | {"path": path} | entry)
    assert str(path) in str(caught.value)


TABLE = "x,t,u\n0,0,1\n1,0,2\n0,1,3\n1,1,4\n"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        (TABLE.replace("2\n", "two\n"), ":3, column 'u'", "value is 'two'"),
        (TABLE.replace("2\n", "nan\n"), ":3, column 'u'", "value is 'nan'"),
        (TABLE.replace(",3\n", "\n"), ":4", "2 values, expected 3"),
        (TABLE + "1,0,2\n", ":6", "line 3 is repeated"),
        (TABLE[:-6], "bad.csv", "3 lines, expected 4 .* x = 1, t = 1"),
        (TABLE.replace("u", "v"), ":1", r"no column 'u'\. Columns of the file: x, t, v\."),
        (
            "x,0,0.5,1.5\n0,1,2,3\n",
            ":1",
            r"no column 't'; the columns are named by numbers, from 0 to 1\.5\. .*looks wide",
        ),
        ("x,t,u\n", "bad.csv", "no lines of data"),
        (TABLE.replace("1,0,2", '1,0,"2'), ":3, column 'u'", "character 5 is a quotation mark"),
        (TABLE.replace("1,0,2", '1,"0"1,2'), ":3, column 't'", "character 3 is a quotation mark"),
        (TABLE.replace("0,1,3", '"0,1,3'), ":4, column 'x'", "is not closed on its line"),
        (TABLE.replace("0,1,3", '0,1,"3') + '"', ":4, column 'u'", "is not closed on its line"),
        (TABLE.replace("x,t", '"x,t'), ":1", "character 1 is a quotation mark"),
    ],
    ids=[
        "word",
        "nan",
        "short line",
        "twice",
        "hole",
        "column",
        "wide",
        "empty",
        "stray quote",
        "text after a quote",
        "quote over lines",
        "two stray quotes",
        "quote in the header",
    ],
)
def test_bad_tables_are_refused_with_their_line(
    tmp_path: Path, text: str, place: str, message: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text if text.endswith("\n") or text == TABLE[:-6] else f"{text}\n")
    with pytest.raises(FormatError, match=message) as caught:
        import_fields(ENTRY | {"path": path})
    assert place in str(caught.value)


def test_quotation_marks_in_their_place_are_none_of_our_business(tmp_path: Path) -> None:
    rows = ['# it\'s 5" wide, "so', '"x",t,"u"," a ""note"", with a comma"', '0,0,"1.5",ok',
            '1,0,2.5,5" pipe', '0,1,3.5,""', '1,1,4.5,"#, ""x"""']  # fmt: skip
    (tmp_path / "q.csv").write_text("\n".join(rows) + "\n")
    np.testing.assert_array_equal(one(tmp_path / "q.csv").fields["u"], [[1.5, 3.5], [2.5, 4.5]])


def test_a_long_stray_quotation_is_told_at_its_beginning(tmp_path: Path) -> None:
    lines = "".join(f"{k},0,{k}\n" for k in range(20_000))
    (tmp_path / "q.csv").write_text('x,t,u\n0,1,"0\n' + lines)
    with pytest.raises(FormatError, match=r"q\.csv:2, column 'u': character 5 is a quotation"):
        one(tmp_path / "q.csv")


def test_files_that_are_not_what_they_say_are_refused(tmp_path: Path) -> None:
    for name in ("a.mat", "b.npz", "c.h5"):
        (tmp_path / name).write_text("not this")
        with pytest.raises(FormatError, match="cannot be read"):
            one(tmp_path / name)
    (tmp_path / "d.dat").write_text("")
    with pytest.raises(FormatError, match=r"format is '.dat', expected one of .*'csv'"):
        one(tmp_path / "d.dat")
    with pytest.raises(FormatError, match="no such file"):
        one(tmp_path / "e.mat")
    with pytest.raises(FormatError, match="is a folder, expected a file"):
        one(tmp_path)
    (tmp_path / "f.csv").write_text(TABLE)
    with pytest.raises(FormatError, match=r"\['t'\] are not names of columns"):
        one(tmp_path / "f.csv", axes={"x": "x", "t": {"step": 1}})
    for folder in ("g", "h"):
        (tmp_path / folder).mkdir()
        npz(tmp_path / folder / "same.npz", {"x": X, "t": T, "u": U})
    same = tmp_path / "g/same.npz"
    with pytest.raises(
        ValueError, match=r"same\.npz'\] listed more than once; list each file once"
    ):
        one([same, same])
    with pytest.raises(ValueError, match=r"\['same'\] share a name"):
        import_fields(ENTRY | {"path": [tmp_path / f / "same.npz" for f in "gh"]})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"field": {"u": "u"}}, r"unknown keys \['field'\]"),
        ({"fields": {}}, r"lacks \['fields'\]"),
        ({"axes": {"t": "t", "x": "x"}}, "list space first and t last"),
        ({"axes": {"x": 3, "t": "t"}}, "axes: x: 3; expected the name"),
        ({"axes": {"x": {"step": [1]}, "t": "t"}}, "axes: x: step"),
        ({"axes": ["x", "t"]}, "axes: .*; expected names"),
        ({"order": ["x"]}, "order: .* each of"),
        ({"order": ["y", "t"]}, "order: .* among"),
        ({"periodic": "x"}, "periodic: 'x'; expected a list"),
        ({"fields": {"u": {"array": "u", "part": "phase"}}}, "fields: u"),
        ({"fields": {"u": {"array": "u", "column": -1}}}, "fields: u: .* component from 0"),
        ({"fields": {"u": {"array": "u", "column": True}}}, "fields: u"),
        ({"order": ["x", "t", "column"]}, "order: .* among"),
        ({"drop_last": ["x"]}, r"drop_last: \['x'\]; expected a list of periodic axes among \[\]"),
        ({"unchecked": ["t"], "periodic": ["x"]}, "unchecked: .* periodic axes"),
        ({"resample": "t"}, "resample: 't'; expected a list of axes"),
    ],
)
def test_wrong_entries_are_refused_before_anything_is_read(
    change: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        import_fields({"path": "absent.mat"} | ENTRY | change)


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
