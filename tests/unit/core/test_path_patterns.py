"""Lists, patterns and ranges of files are resolved in natural order, and nothing is left out silently."""

from pathlib import Path
from typing import Any

import pytest

from mechanist.core.path_patterns import matching_files

NAMES = [
    "t0.d",
    "t9.d",
    "t10.d",
    "t100.d",
    "t000.d",
    "t010.d",
    "t020.d",
    "a{0..2}.d",
    "b[1].d",
    "x1/s.d",
    "x2/s.d",
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in NAMES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("t9.d", ["t9.d"]),
        ("absent.d", ["absent.d"]),  # the reader says that it is absent
        ("t{000..020..10}.d", ["t000.d", "t010.d", "t020.d"]),
        ("t{9..10}.d", ["t9.d", "t10.d"]),
        ("t{10,9}.d", ["t10.d", "t9.d"]),
        ("x{1..2}/{s,s}.d", ["x1/s.d", "x2/s.d"]),
        ("t[0-9].d", ["t0.d", "t9.d"]),
        ("x?/s.d", ["x1/s.d", "x2/s.d"]),
        ("a{0..2}.d", ["a{0..2}.d"]),  # a file of this very name
        ("b[1].d", ["b[1].d"]),
        (["t100.d", "t{9..10}.d"], ["t100.d", "t9.d", "t10.d"]),
        (Path("t9.d"), ["t9.d"]),
    ],
)
def test_patterns_are_resolved(folder: Path, pattern: Any, expected: list[str]) -> None:
    del folder
    assert matching_files(pattern) == expected


def test_numbers_sort_by_value(folder: Path) -> None:
    for name in NAMES:
        if name.startswith("t0") and name != "t0.d":
            (folder / name).unlink()
    assert matching_files("t*.d") == ["t0.d", "t9.d", "t10.d", "t100.d"]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("t{000..030..10}.d", r"there is no file 't030\.d' of 't\{000\.\.030\.\.10\}\.d'"),
        ("q*.d", r"no file in the folder in which you run fits the pattern 'q\*\.d'"),
        ("t{10..9}.d", "expected an ascending range"),
        ("t{0..9..0}.d", "expected an ascending range"),
        ("t{0..99999999}.d", "expected an ascending range"),
        (["t9.d", "t?.d"], r"'t9\.d' is named twice"),
        ([], "a list of paths is empty"),
    ],
)
def test_what_is_missing_is_said(folder: Path, pattern: Any, message: str) -> None:
    del folder
    with pytest.raises(ValueError, match=message):
        matching_files(pattern)
