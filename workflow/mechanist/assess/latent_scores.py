"""Scores of latent coordinates and their law on data that neither has seen."""

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.channels import Channels
from mechanist.latent.latent_law import LatentLaw
from mechanist.latent.motion_law import MotionLaw


def latent_errors(law: LatentLaw, snapshots: FloatArray, rates: FloatArray) -> dict[str, float]:
    """Return what is left unexplained, each relative to the mean square of the quantity.

    These are the errors that Champion et al. 2019 (doi:10.1073/pnas.1906995116) report.

    Parameters
    ----------
    law : LatentLaw
    snapshots, rates : ndarray of shape (n_frames, n_channels)

    Returns
    -------
    dict
        ``values``: snapshots after encoding and decoding; ``rates``: rates by the law, decoded;
        ``latent_rates``: latent rates by the law.
    """
    _, latent_rates, law_rates, decoded, decoded_rates = law.passed(snapshots, rates)
    return {
        "values": unexplained(decoded, snapshots),
        "rates": unexplained(decoded_rates, rates),
        "latent_rates": unexplained(law_rates, latent_rates),
    }


def motion_errors(law: MotionLaw, data: Channels) -> dict[str, float]:
    """Return the same errors of a law of second order: ``rates`` and ``latent_rates`` are accelerations.

    The rates of the coordinate are those that the rates of the channels give.

    Raises
    ------
    ValueError
        If the data have no accelerations.
    """
    if data.accelerations is None:
        raise ValueError("a law of second order is scored on accelerations, but none are given")
    moving = law.maps.moving(data.snapshots, data.rates, data.accelerations)
    by_law = law.accelerations(moving.values, moving.rates)
    followed = law.maps.accelerations(moving.values, moving.rates, by_law)
    return {
        "values": unexplained(law.maps.snapshots(moving.values), data.snapshots),
        "rates": unexplained(followed, data.accelerations),
        "latent_rates": unexplained(by_law, moving.accelerations),
    }


def unexplained(predicted: FloatArray, true: FloatArray) -> float:
    """Return the mean square of the error relative to that of the truth, about zero."""
    return float(((predicted - true) ** 2).mean() / (true**2).mean())


def not_affine(hidden: FloatArray, latents: FloatArray) -> float:
    """Return the largest share of a hidden coordinate that no affine function of latents explains.

    Parameters
    ----------
    hidden : ndarray of shape (n_frames, n_hidden)
        Without columns, the result is NaN.
    latents : ndarray of shape (n_frames, n_latents)
    """
    if not hidden.shape[1]:
        return float("nan")
    columns = np.column_stack([np.ones(len(latents)), latents])
    left = hidden - columns @ np.linalg.lstsq(columns, hidden, rcond=None)[0]
    return float((left.var(axis=0) / hidden.var(axis=0)).max())
