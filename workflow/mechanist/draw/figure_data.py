"""Requirements on the data table of a figure: units of all numbers, and all parts of a score.

The file ``<figure>.csv-metadata.json`` describes ``<figure>.csv`` in the W3C format CSV on the Web
(https://www.w3.org/TR/tabular-data-primer): the datatype of every column, and the unit of columns
of numbers. A unit in braces, ``{unit}``, is given row by row in the column of that name.

A table holds scores if it has interval bounds, or a ``metric`` or values of models (methods, laws)
that are not listed sample by sample. Each row then gives the ``subset`` of the data, the bounds of
its interval (``low`` and ``high``, empty if there is no interval; or ``<metric>_low`` and
``<metric>_high``), the interval's nominal coverage ``level`` (1 for the whole range) and the number
``n_samples`` of independent samples.

The schema is ``workflow/schemas/figure_data.schema.yaml``.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Final, TypedDict

import pandas as pd
import yaml

from mechanist.core.beside_library import beside_library
from mechanist.core.errors import FormatError
from mechanist.settings.schema_errors import setting_problems

SCHEMA: Final = beside_library("schemas") / "figure_data.schema.yaml"
METADATA: Final = ".csv-metadata.json"
UNIT_TEXT: Final = "schema:unitText"
#: Unit of what a user measured without stating its unit.
UNSTATED: Final = "not stated"
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
NUMBERS: Final = ("integer", "number")
#: Label of rows with published values.
PUBLISHED: Final = "published"
#: A table with a column of WHO and one of WHAT holds scores, unless it has a column of SINGLE.
WHO: Final = frozenset({"law", "method", "model", "rule", "series"})
WHAT: Final = frozenset({"accuracy", "error", "mse", "share", "value"})
SINGLE: Final = frozenset({"object", "sample", "seed", "specimen"})
_REMEDY: Final = (
    "Add the columns to the table that the script passes to save_figure, or give the units of its"
    " columns there (units={...}); mechanist.draw.figure_data lists the requirements."
)
_AGAIN: Final = "Delete it and rerun the workflow."


class TableSchema(TypedDict):
    """Columns of a table: ``name``, ``datatype`` and, for numbers, :data:`UNIT_TEXT`."""

    columns: list[dict[str, str]]


#: Description of a table after CSV on the Web.
FigureMetadata = TypedDict(
    "FigureMetadata",
    {"@context": list[object], "url": str, "dc:title": str, "tableSchema": TableSchema},
)


def column_metadata(
    table: pd.DataFrame, *, name: str, title: str, units: Mapping[str, str]
) -> FigureMetadata:
    """Describe the columns of a table.

    Parameters
    ----------
    table : DataFrame
        Table as written to the file.
    name, title : str
        Name of the CSV file, and title of the figure.
    units : mapping of str to str
        Units of columns of this figure; these override :data:`UNITS`.
    """
    known = {**UNITS, **units}
    columns: list[dict[str, str]] = []
    for column in table.columns:
        kind = _datatype(table[column])
        numeric = kind in NUMBERS
        unit = {UNIT_TEXT: known[column] or UNSTATED} if numeric and column in known else {}
        columns.append({"name": str(column), "datatype": kind, **unit})
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"schema": "http://schema.org/"}],
        "url": name,
        "dc:title": title,
        "tableSchema": {"columns": columns},
    }


def check_figure_data(path: Path, table: pd.DataFrame, metadata: FigureMetadata) -> None:
    """Validate that a table gives all units and all parts of its scores.

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
        If a column of numbers has no unit, or a score lacks subset, interval, level or samples.
    """
    columns = metadata["tableSchema"]["columns"]
    names = [column["name"] for column in columns]
    problems = []
    for column in columns:
        unit = column.get(UNIT_TEXT)
        if unit is None and column["datatype"] in NUMBERS:
            problems.append(f"column {column['name']!r} holds numbers without a unit")
        elif unit and unit.startswith("{") and unit[1:-1] not in names:
            problems.append(f"the unit of column {column['name']!r} is expected in column"
                            f" {unit[1:-1]!r}, which is missing")  # fmt: skip
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
) -> tuple[pd.DataFrame, FigureMetadata]:
    """Return all data of a figure as one table, with its column metadata.

    Parameters
    ----------
    data : DataFrame or mapping of str to DataFrame
        One table, or one per panel; each is checked separately.
    path : Path
        Path of the CSV file.
    title, units
        As in :func:`column_metadata`.

    Raises
    ------
    FormatError
        As in :func:`check_figure_data`.
    """
    parts = [data] if isinstance(data, pd.DataFrame) else list(data.values())
    about = partial(column_metadata, name=path.name, title=title, units=units)
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


def write_metadata(path: Path, metadata: FigureMetadata) -> None:
    """Write the result of :func:`column_metadata`."""
    text = json.dumps(metadata, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    path.write_text(text, encoding="utf-8")


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
    beside = path.with_name(path.name.removesuffix(".csv") + METADATA)
    if not beside.is_file():
        raise FormatError(path, f"no {beside.name} beside it", remedy=_AGAIN)
    metadata: FigureMetadata = json.loads(beside.read_text(encoding="utf-8"))
    columns = metadata["tableSchema"]["columns"]
    strings = {c["name"]: str for c in columns if c["datatype"] == "string"}
    table = pd.read_csv(path, dtype=strings)
    told = [column["name"] for column in columns]
    if told != list(table.columns):
        problem = f"columns are {list(table.columns)}, but {beside.name} lists {told}"
        raise FormatError(path, problem, remedy=_AGAIN)
    parts = [part for _, part in table.groupby(PANEL)] if PANEL in table else [table]
    for part in parts:
        # Columns of other panels are empty in this one, as are intervals that do not exist.
        held = [c for c in columns if part[c["name"]].notna().any()]
        names = [column["name"] for column in held]
        if holds_scores(names):
            held += [c for c in columns if c["name"] in ("low", "high") and c not in held]
        shown = part[[column["name"] for column in held]]
        about: FigureMetadata = {**metadata, "tableSchema": {"columns": held}}
        check_figure_data(path, shown, about)


def _datatype(values: pd.Series) -> str:
    """Return the name of a column's datatype in CSV on the Web."""
    if pd.api.types.is_bool_dtype(values):
        return "boolean"
    if pd.api.types.is_integer_dtype(values):
        return "integer"
    return "number" if pd.api.types.is_float_dtype(values) else "string"


@cache
def _schema() -> dict[str, object]:
    schema: dict[str, object] = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    return schema
