"""Rates of series of many channels, computed from the values alone."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.discover.derivatives import Derivative
from mechanist.formats.channels import Channels

#: Window of local polynomials unless an entry states another one.
WINDOW: Final = {"half_width": 3, "degree": 4}
#: Default of users' series.
LOCAL: Final = Derivative("local_polynomial", **WINDOW)


def derivative_of(entry: Mapping[str, object]) -> Derivative:
    """Return the derivative of a configuration entry: method, accuracy, half-width and degree."""
    return Derivative(**{**WINDOW, **entry})  # type: ignore[arg-type]


def rates_of(
    values: FloatArray, series: IntArray, step: float, derivative: Derivative, order: int = 1
) -> FloatArray:
    """Return the derivative of every channel in time, run by run.

    Parameters
    ----------
    values : ndarray of shape (n_frames, n_channels)
    series : ndarray of shape (n_frames,)
        Number of the run that each frame belongs to.
    step : float
        Time between frames.
    derivative : Derivative
    order : int

    Raises
    ------
    ValueError
        If a run has fewer frames than the derivative needs.
    """
    found = np.empty(values.shape)
    for run in np.unique(series):
        some = series == run
        found[some] = derivative(values[some], axis=0, order=order, spacing=step, periodic=False)
    return found


def with_computed_rates(data: Channels, derivative: Derivative) -> Channels:
    """Return a series whose rates are computed from its values; stated rates are not used.

    Frames at the ends of runs, where a derivative would be one-sided, are left out.

    Raises
    ------
    ValueError
        If the time between frames is not known, or a run has fewer frames than the derivative needs.
    """
    if data.step is None:
        raise ValueError(
            "the time between snapshots is not known, but rates are to be computed from the values;"
            " give snapshots at even times"
        )
    rates = rates_of(data.snapshots, data.series, data.step, derivative)
    reach = derivative.reach(1)
    inner = np.concatenate([
        np.flatnonzero(data.series == run)[reach:-reach] for run in np.unique(data.series)
    ])  # fmt: skip
    computed = Channels(
        data.snapshots, rates, data.hidden, data.series, data.accelerations, data.step
    )
    return computed.part(inner)
