"""Block ``glass/fold_leak``: how much a score gains where folds tear glasses apart."""

from typing import Annotated

from pydantic import Field

from mechanist.settings.models.block import WHOLE, Block, Fraction, Models, Name, Strains


class FoldLeak(Block):
    """Scores by folds of atoms beside scores by folds of whole glasses."""

    descriptor: Name = Field(description="Descriptor that all models of this study read.")
    models: Models = Field(
        description="Models of this study; their `features` are the descriptor alone."
    )
    strains: Strains = Field(description="Strains, among the stored ones, at which scores are.")
    samples: Annotated[int, Field(ge=4), WHOLE] = Field(
        description="Largest number of glasses, the first ones of the system."
    )
    plastic_fraction: Fraction = Field(
        description="Fraction of particles, by D2min in a glass under a load, that count as plastic."
    )
