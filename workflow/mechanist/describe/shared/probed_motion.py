"""D2min between the state before loading and a probed state under the load, as columns of features."""

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.describe.shared.columns import load_direction
from mechanist.describe.shared.indicators import CLIP, in_deviations, logarithm, standardised
from mechanist.describe.shared.nonaffine import d2min
from mechanist.formats.configuration import Configuration
from mechanist.formats.described_columns import PURE, SHARE, Column


def motion_columns(name: str, along: str) -> dict[str, Column]:
    """Return what the columns of :func:`probed_motion` mean.

    Parameters
    ----------
    name : str
        First word of their names.
    along : str
        What leads to the probed state.
    """
    return {
        f"{name}_d2min_sq": Column(
            "squared standard deviations",
            f"Square of {name}_d2min, by which a linear model can follow a curve.",
            f"0 to {CLIP**2:g}",
        ),
        f"{name}_d2min_high": Column(
            PURE,
            f"1 for a particle whose {name}_d2min exceeds the threshold of the settings, else 0.",
            SHARE,
        ),
        f"{name}_d2min": in_deviations(f"Logarithm of D2min {along}."),
    }


def probed_motion(
    name: str,
    configuration: Configuration,
    load: FloatArray | None,
    probe: Configuration | None,
    *,
    descriptor: str,
    cutoff: float,
    threshold: float,
) -> dict[str, FloatArray]:
    """Return the standardised logarithm of D2min, its square and whether it is high.

    Parameters
    ----------
    name : str
        First word of the names of the columns.
    configuration, probe : Configuration
        State before loading, and under the load.
    load : ndarray of shape (3, 3)
    descriptor : str
        Name that errors state.
    cutoff : float
        Radius of the neighbourhood, in the unit of the positions.
    threshold : float
        In standard deviations of the logarithm.

    Raises
    ------
    ValueError
        If load or probe are missing, or a particle has too few neighbours.
    """
    load_direction(load, configuration.dimension, descriptor=descriptor)
    if probe is None:
        raise ValueError(f"{descriptor} reads a state under the load; got probe = None")
    found = d2min(configuration, probe, cutoff)
    if found.n_undetermined:
        raise ValueError(
            f"{descriptor}: {found.n_undetermined} particles have too few neighbours within"
            f" {cutoff:g} to fit an affine map; enlarge the cutoff"
        )
    size = standardised(logarithm(found.per_neighbour))
    return {
        f"{name}_d2min": size,
        f"{name}_d2min_sq": size**2,
        f"{name}_d2min_high": np.where(size > threshold, 1.0, 0.0),
    }
