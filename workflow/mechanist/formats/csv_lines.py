"""Read the lines of a CSV file and split them into cells."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from mechanist.core.errors import FormatError
from mechanist.formats.text import in_utf8, plain_text, unpacked


def words_of(
    path: Path, number: int, line: str, header: Sequence[str], separator: str = ","
) -> list[str]:
    """Return the cells of one line; a space as the separator stands for any white space.

    Raises
    ------
    FormatError
        If a quotation mark is not closed on the line: the rest of the table would be one cell.
    """
    if separator == " ":
        line = " ".join(line.split())
    try:
        return next(csv.reader([line], skipinitialspace=True, strict=True, delimiter=separator))
    except csv.Error as error:
        mark = line.find('"')
        cell = line.count(separator, 0, max(mark, 0))
        problem = f"character {mark + 1} is a quotation mark that is not closed on its line, or that other text follows"
        raise FormatError(
            path,
            problem if mark >= 0 else str(error),
            remedy="Remove it, or put the whole cell in quotation marks, those inside it doubled.",
            line=number,
            column=header[cell] if mark >= 0 and cell < len(header) else None,
        ) from error


def lines_of(path: Path) -> list[str]:
    """Return the lines of a file, plain or packed by gzip or zstd.

    Byte-order marks are skipped; UTF-16 with one, Latin-1 and line ends of all systems are read.

    Raises
    ------
    FormatError
        If it cannot be read, holds zero bytes, or does not end with a newline.
    """
    data, _ = unpacked(path)
    content = in_utf8(plain_text(data)).decode()
    if "\0" in content:
        raise FormatError(
            path,
            "not text: it holds a zero byte",
            remedy="Save the table as CSV text in UTF-8.",
            line=content.count("\n", 0, content.index("\0")) + 1,
        )
    if content and not content.endswith("\n"):
        raise FormatError(
            path,
            "the file ends within this line, without a newline",
            remedy="It may be cut short: fetch it again, or press Enter after the last line.",
            line=content.count("\n") + 1,
        )
    return list(io.StringIO(content, newline=None))
