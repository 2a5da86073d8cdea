"""A binary Lennard-Jones mixture that is a glass in two dimensions, in units of the larger species.

The sizes favour local order of five and of ten neighbours, so that the mixture does not crystallise
(10.1209/0295-5075/2/8/011). The Lennard-Jones terms end smoothly, as those of the Kob-Andersen mixture.
"""

from typing import Final

import numpy as np

from mechanist.mechanics.materials.material import Material
from mechanist.mechanics.smooth_lennard_jones import SmoothLennardJones

PAIR_DERIVATIVES: Final = True
#: Lengths of the published potential, in units of its length between unlike particles.
LARGE: Final = 2 * np.sin(np.pi / 5)
SMALL: Final = 2 * np.sin(np.pi / 10)
EPSILON: Final = np.array([[0.5, 1.0], [1.0, 0.5]])
SIGMA: Final = np.array([[LARGE, 1.0], [1.0, SMALL]]) / LARGE
#: Fraction of large particles, of which there are (1 + sqrt 5) for each four small ones.
LARGE_FRACTION: Final = (1 + np.sqrt(5)) / (5 + np.sqrt(5))


def material() -> Material:
    """Return the mixture of https://doi.org/10.1103/PhysRevE.57.7192; its species are A and B."""
    potential = SmoothLennardJones(EPSILON, SIGMA, inner=2.2 * SIGMA, outer=2.5 * SIGMA)
    return Material(
        label="Falk-Langer, lj/gromacs",
        species_names=("A", "B"),
        composition=(float(LARGE_FRACTION), float(1 - LARGE_FRACTION)),
        masses=(1.0, 1.0),
        diameters=(1.0, float(SIGMA[1, 1])),
        cutoffs=potential.outer,
        lammps=potential.lammps_commands(),
        pair_derivatives=potential,
        units="lj",
        timestep=0.005,
    )
