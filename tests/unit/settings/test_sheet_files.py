"""Cells of the sheet that name files: one, a list or a pattern."""

from pathlib import Path

import pytest

from mechanist.settings.sample_sheet import read_sheet
from mechanist.wings.sheets import SHEET_RULES
from sheet_rows import GLASS, LINES, imports, written

pytestmark = pytest.mark.usefixtures("dumps")


NUMBERED = ("run1.dump", "run2.dump", "run10.dump", "run9.dump")


STRANGE = "\u00fc {a}, [1] b*;.dump"


@pytest.fixture
def numbered(dumps: None) -> None:
    del dumps  # changes to the folder of the test
    for name in (*NUMBERED, STRANGE):
        Path(name).touch()
    Path("runs").mkdir()
    Path("runs/run1.dump").mkdir()


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
