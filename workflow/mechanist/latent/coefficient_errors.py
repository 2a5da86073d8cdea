"""Standard errors of the coefficients of a latent law, for the coordinates that were found."""

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
    blocks = _blocks(data.series)
    found = np.zeros(law.coefficients.shape)
    for k, target in enumerate(rates.T):
        some = np.flatnonzero(law.coefficients[:, k])
        left = np.array([
            np.linalg.lstsq(columns[np.ix_(kept, some)], target[kept], rcond=None)[0]
            for kept in (blocks != one for one in np.unique(blocks))
        ])  # fmt: skip
        spread = ((left - left.mean(axis=0)) ** 2).sum(axis=0)
        found[some, k] = np.sqrt(spread * (len(left) - 1) / len(left))
    return found


def _blocks(series: IntArray) -> IntArray:
    """Return the block that each frame belongs to."""
    runs, which = np.unique(series, return_inverse=True)
    if len(runs) >= BLOCKS:
        return np.asarray(which, np.int64)
    return np.arange(len(series)) * BLOCKS // len(series)
