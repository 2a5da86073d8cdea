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
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from mechanist.core.errors import FormatError

Row = Mapping[str, Any]

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


def _only(values: Sequence[Any]) -> Any:
    if len(values) != 1:
        raise AbsentError(f"{len(values)} rows, expected one")
    return values[0]


#: Functions that reduce rows to one value.
REDUCTIONS: Final[dict[str, Callable[[Sequence[Any]], Any]]] = {
    "only": _only,
    "count": len,
    "distinct": lambda values: len(set(values)),
    "min": min,
    "max": max,
    "sum": sum,
    "median": statistics.median,
    "mean": statistics.fmean,
}


@dataclass(frozen=True)
class Quantity:
    """A number or word read from ``source``, with its interval if the row holds one."""

    value: Any
    low: float | None = None
    high: float | None = None
    source: str = ""


def read_specification(path: Path) -> dict[str, Any]:
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
    return content


def lookup(config: Any, path: str) -> Any:
    """Return the value in a configuration at a path of keys and, in lists, indices.

    Raises
    ------
    AbsentError
        If a part of the path does not exist.
    """
    place = config
    for part in path.split("/"):
        try:
            place = place[int(part)] if isinstance(place, list | tuple) else place[part]
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise AbsentError(f"the configuration has no {path}") from error
    return place


def variables(specification: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the variables that the configuration defines."""
    found: dict[str, Any] = {}
    for name, path in specification["variables"].items():
        try:
            found[name] = lookup(config, filled(path, found))
        except AbsentError:
            continue
    return found


def filled(text: Any, values: Mapping[str, Any]) -> Any:
    """Put variables into a string, or into each string of a list.

    A string that is a single variable becomes its value, a number or a word.

    Raises
    ------
    AbsentError
        If a variable is unknown.
    """
    if isinstance(text, list):
        return [filled(entry, values) for entry in text]
    if not isinstance(text, str):
        return text
    alone = _ALONE.fullmatch(text)
    try:
        return values[alone[1]] if alone else text.format_map(values)
    except KeyError as error:
        raise AbsentError(f"the configuration has no {error.args[0]}") from error


def wanted(config: Mapping[str, Any], need: str) -> bool:
    """Return whether a configuration has a path, or a list there that holds its last part."""
    head, _, last = need.rpartition("/")
    try:
        place = lookup(config, head) if head else config
    except AbsentError:
        return False
    return last in place if isinstance(place, Iterable) else False


def available(
    entries: Mapping[str, Mapping[str, Any]],
    config: Mapping[str, Any],
    values: Mapping[str, Any],
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
            path = filled(entry["path"], values)
            needs = filled(entry.get("needs", []), values)
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
            text = path.read_text(encoding="utf-8")
            content = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
        case suffix:
            raise FormatError(path, f"cannot read rows of a {suffix!r} file",
                              remedy="Quote from CSV, Parquet, JSON or YAML.")  # fmt: skip
    if place:
        content = lookup(content, place)
    elif isinstance(content, dict) and "rows" in content:
        content = content["rows"]
    return list(content) if isinstance(content, list) else [content]


def chosen(rows: Iterable[Row], where: Mapping[str, Any]) -> list[Row]:
    """Return rows whose columns have the requested value, or one of a list of values."""
    return [
        row for row in rows if all(_equal(row.get(name), value) for name, value in where.items())
    ]


def quantity(
    entry: Mapping[str, Any],
    config: Mapping[str, Any],
    values: Mapping[str, Any],
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
    reduce = REDUCTIONS[entry.get("reduce", "only")]
    if entry["from"] == CONFIG:
        place = lookup(config, filled(entry["at"], values))
        listed = isinstance(place, list | dict) and "reduce" in entry
        return Quantity(reduce(list(place)) if listed else place, source=CONFIG)
    if entry["from"] not in files:
        raise AbsentError(f"this workflow size does not produce {entry['from']}")
    rows = read_rows(files[entry["from"]], filled(entry.get("at", ""), values))
    where = {name: filled(value, values) for name, value in entry.get("where", {}).items()}
    found = chosen(rows, where)
    column = entry.get("take", "value")
    numbers = [row[column] for row in found if row.get(column) is not None]
    if not numbers:
        raise AbsentError(f"no row of {entry['from']} has a {column} where {where}")
    own = column in MEASURED or set(INTERVAL) <= set(entry)
    ends = (
        [found[0].get(entry.get(end, end)) for end in INTERVAL] if own and len(found) == 1 else []
    )
    low, high = ends or (None, None)
    return Quantity(reduce(numbers), low, high, source=entry["from"])


def _number(text: str | None) -> Any:
    """Return a cell of a CSV as a number, a truth value, None or text."""
    if text is None or text == "":
        return None
    if text in {"True", "False"}:
        return text == "True"
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def _equal(value: Any, expected: Any) -> bool:
    if isinstance(expected, list):
        return any(_equal(value, one) for one in expected)
    if isinstance(value, float) or isinstance(expected, float):
        numbers = isinstance(value, int | float) and isinstance(expected, int | float)
        return numbers and math.isclose(value, expected, rel_tol=TOLERANCE)
    return bool(value == expected)
