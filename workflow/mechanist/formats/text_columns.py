"""Read blocks of rows of numbers at once, with errors that name line and column.

A block goes through Arrow's parser, which is fast and rounds correctly. Only if that fails, or
returns implausible values, are the rows checked one by one to report which is wrong and why.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np
import pyarrow as arrow
import pyarrow.csv as csv
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.text import UNFINISHED, TextFile

Kind = Literal["integer", "real", "text"]

_TYPES: Final[dict[Kind, arrow.DataType]] = {
    "integer": arrow.int64(),
    "real": arrow.float64(),
    "text": arrow.string(),
}
_INTEGER: Final = re.compile(r"-?\d{1,19}", re.ASCII)
_REAL: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_FORTRAN: Final = re.compile(r"[+-]?[\d.]+[dD][+-]?\d+", re.ASCII)
_COMMA: Final = re.compile(r"[+-]?\d+,\d+.*", re.ASCII)
_NOT_FINITE: Final = re.compile(
    r"[+-]?(nan(\(.*\))?|inf|infinity|1\.#\w+)", re.ASCII | re.IGNORECASE
)
_TO_SPACES: Final = bytes.maketrans(b"\t\v\f\r", b"    ")
_SPACE: Final = ord(" ")
_NEWLINE: Final = ord("\n")
_CODED: Final = arrow.dictionary(arrow.int32(), arrow.string())
_LONGEST_BLOCK: Final = 2**31 - 1  # limit of Arrow


@dataclass(frozen=True)
class Column:
    """Name and kind of a column of a block of rows.

    What stands in a column that is not ``used`` is no reason to refuse a file: fields that are no
    finite numbers become NaN or infinite, and a column with other fields is read as text.
    """

    name: str
    kind: Kind
    used: bool = True


def parse_integer(text: TextFile, line: int, token: str, what: str) -> int:
    """Return ``token`` as an integer.

    Raises
    ------
    FormatError
        If it is not an integer; ``line`` and ``what`` state its place.
    """
    _check_token(text, line, token, Column(what, "integer"))
    return int(token)


def parse_reals(text: TextFile, line: int, tokens: Sequence[str], what: str) -> FloatArray:
    """Return ``tokens`` as finite numbers.

    Raises
    ------
    FormatError
        If one is not a finite number; ``line`` and ``what`` state its place.
    """
    for token in tokens:
        _check_token(text, line, token, Column(what, "real"))
    return np.array([float(token) for token in tokens])


def parse_rows(
    text: TextFile, first: int, count: int, columns: Sequence[Column], *, announced: int
) -> list[NDArray[np.generic]]:
    """Return the columns of ``count`` rows from line ``first`` on.

    Parameters
    ----------
    text : TextFile
        The file.
    first, count : int
        First line and number of rows.
    columns : sequence of Column
        All columns of each row, in order.
    announced : int
        Line that states ``count``, named if rows are missing.

    Returns
    -------
    list of ndarray of shape (count,)
        int64, finite float64, or str; float64 that may be NaN, or str, in columns that are not used.

    Raises
    ------
    FormatError
        If rows are missing, or a field is missing, superfluous, or, in a column that is used, not of
        its column's kind.
    """
    present = len(text) - first + 1
    if text.open_end and present <= count:
        _check_last(text, first, columns)
    if present < count:
        _check_rows(text, first, present, columns, announced)
        problem = f"the file ends after {present} rows of the {count} that line {announced} states"
        raise text.cut_error(problem)
    block = text.block(first, count)
    table = None
    if not any(blank in block for blank in (b"\t", b"\v", b"\f")):  # Arrow splits at spaces only
        table = _table(block, columns)
    if table is None:
        table = _table(_single_spaced(block), columns)
    hexadecimal = b"0x" in block or b"0X" in block  # which Arrow reads as an integer
    loose = (table is None or hexadecimal) and not all(column.used for column in columns)
    if loose:
        table = _table(_single_spaced(block), columns, loose=True)
    values = [_array(column) for column in table.columns] if table is not None else []
    if table is None or table.num_rows != count or hexadecimal or not _plausible(values, columns):
        _check_rows(text, first, count, columns, announced)
        if table is None or table.num_rows != count:
            remedy = "Look for unusual characters in them."
            raise text.error(f"{count} rows cannot be read", remedy=remedy, line=first)
    if not loose:
        return values
    pairs = zip(values, columns, strict=True)
    return [part if column.used else _loosely(part, column.kind) for part, column in pairs]


class RegularLines(NamedTuple):
    """Columns of some lines: numbers, and distinct texts with the index of each line's into them."""

    numbers: dict[str, NDArray[np.generic]]
    texts: dict[str, tuple[list[str], IntArray]]


def parse_regular_lines(
    lines: bytes, count: int, columns: Sequence[Column], read: Collection[str]
) -> RegularLines | None:
    """Return columns of whole lines, or None where any of them is not as regular as most files are.

    What is returned is what :func:`parse_rows` returns, and takes less time and memory. What is not may
    be right all the same; ``parse_rows`` can tell.

    Parameters
    ----------
    lines : bytes
        Text in ASCII.
    count : int
        Number of lines.
    columns : sequence of Column
        All columns of each line, in order, with different names.
    read : collection of str
        Columns to return; those that are used are among them.
    """
    characters = np.frombuffer(lines, np.uint8)
    blank = characters <= _SPACE
    doubled = int(np.count_nonzero(blank[1:] & blank[:-1]))
    ends: tuple[str, ...] = ()
    if not lines.endswith(b"\n") or any(mark in lines for mark in (b"\t", b"\v", b"\f")):
        doubled = -1
    elif doubled == count:  # LAMMPS writes a space after each field
        closed = (characters[:-1] == _SPACE) & (characters[1:] == _NEWLINE)
        ends = ("",) if np.count_nonzero(closed) == count else ()
    if blank[0] or (doubled and not ends):
        lines = _single_spaced(lines)
        ends = ()
    hexadecimal = (b"x" in lines and b"0x" in lines) or (b"X" in lines and b"0X" in lines)
    types = {c.name: _CODED if c.kind == "text" else _TYPES[c.kind] for c in columns}
    try:
        table = csv.read_csv(
            arrow.BufferReader(lines),
            csv.ReadOptions(
                column_names=[*(column.name for column in columns), *ends],
                use_threads=False,
                block_size=len(lines) + 1,
            ),
            csv.ParseOptions(delimiter=" ", quote_char=False),
            csv.ConvertOptions(
                column_types=types,
                null_values=[],
                include_columns=[c.name for c in columns if c.name in read],
            ),
        )
    except arrow.ArrowInvalid:
        return None
    if hexadecimal or table.num_rows != count:
        return None
    found = RegularLines({}, {})
    for column in columns:
        if column.name not in read:
            continue
        part = table[column.name].combine_chunks()
        if column.kind == "text":
            found.texts[column.name] = (part.dictionary.to_pylist(), part.indices.to_numpy())
            continue
        values = part.to_numpy()
        if column.used and not np.isfinite(values).all():
            return None
        found.numbers[column.name] = values
    return found


def _check_last(text: TextFile, first: int, columns: Sequence[Column]) -> None:
    """Refuse a last line without a newline if fields, or digits that other lines have, are missing."""
    rows = text.block(first, len(text) - first + 1).decode().splitlines()
    tokens = rows[-1].split()
    if len(tokens) < len(columns):
        raise text.cut_error(UNFINISHED)
    if columns[-1].kind == "text":
        return
    last, *others = (
        len(row.split()[-1:][0].partition(".")[2]) for row in reversed(rows) if row.split()
    )
    if not tokens[-1][-1].isdigit() or (others and last < min(others)):
        raise text.cut_error(UNFINISHED)


def _table(block: bytes, columns: Sequence[Column], *, loose: bool = False) -> arrow.Table | None:
    """Return ``block`` as an Arrow table, or None where a field is not of its column's kind.

    If ``loose``, columns that are not used are read as text.
    """
    names = [str(i) for i in range(len(columns))]
    kinds: list[Kind] = ["text" if loose and not column.used else column.kind for column in columns]
    types = {name: _TYPES[kind] for name, kind in zip(names, kinds, strict=True)}
    size = min(len(block) + 1, _LONGEST_BLOCK)
    try:
        return csv.read_csv(
            arrow.BufferReader(block),
            csv.ReadOptions(column_names=names, use_threads=False, block_size=size),
            csv.ParseOptions(delimiter=" ", quote_char=False),
            csv.ConvertOptions(column_types=types, null_values=[]),
        )
    except arrow.ArrowInvalid:
        return None


def _array(column: arrow.ChunkedArray) -> NDArray[np.generic]:
    if not arrow.types.is_string(column.type):
        return np.asarray(column.to_numpy())
    encoded = column.combine_chunks().dictionary_encode()
    return np.array(encoded.dictionary.to_pylist(), dtype=np.str_)[encoded.indices.to_numpy()]


def _loosely(fields: NDArray[np.generic], kind: Kind) -> NDArray[np.generic]:
    """Return the fields of a column that is not used as numbers, if all of them mean numbers."""
    tokens = [str(field) for field in fields]
    if kind == "text":
        return fields
    if kind == "integer" and all(map(_is_integer, tokens)):
        return np.array([int(token) for token in tokens], dtype=np.int64)
    if not all(_REAL.fullmatch(token) or _NOT_FINITE.fullmatch(token) for token in tokens):
        return fields
    return np.array([float(token) if _REAL.fullmatch(token) else np.nan for token in tokens])


def _plausible(values: Sequence[NDArray[np.generic]], columns: Sequence[Column]) -> bool:
    """Return whether no text is empty (as between two spaces), and numbers are finite, if used."""
    return all(
        bool(np.all(v != "")) if v.dtype.kind == "U" else not c.used or bool(np.isfinite(v).all())
        for v, c in zip(values, columns, strict=True)
    )


def _single_spaced(block: bytes) -> bytes:
    """Return ``block`` with one space between the fields of a row, and none around them."""
    spaced = block.translate(_TO_SPACES)
    while b"  " in spaced:
        spaced = spaced.replace(b"  ", b" ")
    return spaced.replace(b" \n", b"\n").replace(b"\n ", b"\n").removeprefix(b" ")


def _check_rows(
    text: TextFile, first: int, count: int, columns: Sequence[Column], announced: int
) -> None:
    """Raise an error that names the first invalid field of a block, if there is one."""
    names = " ".join(column.name for column in columns)
    for row in range(count):
        line = first + row
        tokens = [token.decode() for token in text.block(line, 1).split()]
        if len(tokens) != len(columns):
            seen = repr(text.line(line)[:60]) if tokens else "a blank line"
            raise text.error(
                f"{len(tokens)} fields where {len(columns)} are expected ({names}): {seen}, in"
                f" place of row {row + 1} of those that line {announced} states",
                remedy="Rows or fields are missing, superfluous or damaged: write the file again.",
                line=line,
            )
        for token, column in zip(tokens, columns, strict=True):
            if column.used:
                _check_token(text, line, token, column)


def _check_token(text: TextFile, line: int, token: str, column: Column) -> None:
    if column.kind == "text" or (column.kind == "real" and _is_finite(token)):
        return
    if column.kind == "integer" and _is_integer(token):
        return
    expected = "an integer" if column.kind == "integer" else "a finite number"
    if _FORTRAN.fullmatch(token):
        remedy = "Write exponents with E instead of Fortran's D."
    elif _COMMA.fullmatch(token):
        remedy = "Write a decimal point instead of the comma."
    elif _NOT_FINITE.fullmatch(token):
        remedy = "Find out what failed there, the simulation or the measurement, and leave it out."
    else:
        remedy = "Check that the columns match the header, and that none is damaged."
    raise text.error(f"{token!r}, expected {expected}", remedy=remedy, line=line,
                     column=column.name)  # fmt: skip


def _is_integer(token: str) -> bool:
    return _INTEGER.fullmatch(token) is not None and -(2**63) <= int(token) < 2**63


def _is_finite(token: str) -> bool:
    return _REAL.fullmatch(token) is not None and bool(np.isfinite(float(token)))
