"""Block ``equations``: continuum laws of dislocations, found in ensembles of discrete ones."""

from typing import Annotated

from pydantic import Field

from mechanist.settings.models.block import (
    Block,
    Count,
    Labels,
    Name,
    NonNegative,
    Positive,
    SomeNames,
)

Pair = Annotated[list[float], Field(min_length=2, max_length=2)]
Loads = Annotated[list[Positive], Field(min_length=1)]


class DensityWave(Block):
    """Profiles of the densities at the start."""

    amplitudes: Pair = Field(
        description="Relative amplitudes of positive and negative dislocations, from 0 to below 1."
    )
    phases: Pair = Field(description="Phases of both waves, in radians.")


class DensityEnsemble(Block):
    """Realisations of one size."""

    spacings: Annotated[int, Field(ge=4, multiple_of=2)] = Field(
        description="Side of the cell, and wavelength, in mean spacings of dislocations."
    )
    profiles: SomeNames = Field(description="Waves from which densities start.")
    loads: Loads = Field(description="Applied stresses in D sqrt(density).")
    runs: Annotated[int, Field(ge=2)] = Field(
        description="Realisations of each profile at each load; errors are those over realisations."
    )
    annihilation: NonNegative = Field(
        default=0.0, description="Distance in b below which opposite dislocations annihilate."
    )


class DensityTraining(Block):
    """What laws are fitted to; all else is held out."""

    ensemble: Name = Field(description="Name of the ensemble.")
    profiles: SomeNames = Field(description="Its profiles that are fitted.")
    loads: Loads = Field(description="Its loads that are fitted.")


class ContinuumLaws(Block):
    """Continuum laws of dislocation densities, found blindly in ensembles of discrete dislocations."""

    waves: dict[Name, DensityWave] = Field(description="Starts, by name.")
    ensembles: dict[Name, DensityEnsemble] = Field(description="Ensembles, by name.")
    training: DensityTraining
    forward_loads: Loads = Field(description="Loads at which laws are followed from their start.")
    least_gain: Positive = Field(
        description="Share of the sum of squares that each term of a law must explain."
    )
    significance: Positive = Field(
        description="Standard errors by which each coefficient must differ from zero."
    )
    resamples: Annotated[int, Field(ge=8)] = Field(
        description="Draws of the realisations, from which errors follow."
    )
    controls: Count = Field(description="Seeds of every control.")
    poisson: Annotated[float, Field(gt=0, lt=0.5)] = Field(
        description="Poisson's ratio, which turns D into the shear modulus for the coefficient alpha."
    )
    models: Labels = Field(
        description="Laws that are followed: `reaction`, `local`, `found` and `textbook`."
    )
