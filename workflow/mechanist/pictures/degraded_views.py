"""What an experiment would know of a simulated glass: places with errors, missed and mistaken particles.

A view either repeats, as the simulation does, or is a window with edges.
"""

from dataclasses import dataclass, replace

import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration
from mechanist.pictures.glass_window import window_of
from mechanist.pictures.open_view import OpenView

#: Width of the empty strip about a window, so that no neighbourhood meets its own image.
EMPTY = 6.0


@dataclass(frozen=True, eq=False)
class DegradedView:
    """Particles as they are known.

    Parameters
    ----------
    configuration : Configuration
    particles : ndarray of shape (n,)
        Index of each in the sample.
    edge_distance : ndarray of shape (n,)
        Distance from the edge of the window; infinite without one.
    """

    configuration: Configuration
    particles: IntArray
    edge_distance: FloatArray


def degraded(
    glass: Configuration,
    rng: np.random.Generator,
    *,
    noise: float = 0.0,
    missed: float = 0.0,
    species: float = 0.0,
    window: float = 0.0,
) -> DegradedView:
    """Return what is known of a glass of two dimensions.

    Parameters
    ----------
    glass : Configuration
        The truth.
    rng : Generator
        Source of errors.
    noise : float
        Standard deviation of the error of a coordinate, in the unit of length.
    missed : float
        Part of the particles that are not seen, drawn evenly.
    species : float
        Part of the particles that are taken for the next species.
    window : float
        Side of the square that is seen; 0 for the whole periodic cell.
    """
    n = len(glass)
    moved = glass.positions.copy()
    moved[:, :2] += noise * rng.standard_normal((n, 2))
    wrong = rng.random(n) < species
    seen = rng.random(n) >= missed
    told = np.where(wrong, (glass.species + 1) % len(glass.species_names), glass.species)
    known = replace(glass, positions=moved, species=told, radii=None)
    if not window:
        kept = np.flatnonzero(seen)
        return DegradedView(_some(known, kept), kept, np.full(len(kept), np.inf))
    square = window_of(glass, known, window, margin=0.0)
    chosen = seen[square.particles]
    view = OpenView(
        square.positions[chosen], square.species[chosen], np.zeros(2), np.full(2, window)
    )
    open_ = view.configuration(EMPTY)
    named = replace(open_, species_names=glass.species_names, material=glass.material)
    return DegradedView(named, square.particles[chosen], view.edge_distance)


def _some(glass: Configuration, kept: IntArray) -> Configuration:
    return replace(glass, positions=glass.positions[kept], species=glass.species[kept])
