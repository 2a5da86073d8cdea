"""D2min of one tiny elastic step: the cheapest probe of the response, and the rival to beat."""

from dataclasses import dataclass
from typing import ClassVar, Final

from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Card, Features, SubjectName
from mechanist.describe.shared.indicators import indicator_features
from mechanist.describe.shared.probed_motion import motion_columns, probed_motion
from mechanist.formats.configuration import Configuration

#: What the columns mean.
COLUMNS: Final = motion_columns("elastic", "of one small elastic step of the load")


@dataclass(frozen=True)
class ElasticStep:
    """Non-affine strain of a small step of the load, before most particles have yielded.

    Columns: ``elastic_d2min``, the standardised logarithm of D2min; its square; and whether it
    exceeds ``threshold``. Each is also averaged over neighbours.

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
        name="D2min of one elastic step",
        reference="https://doi.org/10.1103/PhysRevE.57.7192",
        units="standard deviations of log10 D2min within the sample",
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
            "elastic", configuration, load, probe, descriptor="elastic_step", cutoff=self.cutoff,
            threshold=self.threshold,
        )  # fmt: skip
        # A finite step has no parity: part of its response is nonlinear.
        return indicator_features(
            configuration,
            columns,
            parity=dict.fromkeys(columns, 0),
            radii=self.averaging,
            raw=columns,
        )


DESCRIPTOR = ElasticStep
