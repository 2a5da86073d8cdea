"""Intervals of predicted curves: at each strain by itself, and wide enough for a curve as a whole.

At each strain, the interval holds the truth of a further sample with the stated probability
(:mod:`mechanist.predict.conformal`). A curve has many strains, and leaves its interval at one of them
more often. All intervals stretched by one factor hold it everywhere with that probability.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.predict.conformal import largest_expected, residual_interval

#: Smallest half-width, for residuals that are all equal.
_TINY: Final = 1e-300


@dataclass(frozen=True, eq=False)
class CurveBand:
    """Residuals to expect of a further sample.

    Parameters
    ----------
    lower, upper : ndarray of shape (n_strains,)
        Residuals between which the truth lies at one strain.
    factor : float
        How much wider these intervals must be to hold a whole curve.
    """

    lower: FloatArray
    upper: FloatArray
    factor: float

    def ends(self, factor: float = 1.0) -> tuple[FloatArray, FloatArray]:
        """Return lowest and highest residuals of intervals that are wider by a factor."""
        middle, half = (self.lower + self.upper) / 2, (self.upper - self.lower) / 2
        return middle - factor * half, middle + factor * half

    def holds(self, residuals: FloatArray, factor: float = 1.0) -> BoolArray:
        """Return which residuals, of shape (n_rows, n_strains), lie within the intervals."""
        low, high = self.ends(factor)
        return np.asarray((residuals >= low) & (residuals <= high))


def band_of(residuals: FloatArray, samples: IntArray, *, level: float) -> CurveBand | None:
    """Return the band of a further sample.

    Parameters
    ----------
    residuals : ndarray of shape (n_rows, n_strains)
        Truth minus prediction of samples that the model was not trained on.
    samples : ndarray of shape (n_rows,), int
        Independent sample of every row.
    level : float

    Returns
    -------
    CurveBand or None
        None if there are too few samples.
    """
    found = [residual_interval(column, samples, level=level) for column in residuals.T]
    known = [one for one in found if one is not None]
    if len(known) < len(found):
        return None
    band = CurveBand(
        np.array([low for low, _ in known]), np.array([high for _, high in known]), 1.0
    )
    middle, half = (band.lower + band.upper) / 2, (band.upper - band.lower) / 2
    reach = np.max(np.abs(residuals - middle) / np.maximum(half, _TINY), axis=1)
    largest = [float(reach[samples == one].max()) for one in np.unique(samples)]
    return replace(band, factor=max(1.0, largest_expected(largest, level=level)))


@dataclass(frozen=True)
class HeldCurves:
    """Shares of held-out truths within the band of the other folds.

    Parameters
    ----------
    by_strain : list of float
        At each strain by itself.
    whole : float
        Whole curves within the intervals stretched by the factor.
    whole_unstretched : float
        Whole curves within the intervals of single strains.
    """

    by_strain: list[float]
    whole: float
    whole_unstretched: float


def held_curves(
    residuals: FloatArray, samples: IntArray, folds: IntArray, *, level: float
) -> HeldCurves | None:
    """Measure the band of all but one fold on that fold, for each in turn.

    Parameters
    ----------
    residuals, samples, level
        As in :func:`band_of`.
    folds : ndarray of shape (n_rows,), int
        Fold of every row; a sample is in one fold.

    Returns
    -------
    HeldCurves or None
        None if the other folds have too few samples.
    """
    within = np.zeros(residuals.shape, bool)
    whole = np.zeros(len(residuals), bool)
    for fold in np.unique(folds):
        others = folds != fold
        band = band_of(residuals[others], samples[others], level=level)
        if band is None:
            return None
        within[~others] = band.holds(residuals[~others])
        whole[~others] = band.holds(residuals[~others], band.factor).all(axis=1)
    return HeldCurves(
        [float(share) for share in within.mean(axis=0)],
        float(whole.mean()),
        float(within.all(axis=1).mean()),
    )
