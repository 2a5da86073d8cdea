"""Synthetic predictions whose true scores are known, for tests of metrics and intervals.

Objects of a sample resemble each other, as the atoms of one glass do: the part ``shared`` of the
variance of signal and noise is common to a sample's objects. Truth is signal plus noise, a
prediction is the signal times ``slope``: with a positive slope other than 1, a model ranks equally
well but has larger errors.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy import special

from mechanist.core.typing import FloatArray

#: Median of the absolute value of a standard normal number.
MEDIAN_SIZE: Final = float(special.ndtri(0.75))
#: Standard deviation of ``sign(z) (exp|z| - 1)`` for a standard normal z.
HEAVY_SPREAD: Final = float(
    np.sqrt(2 * np.exp(2) * special.ndtr(2) - 4 * np.exp(0.5) * special.ndtr(1) + 1)
)
Tails = Literal["normal", "heavy"]


@dataclass(frozen=True, kw_only=True)
class World:
    """Samples of objects with a truth and a prediction each.

    Parameters
    ----------
    n_samples, n_objects : int
        Independent samples, and objects of each.
    shared : float
        Part of the variance that the objects of a sample share, from 0 to 1.
    noise : float
        Standard deviation of the noise relative to that of the signal.
    slope : float
        Ratio of the prediction to the signal.
    tails : {"normal", "heavy"}
        Distribution of signal and noise.
    """

    n_samples: int = 20
    n_objects: int = 20
    shared: float = 0.5
    noise: float = 1.2
    slope: float = 1.0
    tails: Tails = "normal"

    @property
    def mse(self) -> float:
        """Mean squared error over all samples that could be drawn."""
        return (1 - self.slope) ** 2 + self.noise**2

    @property
    def r2(self) -> float:
        """R2 over all samples that could be drawn."""
        return 1 - self.mse / (1 + self.noise**2)

    @property
    def pearson(self) -> float:
        """Pearson's correlation over all samples that could be drawn."""
        return float(np.sign(self.slope) / np.sqrt(1 + self.noise**2))

    @property
    def median_error(self) -> float:
        """Median absolute error; NaN with heavy tails, where it has no closed form."""
        return MEDIAN_SIZE * float(np.sqrt(self.mse)) if self.tails == "normal" else float("nan")

    def draw(self, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
        """Return truth and prediction, each of shape (n_samples, n_objects)."""
        signal, noise = self._component(rng), self._component(rng)
        return signal + self.noise * noise, self.slope * signal

    def _component(self, rng: np.random.Generator) -> FloatArray:
        own = self._numbers(rng, (self.n_samples, self.n_objects))
        common = self._numbers(rng, (self.n_samples, 1))
        return np.sqrt(self.shared) * common + np.sqrt(1 - self.shared) * own

    def _numbers(self, rng: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
        z = rng.standard_normal(shape)
        if self.tails == "normal":
            return z
        return np.asarray(np.sign(z) * np.expm1(np.abs(z)) / HEAVY_SPREAD)


def same_rank_no_skill(pearson: float) -> World:
    """Return a world in which predictions correlate with the truth but explain nothing of it.

    A model whose predictions are twice as far from the mean as the signal has ``R2 = 0``: its error
    is as large as that of predicting the mean, whatever Pearson's correlation is.

    Parameters
    ----------
    pearson : float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If it is not between 0 and 1.
    """
    if not 0 < pearson < 1:
        raise ValueError(f"pearson = {pearson}; expected a number between 0 and 1")
    return World(noise=float(np.sqrt(1 / pearson**2 - 1)), slope=2.0)


def flattered(
    pearson: float, *, n_samples: int, n_objects: int, shared: float, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Return a truth and predictions that have exactly this correlation, and an R2 of zero.

    The truth is drawn at random. The prediction is a part along the truth plus a random part
    orthogonal to it, with sizes that give the correlation. Its standard deviation is ``2 pearson``
    times that of the truth, which makes its errors as large as those of predicting the mean:
    ``R2 = 2 a r - a^2 = 0`` for the relative spread ``a = 2 r``.

    Parameters
    ----------
    pearson : float
        Between 0 and 1.
    n_samples, n_objects, shared
        As in :class:`World`.
    rng : numpy.random.Generator

    Returns
    -------
    tuple of ndarray of shape (n_samples, n_objects)
    """
    same_rank_no_skill(pearson)  # raises unless pearson is a valid correlation
    world = World(n_samples=n_samples, n_objects=n_objects, shared=shared, noise=1.0)
    truth, across = world.draw(rng)
    along = (truth - truth.mean()) / truth.std()
    across = across - across.mean() - along * (along * across).mean()
    direction = pearson * along + np.sqrt(1 - pearson**2) * across / across.std()
    return truth, truth.mean() + 2 * pearson * truth.std() * direction
