"""A biased random walk in histograms: its density obeys an advection-diffusion equation.

The example of Rudy, Brunton, Proctor & Kutz (2017), https://doi.org/10.1126/sciadv.1602614.
"""

from functools import partial
from typing import Final

import numpy as np

from mechanist.core.seeds import generator
from mechanist.core.typing import FloatArray
from mechanist.formats.field_files import FieldData
from mechanist.simulate.case import Realisation, same_in_both_forms

#: Reach of the bins from the mean, in standard deviations of the last density.
REACH: Final = 4.0


def random_walk(
    *,
    steps: int = 1_000_000,
    step: float = 0.01,
    drift: float = 2.0,
    first: float = 0.5,
    last: float = 1.5,
    times: int = 51,
    bins: int = 120,
    seed: int = 0,
) -> Realisation:
    """Return the density of displacements of one long walk, ``p_t = -drift p_x + p_xx / 2``.

    Each step adds ``drift * step`` and a normal number of variance ``step``. The density after a
    lag is the histogram of displacements over all windows of that length, which is the density
    averaged over a bin and obeys the same equation. The accuracy is the sampling error: the root
    mean square difference from the bin-averaged normal density, relative to the largest density.
    """
    rng = generator(seed, "random_walk")
    moves = drift * step + np.sqrt(step) * rng.standard_normal(steps)
    walk = np.concatenate([[0.0], np.cumsum(moves)])
    lags = np.round(np.linspace(first, last, times) / step).astype(int)
    if len(np.unique(np.diff(lags))) != 1:
        raise ValueError(
            f"{times} times from {first:g} to {last:g} are not whole steps of {step:g} apart"
        )
    reach = REACH * np.sqrt(last)
    edges = np.linspace(drift * first - reach, drift * last + reach, bins + 1)
    width = edges[1] - edges[0]
    density = np.stack([_density(walk[lag:] - walk[:-lag], edges) for lag in lags], axis=-1)
    axes = {"x": edges[:-1] + width / 2, "t": lags * step}
    truth = {"p_t": {"p_x": -drift, "p_xx": 0.5}}
    return Realisation(
        data=[FieldData("0", axes, {"p": density})],
        truth=same_in_both_forms(truth),
        accuracy=partial(_sampling_error, density, edges, lags * step, drift),
    )


def _density(displacements: FloatArray, edges: FloatArray) -> FloatArray:
    counts, _ = np.histogram(displacements, edges)
    return np.asarray(counts / (len(displacements) * (edges[1] - edges[0])))


def exact_density(edges: FloatArray, times: FloatArray, drift: float) -> FloatArray:
    """Return the normal density averaged over bins, shape (n_bins, n_times)."""
    from scipy.special import ndtr

    below = ndtr((edges[:, None] - drift * times) / np.sqrt(times))
    return np.asarray(np.diff(below, axis=0) / (edges[1] - edges[0]))


def _sampling_error(
    density: FloatArray, edges: FloatArray, times: FloatArray, drift: float
) -> float:
    exact = exact_density(edges, times, drift)
    return float(np.sqrt(np.mean((density - exact) ** 2)) / exact.max())
