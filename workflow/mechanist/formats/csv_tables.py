"""CSV tables with a description of their columns beside them, in the W3C format CSV on the Web.

The file ``<name>.csv-metadata.json`` describes ``<name>.csv``
(https://www.w3.org/TR/tabular-data-primer): of every column the datatype, the unit of numbers, what
the values mean (``dc:description``) and which values are allowed (``skos:scopeNote``).
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NotRequired, TypedDict

import pandas as pd

from mechanist.core.atomic import replacing, write_text
from mechanist.core.errors import FormatError
from mechanist.formats.described_columns import Column
from mechanist.formats.value_ranges import LOGICAL, TEXT

METADATA: Final = ".csv-metadata.json"
UNIT_TEXT: Final = "schema:unitText"
DESCRIPTION: Final = "dc:description"
RANGE: Final = "skos:scopeNote"
NUMBERS: Final = ("integer", "number")
#: Unit of what a user measured without stating its unit.
UNSTATED: Final = "not stated"


class TableSchema(TypedDict):
    """Columns of a table, as :func:`column_entry` returns them."""

    columns: list[dict[str, str]]


#: Description of a table after CSV on the Web.
TableMetadata = TypedDict(
    "TableMetadata",
    {
        "@context": list[object],
        "url": str,
        "dc:title": str,
        "tableSchema": TableSchema,
        "dialect": NotRequired[dict[str, str]],
    },
)


def beside(path: Path) -> Path:
    """Return the path of the file that describes a CSV file."""
    return path.with_name(path.name.removesuffix(".csv") + METADATA)


def column_entry(values: pd.Series, about: Column | None) -> dict[str, str]:
    """Return how a sidecar describes a column.

    Parameters
    ----------
    values : Series
        The column, with its name.
    about : Column or None
        Its meaning, if it is known.
    """
    kind = _datatype(values)
    if about is not None and values.isna().all():
        kind = {TEXT: "string", LOGICAL: "boolean"}.get(about.range, "number")
    entry = {"name": str(values.name), "datatype": kind}
    if about is None:
        return entry
    if kind in NUMBERS:
        entry[UNIT_TEXT] = about.unit or UNSTATED
    return {**entry, DESCRIPTION: about.description, RANGE: about.range}


def table_metadata(name: str, title: str, columns: list[dict[str, str]]) -> TableMetadata:
    """Return the description of a table from those of its columns."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"schema": "http://schema.org/"}],
        "url": name,
        "dc:title": title,
        "tableSchema": {"columns": columns},
    }


def write_csv(
    path: Path,
    table: pd.DataFrame,
    *,
    title: str,
    columns: Mapping[str, Column],
    float_format: str | None = None,
    comment: str = "",
) -> None:
    """Write a table as CSV and, beside it, what its columns mean.

    Parameters
    ----------
    path : Path
        Final name of the CSV file.
    table : DataFrame
    title : str
        What the table shows.
    columns : mapping of str to Column
        Meaning of every column.
    float_format : str, optional
        Format of numbers; by default, all digits are written.
    comment : str
        Written before the names of the columns, each line after a #.

    Raises
    ------
    FormatError
        If a column is not described.
    """
    lost = [str(name) for name in table.columns if name not in columns]
    if lost:
        raise FormatError(
            path,
            f"columns {lost} are not described; expected unit, meaning and allowed values of each",
            remedy="Add them to the columns that the script gives write_csv.",
        )
    entries = [column_entry(table[name], columns[name]) for name in table.columns]
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        file.writelines(f"# {line}\n" for line in comment.splitlines())
        table.to_csv(file, index=False, float_format=float_format, lineterminator="\n")
    metadata = table_metadata(path.name, title, entries)
    if comment:
        metadata["dialect"] = {"commentPrefix": "#"}
    write_metadata(beside(path), metadata)


def write_metadata(path: Path, metadata: TableMetadata) -> None:
    """Write the description of a table."""
    write_text(path, json.dumps(metadata, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def _datatype(values: pd.Series) -> str:
    """Return the name of a column's datatype in CSV on the Web."""
    if pd.api.types.is_bool_dtype(values):
        return "boolean"
    if pd.api.types.is_integer_dtype(values):
        return "integer"
    return "number" if pd.api.types.is_float_dtype(values) else "string"
