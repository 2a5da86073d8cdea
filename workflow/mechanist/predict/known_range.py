"""How far a sample is from those that a model has seen.

The mean of every feature over the particles of a sample fluctuates little between samples that were
made alike, and moves when density, composition or preparation change. The distance of a sample is the
root mean square of these means in standard deviations over the samples seen; each of those is measured
against the others, which gives the distance that one further sample exceeds in one case out of twenty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration
from mechanist.predict.conformal import largest_expected

#: Probability that a sample like those seen is within the limit.
WITHIN: Final = 0.95
#: Largest difference between principal strains of loads that count as the same type.
SAME_TYPE: Final = 0.02


@dataclass(frozen=True, eq=False)
class KnownRange:
    """The samples that a model has seen.

    Parameters
    ----------
    species : tuple of str
    dimension : int
    units : str
        Unit system of their files.
    length : float
        Unit of length of the features, in that unit system.
    particles : float
        Mean number of particles.
    density : tuple of float
        Least and greatest number density, in units of ``length``.
    composition : dict of str to tuple of float
        Least and greatest fraction of each species.
    loads : dict of str to tuple of float
        Principal strains of each load, ascending.
    mean, deviation : ndarray of shape (n_features,)
        Mean and standard deviation, over samples, of the mean feature of a sample.
    limit : float
        Distance that a further sample exceeds in one case out of twenty; infinite if unknown.
    """

    species: tuple[str, ...]
    dimension: int
    units: str
    length: float
    particles: float
    density: tuple[float, float]
    composition: dict[str, tuple[float, float]]
    loads: dict[str, tuple[float, ...]]
    mean: FloatArray
    deviation: FloatArray
    limit: float

    def distance(self, mean: FloatArray, particles: int) -> float:
        """Return the distance of a sample.

        Parameters
        ----------
        mean : ndarray of shape (n_features,)
            Mean features of its particles.
        particles : int
            Their number.

        Notes
        -----
        The mean over fewer particles fluctuates more: the distance of a sample smaller than those
        seen is reduced by the square root of the ratio of their sizes.
        """
        smaller = min(1.0, np.sqrt(particles / self.particles))
        return float(_rms((mean - self.mean) / self.deviation) * smaller)

    def knows_load(self, tensor: FloatArray) -> bool:
        """Return whether a load has the principal strains of a load seen, in whatever directions."""
        asked = principal_strains(tensor)
        return any(np.allclose(asked, seen, atol=SAME_TYPE) for seen in self.loads.values())


def principal_strains(tensor: FloatArray) -> tuple[float, ...]:
    """Return the eigenvalues of a strain tensor of shape (3, 3), ascending."""
    return tuple(float(value) for value in np.linalg.eigvalsh(tensor))


@dataclass(frozen=True, eq=False)
class FeatureRange:
    """Mean, deviation and limit, as in :class:`KnownRange`."""

    mean: FloatArray
    deviation: FloatArray
    limit: float


def feature_range(
    X: NDArray[np.float32], frames: Sequence[slice], samples: Sequence[int]
) -> FeatureRange:
    """Measure the spread of mean features between samples.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_features)
    frames : sequence of slice
        Rows of each sample under each load.
    samples : sequence of int
        Independent sample of each frame.

    Raises
    ------
    ValueError
        If there are fewer than three independent samples.
    """
    means = np.array([X[rows].mean(axis=0, dtype=np.float64) for rows in frames])
    code: IntArray = np.asarray(samples)
    names = np.unique(code)
    if len(names) < 3:
        raise ValueError(f"{len(names)} independent samples; expected at least 3 to compare them")
    floor = _least_deviation(X, frames)
    distances = []
    for name in names:
        rest = means[code != name]
        z = (means[code == name] - rest.mean(axis=0)) / np.maximum(rest.std(axis=0, ddof=1), floor)
        distances.append(float(_rms(z).max()))
    deviation = np.maximum(means.std(axis=0, ddof=1), floor)
    return FeatureRange(means.mean(axis=0), deviation, largest_expected(distances, level=WITHIN))


def _least_deviation(X: NDArray[np.float32], frames: Sequence[slice]) -> FloatArray:
    """Return the change of the mean by one particle out of all of a sample, shape (n_features,).

    Features that all samples share exactly, such as a fraction of a species, would otherwise have no
    deviation, and the smallest change would be infinitely far.
    """
    chosen = X[frames[0]]
    spread = chosen.std(axis=0, dtype=np.float64)
    tiny = 1e-6 * np.abs(chosen).max(axis=0) + np.finfo(np.float32).tiny
    return np.asarray(np.maximum(spread / len(chosen), tiny))


def _rms(z: FloatArray) -> FloatArray:
    return np.asarray(np.sqrt(np.mean(z**2, axis=-1)))


def outside_reasons(
    known: KnownRange, *, density: float, composition: Mapping[str, float], distance: float
) -> list[str]:
    """Return what puts a sample outside the range that is known, in plain words.

    Parameters
    ----------
    known : KnownRange
    density : float
        Number density in units of ``known.length``.
    composition : mapping of str to float
        Fraction of each species.
    distance : float
        Distance of its features.

    Returns
    -------
    list of str
        Empty if the sample is like those seen.
    """
    if not distance > known.limit:
        return []
    low, high = known.density
    found = [
        (
            f"its features are {distance:.3g} standard deviations from those of the samples seen, which"
            f" stay within {known.limit:.3g}"
        )
    ]
    if not 0.995 * low <= density <= 1.005 * high:
        found.append(f"its density is {density:.4g}, those seen have {_span(low, high)}")
    for name, (least, most) in known.composition.items():
        fraction = composition.get(name, 0.0)
        if not least - 0.005 <= fraction <= most + 0.005:
            found.append(
                f"its fraction of {name} is {fraction:.4g}, those seen have {_span(least, most)}"
            )
    if len(found) == 1:
        found[0] += (
            "; its density and composition are like theirs, so it is not at rest (minimise its energy), or was"
            " made in another way (by another cooling rate, at another temperature, or of another potential)"
        )
    return found


def _span(low: float, high: float) -> str:
    """Return a range as text, one number where both ends are printed alike."""
    return f"{low:.4g}" if f"{low:.4g}" == f"{high:.4g}" else f"{low:.4g} to {high:.4g}"


def fraction_of(configuration: Configuration, species: str) -> float:
    """Return the fraction of the particles that are of a species, 0 if none is known by this name."""
    if species not in configuration.species_names:
        return 0.0
    counts = np.bincount(configuration.species, minlength=len(configuration.species_names))
    return float(counts[configuration.species_names.index(species)] / len(configuration))
