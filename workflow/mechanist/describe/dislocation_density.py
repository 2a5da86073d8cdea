"""Dislocation density after relaxation, the only input of Taylor's relation.

Taylor's flow stress grows as the square root of the density,
https://doi.org/10.1098/rspa.1934.0106.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Card, Features, SubjectName
from mechanist.describe.shared.glide import SYMMETRY, read_glide
from mechanist.formats.configuration import Configuration
from mechanist.formats.described_columns import NOT_NEGATIVE, Column

#: What the columns mean.
COLUMNS: Final = {
    "root_density": Column(
        "1/b", "Square root of the number of dislocations per area.", NOT_NEGATIVE
    ),
}


@dataclass(frozen=True)
class DislocationDensity:
    """Square root of the dislocation density."""

    card: ClassVar[Card] = Card(
        name="Root of the density",
        reference="https://doi.org/10.1098/rspa.1934.0106",
        units="1/b",
        symmetry=f"{SYMMETRY}; load reversal",
        load_aware=True,
        subject=SubjectName.DISLOCATION_SAMPLE,
        columns=COLUMNS,
    )

    def __call__(
        self,
        configuration: Configuration,
        *,
        load: FloatArray | None = None,
        probe: Configuration | None = None,
    ) -> Features:
        """Describe the sample; see :class:`mechanist.describe.descriptor.Descriptor`."""
        density = read_glide(configuration, load).density
        return Features(np.array([[density**0.5]]), ["root_density"], {"root_density": 1})


DESCRIPTOR = DislocationDensity
