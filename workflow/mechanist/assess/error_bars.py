"""How often error bars of equations hold the true coefficient."""

from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

#: Coverage that the intervals promise: value plus and minus so many standard errors.
NOMINAL: Final = 0.95
#: What is compared: columns of value and error, by name.
KINDS: Final = {
    "corrected": ("value", "error"),
    "least squares": ("plain_value", "plain_error"),
}


def coverage(bars: pd.DataFrame) -> pd.DataFrame:
    """Return the share of coefficients within their intervals, by case, noise and kind.

    Parameters
    ----------
    bars : DataFrame
        Rows of ``error_bars.py``: a row for every run, equation and true term.

    Returns
    -------
    DataFrame
        ``case``, ``noise``, ``kind``; ``share`` of coefficients whose interval holds the truth, over
        runs with the right terms; ``share_low`` and ``share_high``: its interval, which counts a run, not a
        coefficient, as independent; ``level``; ``n_samples``: such runs; ``right``: their share.
    """
    rows = []
    reach = float(stats.norm.ppf(0.5 + NOMINAL / 2))
    for (case, noise), part in bars.groupby(["case", "noise"], sort=False):
        runs = part.groupby("seed")["right"].all()
        kept = part[part["seed"].map(runs)]
        for kind, (value, error) in KINDS.items():
            if kept.empty:
                share, low, high = np.nan, np.nan, np.nan
            else:
                inside = (kept[value] - kept["truth"]).abs() <= reach * kept[error]
                share = float(inside.mean())
                low, high = _interval(share, int(runs.sum()))
            rows.append({
                "case": case, "noise": noise, "kind": kind, "share": share, "share_low": low,
                "share_high": high, "level": NOMINAL, "n_samples": int(runs.sum()),
                "right": float(runs.mean()),
            })  # fmt: skip
    return pd.DataFrame(rows)


def _interval(share: float, n: int) -> tuple[float, float]:
    """Return Wilson's interval of a share, which need not be a whole number of runs."""
    z = float(stats.norm.ppf(0.5 + NOMINAL / 2))
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return float(centre - half), float(centre + half)
