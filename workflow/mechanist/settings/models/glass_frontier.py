"""Block ``glass/frontier``: the score of models and of coarse simulations against what they cost."""

from typing import Annotated

from pydantic import Field

from mechanist.settings.models.block import (
    WHOLE,
    Block,
    Count,
    Label,
    Models,
    Name,
    NonNegative,
    Positive,
    SomeNames,
)


class CoarsePathSettings(Label):
    """A quasistatic path to the stored strains that is cheaper than the full one."""

    steps: Count = Field(description="Number of equal steps to the largest stored strain.")
    force_tolerance: Positive = Field(
        description="Root mean square force on a particle at which a minimisation ends, in units of"
        " the material."
    )
    extrapolate: bool = Field(
        default=False,
        description="Whether a step starts where the displacements of the last one lead, unless that"
        " was a plastic event.",
    )


class Frontier(Block):
    """Scores of models and of coarse simulations against their CPU seconds."""

    samples: Annotated[int, Field(ge=4), WHOLE] = Field(
        description="Largest number of glasses, the first ones of the system."
    )
    timed: Count = Field(
        description="Number of glasses on which CPU seconds of features, training and the full path are"
        " measured, and kicked paths are walked."
    )
    kick: NonNegative = Field(
        description="Standard deviation of the random displacement before every step of a kicked path,"
        " in units of length of the material."
    )
    metrics: SomeNames = Field(description="Metrics of the table; the figure shows the first two.")
    paths: Annotated[dict[Name, CoarsePathSettings], Field(min_length=1)] = Field(
        description="Coarse paths."
    )
    walked: SomeNames = Field(description="Those of `paths` that are walked, cheap ones first.")
    models: Models = Field(
        default={},
        description="Models of this study alone; their `features` are descriptors and coarse paths.",
    )
    shown: list[Name] = Field(description="Models of `glass/models` that are set beside them.")
