"""Field data that cannot be right are refused with file, place and remedy."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from field_writers import ENTRY, T, U, X, npz, one
from mechanist.core.errors import FormatError
from mechanist.imports.fields import import_fields

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
    "component of none": ({}, {"fields": {"u": {"array": "u", "column": 0}}}, r"shape \(12, 7\), expected \(x: 12, t: 7, and column: any\)"),
    "no such component": ({"X": np.zeros((7, 3))}, {"axes": {"t": "t"}, "fields": {"u": {"array": "X", "column": 3}}}, "component 3 of an array with 3 of them.*expected column 0 to 2"),
    "a step of text": ({"dx": "0.1"}, {"axes": {"x": {"step": "dx"}, "t": "t"}}, "'dx' holds <U3, expected a real number"),
    "not uniform": ({"x": X**3}, {}, "axis 'x': spacings run from .*Interpolate"),
    "not increasing": ({"x": np.r_[X[1], X[0], X[2:]]}, {}, "axis 'x': .* must increase"),
    "compound": ({"u": np.rec.fromarrays([U, U], names="a,b")}, {}, r"array 'u' of 'u' holds .*Name one of its members: u\.a, u\.b"),
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
            TABLE.replace("u", "U"),
            ":1",
            r"no column 'u'\. Did you mean 'U'\? Columns of the file: x, t, U",
        ),
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
        "capital",
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
