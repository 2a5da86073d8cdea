"""Choose the widths of test functions from the spectrum of the data.

The method follows appendix A of https://doi.org/10.1016/j.jcp.2021.110525. Along each axis, the
cumulative amplitude spectrum has a corner, beyond which the spectrum is noise or negligible. It is
found as the changepoint of the best fit by two lines. The test function is made so wide that its
spectrum, nearly a Gaussian, ends near the corner. Here the highest derivative moved onto it
decides: the spectrum of the ``d``-th derivative of a Gaussian peaks at ``sqrt(d)`` standard
deviations, and this peak is placed at the corner.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy import fft

from mechanist.core.typing import FloatArray
from mechanist.discover.debiasing import some_lines
from mechanist.discover.reduction import reduced
from mechanist.discover.terms import Term
from mechanist.discover.test_functions import TestFunction
from mechanist.formats.field_files import TIME, FieldData

POWER: Final = 8
#: A test function covers at most about half of an axis.
SMALLEST_SHARE: Final = 4
#: With fewer points, the spectrum has no corner between its ends.
FEWEST_POINTS: Final = 6


def choose_test_functions(
    data: Sequence[FieldData],
    terms: Sequence[Term],
    *,
    power: int = POWER,
    snapshots: bool = False,
) -> dict[str, TestFunction]:
    """Return a test function for each axis.

    Parameters
    ----------
    data : sequence of FieldData
        Trajectories; corner frequencies are averaged over all trajectories and fields.
    terms : sequence of Term
        Library and targets, for the highest derivatives.
    power : int
        Smallest power of the test functions; raised if the derivatives require it.
    snapshots : bool
        Whether time, between whose points integrals are taken, has none.

    Returns
    -------
    dict of str to TestFunction
        Test function by axis.

    Raises
    ------
    ValueError
        If an axis has fewer points than the narrowest test function that the terms allow.
    """
    chosen = {}
    for position, axis in enumerate(data[0].axes):
        if snapshots and axis == TIME:
            continue
        order = _highest(terms, axis)
        least = max(TestFunction(order + 2, max(power, order + 2)).support, FEWEST_POINTS)
        for one in data:
            if one.shape[position] < least:
                raise ValueError(
                    f"trajectory {one.name!r}, axis {axis!r}: {one.shape[position]} points, but"
                    f" derivatives of order {order} along it need {least}, the support of the"
                    " narrowest test function. Give longer data or a library of lower order"
                    f"{remedy(axis)}"
                )
        corners = [
            corner_frequency(values, position, periodic=axis in one.periodic)
            for one in data
            for values in one.fields.values()
        ]
        p = max(power, order + 2)
        # The bump is nearly a Gaussian of standard deviation m / sqrt(2 p + 3).
        width = np.sqrt(max(order, 1) * (2 * p + 3)) / (2 * np.pi * float(np.mean(corners)))
        longest = (min(one.shape[position] for one in data) - 1) // SMALLEST_SHARE
        m = max(int(np.ceil(min(width, longest))), order + 2)
        chosen[axis] = TestFunction(m, p)
    return chosen


def remedy(axis: str) -> str:
    """Return what else helps if an axis is too short for test functions."""
    return ", or set `snapshots: true` to integrate between few times" if axis == TIME else ""


def corner_frequency(values: FloatArray, axis: int, *, periodic: bool) -> float:
    """Return the frequency at which the amplitude spectrum along an axis reaches its floor.

    Parameters
    ----------
    values : ndarray
        A field.
    axis : int
        Index of the dimension.
    periodic : bool
        Whether to use Fourier modes; otherwise cosines, which allow different values at the ends.

    Returns
    -------
    float
        Frequency in cycles per grid point, between 0 and 1/2.
    """
    n = values.shape[axis]
    lines = some_lines(values, axis)
    modes = fft.rfft(lines) if periodic else fft.dct(lines)
    spectrum = np.abs(modes).mean(axis=0)[1:]
    frequency_step = 1 / n if periodic else 1 / (2 * n)
    return (1 + changepoint(np.cumsum(spectrum))) * frequency_step


def changepoint(curve: FloatArray) -> int:
    """Return the inner index at which two lines, through this point and the ends, fit a curve best.

    Parameters
    ----------
    curve : ndarray of shape (n,)
        At least three values.

    Returns
    -------
    int
        Between 1 and ``n - 2``.
    """
    before = _squares(curve - curve[0])
    after = _squares((curve - curve[-1])[::-1])[::-1]
    # The corner itself lies on both lines, and adds nothing to either.
    return 1 + int((before + after)[1:-1].argmin())


def _squares(curve: FloatArray) -> FloatArray:
    """Return, by index, the squared distance of the curve so far from the line from zero to it."""
    k = np.arange(len(curve), dtype=float)
    slope = curve / np.maximum(k, 1.0)
    squares, mixed = np.cumsum(curve**2), np.cumsum(k * curve)
    return np.asarray(squares - 2 * slope * mixed + slope**2 * np.cumsum(k**2))


def _highest(terms: Sequence[Term], axis: str) -> int:
    """Return the highest derivative along an axis that is moved onto the test function."""
    return max(dict(part.outer).get(axis, 0) for term in terms for part in reduced(term))
