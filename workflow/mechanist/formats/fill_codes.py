"""Numbers that stand for missing values, such as -999, in arrays that do not say so.

The rule: a value is taken for such a code if it is one of ``CODES``, lies outside the range of all
other values, and lies far from them: by more than half their range if it occurs at least
``MANY`` times, by more than ten times their range if it is rarer, and by more than half of their
largest magnitude in either case. A plateau at 0 or -1, and -999 amid values from -1200 to 800, are
therefore numbers like any others.
"""

from collections.abc import Collection
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import BoolArray

#: Codes that programs and instruments write: of netCDF, climate models, data loggers and hands.
CODES: Final = (
    -99.0, -999.0, -9999.0, -99999.0, -999999.0, 999.0, 9999.0, 99999.0, 999999.0,
    -32767.0, -32768.0, -2147483647.0, -2147483648.0,
    *(sign * size for size in (1e20, 1e30, 1e34, 1e35, 1e36, 1e37, 9.969209968386869e36)
      for sign in (1.0, -1.0)),
)  # fmt: skip
#: Occurrences from which on a code may be nearer to other values.
MANY: Final = 3
_NEAR: Final = 0.5
_FAR: Final = 10.0
#: Codes from this size on are recognised up to rounding, as texts and single precision store them.
_HUGE: Final = 1e19
_ROUNDED: Final = 1e-6


class FillCode(NamedTuple):
    """A code: its value, occurrences, first index, and the range of the other values, if any."""

    value: float
    occurrences: int
    place: tuple[int, ...]
    others: tuple[float, float] | None

    @property
    def written(self) -> str:
        """The value as YAML reads it as a number: with a point before an exponent."""
        text = repr(self.value)
        return text if "." in text else text.replace("e", ".0e")

    def said(self, size: int, where: str = "") -> str:
        """Describe it: count, first place and other values; ``where`` is the place in words."""
        place = where or f"index {self.place if len(self.place) > 1 else self.place[0]}"
        rest = "no others" if self.others is None else "others from {:.4g} to {:.4g}".format(*self.others)  # fmt: skip
        return (
            f"{self.occurrences} of {size} values are {self.value:.9g}, the first at {place}; there are"
            f" {rest}, so that it looks like a code for missing values"
        )


def matching(values: NDArray[np.generic], code: float) -> BoolArray:
    """Return where values are a code."""
    numbers = np.asarray(values, dtype=float)
    if abs(code) < _HUGE:
        return np.asarray(numbers == code)
    return np.asarray(np.abs(numbers - code) <= _ROUNDED * abs(code))


def fill_code(values: NDArray[np.generic], *, accepted: Collection[float] = ()) -> FillCode | None:
    """Return a code among some values, by the rule of this module; None if there is none.

    Parameters
    ----------
    values : ndarray
        Real numbers; those that are not finite are left to others.
    accepted : collection of float
        Codes that the user says are numbers.
    """
    if values.dtype.kind not in "fiu" or not values.size:
        return None
    numbers = np.asarray(values, dtype=float)
    finite = np.isfinite(numbers)
    seen = numbers[finite]
    if not len(seen):
        return None
    codes = [c for c in CODES if not any(matching(np.array(c), one) for one in accepted)]
    ends = np.array([seen.min(), seen.max()])
    if not any(matching(ends, code).any() for code in codes):
        return None
    where = {code: matching(numbers, code) for code in codes}
    marked = np.logical_or.reduce(list(where.values()))
    rest = numbers[finite & ~marked]
    for code, at in where.items():
        if at.any() and _is_far(code, int(at.sum()), rest):
            place = tuple(int(i) for i in np.argwhere(at)[0])
            others = (float(rest.min()), float(rest.max())) if len(rest) else None
            return FillCode(float(numbers[place]), int(at.sum()), place, others)
    return None


def _is_far(code: float, count: int, rest: NDArray[np.floating]) -> bool:
    if not len(rest):
        return count >= MANY
    low, high = float(rest.min()), float(rest.max())
    gap = max(low - code, code - high)
    factor = _NEAR if count >= MANY else _FAR
    return gap > factor * (high - low) and gap > _NEAR * max(abs(low), abs(high))
