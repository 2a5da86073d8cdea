"""Particles in a view with edges: a rectangle of a larger sample, which does not repeat.

What stands beyond the edge is not seen, so whatever is computed from neighbours is wrong near it. An
open view therefore knows how far each particle is from the edge, and particles that are closer to it
than a neighbourhood reaches are *censored*: left out of targets and of scores.
"""

from dataclasses import dataclass, replace

import numpy as np

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.formats.configuration import Configuration


@dataclass(frozen=True, eq=False)
class OpenView:
    """Particles of one frame.

    Parameters
    ----------
    positions : ndarray of shape (n, 2)
        Positions, in the unit of length of the view.
    species : ndarray of shape (n,), int64
        Index of each particle into the species.
    low, high : ndarray of shape (2,)
        Corners of the rectangle that is seen.

    Raises
    ------
    ValueError
        If shapes disagree, or the rectangle has no area.
    """

    positions: FloatArray
    species: IntArray
    low: FloatArray
    high: FloatArray

    def __post_init__(self) -> None:
        """Validate shapes and corners."""
        object.__setattr__(self, "positions", np.asarray(self.positions, float))
        object.__setattr__(self, "species", np.asarray(self.species, np.int64))
        n = len(self.positions)
        if self.positions.shape != (n, 2) or self.species.shape != (n,):
            raise ValueError(
                f"positions have the shape {self.positions.shape} and species"
                f" {self.species.shape}; expected (n, 2) and (n,)"
            )
        if not (np.asarray(self.high) > np.asarray(self.low)).all():
            raise ValueError(f"the view reaches from {self.low} to {self.high}; expected an area")

    def __len__(self) -> int:
        """Return the number of particles."""
        return len(self.positions)

    @property
    def edge_distance(self) -> FloatArray:
        """Distance of each particle from the nearest edge, negative beyond it, shape (n,)."""
        inside = np.minimum(self.positions - self.low, self.high - self.positions)
        return np.asarray(inside.min(axis=1))

    def censored(self, reach: float) -> BoolArray:
        """Return which particles are closer to the edge than a neighbourhood reaches, shape (n,)."""
        return np.asarray(self.edge_distance < reach)

    def kept(self, chosen: BoolArray | IntArray) -> "OpenView":
        """Return the view with some of its particles only."""
        return replace(self, positions=self.positions[chosen], species=self.species[chosen])

    def configuration(self, reach: float) -> Configuration:
        """Return the particles in a cell so large that no neighbourhood meets its own image.

        Parameters
        ----------
        reach : float
            Radius of the largest neighbourhood.
        """
        # Particles that left the view since an earlier frame may stand beyond its edge.
        low = np.minimum(self.low, self.positions.min(axis=0, initial=np.inf)) - reach
        high = np.maximum(self.high, self.positions.max(axis=0, initial=-np.inf)) + reach
        names = tuple(f"s{k}" for k in range(int(self.species.max(initial=0)) + 1))
        flat = np.column_stack([self.positions - low, np.zeros(len(self))])
        return Configuration(flat, np.diag([*(high - low), 1.0]), self.species, names, 2)
