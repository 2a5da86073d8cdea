"""Block ``dislocation``: samples of discrete dislocations, and their strength."""

from typing import Annotated, Literal

from pydantic import Field

from mechanist.settings.models.block import (
    WHOLE,
    Block,
    Count,
    Descriptors,
    Models,
    Name,
    Names,
    Pair,
    ShownModels,
    SomeNames,
    Strain,
    Strains,
    Unique,
)
from mechanist.settings.models.dislocation_predictions import (
    DislocationPrediction,
    KeptCurveModels,
)
from mechanist.settings.models.dislocation_structures import Confusion, Microstructures
from mechanist.settings.models.dislocation_systems import (
    DislocationImport,
    DislocationSystem,
    Pileup,
)


class DislocationLearningCurve(Block):
    """Scores against the number of training samples."""

    models: Names = Field(
        description="Models that are trained; a network that reads states may be one of them, and is"
        " then trained for every size, draw and fold."
    )
    sizes: Annotated[list[Annotated[int, Field(ge=5), WHOLE]], Field(min_length=1)] = Field(
        description="Numbers of training samples."
    )
    draws: Count = Field(description="Number of random choices of training samples of each size.")
    strains: Strains = Field(description="Strains at which the stress is predicted.")


class Sizes(Block):
    """Models that are trained at each system size and tested at all sizes."""

    models: Names = Field(description="Models that are trained and tested.")
    strains: Strains = Field(description="Strains at which the stress is predicted.")


class PileupFigure(Block):
    """What the figure of pileups shows."""

    parity: Name = Field(
        description="Model whose predicted flow stress is plotted against the truth."
    )


class DislocationFigures(Block):
    """The strain, branches and models that figures of dislocations show."""

    strain_shown: Strain = Field(
        description="Strain shown in figures for a single strain; one of the strains above."
    )
    branches: Annotated[
        list[Literal["undeformed", "prestrained"]], Field(min_length=1), Unique()
    ] = Field(description="Branches of loading that figures show.")
    strain: ShownModels = Field(description="Scores against strain.")
    parity: ShownModels = Field(description="Predictions against truths.")
    pileup: PileupFigure = Field(description="The figure of pileups.")


class DislocationBlock(Block):
    """Discrete dislocations: one object per sample.

    Lengths are in b, stresses in D/b, with D = mu b / (2 pi (1 - nu)).
    """

    run: SomeNames = Field(
        description="Systems below that this run simulates, trains models on, and compares by size."
    )
    main: Name = Field(description="The system shown in figures and comparisons.")
    quantity: Literal["stress"] = Field(description="Quantity that models predict.")
    strains: Strains = Field(description="Plastic strains at which the stress is predicted.")
    systems: dict[Name, DislocationSystem] = Field(description="Systems of free glide.")
    descriptors: Descriptors = Field(description="Descriptors of whole samples.")
    models: Models = Field(description="Models that predict the stress of each sample.")
    comparisons: list[Pair] = Field(
        description="Pairs of models whose scores are compared on the same samples."
    )
    imports: dict[Name, DislocationImport] = Field(
        default={},
        description="External configurations as text files, by system, and how to load them:"
        " `snakemake dislocation_imports`.",
    )
    kept: KeptCurveModels | None = Field(
        default=None,
        description="Models that can be used on other configurations: `snakemake predict`.",
    )
    predictions: dict[Name, dict[Name, DislocationPrediction]] = Field(
        default={},
        description="Configurations whose curve is to be predicted, by the system whose kept models"
        " predict them; rows of `own_data/predict` are added.",
    )
    learning_curve: DislocationLearningCurve
    sizes: Sizes
    pileup: Pileup
    pinned: DislocationSystem = Field(
        description="Creep among obstacles of several densities (Salmenjoki 2020, in two"
        " dimensions)."
    )
    confusion: Confusion = Field(
        description="Confusion scheme: does a set of features, trained alone, detect the"
        " transition of creep?"
    )
    microstructures: Microstructures = Field(
        description="Classification of microstructures of curved dislocations from density fields"
        " (Steinberger 2019)."
    )
    figures: DislocationFigures = Field(description="What figures show.")
