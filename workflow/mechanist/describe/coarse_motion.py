"""Non-affine motion along a coarse simulation to the strain that is predicted, as features of particles."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Card, Features, SubjectName
from mechanist.describe.shared.indicators import (
    in_deviations,
    indicator_features,
    logarithm,
    standardised,
)
from mechanist.describe.shared.nonaffine import nonaffine_displacement
from mechanist.describe.shared.probed_motion import motion_columns, probed_motion
from mechanist.formats.configuration import Configuration

#: What the columns mean.
COLUMNS: Final = {
    **motion_columns("coarse", "along a coarse path under the load"),
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
        columns = probed_motion(
            "coarse", configuration, load, probe, descriptor="coarse_motion", cutoff=self.cutoff,
            threshold=self.threshold,
        )  # fmt: skip
        assert probe is not None  # else it was refused
        moved = np.linalg.norm(nonaffine_displacement(configuration, probe), axis=1)
        columns["coarse_displacement"] = standardised(logarithm(moved))
        # A finite step has no parity: part of its response is nonlinear.
        return indicator_features(
            configuration,
            columns,
            parity=dict.fromkeys(columns, 0),
            radii=self.averaging,
            raw=columns,
        )


DESCRIPTOR = CoarseMotion
