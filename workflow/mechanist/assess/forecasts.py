"""Error of a forecast at each time, and how long the forecast is valid."""

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.forward import Forecast
from mechanist.formats.field_files import FieldData


def forecast_errors(forecast: Forecast, data: FieldData) -> FloatArray:
    """Return the error at each time.

    Parameters
    ----------
    forecast : Forecast
        Solution on the times of the data.
    data : FieldData
        Data with which the forecast is compared.

    Returns
    -------
    ndarray of shape (n_t,)
        Root-mean-square difference in standard deviations of each field over all times, averaged
        over fields and space; NaN after divergence.
    """
    squared = np.zeros(len(forecast.times))
    for name, values in data.fields.items():
        difference = (forecast.fields[name] - values) / (float(values.std()) or 1.0)
        space = tuple(range(values.ndim - 1))
        squared += (difference**2).mean(axis=space) if space else difference**2
    errors: FloatArray = np.sqrt(squared / len(data.fields))
    return errors


def valid_until(times: FloatArray, errors: FloatArray, bound: float) -> float:
    """Return the last time up to which errors never exceed a bound."""
    beyond = np.flatnonzero(~(errors <= bound))
    return float(times[-1] if not len(beyond) else times[max(beyond[0] - 1, 0)])
