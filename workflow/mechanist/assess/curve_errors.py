"""Errors of the stress-strain curves of found laws, compared with those of the true law."""

from typing import Final

import numpy as np
import pandas as pd

#: A curve that ends before this share of the true curve's strain has no error.
REACHED: Final = 0.999


def curve_errors(curves: pd.DataFrame, *, truth: str) -> pd.DataFrame:
    """Compare each curve with the true law's curve for the same specimen.

    Parameters
    ----------
    curves : DataFrame
        Columns ``law``, ``specimen``, ``strain``, ``stress``; strains increase along a curve.
    truth : str
        Name of the true law.

    Returns
    -------
    DataFrame
        One row per law and specimen: ``error_percent``, the root mean square of the stress
        difference over that of the true stress, at the true curve's strains, in %; NaN if the curve
        ends early.
    """
    rows = []
    by = dict(tuple(curves.groupby(["law", "specimen"], sort=False)))
    for (law, specimen), curve in by.items():
        if law == truth:
            continue
        true = by[truth, specimen]
        error = np.nan
        if curve["strain"].iloc[-1] >= REACHED * true["strain"].iloc[-1]:
            stress = np.interp(true["strain"], curve["strain"], curve["stress"])
            square = ((stress - true["stress"]) ** 2).mean() / (true["stress"] ** 2).mean()
            error = 100 * float(np.sqrt(square))
        rows.append({"law": law, "specimen": specimen, "error_percent": error})
    return pd.DataFrame(rows, columns=["law", "specimen", "error_percent"])
