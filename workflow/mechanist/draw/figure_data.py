"""Requirements on the data table of a figure: meanings, units, and all parts of a score.

The file ``<figure>.csv-metadata.json`` describes ``<figure>.csv``, see
:mod:`mechanist.formats.csv_tables`: every column with its datatype, meaning and allowed values, and
columns of numbers with their unit. Meanings are those that the script gives, or else those of
:mod:`mechanist.draw.figure_meanings`. Scripts write a unit in braces, ``{unit}``, for one that is
given row by row in the column of that name.

A table holds scores if it has interval bounds, or a ``metric`` or values of models (methods, laws)
that are not listed sample by sample. Each row then gives the ``subset`` of the data, the bounds of
its interval (``low`` and ``high``, empty if there is no interval; or ``<metric>_low`` and
``<metric>_high``), the interval's nominal coverage ``level`` (1 for the whole range) and the number
``n_samples`` of independent samples.

The schema is ``workflow/schemas/figure_data.schema.yaml``.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Final

import pandas as pd
import yaml

from mechanist.core.beside_library import beside_library
from mechanist.core.errors import FormatError
from mechanist.draw.figure_meanings import GENERAL
from mechanist.formats.csv_tables import (
    DESCRIPTION,
    NUMBERS,
    UNIT_TEXT,
    TableMetadata,
    beside,
    column_entry,
    table_metadata,
)
from mechanist.formats.described_columns import Column
from mechanist.formats.meanings.of_scores import ROW_UNIT
from mechanist.settings.schema_errors import setting_problems

SCHEMA: Final = beside_library("schemas") / "figure_data.schema.yaml"
PANEL: Final = "panel"
#: Columns that must be filled in every row of a table of scores; interval bounds may be empty.
NAMED: Final = ("metric", "subset", "unit", "level", "n_samples")
#: Columns with the same unit in every table; ``{unit}`` is the unit of the row.
UNITS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("value", "low", "high", "difference"), "{unit}"),
    **dict.fromkeys(
        ("across", "column", "count", "curve", "dislocation", "draw", "grain", "i", "j", "level",
         "n_features", "n_objects", "n_runs", "n_samples", "n_train", "noise", "object", "p_value",
         "row", "sample", "seed", "share", "share_high", "share_low", "strain", "up"),
        "1",
    ),
}  # fmt: skip
#: Label of rows with published values.
PUBLISHED: Final = "published"
#: A table with a column of WHO and one of WHAT holds scores, unless it has a column of SINGLE.
WHO: Final = frozenset({"law", "method", "model", "rule", "series"})
WHAT: Final = frozenset({"accuracy", "error", "mse", "share", "value"})
SINGLE: Final = frozenset({"object", "sample", "seed", "specimen"})
_REMEDY: Final = (
    "Add the columns to the table that the script passes to save_figure, or describe its columns"
    " there (columns={...}, units={...}); mechanist.draw.figure_data lists the requirements."
)
_BY_ROW: Final = re.compile(r"given in column '(?P<column>.+)'")
_AGAIN: Final = "Delete it and rerun the workflow."


def column_metadata(
    table: pd.DataFrame,
    *,
    name: str,
    title: str,
    units: Mapping[str, str],
    columns: Mapping[str, Column] | None = None,
) -> TableMetadata:
    """Describe the columns of a table.

    Parameters
    ----------
    table : DataFrame
        Table as written to the file.
    name, title : str
        Name of the CSV file, and title of the figure.
    units : mapping of str to str
        Units of columns of this figure; these override :data:`UNITS` and those of meanings.
    columns : mapping of str to Column, optional
        Meanings of columns that :mod:`mechanist.draw.figure_meanings` does not know, or knows
        otherwise.
    """
    own = columns or {}
    known = {**UNITS, **{column: about.unit for column, about in own.items()}, **units}
    entries = []
    for column in map(str, table.columns):
        about = own.get(column) or GENERAL.get(column)
        if about is not None:
            about = replace(about, unit=_unit(known.get(column, about.unit), table))
        entry = column_entry(table[column], about)
        if about is not None and about.unit == "1" and column not in known:
            entry.pop(UNIT_TEXT, None)  # only a figure knows whether its numbers have no unit
        entries.append(entry)
    return table_metadata(name, title, entries)


def _unit(written: str, table: pd.DataFrame) -> str:
    """Return the unit of a column; one that is given row by row, if all rows agree."""
    if not written.startswith("{") and written != ROW_UNIT:
        return written
    column = "unit" if written == ROW_UNIT else written.strip("{}")
    given = table[column].dropna().unique() if column in table else []
    return str(given[0]) if len(given) == 1 else f"given in column {column!r}"


def check_figure_data(path: Path, table: pd.DataFrame, metadata: TableMetadata) -> None:
    """Validate that a table gives all meanings, units and all parts of its scores.

    Parameters
    ----------
    path : Path
        Path of the CSV file, for error messages.
    table : DataFrame
        Table of one panel, or of a figure with one table.
    metadata : mapping
        Result of :func:`column_metadata`.

    Raises
    ------
    FormatError
        If a column has no meaning, a column of numbers no unit, or a score lacks subset, interval,
        level or samples.
    """
    columns = metadata["tableSchema"]["columns"]
    names = [column["name"] for column in columns]
    problems = []
    for column in columns:
        unit = column.get(UNIT_TEXT)
        if unit is None and column["datatype"] in NUMBERS:
            problems.append(f"column {column['name']!r} holds numbers without a unit")
        given = _BY_ROW.fullmatch(unit or "")
        if given and given["column"] not in names:
            problems.append(f"the unit of column {column['name']!r} is expected in column"
                            f" {given['column']!r}, which is missing")  # fmt: skip
        if DESCRIPTION not in column:
            problems.append(f"column {column['name']!r} is not described")
    if holds_scores(names):
        ends = [end for end in ("low", "high") if not any(_is_end(name, end) for name in names)]
        missing = [part for part in ("subset", "level", "n_samples") if part not in names] + ends
        problems += [f"holds scores without a column {part!r}" for part in missing]
        # A published value may lack a number of samples.
        told = table[table["low"].notna()] if "low" in names else table
        told = told[told["label"] != PUBLISHED] if "label" in names else told
        problems += [
            f"column {part!r} is empty in some rows of scores"
            for part in NAMED
            if part in names and told[part].isna().any()
        ]
    if not problems:  # the problems above already name each column
        problems = setting_problems(metadata, _schema())
    if problems:
        raise FormatError(path, "; ".join(problems), remedy=_REMEDY)


def holds_scores(names: Sequence[str]) -> bool:
    """Return whether a table with these columns holds scores, not data of single objects."""
    known = set(names)
    of_models = "metric" in known or bool(WHO & known and WHAT & known)
    ends = any(_is_end(name, end) for name in names for end in ("low", "high"))
    return ends or (of_models and not SINGLE & known)


def _is_end(name: str, end: str) -> bool:
    return name == end or name.endswith(f"_{end}")


def described(
    data: pd.DataFrame | Mapping[str, pd.DataFrame],
    path: Path,
    *,
    title: str,
    units: Mapping[str, str],
    columns: Mapping[str, Column] | None = None,
) -> tuple[pd.DataFrame, TableMetadata]:
    """Return all data of a figure as one table, with its column metadata.

    Parameters
    ----------
    data : DataFrame or mapping of str to DataFrame
        One table, or one per panel; each is checked separately.
    path : Path
        Path of the CSV file.
    title, units, columns
        As in :func:`column_metadata`.

    Raises
    ------
    FormatError
        As in :func:`check_figure_data`.
    """
    parts = [data] if isinstance(data, pd.DataFrame) else list(data.values())
    about = partial(column_metadata, name=path.name, title=title, units=units, columns=columns)
    for part in parts:
        check_figure_data(path, part, about(part))
    table = tidy(data)
    return table, about(table)


def tidy(data: pd.DataFrame | Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return all data of a figure as one table, with a column ``panel`` if there are several."""
    if isinstance(data, pd.DataFrame):
        return data
    return pd.concat(
        [table.assign(**{PANEL: panel})[[PANEL, *table.columns]] for panel, table in data.items()],
        ignore_index=True,
    )


def check_written(path: Path) -> None:
    """Validate the written CSV file of a figure.

    Parameters
    ----------
    path : Path
        Path of the CSV file, with its metadata file beside it; panels are checked one by one.

    Raises
    ------
    FormatError
        If the metadata file is missing or lists other columns, or :func:`check_figure_data` fails.
    """
    sidecar = beside(path)
    if not sidecar.is_file():
        raise FormatError(path, f"no {sidecar.name} beside it", remedy=_AGAIN)
    metadata: TableMetadata = json.loads(sidecar.read_text(encoding="utf-8"))
    columns = metadata["tableSchema"]["columns"]
    strings = {c["name"]: str for c in columns if c["datatype"] == "string"}
    table = pd.read_csv(path, dtype=strings)
    told = [column["name"] for column in columns]
    if told != list(table.columns):
        problem = f"columns are {list(table.columns)}, but {sidecar.name} lists {told}"
        raise FormatError(path, problem, remedy=_AGAIN)
    parts = [part for _, part in table.groupby(PANEL)] if PANEL in table else [table]
    for part in parts:
        # Columns of other panels are empty in this one, as are intervals that do not exist.
        held = [c for c in columns if part[c["name"]].notna().any()]
        names = [column["name"] for column in held]
        if holds_scores(names):
            held += [c for c in columns if c["name"] in ("low", "high") and c not in held]
        shown = part[[column["name"] for column in held]]
        about: TableMetadata = {**metadata, "tableSchema": {"columns": held}}
        check_figure_data(path, shown, about)


@cache
def _schema() -> dict[str, object]:
    schema: dict[str, object] = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    return schema
