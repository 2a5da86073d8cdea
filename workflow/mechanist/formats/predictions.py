"""Predictions for held-out objects, written by training and read by assessment.

A row holds one object and one target; its columns are ``sample``, ``load``, ``object``,
``fold`` (in which it was tested), ``target``, ``truth`` and ``prediction``. Rows of one frame
(sample, load, target) are contiguous. Targets named ``<quantity>@<strain>`` are numbers;
``plastic@<strain>|<plastic fraction>|<rigid fraction>`` are classes: the truth is 1 or 0, the
prediction is positive for the class plastic, and objects of neither class have no row. If the
metadata of a class state so, its predictions are log odds for equally frequent classes.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

import pandas as pd

from mechanist.core.errors import FormatError
from mechanist.formats.described_columns import Column
from mechanist.formats.shared_columns import BY_TARGET, FOLD, KEY_COLUMNS
from mechanist.formats.shared_columns import TARGET as TARGET_COLUMN
from mechanist.formats.tables import read_table, target_metadata, write_table

TARGET: Final = "target"
#: True and predicted value of a target.
PAIR: Final = {
    "truth": Column(
        BY_TARGET, "Simulated or measured value of the target; of a class, 1 inside and 0 outside."
    ),
    "prediction": Column(
        BY_TARGET,
        "Predicted value of the target; of a class, positive for objects that belong to it more likely.",
    ),
}
#: Columns of a table of predictions.
COLUMNS: Final = {**KEY_COLUMNS, "fold": FOLD, TARGET: TARGET_COLUMN, **PAIR}
MEANING: Final = "meaning"
LOG_ODDS: Final = "log odds"


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
        Unit of each target.
    log_odds : collection of str
        Classes whose predictions are log odds.

    Raises
    ------
    FormatError
        If a column is missing or a number is not finite.
    """
    _check(path, table)
    targets = {target: {"unit": unit} for target, unit in (units or {}).items()}
    targets |= {target: {"unit": "1", MEANING: LOG_ODDS} for target in sorted(log_odds)}
    write_table(path, table[list(COLUMNS)], columns=COLUMNS, targets=targets, check=False)


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
    """Return the known units of targets."""
    return {target: entry["unit"] for target, entry in target_metadata(path).items()}


def read_log_odds(path: Path) -> set[str]:
    """Return the classes whose predictions are log odds."""
    metadata = target_metadata(path)
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
