"""Ranges of values as tables state them in words, and the values that they do not allow."""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

ANY: Final = "any"
TEXT: Final = "text"
LOGICAL: Final = "true or false"
_NUMBER: Final = r"-?\d+(?:\.\d+)?"
_WRITTEN: Final = re.compile(
    rf"(?P<whole>whole numbers)? ?"
    rf"(?:(?P<sign>>=|>|<=) (?P<end>{_NUMBER})|(?P<low>{_NUMBER}) to (?P<high>{_NUMBER}))?"
)
#: Share of a limit by which numbers of single precision, or of seven digits, may miss it.
_TOLERANCE: Final = 1e-6


@dataclass(frozen=True)
class Limits:
    """Numbers that a range allows.

    Parameters
    ----------
    low, high : float
        Smallest and largest value, infinite if there is none.
    whole : bool
        Whether only whole numbers are allowed.
    above : bool
        Whether the smallest value itself is excluded.
    """

    low: float = -np.inf
    high: float = np.inf
    whole: bool = False
    above: bool = False


def limits_of(written: str) -> Limits:
    """Read a range of numbers.

    Parameters
    ----------
    written : str
        ``"any"``, or a range such as ``">= 0"``, ``"0 to 1"``, ``"whole numbers >= 1"``.

    Raises
    ------
    ValueError
        If it is written in another way.
    """
    if written == ANY:
        return Limits()
    found = _WRITTEN.fullmatch(written)
    if not written or found is None:
        raise ValueError(
            f"range = {written!r}; expected any, text, true or false, or a range such as >= 0,"
            " 0 to 1 or whole numbers >= 1"
        )
    sign, end = found["sign"], found["end"]
    low = found["low"] if sign is None else end if sign != "<=" else None
    high = found["high"] if sign is None else end if sign == "<=" else None
    return Limits(
        -np.inf if low is None else float(low),
        np.inf if high is None else float(high),
        whole=found["whole"] is not None,
        above=sign == ">",
    )


def n_outside(values: pd.Series, written: str) -> int:
    """Count the values of a column that its stated range does not allow.

    Parameters
    ----------
    values : Series
        The column; missing values are allowed in every range.
    written : str
        Range, as in :class:`mechanist.formats.described_columns.Column`.
    """
    held = values.dropna()
    if pd.api.types.is_bool_dtype(held) or not pd.api.types.is_numeric_dtype(held):
        if written == LOGICAL:
            return int((~held.isin([True, False, "True", "False"])).sum())
        return 0 if written == TEXT else len(held)
    if written in (TEXT, LOGICAL):
        return len(held)
    numbers, limits = held.to_numpy(float), limits_of(written)
    least = limits.low - _TOLERANCE * abs(limits.low) if np.isfinite(limits.low) else limits.low
    most = limits.high + _TOLERANCE * abs(limits.high) if np.isfinite(limits.high) else limits.high
    wrong = (numbers < least) | (numbers > most)
    if limits.above:
        wrong |= numbers == limits.low
    if limits.whole:
        wrong |= numbers != np.round(numbers)
    return int(wrong.sum())
