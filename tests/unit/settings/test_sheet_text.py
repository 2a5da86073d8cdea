"""The sheet is read as any spreadsheet program saves it."""

from dataclasses import replace
from pathlib import Path

import pytest

from mechanist.settings.sample_sheet import read_sheet
from mechanist.wings.sheets import SHEET_RULES
from sheet_rows import GLASS, written

pytestmark = pytest.mark.usefixtures("dumps")


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
