"""Energy and stress that the quench left in each particle, resolved along the load.

Frozen-in shear stress along the load adds to the applied stress, so that less strain is needed to
yield; against the load it subtracts. It is odd in the load, unlike any first-order response
function. It therefore distinguishes a load from its reverse, to which a glass responds at different
places.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Card, Features, SubjectName
from mechanist.describe.shared.columns import load_direction
from mechanist.describe.shared.indicators import in_deviations, indicator_features
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.interacting_pairs import interacting_pairs

PARITY: Final = {"energy": 1, "pressure": 1, "shear_stress": -1}


#: What the columns mean.
COLUMNS: Final = {
    "energy": in_deviations("Potential energy of the particle: half of the energies of its pairs."),
    "pressure": in_deviations("Pressure at the particle: minus the trace of its virial."),
    "shear_stress": in_deviations("Stress at the particle along the load, from its virial."),
}


@dataclass(frozen=True)
class LocalStress:
    """Potential energy, pressure and shear stress of every particle, and neighbour averages.

    Columns, standardised within the sample: ``energy``, half of the pair energies; ``pressure``
    and ``shear_stress``, minus the trace of the virial and its contraction with the load.

    Parameters
    ----------
    averaging : tuple of float or None
        Averaging radii; None takes :data:`indicators.INDICATOR_RADII`.
    """

    card: ClassVar[Card] = Card(
        name="Local energy and stress along the load",
        reference="the docstring of describe/local_stress.py",
        units="standard deviations within the sample",
        symmetry="translations, permutations of like particles, and rotations and reflections of"
        " structure and load together",
        load_aware=True,
        subject=SubjectName.PARTICLE,
        needs_potential=True,
        columns=COLUMNS,
    )
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
            If the load is missing or illegal, or the species are not those of the potential.
        """
        d = configuration.dimension
        tensor = load_direction(load, d, descriptor="local_stress")[:d, :d]
        pairs = interacting_pairs(configuration)
        along = np.einsum("kp,pq,kq->k", pairs.vectors, tensor, pairs.vectors)
        columns = {
            "energy": 0.5 * pairs.sum_over_pairs(pairs.energy),
            "pressure": -0.5 * pairs.sum_over_pairs(pairs.tension * pairs.distances**2),
            "shear_stress": 0.5 * pairs.sum_over_pairs(pairs.tension * along),
        }
        return indicator_features(configuration, columns, parity=PARITY, radii=self.averaging)


DESCRIPTOR = LocalStress
