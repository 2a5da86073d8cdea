"""Standard errors of the coefficients of a latent law, for the coordinates that were found."""

from collections.abc import Sequence
from typing import Final

import jax.numpy as jnp
import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.channels import Channels
from mechanist.latent.latent_law import LatentLaw
from mechanist.latent.polynomials import term_values

#: Runs from which on whole runs are left out; fewer are cut into stretches of frames, this many in all.
BLOCKS: Final = 8


def coefficient_errors(law: LatentLaw, data: Channels) -> FloatArray:
    """Return the jackknife error of every coefficient: whole runs, or stretches of frames, are left out.

    The coordinates stay as they are, so that their own uncertainty is not part of the errors.

    Parameters
    ----------
    law : LatentLaw
    data : Channels
        What the law was learnt from.

    Returns
    -------
    ndarray of shape (n_terms, n_latents)
        Zero for terms that the law does not have.
    """
    latents, rates = law.passed(data.snapshots, data.rates)[:2]
    columns = np.asarray(term_values(jnp.asarray(latents), law.terms), np.float64)
    blocks = blocks_of(data.series)
    found = np.zeros(law.coefficients.shape)
    for k, target in enumerate(rates.T):
        some = np.flatnonzero(law.coefficients[:, k])
        if not len(some):
            continue
        found[some, k] = jackknife_errors(columns[:, some], target, blocks)
    return found


def jackknife_errors(columns: FloatArray, target: FloatArray, blocks: IntArray) -> FloatArray:
    """Return the errors of the coefficients of least squares, from leaving out one block at a time.

    Parameters
    ----------
    columns : ndarray of shape (n_rows, n_terms)
    target : ndarray of shape (n_rows,)
    blocks : ndarray of shape (n_rows,)
    """
    return spread_over_blocks([
        np.linalg.lstsq(columns[kept], target[kept], rcond=None)[0]
        for kept in (blocks != one for one in np.unique(blocks))
    ])  # fmt: skip


def spread_over_blocks(left_out: Sequence[FloatArray]) -> FloatArray:
    """Return jackknife errors of what was found with each block left out."""
    found = np.array(left_out)
    spread = ((found - found.mean(axis=0)) ** 2).sum(axis=0)
    return np.asarray(np.sqrt(spread * (len(found) - 1) / len(found)), np.float64)


def blocks_of(series: IntArray) -> IntArray:
    """Return the block that each frame belongs to: its run, or a stretch of frames of few runs."""
    runs, which = np.unique(series, return_inverse=True)
    if len(runs) >= BLOCKS:
        return np.asarray(which, np.int64)
    return np.arange(len(series)) * BLOCKS // len(series)
