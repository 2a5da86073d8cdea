"""Read the numbers that a text quotes from rows and columns of result files.

A text that is typeset after every run must not hold numbers typed by hand. A specification lists
its numbers, one per entry, which are read from results (and the configuration) each time:

- ``variables``: name to path in the configuration, such as ``glass: glass/run/0``; later ones may use
  earlier ones, as ``{glass}`` or, formatted, ``{early:.3f}``.
- ``sources``: name to ``path`` of a result file below the results folder (``root: true``: below the
  working directory), and ``needs``: required paths in the configuration (see :func:`wanted`).
- ``quantities``: name to ``from`` (a source, or ``config`` with ``at`` a path), ``where`` (values that
  columns must have), ``take`` (a column), ``reduce`` and the print format.

A size of the workflow may lack some results: quantities from these are absent, with the reason.
"""

import csv
import json
import math
import re
import statistics
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias, TypedDict, cast

import yaml

from mechanist.core.errors import FormatError
from mechanist.core.narrowing import (
    mapping,
    number,
    numbers,
    optional_number,
    sequence,
    text,
    texts,
)
from mechanist.settings.paper_entries import FileEntry, QuantityEntry, TableEntry

#: A row of a result file, by column.
Row = Mapping[str, object]
#: A number, a truth value or a word.
Value: TypeAlias = str | float

#: Name of the source that is the configuration, not a result file.
CONFIG: Final = "config"
#: Columns that hold the interval of the taken value.
INTERVAL: Final = ("low", "high")
#: Columns to which the interval of a row applies, unless the entry names interval columns.
MEASURED: Final = ("value", "difference")
#: Relative tolerance for comparing numbers, as text rounds them.
TOLERANCE: Final = 1e-9
_ALONE: Final = re.compile(r"\{(\w+)\}")


class AbsentError(LookupError):
    """Error for a value that a size of the workflow does not provide; the message states why."""


class Specification(TypedDict):
    """What a text quotes, section by section; the page above explains the entries."""

    parts: dict[str, str]
    variables: dict[str, str]
    sources: dict[str, FileEntry]
    quantities: dict[str, QuantityEntry]
    tables: dict[str, TableEntry]
    equations: dict[str, FileEntry]
    figures: dict[str, FileEntry]


def value_of(found: object) -> Value:
    """Return a cell that holds a value, as what it is.

    Raises
    ------
    TypeError
        If it holds anything else.
    """
    return found if isinstance(found, str) else number(found)


def _only(values: Sequence[object]) -> Value:
    if len(values) != 1:
        raise AbsentError(f"{len(values)} rows, expected one")
    return value_of(values[0])


#: Functions that reduce rows to one value.
REDUCTIONS: Final[dict[str, Callable[[Sequence[object]], Value]]] = {
    "only": _only,
    "count": len,
    "distinct": lambda values: len(set(values)),
    "min": lambda values: min(numbers(values)),
    "max": lambda values: max(numbers(values)),
    "sum": lambda values: sum(numbers(values)),
    "median": lambda values: statistics.median(numbers(values)),
    "mean": lambda values: statistics.fmean(numbers(values)),
}


@dataclass(frozen=True)
class Quantity:
    """A number or word read from ``source``, with its interval if the row holds one."""

    value: Value
    low: float | None = None
    high: float | None = None
    source: str = ""


def read_specification(path: Path) -> Specification:
    """Read a specification.

    Raises
    ------
    FormatError
        If a section is missing, or an entry quotes from an undefined source.
    """
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    sections = {"parts", "variables", "sources", "quantities", "tables", "equations", "figures"}
    if not isinstance(content, dict) or set(content) != sections:
        seen = sorted(content) if isinstance(content, dict) else type(content).__name__
        raise FormatError(path, f"sections {seen}, expected {sorted(sections)}",
                          remedy="Add the missing section, or correct its name.")  # fmt: skip
    known = {*content["sources"], CONFIG}
    for name, entry in content["quantities"].items():
        if entry.get("from") not in known:
            raise FormatError(path, f"{name} quotes from {entry.get('from')!r}, which is not a source",
                              remedy=f"Take one of {', '.join(sorted(known))}.")  # fmt: skip
    return cast("Specification", content)  # its sections are those that are checked above


def lookup(config: object, path: str) -> object:
    """Return the value in a configuration at a path of keys and, in lists, indices.

    Raises
    ------
    AbsentError
        If a part of the path does not exist.
    """
    place = config
    for part in path.split("/"):
        try:
            listed = isinstance(place, list | tuple)
            place = sequence(place)[int(part)] if listed else mapping(place)[part]
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise AbsentError(f"the configuration has no {path}") from error
    return place


def variables(specification: Specification, config: Mapping[str, object]) -> dict[str, object]:
    """Return the variables that the configuration defines."""
    found: dict[str, object] = {}
    for name, path in specification["variables"].items():
        try:
            found[name] = lookup(config, text(filled(path, found)))
        except AbsentError:
            continue
    return found


def filled(given: object, values: Mapping[str, object]) -> object:
    """Put variables into a string, or into each string of a list.

    A string that is a single variable becomes its value, a number or a word.

    Raises
    ------
    AbsentError
        If a variable is unknown.
    """
    if isinstance(given, list):
        return [filled(entry, values) for entry in given]
    if not isinstance(given, str):
        return given
    alone = _ALONE.fullmatch(given)
    try:
        return values[alone[1]] if alone else given.format_map(values)
    except KeyError as error:
        raise AbsentError(f"the configuration has no {error.args[0]}") from error


def wanted(config: Mapping[str, object], need: str) -> bool:
    """Return whether a configuration has a path, or a list there that holds its last part."""
    head, _, last = need.rpartition("/")
    try:
        place = lookup(config, head) if head else config
    except AbsentError:
        return False
    return last in place if isinstance(place, Container) else False


def available(
    entries: Mapping[str, Mapping[str, object]],
    config: Mapping[str, object],
    values: Mapping[str, object],
    results: str,
) -> dict[str, str]:
    """Return the files, by name, of the entries that a configuration produces.

    Parameters
    ----------
    entries : mapping
        Entries with ``path`` and, optionally, ``needs`` and ``root``.
    config, values : mapping
        Configuration and :func:`variables`.
    results : str
        The results folder, or a placeholder for it.
    """
    found = {}
    for name, entry in entries.items():
        try:
            path = text(filled(entry["path"], values))
            needs = texts(filled(entry.get("needs", []), values))
        except AbsentError:
            continue
        if all(wanted(config, need) for need in needs):
            found[name] = path if entry.get("root") else f"{results}/{path}"
    return found


def read_rows(path: Path, place: str = "") -> list[Row]:
    """Read the rows of a result file.

    Parameters
    ----------
    path : Path
        CSV, Parquet, JSON or YAML. JSON and YAML hold a list of rows, a key ``rows``, or at
        ``place`` a list or a single row.
    place : str
        Keys, separated by slashes.

    Raises
    ------
    AbsentError
        If the place does not exist.
    FormatError
        If the file is of another kind.
    """
    match path.suffix:
        case ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                return [
                    {k: _number(v) for k, v in row.items() if k} for row in csv.DictReader(file)
                ]
        case ".parquet":
            import pyarrow.parquet as parquet

            return list(parquet.read_table(path).to_pylist())
        case ".json" | ".yaml":
            written = path.read_text(encoding="utf-8")
            content = json.loads(written) if path.suffix == ".json" else yaml.safe_load(written)
        case suffix:
            raise FormatError(path, f"cannot read rows of a {suffix!r} file",
                              remedy="Quote from CSV, Parquet, JSON or YAML.")  # fmt: skip
    if place:
        content = lookup(content, place)
    elif isinstance(content, dict) and "rows" in content:
        content = content["rows"]
    return list(content) if isinstance(content, list) else [content]


def chosen(rows: Iterable[Row], where: Mapping[str, object]) -> list[Row]:
    """Return rows whose columns have the requested value, or one of a list of values."""
    return [
        row for row in rows if all(_equal(row.get(name), value) for name, value in where.items())
    ]


def quantity(
    entry: Mapping[str, object],
    config: Mapping[str, object],
    values: Mapping[str, object],
    files: Mapping[str, Path],
) -> Quantity:
    """Return the quantity that an entry quotes.

    Parameters
    ----------
    entry : mapping
        Entry of ``quantities``.
    config, values : mapping
        Configuration and :func:`variables`.
    files : mapping of str to Path
        Sources that exist.

    Raises
    ------
    AbsentError
        If this size of the workflow lacks the quantity; the message states why.
    """
    reduce, source = REDUCTIONS[text(entry.get("reduce", "only"))], text(entry["from"])
    if source == CONFIG:
        place = lookup(config, text(filled(entry["at"], values)))
        if isinstance(place, list | dict) and "reduce" in entry:
            return Quantity(reduce(list(place)), source=CONFIG)
        return Quantity(value_of(place), source=CONFIG)
    if source not in files:
        raise AbsentError(f"this workflow size does not produce {source}")
    rows = read_rows(files[source], text(filled(entry.get("at", ""), values)))
    named = mapping(entry.get("where", {}))
    where = {name: filled(value, values) for name, value in named.items()}
    found = chosen(rows, where)
    column = text(entry.get("take", "value"))
    taken = [row[column] for row in found if row.get(column) is not None]
    if not taken:
        raise AbsentError(f"no row of {source} has a {column} where {where}")
    own = column in MEASURED or set(INTERVAL) <= set(entry)
    if not own or len(found) != 1:
        return Quantity(reduce(taken), source=source)
    low, high = (optional_number(found[0].get(text(entry.get(end, end)))) for end in INTERVAL)
    return Quantity(reduce(taken), low, high, source=source)


def _number(cell: str | None) -> Value | None:
    """Return a cell of a CSV as a number, a truth value, None or text."""
    if cell is None or cell == "":
        return None
    if cell in {"True", "False"}:
        return cell == "True"
    try:
        return int(cell)
    except ValueError:
        pass
    try:
        return float(cell)
    except ValueError:
        return cell


def _equal(value: object, expected: object) -> bool:
    if isinstance(expected, list):
        return any(_equal(value, one) for one in expected)
    if isinstance(value, float) or isinstance(expected, float):
        if not (isinstance(value, int | float) and isinstance(expected, int | float)):
            return False
        return math.isclose(value, expected, rel_tol=TOLERANCE)
    return bool(value == expected)
