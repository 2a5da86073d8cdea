"""Interface of descriptors of pileups."""

from typing import ClassVar, Protocol

from mechanist.describe.descriptor import Card, Features
from mechanist.formats.pileup_batches import PileupSample


class PileupDescriptor(Protocol):
    """Map from a pileup at rest to a row of features."""

    card: ClassVar[Card]

    def __call__(self, sample: PileupSample) -> Features:
        """Describe the sample before loading, from its landscape and its positions at rest."""
        ...
