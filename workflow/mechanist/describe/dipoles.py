"""Dipoles and walls, the bound structures of straight edges in single slip.

They replace the junction lengths of Salmenjoki, Laurson & Alava (2020),
https://doi.org/10.1186/s41313-020-00022-0, since parallel dislocations of one slip system form no
junctions. A dipole is a pair of opposite signs that are mutual nearest neighbours; in a wall,
dislocations of like sign are stacked along y.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.sparse.csgraph import connected_components

from mechanist.describe.descriptor import Card, Features, SubjectName
from mechanist.describe.shared.trajectories import State


@dataclass(frozen=True)
class Dipoles:
    """Statistics of dipoles and walls in the first and the last state.

    Parameters
    ----------
    wall_width, wall_height : float
        Upper limits on the x and y distances of like-signed neighbours in a wall, in mean spacings.
    """

    card: ClassVar[Card] = Card(
        name="Dipoles and walls",
        reference="https://doi.org/10.1186/s41313-020-00022-0",
        units="1",
        symmetry="translations, y -> -y, (x, sign) -> (-x, -sign), x -> -x",
        load_aware=False,
        subject=SubjectName.CREEP_TRAJECTORY,
    )
    wall_width: float = 0.3
    wall_height: float = 1.5

    def __call__(self, states: Sequence[State]) -> Features:
        """Describe one sample; see :class:`mechanist.describe.shared.trajectories.TrajectoryDescriptor`."""
        row: dict[str, float] = {}
        for what, state in (("first", states[0]), ("last", states[-1])):
            found = self._dipoles(state) | self._walls(state)
            row |= {f"{what}_{name}": value for name, value in found.items()}
        return Features(np.array([list(row.values())]), list(row))

    def _dipoles(self, state: State) -> dict[str, float]:
        x, y = (np.abs(a) / state.spacing for a in state.separations())
        distance = np.hypot(x, y)
        np.fill_diagonal(distance, np.inf)
        nearest = distance.argmin(axis=1)
        here = np.arange(len(nearest))
        mutual = nearest[nearest] == here
        bound = mutual & (state.sign != state.sign[nearest])
        row = {
            "dipole_share": float(bound.mean()),
            "nearest_unlike": float((state.sign != state.sign[nearest]).mean()),
            "nearest_distance": float(distance.min(axis=1).mean()),
        }
        pairs = here[bound], nearest[bound]
        # Without dipoles, height and width are 0 and the angle is 45 degrees.
        some = bool(bound.any())
        row["dipole_height"] = float(y[pairs].mean()) if some else 0.0
        row["dipole_width"] = float(x[pairs].mean()) if some else 0.0
        angle = np.arctan2(y[pairs], x[pairs])
        row["dipole_angle"] = float(angle.mean()) if some else 0.25 * np.pi
        return row

    def _walls(self, state: State) -> dict[str, float]:
        x, y = (np.abs(a) / state.spacing for a in state.separations())
        like = np.equal.outer(state.sign, state.sign)
        linked = like & (x < self.wall_width) & (y < self.wall_height)
        np.fill_diagonal(linked, False)
        _, member = connected_components(linked, directed=False)
        sizes = np.bincount(member)
        n = len(state.sign)
        return {
            "wall_links": float(linked.sum() / n),
            "wall_share": float(sizes[sizes > 2].sum() / n),
            "wall_size": float((sizes**2).sum() / n),
            "wall_longest": float(sizes.max()),
        }


DESCRIPTOR = Dipoles
