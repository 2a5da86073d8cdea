"""Read the sheet of users' own simulations: one row per sample, tabs between columns.

All problems of a sheet are found at once, so that they can be corrected together. The columns are
described in ``config/README.md``. The process that plans a run reads the sheet, so this module
needs only the standard library and a YAML parser.
"""

import difflib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from mechanist.core.errors import FormatError
from mechanist.core.path_patterns import matching_files
from mechanist.settings.sheet_cells import (
    LOADS,
    NOTHING,
    CellError,
    dimension_of,
    frames_of,
    load_of,
    name_of,
    options_of,
    pairs_of,
    reference_of,
)
from mechanist.settings.sheet_row import SheetRow
from mechanist.settings.sheet_rules import SheetRule, SheetRules

COLUMNS: Final = (
    "wing", "system", "sample", "group", "path", "format", "species", "dimension", "units", "load",
    "reference", "deformed", "target", "options",
)  # fmt: skip
#: Columns that every row must fill.
_ALWAYS: Final = ("wing", "system", "sample", "path", "format")
#: Contents to suggest for a required cell that is empty.
_CHOICES: Final = {
    "species": "a name for each label in the file, as in 1=Cu 2=Zr",
    "dimension": "2 or 3",
    "units": "the unit system, such as lj or metal",
    "load": f"{LOADS}; without frames under load, it may stay empty",
    "reference": "the frame before loading: an index from 0, or a timestep as in t3000",
    "deformed": "the frames under load: all, none, or some as in 1 2 t5000",
}
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class Sheet(NamedTuple):
    """Valid rows, and all problems of the others."""

    rows: list[SheetRow]
    problems: list[FormatError]


def read_sheet(path: Path, rules: SheetRules) -> Sheet:
    """Read a sample sheet.

    Parameters
    ----------
    path : Path
        Text in UTF-8: a header with ``COLUMNS`` in any order, then rows; tabs between columns.
    rules : mapping of str to SheetRule
        What each wing reads.

    Returns
    -------
    Sheet
        If the file as a whole is invalid, there are no rows.
    """
    rows: list[SheetRow] = []
    problems: list[FormatError] = []
    try:
        lines = _lines(path)
        header = _header(path, lines[0])
    except FormatError as error:
        return Sheet([], [error])
    seen: dict[tuple[str, str, str], int] = {}
    for number, line in enumerate(lines[1:], start=2):
        found = _row(path, number, line, header, rules)
        if isinstance(found, SheetRow):
            key = (found.wing, found.system, found.sample)
            if seen.setdefault(key, number) == number:
                rows.append(found)
                continue
            problem = f"{found.sample!r} of {found.system!r} is already on line {seen[key]}"
            remedy = "Give each row of a system its own sample name."
            found = [found.error(problem, remedy=remedy, column="sample")]
        problems += found
    return Sheet(rows, problems)


def _lines(path: Path) -> list[str]:
    """Return the lines of a sheet without their ends."""
    try:
        data = path.read_bytes()
    except OSError as error:
        remedy = "Correct `own_data/sheet` in the configuration, or restore the file."
        raise FormatError(path, f"cannot be read ({error.strerror})", remedy=remedy) from error
    if data.startswith(_BYTE_ORDER_MARK):
        remedy = "Save the sheet as UTF-8 without one (not as 'UTF-8 with BOM')."
        raise FormatError(path, "the file begins with a byte-order mark", remedy=remedy, line=1)
    lines = data.split(b"\n")
    if lines.pop() or not lines:
        problem = "the file is empty" if not data else "the file ends without a newline"
        remedy = "If nothing is missing, press Enter after the last row and save."
        raise FormatError(path, problem, remedy=remedy, line=len(lines) + bool(data))
    decoded = []
    for number, line in enumerate(lines, start=1):
        try:
            decoded.append(line.removesuffix(b"\r").decode())
        except UnicodeDecodeError as error:
            problem = f"not UTF-8 text: byte {line[error.start]:#04x}"
            remedy = "Save the sheet as UTF-8."
            raise FormatError(path, problem, remedy=remedy, line=number) from error
    return decoded


def _header(path: Path, line: str) -> list[str]:
    """Return the names of the columns."""
    names = [name.strip() for name in line.split("\t")]
    unknown = [name for name in names if name not in COLUMNS]
    missing = [name for name in COLUMNS if name not in names]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if unknown:
        close = difflib.get_close_matches(unknown[0], missing or COLUMNS, n=1)
        hint = f"Did you mean {close[0]!r}? " if close else ""
        one = len(names) == 1 and len(line.split()) + line.count(",") + line.count(";") > 1
        hint = "Separate columns by tabs. " if one else hint
        problem = f"unknown columns {unknown}"
        remedy = f"{hint}The columns are {', '.join(COLUMNS)}."
        raise FormatError(path, problem, remedy=remedy, line=1, column=unknown[0])
    if repeated or missing:
        problem = (
            f"columns {repeated} occur twice" if repeated else f"columns {missing} are missing"
        )
        remedy = f"The columns are {', '.join(COLUMNS)}, each once, in any order."
        column = (repeated or missing)[0]
        raise FormatError(path, problem, remedy=remedy, line=1, column=column)
    return names


def _row(
    path: Path, number: int, line: str, header: list[str], rules: SheetRules
) -> SheetRow | list[FormatError]:
    """Return a row, or all its problems."""
    fields = [cell.strip() for cell in line.split("\t")]
    if len(fields) != len(header):
        seen = f"{len(fields)} columns" if line.strip() else "a blank line"
        problem = f"{seen}, expected {len(header)} ({' '.join(header)})"
        remedy = "Separate columns by one tab each, write - where one does not apply, and leave no blank lines."
        return [FormatError(path, problem, remedy=remedy, line=number)]
    raw = dict(zip(header, fields, strict=True))
    wing = raw["wing"]
    if wing not in rules:
        problem, remedy = f"{wing!r}, expected one of {list(rules)}", "Correct it."
        return [FormatError(path, problem, remedy=remedy, line=number, column="wing")]
    given = {name: cell for name, cell in raw.items() if cell not in NOTHING}
    problems = [
        FormatError(path, problem, remedy=remedy, line=number, column=column)
        for column, problem, remedy in _misplaced(wing, rules[wing], given)
    ]
    refused = {error.column for error in problems}
    cells: dict[str, Any] = {}
    for column, cell in given.items():
        if column not in refused:
            try:
                cells |= _parsed(rules[wing], column, cell)
            except CellError as error:
                problem, remedy = error.problem, error.remedy
                problems.append(
                    FormatError(path, problem, remedy=remedy, line=number, column=column)
                )
    if problems:
        return problems
    known = {name: str(cells.pop(name)) for name in _ALWAYS}
    return SheetRow(path, number, cells=cells, **known)


def _misplaced(wing: str, rule: SheetRule, given: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return column, problem and remedy of each cell that is missing or not used by its wing."""
    needed = (*_ALWAYS, *rule.needed)
    taken = (*needed, *rule.taken)
    # Without frames under load, no load is required.
    needless = {"load"} if given.get("deformed") == "none" else set()
    absent = [
        (name, f"empty, but wing {wing!r} requires it", _fill_in(name))
        for name in needed
        if name not in given and name not in needless
    ]
    return absent + [
        (name, f"given, but wing {wing!r} does not use it", "Write - instead.")
        for name in given
        if name not in taken
    ]


def _fill_in(column: str) -> str:
    """Return how to fill in an empty cell."""
    choices = f" Write {_CHOICES[column]}." if column in _CHOICES else ""
    return f"It is never guessed: fill the cell in.{choices}"


def _file(cell: str) -> str:
    """Return a path or pattern of files that exist."""
    try:
        missing = [path for path in matching_files(cell) if not Path(path).is_file()]
    except ValueError as error:
        raise CellError(str(error), "Correct the pattern.") from error
    if not missing:
        return cell
    raise CellError(
        f"there is no file {missing[0]!r}", "Give a path from the folder in which you run."
    )


def _parsed(rule: SheetRule, column: str, cell: str) -> dict[str, Any]:
    """Return the entries that a cell adds to its row."""
    if column == "reference":
        path, frame = reference_of(cell)
        return {"reference": frame} | ({} if path is None else {"reference_path": _file(path)})
    if column == "load":
        load = load_of(cell)
        return {} if load is None else {"load": load}
    parsers: dict[str, Callable[[str], Any]] = {
        **dict.fromkeys(("system", "sample", "group"), name_of),
        "path": _file,
        "species": pairs_of,
        "dimension": dimension_of,
        "deformed": frames_of,
        "options": options_of,
        **rule.own_cells,
    }
    return {column: parsers.get(column, str)(cell)}
