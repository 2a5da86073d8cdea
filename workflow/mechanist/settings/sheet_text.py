"""Split the text of a sample sheet into cells, as spreadsheet programs save it.

Excel, LibreOffice and Numbers put cells that hold a quotation mark or a comma in quotation marks,
leave empty cells and rows at the end, or drop them, and write UTF-8, UTF-16 ("Unicode Text") or the
encoding of Windows, with line ends of any system. All of these hold the same cells.
"""

import codecs
import re
from pathlib import Path
from typing import Final, NamedTuple

from mechanist.core.boundary import remedy_of
from mechanist.core.errors import FormatError

_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WORKBOOK: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SAVE: Final = (
    "Save the sheet as text with tabs between columns, in UTF-8 (Excel: 'Unicode Text'; LibreOffice"
    " and Numbers: CSV with tabs, Unicode)."
)
#: A cell in quotation marks, in which two of them stand for one, or a cell without.
_CELL: Final = re.compile(r' *"((?:[^"]|"")*)" *(?=\t|\n|\Z)|([^\t\n]*)')


class CellLine(NamedTuple):
    """Number of a line, from 1, and its cells without blanks around them."""

    number: int
    cells: list[str]


class SheetText(NamedTuple):
    """Lines that hold something, and whether letters beyond ASCII were decoded by a guess."""

    lines: list[CellLine]
    guessed: bool


def read_cells(path: Path) -> SheetText:
    """Read the cells of a sheet; empty rows, and empty cells at the end of a row, are left out.

    Raises
    ------
    FormatError
        If the file cannot be read, is empty, is a workbook instead of text, or a quotation mark is
        not closed.
    """
    text, guessed = _decoded(path, _content(path))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines: list[CellLine] = []
    number, place = 1, 0
    while place < len(text):
        cells, end = _row(path, text, place, number)
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            lines.append(CellLine(number, cells))
        number += text.count("\n", place, end) + 1
        place = end + 1
    if not lines:
        remedy = "Write a line of column names; config/README.md describes them."
        raise FormatError(path, "the file is empty", remedy=remedy)
    return SheetText(lines, guessed)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        absent = isinstance(error, FileNotFoundError)
        remedy = "Correct `own_data/sheet` in the configuration, or restore the file."
        raise FormatError(
            path,
            f"cannot be read ({error.strerror})",
            remedy=remedy if absent else remedy_of(error),
        ) from error


def _decoded(path: Path, data: bytes) -> tuple[str, bool]:
    """Return the text, and whether its letters beyond ASCII are a guess (those of Windows)."""
    if data.startswith(_WORKBOOK):
        raise FormatError(path, "a workbook, expected text", remedy=_SAVE)
    coding = "utf-16" if data.startswith(_UTF16) else "utf-8-sig"
    guessed = False
    try:
        text = data.decode(coding)
    except UnicodeDecodeError as error:
        if coding == "utf-16":
            problem = "damaged UTF-16 text"
            raise FormatError(path, problem, remedy=_SAVE) from error
        text, guessed = data.decode("cp1252", errors="replace"), True
    if "\0" in text:
        problem = "not text: it holds zero bytes, as UTF-16 without a byte-order mark does"
        raise FormatError(
            path, problem, remedy=_SAVE, line=text.count("\n", 0, text.index("\0")) + 1
        )
    return text, guessed


def _row(path: Path, text: str, place: int, number: int) -> tuple[list[str], int]:
    """Return the cells of the row that begins at ``place``, and where the row ends."""
    cells: list[str] = []
    while True:
        match = _CELL.match(text, place)
        assert match is not None  # the second form matches everything
        quoted, plain = match[1], match[2]
        if plain is not None and plain.lstrip(" ").startswith('"'):
            raise FormatError(
                path,
                f"cell {len(cells) + 1} begins with a quotation mark that is not closed at its end:"
                f" {plain.strip()[:60]!r}",
                remedy="Close it, or leave it out; within a cell in quotation marks, write two for"
                " one.",
                line=number,
            )
        if quoted is not None and "\t" in quoted:
            raise FormatError(
                path,
                f"cell {len(cells) + 1} begins with a quotation mark that closes only after the next"
                f" cells: {quoted[:60]!r}",
                remedy="Close it at the end of its cell, or leave it out.",
                line=number,
            )
        cell = plain if quoted is None else quoted.replace('""', '"').replace("\n", " ")
        cells.append(cell.strip())
        place = match.end()
        if text[place : place + 1] != "\t":
            return cells, place
        place += 1
