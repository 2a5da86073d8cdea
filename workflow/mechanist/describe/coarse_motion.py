"""Non-affine motion along a coarse simulation to the strain that is predicted, as features of particles."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Card, Features, SubjectName
from mechanist.describe.shared.columns import load_direction
from mechanist.describe.shared.indicators import (
    CLIP,
    in_deviations,
    indicator_features,
    logarithm,
    standardised,
)
from mechanist.describe.shared.nonaffine import d2min, nonaffine_displacement
from mechanist.formats.configuration import Configuration
from mechanist.formats.described_columns import PURE, SHARE, Column

#: What the columns mean.
COLUMNS: Final = {
    "coarse_d2min_sq": Column(
        "squared standard deviations",
        "Square of coarse_d2min, by which a linear model can follow a curve.",
        f"0 to {CLIP**2:g}",
    ),
    "coarse_d2min_high": Column(
        PURE,
        "1 for a particle whose coarse_d2min exceeds the threshold of the settings, else 0.",
        SHARE,
    ),
    "coarse_d2min": in_deviations("Logarithm of D2min along a coarse path under the load."),
    "coarse_displacement": in_deviations(
        "Logarithm of the displacement beyond the affine map of the cell along a coarse path."
    ),
}


@dataclass(frozen=True)
class CoarseMotion:
    """D2min and displacement between the state before loading and a state under the load.

    Columns: ``coarse_d2min``, the standardised logarithm of D2min; its square; whether it exceeds
    ``threshold``; and ``coarse_displacement``, the standardised logarithm of the non-affine
    displacement. Each is also averaged over neighbours.

    Parameters
    ----------
    cutoff : float
        Radius of the neighbourhood for D2min, in the unit of the positions.
    threshold : float
        Threshold in standard deviations of the logarithm.
    averaging : tuple of float or None
        Averaging radii; None takes :data:`indicators.INDICATOR_RADII`.
    """

    card: ClassVar[Card] = Card(
        name="Motion along a coarse path",
        reference="https://doi.org/10.1103/PhysRevE.57.7192",
        units="standard deviations of a logarithm within the sample",
        symmetry="translations, permutations of like particles, and rotations and reflections of"
        " structure and load together",
        load_aware=True,
        subject=SubjectName.PARTICLE,
        needs_potential=True,
        needs_probe=True,
        columns=COLUMNS,
    )
    cutoff: float = 2.0
    threshold: float = 1.3
    averaging: tuple[float, ...] | None = None

    def __call__(
        self,
        configuration: Configuration,
        *,
        load: FloatArray | None = None,
        probe: Configuration | None = None,
    ) -> Features:
        """Describe every particle; see :class:`mechanist.describe.descriptor.Descriptor`.

        Raises
        ------
        ValueError
            If load or probe are missing, or a particle has too few neighbours.
        """
        load_direction(load, configuration.dimension, descriptor="coarse_motion")
        if probe is None:
            raise ValueError(
                "coarse_motion reads the state at the end of a coarse path; got probe = None"
            )
        found = d2min(configuration, probe, self.cutoff)
        if found.n_undetermined:
            raise ValueError(
                f"coarse_motion: {found.n_undetermined} particles have too few neighbours within"
                f" {self.cutoff:g} to fit an affine map; enlarge the cutoff"
            )
        moved = np.linalg.norm(nonaffine_displacement(configuration, probe), axis=1)
        size = standardised(logarithm(found.per_neighbour))
        columns = {
            "coarse_d2min": size,
            "coarse_d2min_sq": size**2,
            "coarse_d2min_high": np.where(size > self.threshold, 1.0, 0.0),
            "coarse_displacement": standardised(logarithm(moved)),
        }
        # A finite step has no parity: part of its response is nonlinear.
        return indicator_features(
            configuration,
            columns,
            parity=dict.fromkeys(columns, 0),
            radii=self.averaging,
            raw=columns,
        )


DESCRIPTOR = CoarseMotion
