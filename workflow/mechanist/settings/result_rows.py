"""Rows of result files of any kind, and the choice of some by the values of their columns."""

import csv
import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, TypeAlias

import yaml

from mechanist.core.errors import FormatError
from mechanist.settings.paper_specification import lookup

#: A row of a result file, by column.
Row = Mapping[str, object]


#: A number, a truth value or a word.
Value: TypeAlias = str | float


#: Relative tolerance for comparing numbers, as text rounds them.
TOLERANCE: Final = 1e-9


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
