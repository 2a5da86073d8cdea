"""Pair correlations of dislocations, at distances in units of the mean spacing.

Ordered pairs of like and of unlike sign are counted by distance and by orientation (steeper than 45
degrees to the glide plane, where like signs attract each other into walls; or flatter), and divided
by the number expected for independent positions. This follows the spirit of the spacing correlation
of Salmenjoki, Laurson & Alava (2020), https://doi.org/10.1186/s41313-020-00022-0, whose definition
we do not know.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mechanist.describe.descriptor import Card, Features, SubjectName
from mechanist.describe.shared.trajectories import State


@dataclass(frozen=True)
class Spacings:
    """Pair correlations of the first and the last state.

    Parameters
    ----------
    edges : tuple of float
        Edges of the distance bins, in mean spacings.
    """

    card: ClassVar[Card] = Card(
        name="Dislocation spacings",
        reference="https://doi.org/10.1186/s41313-020-00022-0",
        units="1",
        symmetry="translations, y -> -y, (x, sign) -> (-x, -sign), x -> -x",
        load_aware=False,
        subject=SubjectName.CREEP_TRAJECTORY,
    )
    edges: tuple[float, ...] = (0.0, 0.3, 0.6, 1.0, 1.5, 2.2)

    def __call__(self, states: Sequence[State]) -> Features:
        """Describe one sample; see :class:`mechanist.describe.shared.trajectories.TrajectoryDescriptor`."""
        row = self._correlations("first", states[0]) | self._correlations("last", states[-1])
        return Features(np.array([list(row.values())]), list(row))

    def _correlations(self, what: str, state: State) -> dict[str, float]:
        x, y = state.separations()
        distance = np.hypot(x, y) / state.spacing
        np.fill_diagonal(distance, np.inf)
        like = np.equal.outer(state.sign, state.sign)
        steep = np.abs(y) > np.abs(x)
        edges = np.array(self.edges)
        # Half of each ring is steep; the density of dislocations per squared spacing is 1.
        ring = 0.5 * np.pi * np.diff(edges**2)
        n = len(state.sign)
        row = {}
        for pair, alike in (("like", like), ("unlike", ~like)):
            share = (alike.sum() - (n if pair == "like" else 0)) / n**2
            for way, chosen in (("steep", steep), ("flat", ~steep)):
                counts, _ = np.histogram(distance[alike & chosen], edges)
                for inner, count, area in zip(edges, counts, ring, strict=False):
                    # If no pair of this kind exists, the correlation is 0.
                    seen = count / (n * share * area) if share > 0 else 0.0
                    row[f"{what}_{pair}_{way}_{inner:g}"] = float(seen)
        return row


DESCRIPTOR = Spacings
