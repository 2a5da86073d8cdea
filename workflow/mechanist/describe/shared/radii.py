"""Radii of particles: those that a file or a material states, else measured ones."""

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.materials.material import material_of
from mechanist.mechanics.tessellation import tessellate


def particle_radii(configuration: Configuration) -> FloatArray:
    """Return the radius of every particle, shape (n,).

    Radii of the file come first, then half the diameters of the material. A glass with neither has,
    for each species, half of the median distance of its particles to their nearest neighbour.

    Raises
    ------
    ValueError
        If a radius is zero.
    """
    if configuration.radii is not None:
        points = np.flatnonzero(configuration.radii == 0)
        if len(points):
            raise ValueError(
                f"{len(points)} particles have the radius 0, the first number {points[0]}; gaps are"
                " measured in radii, so give every particle a radius above 0, or none a radius"
            )
        return configuration.radii
    try:
        diameters = np.array(material_of(configuration).diameters)
    except ValueError:  # the potential of a user's glass is not known
        diameters = _measured_diameters(configuration)
    return np.asarray(diameters[configuration.species] / 2)


def _measured_diameters(configuration: Configuration) -> FloatArray:
    cells = tessellate(configuration)
    nearest = np.full(len(configuration), np.inf)
    np.minimum.at(nearest, cells.first, cells.distances)
    present = range(len(configuration.species_names))
    found = [nearest[configuration.species == b] for b in present]
    return np.array([np.median(one) if len(one) else 0.0 for one in found])
