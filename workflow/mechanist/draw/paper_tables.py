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
from typing import Any, Final

from mechanist.core.narrowing import mapping, text
from mechanist.draw.numerals import AUTO, EMPTY, interval, numeral
from mechanist.draw.paper_boards import Cell, Table, audit, scoreboard
from mechanist.settings.paper_numbers import (
    AbsentError,
    Quantity,
    Row,
    chosen,
    filled,
    lookup,
    read_rows,
)

Entry = Mapping[str, Any]

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

    config: Mapping[str, Any]
    values: Mapping[str, Any]
    files: Mapping[str, Path]


def build_table(name: str, entry: Entry, context: Context) -> Table:
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


def _scores(name: str, entry: Entry, context: Context) -> Table:
    labels = mapping(lookup(context.config, text(filled(entry["labels"], context.values))))
    columns = list(_columns(entry["columns"], context))
    rows, roles = [], []
    for model in entry["models"]:
        file = context.files.get(f"{name}__{model}")
        if file is None:
            continue
        records = read_rows(file)
        cells = [_score(records, column, context) for column in columns]
        if any(cells):
            shown = mapping(labels[model])
            roles.append(text(shown["role"]))
            rows.append([text(shown["label"]), roles[-1], *cells])
    for place, column in enumerate(columns, start=2):
        _mark_best([row[place] for row in rows], roles, smaller=column.get("smaller", False))
    head = ["Model", "Role", *(filled(column["head"], context.values) for column in columns)]
    return {"head": head, "rows": [[_bare(cell) for cell in row] for row in rows]}


def _grid(name: str, entry: Entry, context: Context) -> Table:
    columns = list(_columns(entry["columns"], context))
    rows = []
    for case in entry["cases"]:
        for method in entry["methods"]:
            file = context.files.get(f"{name}__{case}__{method['name']}")
            if file is None:
                continue
            records = read_rows(file)
            cells = [_share_and_error(records, column, context) for column in columns]
            rows.append([entry["cases"][case], method["label"], *map(_bare, cells)])
    head = ["Data", "Method", *(filled(column["head"], context.values) for column in columns)]
    return {"head": head, "rows": rows}


def _rows(name: str, entry: Entry, context: Context) -> Table:
    found = chosen(_source(entry, context, name), _where(entry, context))
    columns = entry["columns"]
    rows = []
    for row in found:
        cells: list[Cell] = []
        for column in columns:
            value = row.get(column["take"])
            scaled = column["scale"] * value if "scale" in column and value is not None else value
            named = column.get("names", {}).get(value)
            cells.append(
                named or (EMPTY if value is None else numeral(scaled, column.get("style", "")))
            )
        rows.append(cells)
    return {"head": [column["head"] for column in columns], "rows": rows}


KINDS: Final[dict[str, Callable[[str, Entry, Context], Table]]] = {
    "scores": _scores,
    "grid": _grid,
    "rows": _rows,
    "scoreboard": lambda name, entry, context: scoreboard(_source(entry, context, name)),
    "audit": lambda name, entry, context: audit(_source(entry, context, name)),
}


def _columns(columns: Sequence[Entry], context: Context) -> Iterator[Entry]:
    """Yield the columns whose variables the configuration defines."""
    for column in columns:
        try:
            filled(list(map(str, column["where"].values())), context.values)
            filled(column["head"], context.values)
        except AbsentError:
            continue
        yield column


def _where(entry: Entry, context: Context) -> dict[str, Any]:
    return {k: filled(v, context.values) for k, v in entry.get("where", {}).items()}


def _source(entry: Entry, context: Context, name: str) -> list[Row]:
    if entry["from"] not in context.files:
        raise AbsentError(f"this workflow size does not produce {entry['from']} for table {name}")
    return read_rows(context.files[entry["from"]])


def _score(records: Sequence[Row], column: Entry, context: Context) -> dict[str, Any] | None:
    found = chosen(records, _where(column, context))
    if "last" in column:
        found = sorted(found, key=lambda row: str(row[column["last"]]))[-1:]
    if len(found) != 1 or found[0]["value"] is None:
        return None
    quantity = Quantity(found[0]["value"], found[0]["low"], found[0]["high"])
    style = column.get("style", ".3f")
    return {"text": numeral(quantity.value, style), "small": interval(quantity, style),
            "value": quantity.value}  # fmt: skip


def _share_and_error(records: Sequence[Row], column: Entry, context: Context) -> Cell | None:
    """Return the error over runs with the correct terms, and the number of such runs."""
    where = _where(column, context)
    share = chosen(records, {**where, "metric": "exact_share"})
    if not share:
        return None
    runs = share[0]["n_samples"]
    error = chosen(records, {**where, "metric": "error_percent"})
    text = numeral(error[0]["value"], AUTO) if error else EMPTY
    return {"text": text, "small": f"{round(share[0]['value'] * runs)}/{runs}"}


def _mark_best(cells: Sequence[Any], roles: Sequence[str], *, smaller: bool) -> None:
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


def _bare(cell: Any) -> Cell:
    if cell is None:
        return EMPTY
    if isinstance(cell, dict):
        return {key: value for key, value in cell.items() if key != "value"}
    return str(cell)
