"""Accuracy of found coefficient curves."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from mechanist.assess.equation_scores import RUN_COLUMNS, score_equation
from mechanist.core.typing import FloatArray
from mechanist.discover.grouped import VaryingEquation
from mechanist.formats.described_columns import NOT_NEGATIVE, Column

MSE_COLUMN: Final = "mse"
#: Columns of a table of runs with coefficients that vary.
VARYING_RUN_COLUMNS: Final[dict[str, Column]] = {
    **RUN_COLUMNS,
    MSE_COLUMN: Column(
        "of the data, squared",
        "Mean squared error of the true terms' curves, averaged over terms: the published measure.",
        NOT_NEGATIVE,
    ),
}
#: The published measure is for terms in product form: ``(u^2)_x`` is ``2 u u_x``.
UNFOLDED: Final = {"(u^2)_x": 2.0}


def score_varying(
    found: VaryingEquation, truth: Mapping[str, FloatArray], grid: FloatArray
) -> tuple[dict[str, float], pd.DataFrame]:
    """Compare found coefficient curves with true ones.

    Parameters
    ----------
    found : VaryingEquation
        Equation found on all or part of the grid.
    truth : mapping of str to ndarray of shape (n,)
        True curves by term.
    grid : ndarray of shape (n,)
        Positions at which the true curves are given.

    Returns
    -------
    dict
        As :class:`mechanist.assess.equation_scores.EquationScore`, for the root-mean-square error
        of each curve relative to its root-mean-square value, and ``mse``; NaN if a term is missing.
    DataFrame
        ``term``, ``axis``, ``place``, ``value``, ``error``, ``truth`` (NaN where a term is false).
    """
    known = {term: np.interp(found.grid, grid, curve) for term, curve in truth.items()}
    sizes = {term: _rms(curve) for term, curve in known.items()}
    off = {term: _rms(found.curves[term] - known[term]) for term in known if term in found.curves}
    # The relative error of a curve counts like the relative error of a coefficient.
    as_numbers = dict.fromkeys(found.curves, 1.0)
    as_numbers |= {term: sizes[term] + error for term, error in off.items()}
    score = vars(score_equation(as_numbers, sizes))
    whole = len(off) == len(known)
    squares = [(UNFOLDED.get(term, 1.0) * error) ** 2 for term, error in off.items()]
    mse = float(np.mean(squares)) if whole else float("nan")
    tables = [
        pd.DataFrame(
            {
                "term": term, "axis": found.axis, "place": found.grid, "value": curve,
                "error": found.errors[term],
                "truth": known.get(term, np.full(len(curve), np.nan)),
            }
        )
        for term, curve in found.curves.items()
    ]  # fmt: skip
    empty = pd.DataFrame(columns=["term", "axis", "place", "value", "error", "truth"])
    return {**score, MSE_COLUMN: mse}, pd.concat(tables) if tables else empty


def _rms(values: FloatArray) -> float:
    return float(np.sqrt(np.mean(values**2)))
