"""Find particles as bright spots of about one size by trackpy, after Crocker and Grier.

The method is that of https://doi.org/10.1006/jcis.1996.0217.
"""

import warnings
from dataclasses import dataclass

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.pictures.found_particles import FoundParticles, contrast_of


@dataclass(frozen=True)
class TrackpyDetector:
    """How bright spots are found; lengths are in diameters of a particle.

    Parameters
    ----------
    diameter : float
        Diameter of a typical particle, in the unit of length of the picture.
    mask : float
        Diameter of the disc over which brightness is summed.
    spacing : float
        Smallest distance between particles.
    percentile : float
        A peak must be brighter than this percentage of the pixels.
    """

    diameter: float
    mask: float = 1.1
    spacing: float = 0.7
    percentile: float = 40.0

    def find(self, picture: FloatArray, pixel: float) -> FoundParticles:
        """Return the particles of a picture.

        Parameters
        ----------
        picture : ndarray of shape (rows, columns)
        pixel : float
            Side of a pixel.
        """
        import trackpy

        across = self.diameter / pixel
        odd = max(3, 2 * round(0.5 * (self.mask * across - 1)) + 1)
        scaled = (picture - picture.min()) / max(float(np.ptp(picture)), 1e-12)
        with warnings.catch_warnings():
            # trackpy asks pandas for what later versions will not have.
            warnings.simplefilter("ignore", DeprecationWarning)
            found = trackpy.locate(
                scaled, odd, separation=self.spacing * across, percentile=self.percentile,
                engine="numba",
            )  # fmt: skip
        centres = found[["x", "y"]].to_numpy(float)
        return FoundParticles(
            (centres + 0.5) * pixel,
            found["mass"].to_numpy(float),
            np.full(len(found), np.nan),
            contrast_of(picture, centres, 0.5 * across),
        )
