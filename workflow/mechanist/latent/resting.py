"""The dummy among laws of latent coordinates: the mean of the channels, and coordinates at rest."""

import time
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.channels import Channels
from mechanist.latent.channel_reduction import reduce_channels
from mechanist.latent.coordinate_curve import CoordinateCurve, Moving, straight_curve
from mechanist.latent.coordinate_maps import starting_weights
from mechanist.latent.latent_law import LatentLaw
from mechanist.latent.motion_law import MotionLaw
from mechanist.latent.motion_terms import NAMES
from mechanist.latent.polynomials import polynomial_terms


def resting_law(values: FloatArray, latents: int, rng: np.random.Generator) -> LatentLaw:
    """Return principal components that never change, and from which the mean is decoded."""
    begun = time.process_time()
    weights = starting_weights(latents, latents, 0, rng)
    weights |= {"E0": jnp.eye(latents), "D0": jnp.zeros((latents, latents))}
    terms = polynomial_terms(latents, 2)
    nothing = np.zeros((len(terms), latents))
    return LatentLaw(
        reduction=reduce_channels(values, latents),
        weights=weights,
        terms=terms,
        kept=nothing,
        coefficients=nothing,
        shares=nothing,
        ties=(),
        seconds=time.process_time() - begun,
    )


@dataclass(frozen=True)
class RestingMaps:
    """A coordinate whose decoded snapshots are the mean.

    Parameters
    ----------
    line : CoordinateCurve
        It gives the coordinate.
    """

    line: CoordinateCurve

    def coordinate(self, snapshots: FloatArray) -> FloatArray:
        """Return the coordinate of snapshots, shape (n_frames,)."""
        return self.line.coordinate(snapshots)

    def moving(self, snapshots: FloatArray, rates: FloatArray, accelerations: FloatArray) -> Moving:
        """Return the coordinate with its rates."""
        return self.line.moving(snapshots, rates, accelerations)

    def snapshots(self, coordinate: FloatArray) -> FloatArray:
        """Return the mean for every place."""
        return np.repeat(self.line.reduction.mean[None], len(coordinate), axis=0)

    def accelerations(
        self, coordinate: FloatArray, rates: FloatArray, accelerations: FloatArray
    ) -> FloatArray:
        """Return zeros."""
        del rates, accelerations
        return np.zeros_like(self.snapshots(coordinate))


def resting_motion_law(data: Channels) -> MotionLaw:
    """Return the first principal component without acceleration, and the mean decoded from it."""
    begun = time.process_time()
    nothing = np.zeros((len(NAMES), 1))
    return MotionLaw(
        maps=RestingMaps(straight_curve(data.snapshots)),
        kept=nothing,
        coefficients=nothing,
        errors=nothing,
        shares=nothing,
        ties=((),),
        seconds=time.process_time() - begun,
    )
