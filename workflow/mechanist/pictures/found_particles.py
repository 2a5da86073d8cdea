"""Particles that were found in a picture, and what both detectors measure at each of them."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from mechanist.core.typing import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class FoundParticles:
    """Particles of one picture.

    Parameters
    ----------
    positions : ndarray of shape (n, 2)
        Centres, in the unit of length of the picture.
    size : ndarray of shape (n,)
        What tells species apart, larger for larger particles: area and summed brightness.
    radius : ndarray of shape (n,)
        Radius of the disc of the same area as the region; NaN from a detector that has no regions.
    quality : ndarray of shape (n,)
        Brightness beyond the surroundings, in standard deviations of the noise of a pixel.
    """

    positions: FloatArray
    size: FloatArray
    radius: FloatArray
    quality: FloatArray

    def __len__(self) -> int:
        """Return the number of particles."""
        return len(self.positions)

    def kept(self, chosen: BoolArray | IntArray) -> "FoundParticles":
        """Return some of the particles."""
        return replace(
            self,
            positions=self.positions[chosen],
            size=self.size[chosen],
            radius=self.radius[chosen],
            quality=self.quality[chosen],
        )


def noise_of(picture: FloatArray) -> float:
    """Return the standard deviation of the noise of a pixel, from second differences.

    The filter (Immerkaer, 1996, https://doi.org/10.1006/cviu.1996.0060) is blind to what varies
    evenly; the median of its magnitude is little moved by edges.
    """
    edges = np.array([[1.0, -2.0, 1.0], [-2.0, 4.0, -2.0], [1.0, -2.0, 1.0]])
    filtered = ndimage.convolve(picture, edges)[1:-1, 1:-1]
    return float(np.median(np.abs(filtered)) / 0.6745 / 6.0)


def contrast_of(picture: FloatArray, centres: FloatArray, radius: float) -> FloatArray:
    """Return how much brighter each place is than the mean of its surroundings, over the noise.

    Parameters
    ----------
    picture : ndarray of shape (rows, columns)
    centres : ndarray of shape (n, 2)
        Column and row of each place.
    radius : float
        Radius of a particle in pixels.
    """
    near = ndimage.gaussian_filter(picture, 0.5 * radius)
    around = ndimage.gaussian_filter(picture, 2.5 * radius, truncate=2.0)
    difference = ndimage.map_coordinates(near - around, centres.T[::-1], order=1, mode="nearest")
    return np.asarray(difference / max(noise_of(picture), 1e-12))


def centroids(
    picture: FloatArray, centres: FloatArray, radius: float, *, rounds: int = 3
) -> tuple[FloatArray, FloatArray]:
    """Return centres of brightness within a disc that moves along, and the summed brightness.

    Parameters
    ----------
    picture : ndarray of shape (rows, columns)
        Brightness, of which the third percentile counts as dark.
    centres : ndarray of shape (n, 2)
        Column and row of each particle, as a start.
    radius : float
        Radius of the disc in pixels.
    rounds : int
        Number of times that the disc is moved to the centre that it measured.

    Returns
    -------
    centres : ndarray of shape (n, 2)
    brightness : ndarray of shape (n,)
    """
    dark = float(np.percentile(picture, 3))
    reach = int(np.ceil(radius + 1))
    down, across = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    rows, columns = picture.shape
    places = centres.astype(float)
    total = np.zeros(len(places))
    for _ in range(rounds):
        y = np.rint(places[:, 1]).astype(int)[:, None, None] + down
        x = np.rint(places[:, 0]).astype(int)[:, None, None] + across
        seen = (y >= 0) & (x >= 0) & (y < rows) & (x < columns)
        value = picture[np.clip(y, 0, rows - 1), np.clip(x, 0, columns - 1)] - dark
        away = np.hypot(y - places[:, 1][:, None, None], x - places[:, 0][:, None, None])
        weight = np.clip(value, 0, None) * np.clip(radius + 0.5 - away, 0, 1) * seen
        total = weight.sum(axis=(1, 2)) + 1e-12
        places = np.stack([(weight * x).sum((1, 2)) / total, (weight * y).sum((1, 2)) / total], 1)
    return places, total
