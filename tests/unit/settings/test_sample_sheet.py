"""The sheet of users' simulations: rows become imports, and all problems are reported at once."""

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanist.imports.trajectory_entry import ImportEntry
from mechanist.settings.own_imports import configured_imports, merge_imports, sheet_imports
from mechanist.settings.sample_sheet import COLUMNS, read_sheet
from mechanist.settings.sheet_cells import frame_of, frames_of, load_of, pairs_of
from mechanist.settings.sheet_errors import CellError
from mechanist.settings.sheet_options import options_of
from mechanist.wings.sheets import SHEET_RULES

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "workflow/schemas/config.schema.json").read_text())
CONFIG = yaml.safe_load((ROOT / "config/config.yaml").read_text())
GLASS = {
    "wing": "glass", "system": "cuzr", "sample": "one", "path": "a.dump", "format": "lammps_dump",
    "species": "1=Cu 2=Zr", "dimension": "3", "units": "metal", "load": "simple_shear xy",
    "reference": "0", "deformed": "all",
}  # fmt: skip
FIELDS = "{axes: {x: x, t: t}, fields: {u: usol}, periodic: [x]}"
LINES = "{systems: bcc24, burgers: 2.86e-10, grid: [8, 8, 8]}"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Create the files named in sheets, and change to their folder; they are never read here."""
    monkeypatch.chdir(tmp_path)
    for name in "abc":
        Path(f"{name}.dump").touch()


def written(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS, end: str = "\n") -> Path:
    lines = [columns, *([row.get(name, "-") for name in columns] for row in rows)]
    path = Path("samples.tsv")
    path.write_bytes("".join("\t".join(line) + end for line in lines).encode())
    return path


def imports(*rows: dict[str, str]) -> tuple[list[Any], list[str]]:
    found, problems = sheet_imports(written(*rows), CONFIG, SCHEMA, SHEET_RULES)
    return found, [str(problem) for problem in problems]


def test_the_committed_sheet_is_a_header() -> None:
    sheet = read_sheet(ROOT / "config/samples.tsv", SHEET_RULES)
    assert sheet == ([], [])
    assert CONFIG["own_data"]["sheet"] == "config/samples.tsv"


def test_the_columns_stand_in_the_documentation() -> None:
    text = (ROOT / "config/README.md").read_text()
    for name in COLUMNS:
        assert f"`{name}`" in text.partition("## Your own simulations")[2]


def test_a_row_is_the_entry_that_the_configuration_would_hold() -> None:
    more = {"group": "glass_a", "target": "c_d2", "options": "{bounds: unextended, lenient: true}"}
    (found,), problems = imports(GLASS | more)
    assert not problems
    assert (found.title, found.place) == ("glass/imports/cuzr/one", "samples.tsv:2")
    assert found.entry == {
        "path": "a.dump", "format": "lammps_dump", "species": {"1": "Cu", "2": "Zr"},
        "dimension": 3, "units": "metal", "group": "glass_a", "target": "c_d2", "frames": "all",
        "load": {"type": "simple_shear", "plane": "xy", "sense": 1}, "reference": 0,
        "bounds": "unextended", "lenient": True,
    }  # fmt: skip
    assert ImportEntry.from_mapping(found.entry).group == "glass_a"


def test_a_sample_at_rest_needs_no_load() -> None:
    (found,), problems = imports(GLASS | {"load": "-", "deformed": "none"})
    assert not problems
    assert "load" not in found.entry
    assert found.entry["frames"] == []


def test_a_target_without_a_load_needs_neither_load_nor_frames() -> None:
    rest = GLASS | {"load": "-", "target": "propensity"}
    for cell in ("-", "none"):
        (found,), problems = imports(rest | {"deformed": cell})
        assert not problems
        assert (found.entry["frames"], found.entry["target"]) == ([], "propensity")
        assert not {"load", "target_path"} & set(found.entry)
    (found,), _ = imports(
        rest | {"deformed": "-", "target": "b.dump@c_1", "options": "{target_unit: K}"}
    )
    told = [found.entry[key] for key in ("target", "target_path", "target_unit")]
    assert told == ["c_1", "b.dump", "K"]
    (found,), _ = imports(rest | {"deformed": "-", "target": "failure_strain = 7.3e-2"})
    assert (found.entry["target"], found.entry["target_value"]) == ("failure_strain", 0.073)


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        ({"target": "-", "deformed": "-"}, "deformed", "empty, but wing 'glass' requires it"),
        (
            {"load": "simple_shear xy", "deformed": "-"},
            "deformed",
            "for a target without a load, it",
        ),
        ({"deformed": "all"}, "load", "or for a target that belongs to no load, it may stay empty"),
        ({"target": "0.073"}, "target", "with its name, as in failure_strain=0.073"),
        ({"target": "=7"}, "target", "expected a column, or a name and a number"),
        ({"target": "strength=high"}, "target", "expected a column, or a name and a number"),
        ({"target": "strength=0,07"}, "target", "'strength=0,07', expected a number"),
        ({"target": "none.npz@p"}, "target", "there is no file 'none.npz'"),
        ({"target": "a.dump@"}, "target", "expected a file and a column. Write values.npz@prop"),
    ],
)
def test_targets_that_are_not_said_right_are_refused(
    cells: dict[str, str], column: str, message: str
) -> None:
    rest = GLASS | {"load": "-", "deformed": "none", "target": "propensity"}
    _, problems = imports(rest | cells)
    assert [problem for problem in problems if message in problem], problems
    assert problems[0].startswith("samples.tsv:2, column ")
    assert any(f"column '{column}'" in problem for problem in problems)


def test_paths_may_be_patterns_and_frames_ranges() -> None:
    row = GLASS | {"path": "[ab].dump", "deformed": "1..3 5 t10..t20..5", "reference": "c.dump"}
    (found,), problems = imports(row)
    assert not problems
    assert found.entry["deformed_path"] == ["a.dump", "b.dump"]
    assert found.entry["frames"] == [
        1, 2, 3, 5, {"timestep": 10}, {"timestep": 15}, {"timestep": 20},
    ]  # fmt: skip
    entry = ImportEntry.from_mapping(found.entry)
    assert [str(path) for path in entry.deformed_path] == ["a.dump", "b.dump"]
    assert [str(choice) for choice in entry.frames or ()] == [
        "1", "2", "3", "5", "{timestep: 10}", "{timestep: 15}", "{timestep: 20}",
    ]  # fmt: skip
    _, problems = imports(GLASS | {"path": "{a..d}.dump"})
    assert "there is no file '{a..d}.dump'" in problems[0]
    _, problems = imports(GLASS | {"path": "q*.dump"})
    assert "column 'path': no file in the folder in which you run fits the pattern" in problems[0]


def test_patterns_of_other_wings_are_the_files_that_match() -> None:
    lines = {"wing": "crystal", "system": "ta", "format": "paradis", "options": LINES}
    (found,), problems = imports(lines | {"sample": "x", "path": "[abc].dump"})
    assert not problems
    assert found.entry["path"] == ["a.dump", "b.dump", "c.dump"]
    one_each = {
        "wing": "crystal",
        "system": "fe",
        "sample": "x",
        "path": "[ab].dump",
        "format": "map",
    }
    _, problems = imports(one_each | {"options": "{systems: fcc12}"})
    assert "column 'path': 2 files are named, expected one for each row" in problems[0]


def test_two_files_without_a_path_are_one_problem_whose_remedy_works() -> None:
    row = GLASS | {"path": "-", "reference": "b.dump", "deformed": "a.dump", "load": "inferred"}
    _, problems = imports(row)
    assert len(problems) == 1
    assert "column 'deformed': files are given here and in column 'reference'" in problems[0]
    assert (
        "Give the file of the reference in column 'path', its frame in 'reference' (such as 0)"
        in problems[0]
    )
    (found,), problems = imports(row | {"path": "b.dump", "reference": "0"})
    assert not problems
    assert found.entry["reference_path"] == "b.dump"
    assert found.entry["reference"] == 0
    assert found.entry["deformed_path"] == ["a.dump"]


def test_the_rows_of_the_page_are_valid(tmp_path: Path) -> None:
    page = (ROOT / "config/README.md").read_text(encoding="utf-8")
    lines = [line for line in page.splitlines() if line.count("|") == len(COLUMNS) + 1]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    rows = [row for row in cells if set(row) != {"---"}]
    assert len(rows) == 6
    Path("data").mkdir()
    for name in ("run1.dump.gz", "after.data", "before.data", "a.dconf", "run.mat", "surface.ang"):
        Path("data", name).touch()
    sheet = tmp_path / "samples.tsv"
    sheet.write_text("\n".join("\t".join(row) for row in rows) + "\n")
    found = read_sheet(sheet, SHEET_RULES)
    assert found.problems == []
    assert [row.wing for row in found.rows] == [
        "glass", "glass", "dislocation", "equations", "crystal",
    ]  # fmt: skip
    assert found.rows[1].cells["reference_path"] == "data/before.data"


def test_a_reference_may_have_a_file_of_its_own() -> None:
    row = GLASS | {"reference": "b.dump@t300", "deformed": "1 t500", "load": "inferred"}
    (found,), _ = imports(row)
    assert found.entry["reference_path"] == "b.dump"
    assert found.entry["deformed_path"] == "a.dump"
    assert found.entry["reference"] == {"timestep": 300}
    assert found.entry["frames"] == [1, {"timestep": 500}]
    assert "load" not in found.entry
    (found,), _ = imports(row | {"reference": "b.dump", "deformed": "none"})
    assert (found.entry["reference"], found.entry["frames"]) == (0, [])


def test_rows_of_other_wings_become_entries_of_theirs() -> None:
    found, problems = imports(
        {"wing": "dislocation", "system": "mine", "sample": "p", "path": "a.dump",
         "format": "dislocation_text", "options": "{density: 0.04}"},
        {"wing": "equations", "system": "kdv", "sample": "r", "path": "b.dump", "format": "mat",
         "units": "u=m/s x=m", "options": FIELDS},
        {"wing": "dislocation", "system": "mine", "sample": "q", "path": "c.dump",
         "format": "dislocation_text", "options": "{density: 0.04}"},
        {"wing": "crystal", "system": "al", "sample": "t", "path": "a.dump", "format": "damask"},
        {"wing": "crystal", "system": "ta", "sample": "s", "path": "b.dump", "format": "paradis",
         "options": LINES},
    )  # fmt: skip
    assert not problems
    assert {one.title: one.entry for one in found} == {
        "dislocation/imports/mine": {"path": ["a.dump", "c.dump"], "system": {"density": 0.04}},
        "equations/imports/kdv": {
            "path": ["b.dump"], "format": "mat", "units": {"u": "m/s", "x": "m"},
            "axes": {"x": "x", "t": "t"}, "fields": {"u": "usol"}, "periodic": ["x"],
        },
        "crystal/imports/al_t": {"path": "a.dump", "format": "damask"},
        "crystal/lines/ta": {
            "path": ["b.dump"], "systems": "bcc24", "burgers": 2.86e-10, "grid": [8, 8, 8],
        },
    }  # fmt: skip
    merged = copy.deepcopy(CONFIG)
    merge_imports(merged, found)
    assert {one.title: one.entry for one in configured_imports(merged, SHEET_RULES)} == {
        one.title: one.entry for one in found
    }


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"wing": "glas"}, "column 'wing': 'glas', expected one of ['glass', "),
        ({"sample": "One"}, "column 'sample': 'One', expected a name. Use letters"),
        ({"group": "a b"}, "column 'group': 'a b', expected a name"),
        ({"path": "none.dump"}, "column 'path': there is no file 'none.dump'. Give a path from"),
        ({"reference": "none.dump@3"}, "column 'reference': there is no file 'none.dump'"),
        ({"reference": "b.dump@last"}, "column 'reference': 'last', expected a frame. Write an"),
        ({"deformed": "1 two"}, "column 'deformed': 'two', expected a frame"),
        ({"units": "-"}, "column 'units': empty, but wing 'glass' requires it. It is never guessed"),
        ({"load": ""}, ("column 'load': empty, but wing 'glass' requires it. It is never guessed: fill"
         " the cell in. Write inferred, simple_shear xy, ")),
        ({"deformed": ""}, ("column 'deformed': empty, but wing 'glass' requires it. It is never guessed:"
         " fill the cell in. Write the frames under load: all, none, or some as in ")),
        ({"species": "Cu Zr"}, "column 'species': 'Cu', expected name=value. Write pairs, as in"),
        ({"species": "1=Cu 1=Zr"}, "column 'species': '1' occurs twice"),
        ({"species": "1=Cu;2=Zr"}, "column 'species': '1=Cu;2=Zr', expected name=value. Separate"),
        ({"species": "1=Cu=Zr"}, "column 'species': '1=Cu=Zr', expected name=value. Separate"),
        ({"reference": "-1"}, "column 'reference': '-1', expected a frame. Frames are counted from 0"),
        ({"reference": "t-5"}, "column 'reference': 't-5', expected a frame. Frames are counted"),
        ({"dimension": "3,0"}, "column 'dimension': '3,0', expected 2 or 3"),
        ({"load": "0 0,5 0; 0 0 0; 0 0 0"}, "column 'load': '0,5', expected a number. Write decimal"),
        ({"load": "0 1 0; 0 0 0"}, "column 'load': '0 1 0; 0 0 0', expected a load. Write inferred"),
        ({"load": "simple_shear xx"}, "column 'load': value 'xx' is not allowed. Allowed: 'xy'"),
        ({"format": "dump"}, "column 'format': value 'dump' is not allowed. Allowed: 'lammps_dump'"),
        ({"options": "lenient"}, "column 'options': 'lenient', expected keys and values in braces"),
        ({"options": "{a: [}"}, "column 'options': '{a: [}' cannot be read ("),
        ({"options": "{volume_tolerance: 0,5}"}, ("column 'options': 5 is given where a key is expected."
         " Write decimal points")),
        ({"options": "{ids: file, ids: order}"}, "column 'options': 'ids' occurs twice. Give it one"),
        ({"options": "{bound: unextended}"}, ("column 'options': unknown key 'bound'; did you mean"
         " 'bounds'?")),
        ({"options": "{lenient: 1}"}, "column 'options': lenient: value 1 is of type int"),
        ({"options": "{units: lj}"}, "column 'options': 'units' is given here, but has its own column"),
        ({"options": "{frames: all}"}, "column 'options': 'frames' is given here"),
    ],
)  # fmt: skip
def test_bad_cells_are_refused(change: dict[str, str], told: str) -> None:
    found, problems = imports(GLASS | change)
    assert not found
    assert len(problems) == 1
    assert problems[0].startswith(f"samples.tsv:2, {told}")


def test_other_wings_refuse_what_they_have_no_use_for() -> None:
    base = {"wing": "dislocation", "system": "mine", "path": "a.dump", "format": "dislocation_text",
            "options": "{density: 0.04}"}  # fmt: skip
    kdv = {
        "wing": "equations",
        "system": "kdv",
        "path": "a.dump",
        "format": "mat",
        "options": FIELDS,
    }
    alone = {"wing": "crystal", "path": "a.dump"}
    _, problems = imports(
        base | {"sample": "a", "load": "inferred"},
        base | {"sample": "b"},
        base | {"sample": "c", "options": "{density: 0.05}"},
        base | {"sample": "d", "system": "other", "format": "txt"},
        kdv | {"sample": "e", "system": "mine"},
        kdv | {"sample": "f", "options": "{axes: {x: x, t: t}}"},
        alone | {"sample": "g", "system": "x", "format": "hdf5"},
        alone | {"sample": "h", "system": "y", "format": "paradis", "options": "{grid: [8, 8]}"},
    )
    assert [problem.split(": ")[0] for problem in problems[:6]] == [
        "samples.tsv:2, column 'load'",
        "samples.tsv:4, column 'options'",
        "samples.tsv:5, column 'format'",
        "samples.tsv:6, column 'system'",
        "samples.tsv:7, column 'options'",
        "samples.tsv:8, column 'format'",
    ]
    assert "wing 'dislocation' does not use it. Write - instead" in problems[0]
    assert "options differ from those of line 3" in problems[1]
    assert "no such name 'mine'" in problems[3]
    assert "missing 'fields'" in problems[4]
    assert all("samples.tsv:9, column 'options'" in problem for problem in problems[6:])
    assert any("missing 'systems', 'burgers'" in problem for problem in problems[6:])


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("{densty: 0.04}", "system: unknown key 'densty'; did you mean 'density'?"),
        ("{density: a}", "system/density: value 'a' is of type str"),
        ("{density: 0,04}", "04 is given where a key is expected. Write decimal points"),
        (
            "{density: 0.04, loading: {kind: rmp}}",
            "system/loading/kind: value 'rmp' is not allowed",
        ),
        ("{density: 0.04, pinning: {}}", "system: unknown key 'pinning'"),
    ],
)
def test_bad_options_of_dislocations_are_refused(options: str, told: str) -> None:
    row = {"wing": "dislocation", "system": "mine", "sample": "a", "path": "a.dump",
           "format": "dislocation_text", "options": options}  # fmt: skip
    found, problems = imports(row)
    assert not found
    assert any(told in problem for problem in problems)
    assert all(problem.startswith("samples.tsv:2, column 'options': ") for problem in problems)


def test_a_sample_stands_once_in_the_sheet_and_the_configuration() -> None:
    found, problems = imports(GLASS, GLASS | {"sample": "two"}, GLASS | {"path": "b.dump"})
    assert [one.names for one in found] == [("cuzr", "one"), ("cuzr", "two")]
    assert problems == [
        (
            "samples.tsv:4, column 'sample': 'one' of 'cuzr' is already on line 2. Give each row of"
            " a system its own sample name."
        )
    ]
    settings_ = copy.deepcopy(CONFIG)
    merge_imports(settings_, found[:1])
    found, told = sheet_imports(written(GLASS), settings_, SCHEMA, SHEET_RULES)
    assert not found
    assert "glass/imports/cuzr/one is also in the configuration" in str(told[0])


def test_all_problems_of_a_sheet_are_told_in_order() -> None:
    _, problems = imports(
        GLASS | {"sample": "A", "dimension": "4", "path": "none.dump"}, GLASS,
        GLASS | {"sample": "c", "format": "dump"}, GLASS | {"sample": "d", "load": "x"},
    )  # fmt: skip
    places = [problem.split(":")[1].split(",")[0] for problem in problems]
    assert places == ["2", "2", "2", "4", "5"]


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda b: b"", "tsv: the file is empty. Write a line of column names"),
        (lambda b: b"\n\t\n", "tsv: the file is empty"),
        (lambda b: b.replace(b"Zr", b"Z\xfc"), ("tsv:2, column 'species': '1=Cu 2=Z\u00fc', as far as can"
         " be told: the sheet is not UTF-8 text. Save the sheet as UTF-8")),
        (lambda b: b"PK\x03\x04" + b, "tsv: a workbook, expected text. Save the sheet as text with tabs"),
        (lambda b: b.decode().encode("utf-16-le"), "tsv:1: not text: it holds zero bytes, as UTF-16"),
        (lambda b: (b"\xff\xfe" + b.decode().encode("utf-16-le"))[:-1], "tsv: damaged UTF-16 text"),
        (lambda b: b.replace(b"1=Cu", b'"1=Cu'), ("tsv:2: cell 7 begins with a quotation mark that is not"
         " closed at its end: '\"1=Cu 2=Zr'. Close it")),
        (lambda b: b.replace(b"1=Cu", b'"1=Cu').replace(b"metal", b'metal"'), ("tsv:2: cell 7 begins with a"
         " quotation mark that closes only after the next cells")),
        (lambda b: b.replace(b"wing\tsystem", b"Wing\tSys tem"), ("tsv:1, column 'Wing': unknown columns"
         " ['Wing', 'Sys tem']. Did you mean 'wing' for 'Wing', 'system' for 'Sys tem'? The columns")),
        (lambda b: b.replace(b"deformed", b"deformd"), ("tsv:1, column 'deformd': unknown columns"
         " ['deformd']. Did you mean 'deformed'? The columns are wing, system")),
        (lambda b: b.replace(b"\t", b","), "Separate columns by tabs. The columns are"),
        (lambda b: b.replace(b"\tgroup", b"\twing"), "column 'wing': columns ['wing'] occur twice"),
        (lambda b: b.replace(b"\toptions\n", b"\n"), "column 'options': columns ['options'] are"),
        (lambda b: b.replace(b"\t-\n", b"\t-\tmore\n"), "tsv:2: 15 columns, expected 14 (wing system"),
        (lambda b: b[: b.index(b"\tall")], ("tsv:2, column 'deformed': empty, but wing 'glass' requires"
         " it. It is never guessed")),
    ],
)  # fmt: skip
def test_bad_sheets_are_refused(edit: Any, told: str) -> None:
    path = written(GLASS)
    path.write_bytes(edit(path.read_bytes()))
    problems = read_sheet(path, SHEET_RULES).problems
    assert len(problems) == 1
    assert told in str(problems[0])
    assert problems[0].remedy


def test_an_absent_sheet_is_refused() -> None:
    (problem,) = read_sheet(Path("absent.tsv"), SHEET_RULES).problems
    assert (
        "absent.tsv: cannot be read (No such file or directory). Correct `own_data/sheet`"
        in str(problem)
    )


def test_the_order_of_columns_does_not_matter() -> None:
    plain = read_sheet(written(GLASS), SHEET_RULES).rows
    assert plain == read_sheet(written(GLASS, columns=COLUMNS[::-1]), SHEET_RULES).rows


#: The same sheet as programs save it, by a name of what they do.
DIALECTS = {
    "line ends of Windows": lambda b: b.replace(b"\n", b"\r\n"),
    "line ends of old Macs": lambda b: b.replace(b"\n", b"\r"),
    "no newline at the end": lambda b: b[:-1],
    "a byte-order mark": lambda b: b"\xef\xbb\xbf" + b,
    "Unicode Text of Excel": lambda b: (
        b"\xff\xfe" + b.decode().replace("\n", "\r\n").encode("utf-16-le")
    ),
    "UTF-16 of other machines": lambda b: b"\xfe\xff" + b.decode().encode("utf-16-be"),
    "empty columns at the right": lambda b: b.replace(b"\n", b"\t\t\t\r\n"),
    "empty rows at the end": lambda b: b + b"\t" * 13 + b"\r\n" + b"\n\n",
    "empty rows in between": lambda b: b.replace(b"\n", b"\n\t\t\n\n"),
    "empty cells at the end dropped": lambda b: b.replace(b"\t-\t-\n", b"\n"),
    "cells with commas in quotation marks": lambda b: b.replace(b"1=Cu 2=Zr", b'"1=Cu,2=Zr"'),
    "every cell in quotation marks": lambda b: b"".join(
        b"\t".join(b'"' + cell + b'"' for cell in line.split(b"\t")) + b"\n"
        for line in b.splitlines()
    ),
    "blanks around cells": lambda b: b.replace(b"\t", b" \t "),
}


@pytest.mark.parametrize("program", DIALECTS)
def test_sheets_hold_the_same_rows_as_any_program_saves_them(program: str) -> None:
    path = written(GLASS, GLASS | {"sample": "two"})
    plain = read_sheet(path, SHEET_RULES).rows
    assert len(plain) == 2
    path.write_bytes(DIALECTS[program](path.read_bytes()))
    sheet = read_sheet(path, SHEET_RULES)
    assert not sheet.problems
    assert [replace(row, line=0) for row in sheet.rows] == [replace(row, line=0) for row in plain]


def test_lines_are_counted_as_in_the_file() -> None:
    path = written(GLASS, GLASS | {"sample": "two", "options": '"{ids: file,\n""lenient"": true}"'},
                   GLASS | {"sample": "three", "dimension": "4"})  # fmt: skip
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n\r\n", 1))
    sheet = read_sheet(path, SHEET_RULES)
    assert [(row.sample, row.line) for row in sheet.rows] == [("one", 3), ("two", 4)]
    assert sheet.rows[1].cells["options"] == {"ids": "file", "lenient": True}
    assert [(error.line, error.column) for error in sheet.problems] == [(6, "dimension")]


def test_letters_of_windows_are_read_where_a_file_proves_them() -> None:
    Path("gr\u00fcn.dump").touch()
    path = written(GLASS | {"path": "gr\u00fcn.dump"})
    path.write_bytes(path.read_bytes().decode().encode("cp1252"))
    (row,) = read_sheet(path, SHEET_RULES).rows
    assert row.path == "gr\u00fcn.dump"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("{a: 1e-3}", 1e-3), ("{a: 2.5E6}", 2.5e6), ("{a: .5}", 0.5), ("{a: -3}", -3), ("{a: 7.}", 7.0),
        ("{a: 1:30}", "1:30"), ("{a: 010}", "010"), ("{a: no}", "no"), ("{a: 2020-01-01}", "2020-01-01"),
        ("{a: '1e-3'}", "1e-3"), ("{a: true}", True), ("{a: ~}", None), ("{a: 1_000}", "1_000"),
        ("{a: nan}", "nan"), ("{a: .inf}", ".inf"), ("{a: y}", "y"), ("{a: {b: [1e2, x]}}", {"b": [100.0, "x"]}),
        ("{a: 12345678901234567890}", 12345678901234567890.0),
    ],
)  # fmt: skip
def test_words_in_options_mean_what_they_look_like(cell: str, value: Any) -> None:
    (found,) = options_of(cell).values()
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("{burgers: 2,86e-10}", "8.6e-09 is given where a key is expected. Write decimal points"),
        ("{burgers: '2,86e-10'}", "'2,86e-10', expected a number. Write decimal points"),
        ("{a: {b: 0,5}}", "5 is given where a key is expected. Write decimal points"),
        ("{a: 1e999}", "'1e999' is larger than any number"),
        ("{a: [{b: 1, b: 2}]}", "'b' occurs twice"),
        ("{a: " + "[" * 3000 + "}", "cannot be read"),
        ("{a: !!python/object:os.system {}}", "cannot be read"),
        ("{1: a}", "1 is given where a key is expected"),
    ],
)
def test_options_that_are_refused(cell: str, told: str) -> None:
    with pytest.raises(CellError) as caught:
        options_of(cell)
    assert told in str(caught.value)


def test_frames_are_given_one_by_one_and_by_ranges() -> None:
    assert frames_of("1 t500, 3..5 0..9..4") == [1, {"timestep": 500}, 3, 4, 5, 0, 4, 8]
    assert frames_of("t100..t300..100") == [{"timestep": t} for t in (100, 200, 300)]
    for cell in ("5..3", "t1..t3", "t1..3..1", "1..t3", "1..3..0", "1..", "1-3", "0..9999999999"):
        with pytest.raises(CellError):
            frames_of(cell)


NUMBERED = ("run1.dump", "run2.dump", "run10.dump", "run9.dump")
STRANGE = "\u00fc {a}, [1] b*;.dump"


@pytest.fixture
def numbered() -> None:
    for name in (*NUMBERED, STRANGE):
        Path(name).touch()
    Path("runs").mkdir()
    Path("runs/run1.dump").mkdir()
    Path("dead.dump").symlink_to("gone.dump")
    Path("loop.dump").symlink_to("loop.dump")


@pytest.mark.usefixtures("numbered")
@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("run1.dump", "run1.dump"),
        ("run*.dump", ["run1.dump", "run2.dump", "run9.dump", "run10.dump"]),
        ("run?.dump", ["run1.dump", "run2.dump", "run9.dump"]),
        ("run[1-2].dump", ["run1.dump", "run2.dump"]),
        ("run[2-3].dump", ["run2.dump"]),
        ("run9.dump; run1.dump", ["run9.dump", "run1.dump"]),
        ("a.dump;run1*.dump", ["a.dump", "run1.dump", "run10.dump"]),
        (STRANGE, STRANGE),
    ],
)
def test_a_path_is_one_file_a_list_or_a_pattern(cell: str, expected: str | list[str]) -> None:
    (row,) = read_sheet(written(GLASS | {"path": cell}), SHEET_RULES).rows
    assert row.path == expected
    (row,) = read_sheet(written(GLASS | {"deformed": cell}), SHEET_RULES).rows
    assert row.cells["deformed_path"] == ([expected] if isinstance(expected, str) else expected)
    assert row.cells["deformed"] == "all"


@pytest.mark.usefixtures("numbered")
@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("rum1.dump", "there is no file 'rum1.dump'. Did you mean 'run1.dump'? Give a path from"),
        ("none*.dump", "no file in the folder in which you run fits the pattern 'none*.dump'"),
        ("runs/run?.dump", "no file in folder 'runs' fits the pattern 'run?.dump'"),
        ("absent/*.dump", "no file in folder 'absent' fits the pattern '*.dump'"),
        ("run1.dump; run1*.dump", "'run1.dump' is named 2 times. Name it once"),
        ("run1.dump; gone.dump", "there is no file 'gone.dump'"),
        ("x" * 5000, "there is no file 'xxx"),
        ("runs", "'runs' is a folder, expected a file. Name files in it."),
        ("runs/run1.dump", "'runs/run1.dump' is a folder, expected a file."),
        ("dead.dump", "'dead.dump' is a link to 'gone.dump', which leads to no file. Make the"),
        ("loop.dump", "'loop.dump' is a link to 'loop.dump', which leads to no file"),
        ("/dev/null", "'/dev/null' is no regular file"),
        (".\\run1.dump", r"there is no file '.\run1.dump'. Separate folders by /"),
        (r"C:\data\run1.dump", r"there is no file 'C:\data\run1.dump'. Separate folders by /"),
        ("~/run1.dump", "there is no file '~/run1.dump'. The ~ of a shell is not known here"),
    ],
)
def test_paths_without_files_are_refused(cell: str, told: str) -> None:
    (problem,) = read_sheet(written(GLASS | {"path": cell}), SHEET_RULES).problems
    assert str(problem).startswith(f"samples.tsv:2, column 'path': {told}")


@pytest.mark.usefixtures("numbered")
def test_several_files_reach_the_entries_as_lists() -> None:
    lines = {"wing": "crystal", "system": "ta", "format": "paradis", "options": LINES}
    found, problems = imports(
        lines | {"sample": "a", "path": "run?.dump"}, lines | {"sample": "b", "path": "run10.dump"}
    )
    assert not problems
    assert found[0].entry["path"] == ["run1.dump", "run2.dump", "run9.dump", "run10.dump"]
    assert found[0].places["run9.dump"] == "samples.tsv:2"
    assert found[0].places["run10.dump"] == "samples.tsv:3"
    (row,) = read_sheet(written(GLASS | {"deformed": "run?.dump"}), SHEET_RULES).rows
    entry = SHEET_RULES["glass"].place(row, row.paths, {})[2]
    assert entry["reference_path"] == "a.dump"
    assert entry["deformed_path"] == ["run1.dump", "run2.dump", "run9.dump"]
    both = GLASS | {"deformed": "run?.dump", "reference": "b.dump"}
    (problem,) = read_sheet(written(both), SHEET_RULES).problems
    assert "column 'deformed': files are given here and in column 'reference'" in str(problem)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    tensor=st.lists(st.lists(st.floats(-5, 5), min_size=3, max_size=3), min_size=3, max_size=3),
    number=st.integers(0, 10**9),
    pairs=st.dictionaries(st.from_regex(r"[A-Za-z0-9+]{1,4}", fullmatch=True),
                          st.from_regex(r"[A-Z][a-z]?", fullmatch=True), min_size=1),
)  # fmt: skip
def test_what_is_written_in_cells_is_read(
    tensor: list[list[float]], number: int, pairs: dict[str, str]
) -> None:
    cell = "; ".join(" ".join(map(repr, row)) for row in tensor)
    assert load_of(cell) == {"type": "tensor", "gradient": tensor}
    assert frame_of(str(number)) == number
    assert frame_of(f"t{number}") == {"timestep": number}
    assert pairs_of(" ".join(f"{key}={value}" for key, value in pairs.items())) == pairs


def test_loads_can_be_reversed() -> None:
    assert load_of("uniaxial -z") == {"type": "uniaxial", "axis": "z", "sense": -1}
    assert load_of("simple_shear -yx") == {"type": "simple_shear", "plane": "yx", "sense": -1}
    with pytest.raises(CellError, match="expected a load"):
        load_of("random")
    assert options_of("{}") == {}
