"""What the table beside a figure must say: units of its numbers, and all that a score is made of.

Beside ``<figure>.csv`` lies ``<figure>.csv-metadata.json``, in the form of the W3C's CSV on the Web
(https://www.w3.org/TR/tabular-data-primer): every column with its datatype, and the unit of those
that hold numbers. A unit in braces, ``{unit}``, is read in the column of that name, row by row.

A table holds scores if it has ends of intervals, or a ``metric`` or values of models (methods, laws)
that are not told sample by sample. Each row then names the ``subset`` of the data, the ends of its interval
(``low`` and ``high``, empty where none could be made; or ``<metric>_low`` and ``<metric>_high``), the
nominal coverage ``level`` of it (1 for the whole range) and the number ``n_samples`` of independent
samples that it is over.

The form is ``workflow/schemas/figure_data.schema.yaml``.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import pandas as pd
import yaml

from mechanist.core.errors import FormatError
from mechanist.settings.schema_errors import setting_problems

SCHEMA: Final = Path(__file__).parents[2] / "schemas" / "figure_data.schema.yaml"
METADATA: Final = ".csv-metadata.json"
UNIT_TEXT: Final = "schema:unitText"
PANEL: Final = "panel"
#: What every row of a table of scores must hold; the ends of an interval may be empty.
NAMED: Final = ("metric", "subset", "unit", "level", "n_samples")
#: Columns that have one unit wherever they stand; ``{unit}`` is that of the row.
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
#: Label of rows that hold numbers of others.
PUBLISHED: Final = "published"
#: A value of one of these is a score, unless it is told of a single object.
WHO: Final = frozenset({"law", "method", "model", "rule", "series"})
WHAT: Final = frozenset({"accuracy", "error", "mse", "share", "value"})
SINGLE: Final = frozenset({"object", "sample", "seed", "specimen"})
_REMEDY: Final = (
    "Add the columns to the table that the script hands to save_figure, or name the units of its"
    " columns there (units={...}); mechanist.draw.figure_data says what must be told."
)
_AGAIN: Final = "Delete it and run the workflow again."


def column_metadata(
    table: pd.DataFrame, *, name: str, title: str, units: Mapping[str, str]
) -> dict[str, Any]:
    """Describe the columns of a table.

    Parameters
    ----------
    table : DataFrame
        As it is written.
    name, title : str
        Of the CSV file, and of the figure.
    units : mapping of str to str
        Of columns of this figure, before those in :data:`UNITS`.
    """
    known = {**UNITS, **units}
    columns: list[dict[str, str]] = []
    for column in table.columns:
        kind = _datatype(table[column])
        numeric = kind in NUMBERS
        unit = {UNIT_TEXT: known[column]} if numeric and column in known else {}
        columns.append({"name": str(column), "datatype": kind, **unit})
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"schema": "http://schema.org/"}],
        "url": name,
        "dc:title": title,
        "tableSchema": {"columns": columns},
    }


def check_figure_data(path: Path, table: pd.DataFrame, metadata: Mapping[str, Any]) -> None:
    """Refuse a table that does not say what its numbers are.

    Parameters
    ----------
    path : Path
        Of the CSV file, named in errors.
    table : DataFrame
        One panel's, or that of a figure with one table.
    metadata : mapping
        Of :func:`column_metadata`.

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
            problems.append(f"the unit of column {column['name']!r} should stand in a column"
                            f" {unit[1:-1]!r}, which is not there")  # fmt: skip
    if holds_scores(names):
        ends = [end for end in ("low", "high") if not any(_is_end(name, end) for name in names)]
        missing = [part for part in ("subset", "level", "n_samples") if part not in names] + ends
        problems += [f"holds scores without a column {part!r}" for part in missing]
        # Who published a number need not have said of how many samples it is.
        told = table[table["low"].notna()] if "low" in names else table
        told = told[told["label"] != PUBLISHED] if "label" in names else told
        problems += [
            f"column {part!r} is empty in some rows of scores"
            for part in NAMED
            if part in names and told[part].isna().any()
        ]
    if not problems:  # each of these is told above by the name of its column
        problems = setting_problems(metadata, _schema())
    if problems:
        raise FormatError(path, "; ".join(problems), remedy=_REMEDY)


def holds_scores(names: Sequence[str]) -> bool:
    """Return whether a table of these columns holds scores, rather than what single objects did."""
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
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return all that a figure shows as one table, and what its columns are.

    Parameters
    ----------
    data : DataFrame or mapping of str to DataFrame
        One table, or one a panel; each is checked by itself.
    path : Path
        Of the CSV file.
    title, units
        As in :func:`column_metadata`.

    Raises
    ------
    FormatError
        As :func:`check_figure_data`.
    """
    parts = [data] if isinstance(data, pd.DataFrame) else list(data.values())
    about: Any = {"name": path.name, "title": title, "units": units}
    for part in parts:
        check_figure_data(path, part, column_metadata(part, **about))
    table = tidy(data)
    return table, column_metadata(table, **about)


def tidy(data: pd.DataFrame | Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one table of all that a figure shows, with a column ``panel`` if there are several."""
    if isinstance(data, pd.DataFrame):
        return data
    return pd.concat(
        [table.assign(**{PANEL: panel})[[PANEL, *table.columns]] for panel, table in data.items()],
        ignore_index=True,
    )


def write_metadata(path: Path, metadata: Mapping[str, Any]) -> None:
    """Write what :func:`column_metadata` told."""
    text = json.dumps(metadata, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    path.write_text(text, encoding="utf-8")


def check_written(path: Path) -> None:
    """Refuse the CSV file of a figure that does not say what its numbers are.

    Parameters
    ----------
    path : Path
        Of the CSV file, with its companion beside it; panels are checked one by one.

    Raises
    ------
    FormatError
        If there is no companion, it tells of other columns, or :func:`check_figure_data` refuses.
    """
    beside = path.with_name(path.name.removesuffix(".csv") + METADATA)
    if not beside.is_file():
        raise FormatError(path, f"no {beside.name} beside it", remedy=_AGAIN)
    metadata = json.loads(beside.read_text(encoding="utf-8"))
    columns = metadata["tableSchema"]["columns"]
    strings = {c["name"]: str for c in columns if c["datatype"] == "string"}
    table = pd.read_csv(path, dtype=strings)
    told = [column["name"] for column in columns]
    if told != list(table.columns):
        problem = f"columns are {list(table.columns)}, {beside.name} tells of {told}"
        raise FormatError(path, problem, remedy=_AGAIN)
    parts = [part for _, part in table.groupby(PANEL)] if PANEL in table else [table]
    for part in parts:
        # Columns of other panels are empty in this one; so may be intervals that none could be made of.
        held = [c for c in columns if part[c["name"]].notna().any()]
        names = [column["name"] for column in held]
        if holds_scores(names):
            held += [c for c in columns if c["name"] in ("low", "high") and c not in held]
        shown = part[[column["name"] for column in held]]
        check_figure_data(path, shown, {**metadata, "tableSchema": {"columns": held}})


def _datatype(values: "pd.Series[Any]") -> str:
    """Return the name that CSV on the Web gives to a column's type."""
    if pd.api.types.is_bool_dtype(values):
        return "boolean"
    if pd.api.types.is_integer_dtype(values):
        return "integer"
    return "number" if pd.api.types.is_float_dtype(values) else "string"


@cache
def _schema() -> Any:
    return yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
