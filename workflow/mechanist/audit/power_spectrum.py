"""A richer description of particles, which the audit tries to rebuild from other features.

It is the power spectrum of the neighbour density (Bartok et al.,
https://doi.org/10.1103/PhysRevB.87.184115): products of its angular moments over all pairs of
shells and species, of which :mod:`mechanist.describe.rotation_invariants` has only the norms. For
load-aware descriptors, the joint invariants with the load are added.
"""

from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Features
from mechanist.describe.joint_invariants import JointInvariants
from mechanist.describe.shared.moments import (
    Shells,
    harmonic_slices,
    harmonics,
    shell_moments,
)
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.neighbours import find_neighbours

SHELLS: Final = Shells(0.9, 2.0, 4)
ORDER: Final = {2: 6, 3: 4}
TERMS: Final = {2: ("qe", "vev", "bv", "s", "b2"), 3: ("qe", "vev", "qqe", "bv", "s", "b2", "qe2")}


def power_spectrum(
    c: Configuration, *, shells: Shells = SHELLS, order: int | None = None
) -> Features:
    """Return products of moments of every order, summed over components.

    Parameters
    ----------
    c : Configuration
    shells : Shells
    order : int or None
        Largest angular order; None takes :data:`ORDER` of the dimension.
    """
    largest = ORDER[c.dimension] if order is None else order
    pairs = find_neighbours(c, shells.cutoff)
    waves = harmonics(pairs.directions, largest, c.dimension)
    moments = shell_moments(c, pairs, shells, waves).reshape(
        len(c), len(c.species_names) * shells.count, -1
    )
    upper = np.triu_indices(moments.shape[1])
    parts, names = [], []
    for k, part in enumerate(harmonic_slices(largest, c.dimension)):
        products = moments[..., part] @ moments[..., part].transpose(0, 2, 1)
        parts.append(products[:, upper[0], upper[1]])
        names += [f"p{k}_{i}_{j}" for i, j in zip(*upper, strict=True)]
    return Features(np.hstack(parts), names)


def richer(c: Configuration, load: FloatArray | None, *, load_aware: bool) -> Features:
    """Return the power spectrum and species, and joint invariants with the load if requested."""
    spectrum = power_spectrum(c)
    values, names = (
        [spectrum.values, c.species[:, None].astype(float)],
        [*spectrum.names, "species"],
    )
    if load_aware:
        joint = JointInvariants(terms=TERMS[c.dimension], averaging=())(c, load=load)
        values.append(joint.values)
        names += joint.names
    return Features(np.hstack(values), names)
