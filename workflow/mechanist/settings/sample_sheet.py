"""Read the sheet of users' own simulations: one row per sample, tabs between columns.

All problems of a sheet are found at once, so that they can be corrected together. The columns are
described in ``config/README.md``. The process that plans a run reads the sheet, so this module
needs only the standard library and a YAML parser.
"""

import difflib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from mechanist.core.boundary import as_format_error
from mechanist.core.errors import FormatError
from mechanist.settings.sheet_cells import (
    LOADS,
    NOTHING,
    dimension_of,
    frames_of,
    load_of,
    name_of,
    pairs_of,
    reference_of,
    target_of,
)
from mechanist.settings.sheet_errors import CellError
from mechanist.settings.sheet_files import files_of, names_files, one_file_of
from mechanist.settings.sheet_options import options_of
from mechanist.settings.sheet_row import SheetRow
from mechanist.settings.sheet_rules import SheetRule, SheetRules
from mechanist.settings.sheet_text import CellLine, read_cells

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
    "load": f"{LOADS}; without frames under load, or for a target that belongs to no load, it may stay"
    " empty",
    "reference": "the frame before loading: an index from 0, or a timestep as in t3000",
    "deformed": "the frames under load: all, none, or some as in 1 2 t5000; for a target without a load,"
    " it may stay empty",
}
#: Columns whose letters beyond ASCII are checked by the file that they name.
_NAMES_OF_FILES: Final = ("path", "reference", "deformed", "target")


class Sheet(NamedTuple):
    """Valid rows, and all problems of the others."""

    rows: list[SheetRow]
    problems: list[FormatError]


def read_sheet(path: Path, rules: SheetRules) -> Sheet:
    """Read a sample sheet.

    Parameters
    ----------
    path : Path
        A header with ``COLUMNS`` in any order, then rows, as spreadsheet programs save them: see
        :mod:`mechanist.settings.sheet_text`.
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
        text = read_cells(path)
        header = _header(path, text.lines[0])
    except FormatError as error:
        return Sheet([], [error])
    seen: dict[tuple[str, str, str], int] = {}
    for line in text.lines[1:]:
        found = _row(path, line, header, rules, guessed=text.guessed)
        if isinstance(found, SheetRow):
            key = (found.wing, found.system, found.sample)
            if seen.setdefault(key, line.number) == line.number:
                rows.append(found)
                continue
            problem = f"{found.sample!r} of {found.system!r} is already on line {seen[key]}"
            remedy = "Give each row of a system its own sample name."
            found = [found.error(problem, remedy=remedy, column="sample")]
        problems += found
    return Sheet(rows, problems)


def _header(path: Path, line: CellLine) -> list[str]:
    """Return the names of the columns."""
    names = line.cells
    unknown = [name for name in names if name not in COLUMNS]
    missing = [name for name in COLUMNS if name not in names]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if unknown:
        said = ", ".join(_nearest(name, missing, alone=len(unknown) == 1) for name in unknown)
        hint = f"Did you mean {said.strip(', ')}? " if said.strip(", ") else ""
        whole = " ".join(names)
        one = len(names) == 1 and len(whole.split()) + whole.count(",") + whole.count(";") > 1
        hint = "Separate columns by tabs. " if one else hint
        problem = f"unknown columns {unknown}"
        remedy = f"{hint}The columns are {', '.join(COLUMNS)}."
        raise FormatError(path, problem, remedy=remedy, line=line.number, column=unknown[0])
    if repeated or missing:
        problem = (
            f"columns {repeated} occur twice" if repeated else f"columns {missing} are missing"
        )
        remedy = f"The columns are {', '.join(COLUMNS)}, each once, in any order."
        column = (repeated or missing)[0]
        raise FormatError(path, problem, remedy=remedy, line=line.number, column=column)
    return names


def _nearest(name: str, missing: list[str], *, alone: bool) -> str:
    """Return the column that a name is closest to, whatever its case and blanks, or nothing."""
    plain = "".join(letter for letter in name.casefold() if letter.isalnum())
    close = difflib.get_close_matches(plain, missing or COLUMNS, n=1)
    return "" if not close else repr(close[0]) if alone else f"{close[0]!r} for {name!r}"


def _row(
    path: Path, line: CellLine, header: list[str], rules: SheetRules, *, guessed: bool
) -> SheetRow | list[FormatError]:
    """Return a row, or all its problems; cells that are missing at its end are empty."""
    number, fields = line
    if len(fields) > len(header):
        problem = f"{len(fields)} columns, expected {len(header)} ({' '.join(header)})"
        remedy = "Separate columns by one tab each, and write - where one does not apply."
        return [FormatError(path, problem, remedy=remedy, line=number)]
    raw = dict(zip(header, [*fields, *[""] * (len(header) - len(fields))], strict=True))
    wing = raw["wing"]
    if wing not in rules:
        problem, remedy = f"{wing!r}, expected one of {list(rules)}", "Correct it."
        return [FormatError(path, problem, remedy=remedy, line=number, column="wing")]
    given = {name: cell for name, cell in raw.items() if cell not in NOTHING}
    problems = [
        FormatError(path, problem, remedy=remedy, line=number, column=column)
        for column, problem, remedy in (
            *_misplaced(wing, rules[wing], given),
            *_undecided(given, guessed),
        )
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
            except Exception as error:  # noqa: BLE001  (one cell must not hide the other problems)
                made = as_format_error(path, error)
                problems.append(
                    FormatError(path, made.problem, remedy=made.remedy, line=number, column=column)
                )
    if "reference_path" in cells and "deformed_path" in cells:
        problem = (
            "files are given here and in column 'reference', so that column 'path' is not used"
        )
        remedy = (
            "Give the file of the reference in column 'path', its frame in 'reference' (such as 0), and"
            " the files under load here."
        )
        # An empty `path` has the same remedy.
        problems = [error for error in problems if error.column != "path"]
        problems.append(FormatError(path, problem, remedy=remedy, line=number, column="deformed"))
    if problems:
        return problems
    known = {name: cells.pop(name) for name in _ALWAYS}
    return SheetRow(path, number, cells=cells, **known)


def _misplaced(wing: str, rule: SheetRule, given: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return column, problem and remedy of each cell that is missing or not used by its wing."""
    needed = (*_ALWAYS, *rule.needed)
    taken = (*needed, *rule.taken)
    # Without frames under load, no load is required; nor are frames for a target without a load.
    needless = {"load"} if given.get("deformed") == "none" else set()
    if "target" in given and "load" not in given and given.get("deformed", "none") == "none":
        needless = {"load", "deformed"}
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


def _undecided(given: Mapping[str, str], guessed: bool) -> list[tuple[str, str, str]]:
    """Return column, problem and remedy of each cell whose letters are a guess that is used."""
    remedy = "Save the sheet as UTF-8 (Excel: 'Unicode Text' will do too)."
    return [
        (name, f"{cell!r}, as far as can be told: the sheet is not UTF-8 text", remedy)
        for name, cell in given.items()
        if guessed and not cell.isascii() and name not in _NAMES_OF_FILES
    ]


def _parsed(rule: SheetRule, column: str, cell: str) -> dict[str, object]:
    """Return the entries that a cell adds to its row."""
    if column == "reference":
        path, frame = reference_of(cell)
        named: dict[str, object] = {} if path is None else {"reference_path": one_file_of(path)}
        return {"reference": frame} | named
    if column == "deformed" and names_files(cell):
        files = files_of(cell)
        return {"deformed": "all", "deformed_path": [files] if isinstance(files, str) else files}
    if column == "target":
        name, path, value = target_of(cell)
        more: dict[str, object] = {} if path is None else {"target_path": one_file_of(path)}
        return {"target": name} | more | ({} if value is None else {"target_value": value})
    if column == "load" and column not in rule.own_cells:
        load = load_of(cell)
        return {} if load is None else {"load": load}
    parsers: dict[str, Callable[[str], object]] = {
        **dict.fromkeys(("system", "sample", "group"), name_of),
        "path": files_of,
        "species": pairs_of,
        "dimension": dimension_of,
        "deformed": frames_of,
        "options": options_of,
        **rule.own_cells,
    }
    return {column: parsers.get(column, str)(cell)}
