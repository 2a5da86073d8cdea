"""Blocks ``attribution`` and ``efficiency``: what models use, and how many samples they need."""

from typing import Annotated

from pydantic import Field

from mechanist.settings.models.block import (
    WHOLE,
    Block,
    Count,
    Fraction,
    Labels,
    Names,
    Pair,
    Several,
    Strains,
    TrainingSizes,
)

Objects = Annotated[int, Field(ge=10), WHOLE]


class GlassAttribution(Block):
    """Attribution of predictions of rearrangement."""

    models: Names = Field(description="Models that are explained.")
    objects: Objects = Field(
        description="Number of objects of each frame used for training and attribution."
    )
    repeats: Count = Field(description="Number of permutations of each group of features.")


class DislocationAttribution(Block):
    """Attribution of predictions of strength."""

    models: Names = Field(description="Models that are explained.")
    repeats: Count = Field(description="Number of permutations of each group of features.")
    strains: Strains = Field(
        description="Strains at which the predictions of the network are attributed to its inputs."
    )
    folds: Count = Field(description="Number of folds whose networks are retrained and attributed.")


class AttributionBlock(Block):
    """Attribution of predictions to features.

    Groups of features are permuted among held-out objects; trees have Shapley values, networks
    integrated gradients.
    """

    threshold: Fraction = Field(
        description="Absolute rank correlation above which features are permuted together."
    )
    most: Count = Field(description="Maximum number of feature groups in a panel of the figure.")
    glass: GlassAttribution
    dislocation: DislocationAttribution


class GlassEfficiency(Block):
    """Descriptors of particles with and without the symmetry of the problem."""

    objects: Objects = Field(
        description="Number of particles of each glass and load used for training and testing."
    )
    sizes: TrainingSizes = Field(description="Numbers of training samples, in ascending order.")
    draws: Count = Field(description="Number of random choices of training samples of each size.")
    models: Labels = Field(
        description="Labels and roles of the models whose learning curves are compared."
    )
    comparisons: list[Pair] = Field(
        description="Pairs of models that are compared on the same samples."
    )


class DislocationEfficiency(Block):
    """Descriptors of dislocations with and without the symmetry of the problem."""

    cells: Several = Field(description="Number of pixels per side of the image of dislocations.")
    sizes: TrainingSizes = Field(description="Numbers of training samples, in ascending order.")
    draws: Count = Field(description="Number of random choices of training samples of each size.")
    tables: Names = Field(
        description="Models of `dislocation/models` that read symmetric feature tables."
    )
    models: Labels = Field(
        description="Labels and roles of the models whose learning curves are compared."
    )
    comparisons: list[Pair] = Field(
        description="Pairs of models that are compared on the same samples."
    )


class EfficiencyBlock(Block):
    """Training samples needed for one score with and without the symmetry of the problem."""

    glass: GlassEfficiency = Field(description="Descriptors of particles.")
    dislocation: DislocationEfficiency = Field(description="Descriptors of dislocations.")
