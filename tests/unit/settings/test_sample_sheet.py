"""The sheet of users' simulations: rows become imports, and all problems are reported at once."""

import copy
from pathlib import Path
from typing import Any

import pytest

from mechanist.imports.trajectory_entry import ImportEntry
from mechanist.settings.own_imports import configured_imports, merge_imports, sheet_imports
from mechanist.settings.sample_sheet import COLUMNS, read_sheet
from mechanist.wings.sheets import SHEET_RULES
from sheet_rows import CONFIG, GLASS, LINES, ROOT, SCHEMA, imports, written

pytestmark = pytest.mark.usefixtures("dumps")

FIELDS = "{axes: {x: x, t: t}, fields: {u: usol}, periodic: [x]}"


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
