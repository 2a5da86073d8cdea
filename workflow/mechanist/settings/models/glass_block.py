"""Block ``glass``: quenched glasses under load, their descriptors and models."""

from typing import Annotated

from pydantic import Field

from mechanist.settings.models.block import (
    WHOLE,
    Block,
    Count,
    Counts,
    Descriptors,
    Dimension,
    Fraction,
    Models,
    Name,
    Pair,
    Positive,
    Several,
    SomeNames,
    Strain,
    Strains,
)
from mechanist.settings.models.glass_figures import GlassFigures
from mechanist.settings.models.glass_folds import FoldLeak
from mechanist.settings.models.glass_frontier import Frontier
from mechanist.settings.models.glass_imports import (
    GlassImport,
    GlassPrediction,
    KeptModels,
    OwnGlass,
)
from mechanist.settings.models.glass_unseen import UnseenGlasses
from mechanist.settings.models.load_settings import Load


class Quench(Block):
    """How a melt is cooled to a glass."""

    hot: Positive = Field(description="Temperature of the melt, in units of the material.")
    cold: Positive = Field(
        description="Temperature at which cooling ends, in units of the material."
    )
    timestep: Annotated[float, Field(gt=0, le=0.02)] | None = Field(
        default=None, description="Time step; by default that of the material."
    )
    melt_steps: Count = Field(description="Number of steps at the temperature of the melt.")
    quench_steps: Count = Field(description="Number of steps of cooling at a constant rate.")


class Deformation(Block):
    """Quasistatic loading."""

    step: Strain = Field(description="Strain increment between two minimisations.")
    frames: Strains = Field(
        description="Strains at which states are stored, multiples of the step; the last one ends"
        " the run."
    )
    probe: Strain = Field(
        description="Strain of the single tiny elastic step that mechanism-based indicators read."
    )
    force_tolerance: Positive = Field(
        description="Norm of all forces, divided by the square root of the number of particles, at"
        " which a minimisation ends."
    )


class GlassSystem(Block):
    """A simulated glass: samples that differ only in their random initial state."""

    material: Name | None = Field(
        default=None,
        description="File in mechanics/materials that defines the particles and their potential;"
        " by default kob_andersen.",
    )
    material_parameters: dict[str, object] | None = Field(
        default=None, description="Parameters of the function in that file."
    )
    model: Name | None = Field(default=None, description="Older name of `material`.")
    dimension: Dimension = Field(description="Dimension of space.")
    particles: Annotated[int, Field(ge=50), WHOLE] = Field(description="Number of particles.")
    density: Positive = Field(
        description="Particles per area or volume, in the unit of length of the material."
    )
    minority_fraction: Fraction | None = Field(
        default=None,
        description="Fraction of the second of two species; by default the composition of the"
        " material.",
    )
    samples: Several = Field(description="Number of independent samples.")
    quench: Quench = Field(description="How the melt is cooled.")
    deformation: Deformation
    loads: Annotated[dict[Name, Load], Field(min_length=1)] = Field(
        description="Loads that every sample is put under, all scaled to the same equivalent shear"
        " strain."
    )


class Targets(Block):
    """What models predict."""

    neighbour_cutoff: Positive = Field(
        description="Radius of the neighbourhood in which D2min is measured, in sigma_AA."
    )


class GlassLearningCurve(Block):
    """Scores against the number of training samples."""

    models: list[Name] = Field(description="Models that are trained.")
    sizes: Counts = Field(description="Numbers of training samples.")
    draws: Count = Field(description="Number of random choices of training samples of each size.")


class GlassBlock(Block):
    """Quenched glasses: which particles rearrange under load."""

    run: SomeNames = Field(
        description="Systems on which this run trains models: simulated systems (below) and"
        " imported ones."
    )
    systems: dict[Name, GlassSystem] = Field(description="Simulated systems.")
    targets: Targets
    descriptors: Descriptors = Field(description="Descriptors of particles and their surroundings.")
    models: Models = Field(description="Models that predict the rearrangement of each particle.")
    imports: dict[Name, dict[Name, GlassImport]] = Field(
        default={},
        description="External simulations to convert into sample files, by system and sample:"
        " `snakemake imports`.",
    )
    own: dict[Name, OwnGlass] = Field(
        default={},
        description="Training settings for systems of the sheet or of imports that differ from the"
        " defaults.",
    )
    kept: KeptModels | None = Field(
        default=None, description="Models that can be used on other samples: `snakemake predict`."
    )
    unseen: UnseenGlasses | None = Field(
        default=None, description="Glasses on which kept models are tested that they have not seen."
    )
    predictions: dict[Name, dict[Name, GlassPrediction]] = Field(
        default={},
        description="Samples without truth to predict, by the system whose kept models predict them;"
        " rows of `own_data/predict` are added.",
    )
    comparisons: list[Pair] | None = Field(
        default=None,
        description="Pairs of models whose scores are compared sample by sample, first minus"
        " second.",
    )
    transfer: list[Name] | None = Field(
        default=None,
        description="Models whose scores are measured for all pairs of training load and test"
        " load.",
    )
    learning_curve: GlassLearningCurve | None = None
    fold_leak: FoldLeak | None = Field(
        default=None,
        description="Scores by folds of atoms beside scores by folds of whole glasses.",
    )
    frontier: Frontier | None = Field(
        default=None,
        description="Scores of models and of coarse simulations against their CPU seconds.",
    )
    figures: GlassFigures = Field(description="What figures show.")
