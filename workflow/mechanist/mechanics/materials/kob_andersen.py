"""The Kob-Andersen mixture in reduced (LJ) units.

Energies are in ``epsilon_AA``, lengths in ``sigma_AA``, masses are 1. The Lennard-Jones terms end
smoothly: see :mod:`mechanist.mechanics.smooth_lennard_jones`.
"""

from typing import Final

import numpy as np

from mechanist.mechanics.materials.material import Material
from mechanist.mechanics.smooth_lennard_jones import SmoothLennardJones

PAIR_DERIVATIVES: Final = True
EPSILON: Final = np.array([[1.0, 1.5], [1.5, 0.5]])
SIGMA: Final = np.array([[1.0, 0.8], [0.8, 0.88]])


def material() -> Material:
    """Return the mixture of https://doi.org/10.1103/PhysRevE.51.4626."""
    potential = SmoothLennardJones(EPSILON, SIGMA, inner=2.2 * SIGMA, outer=2.5 * SIGMA)
    return Material(
        label="Kob-Andersen, lj/gromacs",
        species_names=("A", "B"),
        composition=(0.8, 0.2),
        masses=(1.0, 1.0),
        diameters=(1.0, 0.88),
        cutoffs=potential.outer,
        lammps=potential.lammps_commands(),
        pair_derivatives=potential,
        units="lj",
        timestep=0.005,
    )
