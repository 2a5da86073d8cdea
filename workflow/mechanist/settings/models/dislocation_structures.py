"""Block ``dislocation``: the transition of creep, and classes of microstructures."""

from typing import Annotated, Literal

from pydantic import Field

from mechanist.settings.models.block import (
    WHOLE,
    Block,
    Count,
    Counts,
    Fraction,
    Labels,
    Names,
    Natural,
    Positive,
)


class ConfusionOptions(Block):
    """Options of the confusion scheme; every key has a default."""

    repeats: Count | None = Field(
        default=None, description="How often samples are assigned to folds anew."
    )
    permutations: Annotated[int, Field(ge=10), WHOLE] | None = Field(
        default=None, description="Number of draws of each null distribution."
    )
    resamples: Annotated[int, Field(ge=10), WHOLE] | None = Field(
        default=None, description="Number of bootstrap resamples."
    )
    penalty: Positive | None = Field(
        default=None,
        description="Penalty of the logistic regression, in units of one sample's loss.",
    )
    scale: Literal["log", "linear"] | None = Field(
        default=None, description="Scale on which boundaries are midpoints and the peak is refined."
    )
    level: Fraction | None = Field(default=None, description="Confidence level of intervals.")


class Confusion(Block):
    """Confusion scheme: find the transition of creep by classifiers of one set of features."""

    features: Labels = Field(
        description="Descriptors of creep trajectories in `workflow/mechanist/describe`."
    )
    order: Labels = Field(
        description="Order parameters of the mechanism, whose midpoints are shown for comparison."
    )
    window: Annotated[list[Positive], Field(min_length=2, max_length=2)] = Field(
        description="First and last time of the fit of the creep exponent, in b^2/D."
    )
    options: ConfusionOptions | None = Field(
        default=None, description="Options of the scheme; every key has a default."
    )


class MicrostructureOptions(Block):
    """Options of the classifier; every key has a default."""

    repeats: Count | None = Field(
        default=None, description="How often samples are assigned to folds anew."
    )
    penalty: Positive | None = Field(
        default=None,
        description="Penalty of the logistic regression, in units of one sample's loss.",
    )


class Microstructures(Block):
    """Classification of microstructures of curved dislocations (Steinberger 2019)."""

    samples: Annotated[int, Field(ge=5), WHOLE] = Field(
        description="Number of samples of each class."
    )
    voxels: Counts = Field(description="Numbers of voxels per side; each must divide the largest.")
    shown: Counts = Field(
        description="Numbers of voxels per side for which the scoreboard states accuracies."
    )
    edge_batches: Natural = Field(
        description="Batches of the main system whose straight edge dislocations are also"
        " classified."
    )
    models: Labels = Field(
        description="Models: class_dummy, scalars (the last nested descriptor at one voxel), and"
        " descriptors of density fields in `workflow/mechanist/describe`."
    )
    nested: Names = Field(
        description="Descriptors from few fields to many. Each is compared with the one before it;"
        " the last one gives the confusion matrix."
    )
    parameters: dict[str, object] | None = Field(
        default=None, description="Parameters of the generator, each with a default."
    )
    options: MicrostructureOptions | None = None
