"""Find particles as bright regions: a local threshold, then a watershed that parts those that touch."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy import ndimage

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.pictures.found_particles import FoundParticles, centroids, contrast_of

#: Width of the smoothing that evens the light, in diameters of a particle.
LIGHT: Final = 3.0


@dataclass(frozen=True)
class WatershedDetector:
    """How bright regions are found; lengths are in diameters of a particle.

    Parameters
    ----------
    diameter : float
        Diameter of a typical particle, in the unit of length of the picture.
    smoothing : float
        Standard deviation of the smoothing against noise.
    block : float
        Side of the surroundings whose mean is the threshold.
    offset : float
        How far above that mean a region must be, as a part of it.
    seeds : {"brightness", "distance"}
        Each peak of this is a particle: of the smoothed picture, or of the distance from the dark.
    spacing : float
        Smallest distance between peaks.
    smallest, largest : float
        Limits of the area of a region, in areas of a particle.
    solidity : float
        Smallest part that a region fills of its convex hull.
    place : {"brightness", "region"}
        Whether the centre of brightness is the place of a particle, or that of the region.
    """

    diameter: float
    smoothing: float = 0.15
    block: float = 1.8
    offset: float = 0.0
    seeds: Literal["brightness", "distance"] = "brightness"
    spacing: float = 0.35
    smallest: float = 0.2
    largest: float = 4.0
    solidity: float = 0.0
    place: Literal["brightness", "region"] = "brightness"

    def find(self, picture: FloatArray, pixel: float) -> FoundParticles:
        """Return the particles of a picture.

        Parameters
        ----------
        picture : ndarray of shape (rows, columns)
        pixel : float
            Side of a pixel.
        """
        across = self.diameter / pixel
        light = ndimage.gaussian_filter(picture, LIGHT * across, truncate=2.0)
        even = picture / np.maximum(light, 1e-9)
        smooth = ndimage.gaussian_filter(even, max(self.smoothing * across, 0.5))
        labels = self._regions(smooth, across)
        area, centres = _places(labels)
        typical = np.pi / 4 * across**2
        good = (area > self.smallest * typical) & (area < self.largest * typical)
        if self.solidity > 0:
            good &= _solidity(labels) > self.solidity
        centres, area = centres[good], area[good] * pixel**2
        size = area
        if self.place == "brightness":
            centres, brightness = centroids(even, centres, 0.5 * across)
            size = _scaled(brightness) + _scaled(area)
        return FoundParticles(
            (centres + 0.5) * pixel,
            size,
            np.sqrt(area / np.pi),
            contrast_of(even, centres, 0.5 * across),
        )

    def _regions(self, smooth: FloatArray, across: float) -> IntArray:
        """Return the number of the region of each pixel, 0 outside of all."""
        from skimage.feature import peak_local_max
        from skimage.filters import threshold_local
        from skimage.segmentation import watershed

        block = 2 * round(0.5 * self.block * across) + 1
        mean = threshold_local(smooth, block)  # type: ignore[no-untyped-call]
        bright: BoolArray = smooth > mean * (1 + self.offset)
        height = smooth
        if self.seeds == "distance":
            height = ndimage.gaussian_filter(ndimage.distance_transform_edt(bright), 1.0)
        apart = max(1, round(self.spacing * across))
        inside = bright.astype(int)
        peaks = peak_local_max(  # type: ignore[no-untyped-call]
            height, min_distance=apart, labels=inside, exclude_border=False
        )
        markers = np.zeros(smooth.shape, np.int32)
        markers[tuple(peaks.T)] = np.arange(1, len(peaks) + 1)
        return np.asarray(watershed(-height, markers, mask=bright))  # type: ignore[no-untyped-call]


def _places(labels: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return the area of each region in pixels, and its column and row."""
    rows, columns = np.nonzero(labels)
    region = labels[rows, columns] - 1
    area = np.bincount(region, minlength=int(labels.max(initial=0))).astype(float)
    some = np.maximum(area, 1)
    across, down = (np.bincount(region, at, len(area)) / some for at in (columns, rows))
    return area, np.column_stack([across, down])


def _solidity(labels: IntArray) -> FloatArray:
    """Return how much each region fills of its convex hull."""
    from skimage.measure import regionprops

    solidity = np.zeros(int(labels.max(initial=0)))
    for region in regionprops(labels):  # type: ignore[no-untyped-call]
        solidity[region.label - 1] = region.solidity
    return solidity


def _scaled(values: FloatArray) -> FloatArray:
    """Return values in standard deviations from their mean, so that two kinds can be added."""
    return (
        np.asarray((values - values.mean()) / max(float(values.std()), 1e-12))
        if len(values)
        else values
    )
