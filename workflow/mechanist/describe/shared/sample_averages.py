"""Features of whole samples, from features of their particles."""

import numpy as np

from mechanist.describe.descriptor import Features


def over_particles(features: Features) -> Features:
    """Return the mean and the standard deviation of every feature over the particles of a sample.

    Parameters
    ----------
    features : Features
        One row for each particle.

    Returns
    -------
    Features
        One row: ``mean_<name>`` of all features, then ``std_<name>``. The standard deviation is that of
        the particles at hand (divided by their number). Both do not depend on the order of particles,
        and on the size of the sample only by chance.
    """
    values = np.concatenate([features.values.mean(axis=0), features.values.std(axis=0)])
    names = [f"{kind}_{name}" for kind in ("mean", "std") for name in features.names]
    return Features(values[None], names)
