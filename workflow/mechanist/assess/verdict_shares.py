"""How often each verdict is given, on equations from whole libraries and from those that lack a term."""

from typing import Final

import pandas as pd

from mechanist.discover.verdict import VERDICTS

#: Libraries that are compared: with all true terms, and with all but one.
WHOLE: Final = "all true terms in the library"
LACKING: Final = "one true term missing"


def verdict_shares(judged: pd.DataFrame) -> pd.DataFrame:
    """Return how often each verdict is given, by case, noise and library.

    Parameters
    ----------
    judged : DataFrame
        Rows of the verdicts of ``error_bars.py``: a row for every run, equation and library.

    Returns
    -------
    DataFrame
        ``case``, ``noise``, ``library`` (:data:`WHOLE` or :data:`LACKING`), ``verdict``; ``share`` of
        the equations with this verdict; ``equations``: their number; ``right``: share of equations
        with exactly the true terms, which a library that lacks one of them cannot give; ``terms``:
        mean number of terms found.

    Raises
    ------
    ValueError
        If a verdict is unknown.
    """
    unknown = sorted(set(judged["verdict"]) - set(VERDICTS))
    if unknown:
        raise ValueError(f"verdicts {unknown}; expected some of {list(VERDICTS)}")
    library = judged["missing"].map(lambda name: LACKING if name else WHOLE)
    rows = []
    for (case, noise, which), part in judged.groupby(["case", "noise", library], sort=False):
        rows += [
            {
                "case": case, "noise": noise, "library": which, "verdict": verdict,
                "share": float((part["verdict"] == verdict).mean()), "equations": len(part),
                "right": float(part["right"].mean()), "terms": float(part["terms"].mean()),
            }
            for verdict in VERDICTS
        ]  # fmt: skip
    return pd.DataFrame(rows)
