"""Predictions of objects that a model was not trained on: what training writes and assessment reads.

A row is about one object under one target; its columns are ``sample``, ``load``, ``object``,
``fold`` (in which it was tested), ``target``, ``truth`` and ``prediction``. Rows of one frame
(sample, load, target) are contiguous. Targets named ``<quantity>@<strain>`` are numbers;
``plastic@<strain>|<plastic fraction>|<rigid fraction>`` are classes: the truth is 1 or 0, the
prediction is positive where the model says plastic, and objects of neither class have no row. Where
the metadata of a class say so, its predictions are log odds of classes that are equally frequent.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from mechanist.formats.errors import FormatError
from mechanist.formats.tables import KEYS, column_metadata, read_table, write_table

TARGET: Final = "target"
COLUMNS: Final = (*KEYS, "fold", TARGET, "truth", "prediction")
CLASS_PREFIX: Final = "plastic@"
DECIMALS: Final = 3
MEANING: Final = "meaning"
LOG_ODDS: Final = "log odds"


def at_strain(quantity: str, strain: float) -> str:
    """Return the name of a quantity at a strain, which is its column in the target table.

    Strains have three decimals, or as many as they need: ``d2min@0.020``, ``stress@0.0005``.
    """
    short = f"{strain:.{DECIMALS}f}"
    exact = np.format_float_positional(strain)
    return f"{quantity}@{short if float(short) == strain else exact}"


def class_target(strain: float, plastic_fraction: float, rigid_fraction: float) -> str:
    """Return the name of a class definition."""
    return f"{at_strain('plastic', strain)}|{plastic_fraction:.2f}|{rigid_fraction:.2f}"


def is_class(target: str) -> bool:
    """Return whether a target is a class definition."""
    return target.startswith(CLASS_PREFIX)


def write_predictions(
    path: Path,
    table: pd.DataFrame,
    *,
    units: Mapping[str, str] | None = None,
    log_odds: Collection[str] = (),
) -> None:
    """Write predictions, with the units of their targets.

    Parameters
    ----------
    path : Path
    table : DataFrame
    units : mapping of str to str, optional
        Of targets.
    log_odds : collection of str
        Classes whose predictions are log odds.

    Raises
    ------
    FormatError
        If a column is missing or a number is not finite.
    """
    _check(path, table)
    columns = {target: {"unit": unit} for target, unit in (units or {}).items()}
    columns |= {target: {"unit": "1", MEANING: LOG_ODDS} for target in sorted(log_odds)}
    write_table(path, table[list(COLUMNS)], columns=columns, check=False)


def read_predictions(path: Path) -> pd.DataFrame:
    """Read predictions.

    Raises
    ------
    FormatError
        If a column is missing or a number is not finite.
    """
    table = read_table(path)
    _check(path, table)
    return table


def read_units(path: Path) -> dict[str, str]:
    """Return the units of targets, as far as they are known."""
    return {target: entry["unit"] for target, entry in column_metadata(path).items()}


def read_log_odds(path: Path) -> set[str]:
    """Return the classes whose predictions are log odds."""
    metadata = column_metadata(path)
    return {target for target, entry in metadata.items() if entry.get(MEANING) == LOG_ODDS}


def _check(path: Path, table: pd.DataFrame) -> None:
    remedy = "Delete it and train the model again."
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise FormatError(path, f"columns {missing} are missing", remedy=remedy)
    for name in ("truth", "prediction"):
        bad = int((~table[name].abs().lt(float("inf"))).sum())
        if bad:
            raise FormatError(path, f"{bad} values are not finite", remedy=remedy, column=name)
