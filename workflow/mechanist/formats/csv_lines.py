"""Read the lines of a CSV file and split them into cells."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from mechanist.core.errors import FormatError
from mechanist.formats.named_arrays import guarded


def words_of(path: Path, number: int, line: str, header: Sequence[str]) -> list[str]:
    """Return the cells of one line.

    Raises
    ------
    FormatError
        If a quotation mark is not closed on the line: the rest of the table would be one cell.
    """
    try:
        return next(csv.reader([line], skipinitialspace=True, strict=True))
    except csv.Error as error:
        mark = line.find('"')
        cell = line.count(",", 0, max(mark, 0))
        problem = f"character {mark + 1} is a quotation mark that is not closed on its line, or that other text follows"
        raise FormatError(
            path,
            problem if mark >= 0 else str(error),
            remedy="Remove it, or put the whole cell in quotation marks, those inside it doubled.",
            line=number,
            column=header[cell] if mark >= 0 and cell < len(header) else None,
        ) from error


def lines_of(path: Path) -> list[str]:
    """Return the lines of a file; a byte-order mark, which spreadsheets write, is skipped.

    Raises
    ------
    FormatError
        If it cannot be read, is not UTF-8 text, or does not end with a newline.
    """
    with guarded(path):
        data = path.read_bytes()
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(
            path,
            f"not UTF-8 text: byte {data[error.start]:#04x}",
            remedy="Save the table as UTF-8.",
            line=data.count(b"\n", 0, error.start) + 1,
        ) from error
    if content and not content.endswith("\n"):
        raise FormatError(
            path,
            "the file ends within this line, without a newline",
            remedy="It may be cut short: fetch it again, or press Enter after the last line.",
            line=content.count("\n") + 1,
        )
    return list(io.StringIO(content, newline=None))
