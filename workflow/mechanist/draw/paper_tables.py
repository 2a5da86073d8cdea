"""Tables for a text, built from result files according to a specification.

A table is a head and rows of cells. A cell is text, or a mapping with ``text``, an addition in
small print (``small``), whether it is the ``best`` of its column, and a ``verdict``. Table kinds:

- ``scores``: one row per model, one column per question; each model has its own score file.
- ``grid``: one row per case and method, one column per noise level.
- ``rows``: rows and columns of one file.
- ``scoreboard``, ``audit``: the contents of ``scoreboard.csv`` and ``audit/audit.csv``.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mechanist.core.narrowing import mapping, number, optional_number, text
from mechanist.draw.numerals import AUTO, EMPTY, interval, numeral
from mechanist.draw.paper_boards import Cell, Measured, Table, audit, scoreboard
from mechanist.settings.paper_entries import ColumnEntry, TableEntry
from mechanist.settings.paper_numbers import Quantity, value_of
from mechanist.settings.paper_specification import AbsentError, filled, lookup
from mechanist.settings.result_rows import Row, chosen, read_rows

#: Roles of models whose inputs are deliberately more, or less, than allowed in the comparison.
OUT_OF_COMPETITION: Final = frozenset({"ceiling", "control"})


@dataclass(frozen=True)
class Context:
    """Data from which tables are built.

    Parameters
    ----------
    config, values : mapping
        Configuration and its variables.
    files : mapping of str to Path
        Existing sources, by name.
    """

    config: Mapping[str, object]
    values: Mapping[str, object]
    files: Mapping[str, Path]


def build_table(name: str, entry: TableEntry, context: Context) -> Table:
    """Return one table.

    Raises
    ------
    AbsentError
        If this size of the workflow produces none of its contents.
    """
    table = KINDS[entry["kind"]](name, entry, context)
    if not table["rows"]:
        raise AbsentError(f"this workflow size produces no data for table {name}")
    return table


def _scores(name: str, entry: TableEntry, context: Context) -> Table:
    labels = mapping(lookup(context.config, text(filled(entry["labels"], context.values))))
    columns = list(_columns(entry["columns"], context))
    roles: list[str] = []
    names: list[str] = []
    lines: list[list[Measured | None]] = []
    for model in entry["models"]:
        file = context.files.get(f"{name}__{model}")
        if file is None:
            continue
        records = read_rows(file)
        cells = [_score(records, column, context) for column in columns]
        if any(cells):
            shown = mapping(labels[model])
            roles.append(text(shown["role"]))
            names.append(text(shown["label"]))
            lines.append(cells)
    for place, column in enumerate(columns):
        _mark_best([line[place] for line in lines], roles, smaller=column.get("smaller", False))
    rows = [
        [name, role, *map(_bare, line)]
        for name, role, line in zip(names, roles, lines, strict=True)
    ]
    return {"head": ["Model", "Role", *_heads(columns, context)], "rows": rows}


def _grid(name: str, entry: TableEntry, context: Context) -> Table:
    columns = list(_columns(entry["columns"], context))
    rows: list[list[Cell]] = []
    for case in entry["cases"]:
        for method in entry["methods"]:
            file = context.files.get(f"{name}__{case}__{method['name']}")
            if file is None:
                continue
            records = read_rows(file)
            cells = [_share_and_error(records, column, context) for column in columns]
            rows.append([entry["cases"][case], method["label"], *map(_bare, cells)])
    return {"head": ["Data", "Method", *_heads(columns, context)], "rows": rows}


def _rows(name: str, entry: TableEntry, context: Context) -> Table:
    found = chosen(_source(entry, context, name), _where(entry, context))
    columns = entry["columns"]
    rows: list[list[Cell]] = []
    for row in found:
        cells: list[Cell] = []
        for column in columns:
            value = row.get(column["take"])
            named = column.get("names", {}).get(value)
            if named or value is None:
                cells.append(named or EMPTY)
                continue
            scaled = column["scale"] * number(value) if "scale" in column else value_of(value)
            cells.append(numeral(scaled, column.get("style", "")))
        rows.append(cells)
    return {"head": [column["head"] for column in columns], "rows": rows}


KINDS: Final[dict[str, Callable[[str, TableEntry, Context], Table]]] = {
    "scores": _scores,
    "grid": _grid,
    "rows": _rows,
    "scoreboard": lambda name, entry, context: scoreboard(_source(entry, context, name)),
    "audit": lambda name, entry, context: audit(_source(entry, context, name)),
}


def _columns(columns: Sequence[ColumnEntry], context: Context) -> Iterator[ColumnEntry]:
    """Yield the columns whose variables the configuration defines."""
    for column in columns:
        try:
            filled(list(map(str, column["where"].values())), context.values)
            filled(column["head"], context.values)
        except AbsentError:
            continue
        yield column


def _heads(columns: Sequence[ColumnEntry], context: Context) -> list[str]:
    return [text(filled(column["head"], context.values)) for column in columns]


def _where(entry: TableEntry | ColumnEntry, context: Context) -> dict[str, object]:
    return {k: filled(v, context.values) for k, v in entry.get("where", {}).items()}


def _source(entry: TableEntry, context: Context, name: str) -> list[Row]:
    if entry["from"] not in context.files:
        raise AbsentError(f"this workflow size does not produce {entry['from']} for table {name}")
    return read_rows(context.files[entry["from"]])


def _score(records: Sequence[Row], column: ColumnEntry, context: Context) -> Measured | None:
    found = chosen(records, _where(column, context))
    if "last" in column:
        found = sorted(found, key=lambda row: str(row[column["last"]]))[-1:]
    if len(found) != 1 or found[0]["value"] is None:
        return None
    value = number(found[0]["value"])
    low, high = (optional_number(found[0][end]) for end in ("low", "high"))
    quantity = Quantity(value, low, high)
    style = column.get("style", ".3f")
    return {"text": numeral(value, style), "small": interval(quantity, style), "value": value}


def _share_and_error(
    records: Sequence[Row], column: ColumnEntry, context: Context
) -> Measured | None:
    """Return the error over runs with the correct terms, and the number of such runs."""
    where = _where(column, context)
    share = chosen(records, {**where, "metric": "exact_share"})
    if not share:
        return None
    runs = number(share[0]["n_samples"])
    error = chosen(records, {**where, "metric": "error_percent"})
    said = numeral(number(error[0]["value"]), AUTO) if error else EMPTY
    return {"text": said, "small": f"{round(number(share[0]['value']) * runs)}/{runs}"}


def _mark_best(cells: Sequence[Measured | None], roles: Sequence[str], *, smaller: bool) -> None:
    """Mark the best cell among competing models, including ties."""
    competing = [
        cell
        for cell, role in zip(cells, roles, strict=True)
        if cell and role not in OUT_OF_COMPETITION
    ]
    if competing:
        best = (min if smaller else max)(cell["value"] for cell in competing)
        for cell in competing:
            cell["best"] = cell["value"] == best


def _bare(cell: Measured | None) -> Cell:
    if cell is None:
        return EMPTY
    shown = cell.copy()
    shown.pop("value", None)
    return shown
