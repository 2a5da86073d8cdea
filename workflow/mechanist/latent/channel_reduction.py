"""Principal components up to the widest gap of their variances, scaled to unit variance."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray

#: Principal components among which the gap is looked for.
MOST: Final = 20
#: Variances below this share of the largest are rounding of the data.
_ROUNDING: Final = 1e-13


@dataclass(frozen=True)
class Reduction:
    """A linear map from channels to a few scaled components, and back.

    Parameters
    ----------
    mean : ndarray of shape (n_channels,)
    axes : ndarray of shape (n_channels, n_components)
        Orthonormal columns.
    scales : ndarray of shape (n_components,)
        Standard deviations of the components.
    """

    mean: FloatArray
    axes: FloatArray
    scales: FloatArray

    def reduced(self, values: FloatArray) -> FloatArray:
        """Return the components of snapshots, shape (n_frames, n_components)."""
        return (values - self.mean) @ self.axes / self.scales

    def reduced_rates(self, rates: FloatArray) -> FloatArray:
        """Return the rates of the components."""
        return rates @ self.axes / self.scales

    def expanded(self, components: FloatArray) -> FloatArray:
        """Return snapshots, shape (n_frames, n_channels)."""
        return self.expanded_rates(components) + self.mean

    def expanded_rates(self, rates: FloatArray) -> FloatArray:
        """Return the rates of the channels."""
        return (rates * self.scales) @ self.axes.T


def reduce_channels(values: FloatArray, components: int | None = None) -> Reduction:
    """Return the principal components of snapshots.

    Parameters
    ----------
    values : ndarray of shape (n_frames, n_channels)
    components : int, optional
        How many; by default, as many as stand before the widest gap between the logarithms of
        successive variances.

    Raises
    ------
    ValueError
        If there are fewer frames than components, or the snapshots do not differ.
    """
    mean = values.mean(axis=0)
    shifted = values - mean
    if len(values) >= values.shape[1]:
        variances, axes = np.linalg.eigh(shifted.T @ shifted / len(values))
        variances, axes = variances[::-1], axes[:, ::-1]
    else:
        _, singular, rows = np.linalg.svd(shifted, full_matrices=False)
        variances, axes = singular**2 / len(values), rows.T
    if not variances[0] > 0:
        raise ValueError("all snapshots are equal; expected a series that changes")
    shown = np.maximum(variances[:MOST], _ROUNDING * variances[0])
    if components is None:
        components = (
            1 + int(np.argmax(np.log(shown[:-1]) - np.log(shown[1:]))) if len(shown) > 1 else 1
        )
    if (
        components > len(variances)
        or shown[min(components, len(shown)) - 1] <= _ROUNDING * variances[0]
    ):
        raise ValueError(
            f"{components} components of snapshots whose variances are {variances[: components + 1]};"
            " expected that many directions in which the snapshots differ"
        )
    return Reduction(mean, axes[:, :components], np.sqrt(variances[:components]))
