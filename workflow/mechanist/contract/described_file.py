"""Say what a result file holds: its columns with unit, meaning, allowed values and values found.

From a shell, in the folder of the repository::

    PYTHONPATH=workflow .venv/bin/python -m mechanist.contract.described_file FILE ...
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from mechanist.contract.described_arrays import describe_arrays
from mechanist.contract.described_json import describe_json
from mechanist.contract.text_table import text_table
from mechanist.core.errors import FormatError
from mechanist.formats.csv_tables import DESCRIPTION, RANGE, UNIT_TEXT, beside
from mechanist.formats.tables import column_metadata, read_table, target_metadata
from mechanist.formats.value_ranges import n_outside

HEADINGS = ("column", "unit", "allowed values", "values in the file", "meaning")


@dataclass(frozen=True)
class Told:
    """What a file says of a column, and what the column holds.

    Parameters
    ----------
    name, unit, description, range : str
        As in :class:`mechanist.formats.described_columns.Column`; empty where the file says nothing.
    found : str
        Smallest and largest number, or the number of different texts.
    outside : int
        Number of values that the stated range does not allow.
    """

    name: str
    unit: str
    description: str
    range: str
    found: str
    outside: int


def describe_file(path: Path) -> str:
    """Return a readable text about a result file.

    Parameters
    ----------
    path : Path
        Table (``.parquet``, or ``.csv`` with its ``.csv-metadata.json``), arrays (``.h5``,
        ``.hdf5``, ``.npz``), or ``.json``.

    Raises
    ------
    FormatError
        If there is no such file, it is of another kind, or it cannot be read.
    """
    if not path.is_file():
        raise FormatError(path, "there is no such file", remedy="Correct the name of the file.")
    if path.suffix in (".parquet", ".csv"):
        return _of_table(path)
    if path.suffix in (".h5", ".hdf5", ".npz"):
        return describe_arrays(path)
    if path.suffix == ".json":
        return describe_json(path)
    raise FormatError(
        path,
        f"files of the kind {path.suffix!r} are not described",
        remedy="Name a file .parquet, .csv, .h5, .hdf5, .npz or .json.",
    )


def columns_of(path: Path) -> tuple[list[Told], int]:
    """Return what a table says of its columns, and its number of rows.

    Raises
    ------
    FormatError
        If the file cannot be read, or a range that it states.
    """
    if path.suffix == ".csv":
        table, said = _read_csv(path)
    else:
        table, said = read_table(path), column_metadata(path)
    try:
        told = [_told(table[name], said.get(str(name), {})) for name in table.columns]
    except ValueError as error:
        remedy = "Delete the file and run the workflow again."
        raise FormatError(path, str(error), remedy=remedy) from error
    return told, len(table)


def collapsed(columns: Sequence[Told]) -> list[tuple[str, list[Told]]]:
    """Return names of neighbouring columns that mean the same, with these columns."""
    groups: list[list[Told]] = []
    for one in columns:
        last = groups[-1][0] if groups else None
        if last and one.description and (one.unit, one.description, one.range) == (
            last.unit, last.description, last.range
        ):  # fmt: skip
            groups[-1].append(one)
        else:
            groups.append([one])
    return [
        (g[0].name if len(g) == 1 else f"{g[0].name} ... {g[-1].name} ({len(g)} columns)", g)
        for g in groups
    ]


def _of_table(path: Path) -> str:
    columns, n_rows = columns_of(path)
    rows = []
    for name, group in collapsed(columns):
        one, wrong = group[0], sum(told.outside for told in group)
        found = one.found if len(group) == 1 else f"{one.found} in {one.name}"
        found += f"; {wrong} OUTSIDE" if wrong else ""
        rows.append((name, one.unit, one.range, found, one.description or "not described"))
    lines = [f"{path}: {n_rows} rows, {len(columns)} columns", "", *text_table(HEADINGS, rows)]
    targets = target_metadata(path) if path.suffix == ".parquet" else {}
    if targets:
        lines += ["", "Targets in the column target:"]
        lines += [f"  {name}: unit {about.get('unit') or '-'}" for name, about in targets.items()]
    return "\n".join(lines) + "\n"


def _read_csv(path: Path) -> tuple[pd.DataFrame, dict[str, dict[str, str]]]:
    sidecar = beside(path)
    listed: list[dict[str, str]] = []
    if sidecar.is_file():
        listed = json.loads(sidecar.read_text(encoding="utf-8"))["tableSchema"]["columns"]
    texts = {one["name"]: str for one in listed if one["datatype"] == "string"}
    try:
        table = pd.read_csv(path, dtype=texts, comment="#" if _commented(path) else None)
    except (ValueError, UnicodeDecodeError) as error:
        remedy = "Delete the file and run the workflow again."
        raise FormatError(path, f"not a readable table ({error})", remedy=remedy) from error
    said = {
        one["name"]: {
            "unit": one.get(UNIT_TEXT, ""),
            "description": one.get(DESCRIPTION, ""),
            "range": one.get(RANGE, ""),
        }
        for one in listed
    }
    return table, said


def _commented(path: Path) -> bool:
    """Return whether a file begins with a comment; a # elsewhere is text."""
    with path.open(encoding="utf-8") as file:
        return file.read(1) == "#"


def _told(values: pd.Series, said: dict[str, str]) -> Told:
    allowed = said.get("range", "")
    return Told(
        name=str(values.name),
        unit=said.get("unit", ""),
        description=said.get("description", ""),
        range=allowed,
        found=_found(values),
        outside=n_outside(values, allowed) if allowed else 0,
    )


def _found(values: pd.Series) -> str:
    held = values.dropna()
    missing = f", {len(values) - len(held)} missing" if len(held) < len(values) else ""
    if held.empty:
        return "none" + missing
    if pd.api.types.is_numeric_dtype(held) and not pd.api.types.is_bool_dtype(held):
        return f"{held.min():.4g} to {held.max():.4g}{missing}"
    different = held.astype(str).unique()
    if len(different) == 1:
        return f"{different[0][:24]}{missing}"
    return f"{len(different)} different{missing}"


def main(arguments: Sequence[str]) -> int:
    """Print what files hold; return the exit status."""
    if not arguments or {"-h", "--help"} & set(arguments):
        print(__doc__)
        return 0 if arguments else 2
    for name in arguments:
        try:
            print(describe_file(Path(name)))
        except FormatError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
