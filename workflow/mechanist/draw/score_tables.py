"""Read the scores of models, and select the rows that a panel shows."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow.parquet as parquet

from mechanist.core.errors import FormatError
from mechanist.formats.tables import KEYS, read_table

#: Columns of every score besides its metric and its interval.
SCORE_PARTS: Final = ("subset", "unit", "level", "n_samples")
SCORE_COLUMNS: Final = ("metric", "target", *SCORE_PARTS, "value", "low", "high")
#: The subset of scores that includes all frames.
ALL: Final = "all"


def read_scores(paths: Iterable[Path]) -> pd.DataFrame:
    """Return the records of several score files, one row per record, with a column ``model``.

    Parameters
    ----------
    paths : iterable of Path
        Files ``<model>.json``, each a list of records.

    Raises
    ------
    FormatError
        If a record lacks a column that figures need.
    """
    tables = []
    for path in paths:
        table = pd.DataFrame(json.loads(path.read_text(encoding="utf-8")))
        missing = [name for name in SCORE_COLUMNS if name not in table.columns]
        if missing:
            raise FormatError(
                path,
                f"records have no {', '.join(missing)}; expected {', '.join(SCORE_COLUMNS)}",
                remedy="Delete it and rerun the workflow.",
            )
        # The bounds are null if there is no interval.
        table[["low", "high"]] = table[["low", "high"]].astype(float)
        table.insert(0, "model", path.stem)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def read_all(paths: Iterable[Path]) -> pd.DataFrame:
    """Return the rows of several tables with the same columns."""
    return pd.concat([read_table(path) for path in paths], ignore_index=True)


def read_columns(path: Path, names: Sequence[str]) -> pd.DataFrame:
    """Return the key columns present in a table, and the named columns."""
    present = parquet.read_schema(path).names
    return read_table(path, [*(key for key in KEYS if key in present), *names])


def rows(table: pd.DataFrame, **equal: object) -> pd.DataFrame:
    """Return the rows whose columns equal the given values.

    Raises
    ------
    ValueError
        If there are none: an empty panel would hide missing data.
    """
    chosen = table
    for column, value in equal.items():
        chosen = chosen[chosen[column] == value]
    if chosen.empty:
        known = {column: sorted(map(str, table[column].unique())) for column in equal}
        raise ValueError(f"no rows with {equal}; the table has {known}")
    return chosen.reset_index(drop=True)
