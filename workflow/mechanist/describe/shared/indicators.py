"""Scaling, neighbour averages and names that all mechanism-based indicators share."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Features
from mechanist.describe.shared.columns import with_averages
from mechanist.formats.configuration import Configuration
from mechanist.formats.described_columns import Column

#: Averaging radii, chosen by cross-validation over glasses; wider averages only add overfitting.
INDICATOR_RADII: Final[dict[int, tuple[float, ...]]] = {2: (1.5, 3.0), 3: (1.5, 2.5)}

#: Standard deviations at which values are clipped.
CLIP: Final = 6.0

#: Floor of values under a logarithm, relative to their mean.
FLOOR: Final = 1e-9


def in_deviations(description: str) -> Column:
    """Return the meaning of an indicator that :func:`standardised` scales.

    Parameters
    ----------
    description : str
        One plain sentence: what was scaled.
    """
    scaled = "Scaled to mean 0 and standard deviation 1 within the sample, and clipped."
    return Column("standard deviations", f"{description} {scaled}", f"-{CLIP:g} to {CLIP:g}")


def logarithm(values: FloatArray) -> FloatArray:
    """Return the decimal logarithm of non-negative values, floored far below their mean."""
    floor = FLOOR * float(np.mean(values))
    return np.asarray(np.log10(np.maximum(values, floor if floor > 0 else FLOOR)))


def standardised(values: FloatArray) -> FloatArray:
    """Scale to zero mean and unit deviation within a configuration, and clip at ``CLIP``.

    Indicators predict *where* a sample yields, so particles are compared within their sample. The
    result is zero if all values are equal.
    """
    offset = values - values.mean()
    deviation = float(offset.std())
    if deviation <= 1e-12 * float(np.abs(values).max(initial=0.0)):
        return np.zeros_like(offset)
    return np.asarray(np.clip(offset / deviation, -CLIP, CLIP))


def indicator_features(
    configuration: Configuration,
    columns: Mapping[str, FloatArray],
    *,
    parity: Mapping[str, int],
    radii: Sequence[float] | None,
    raw: Collection[str] = (),
) -> Features:
    """Return standardised columns and their averages over neighbours.

    Parameters
    ----------
    configuration : Configuration
        The particles.
    columns : mapping of str to ndarray of shape (n,)
        Indicators by name.
    parity : mapping of str to int
        Sign of each column under reversal of the load; 0 for no parity.
    radii : sequence of float or None
        Averaging radii; None takes :data:`INDICATOR_RADII`.
    raw : collection of str
        Columns that are not standardised.
    """
    if radii is None:
        radii = INDICATOR_RADII[configuration.dimension]
    values = [c if name in raw else standardised(c) for name, c in columns.items()]
    found = Features(np.stack(values, axis=1), list(columns), dict(parity or {}))
    return with_averages(configuration, found, radii=radii)
