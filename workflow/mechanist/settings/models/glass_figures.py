"""Block ``glass``: what figures show."""

from typing import Annotated

from pydantic import Field

from mechanist.settings.models.block import (
    Block,
    Fraction,
    Name,
    NamesInOrder,
    Positive,
    ShownModels,
    Strain,
)


class PublishedLine(Block):
    """A published value that a line marks in a figure."""

    metric: Name = Field(description="Metric that the value belongs to.")
    value: float = Field(description="The published value.")
    label: str = Field(description="Text beside the line.")


class DefinitionFigure(Block):
    """Accuracies of classifiers by the definition of their classes."""

    models: NamesInOrder = Field(description="Models that the figure shows, in order.")
    metrics: NamesInOrder = Field(description="Metrics that the figure shows, one panel each.")
    published: list[PublishedLine] = Field(description="Lines that mark published values.")


class AngularFigure(Block):
    """Angular structure functions that best separate plastic from rigid particles."""

    plastic_fraction: Fraction = Field(
        description="Fraction of particles, by D2min, that count as plastic."
    )
    rigid_fraction: Fraction = Field(
        description="Fraction of particles, by D2min, that count as rigid."
    )


class Indicator(Block):
    """A mechanism-based indicator that is drawn beside D2min."""

    descriptor: Name = Field(description="Descriptor whose table holds the indicator.")
    column: str = Field(description="Column of that table.")
    label: str = Field(description="Title of the panel.")


class GlassFigures(Block):
    """The strain, load, metrics and models that figures of glasses show."""

    strain: Strain = Field(
        description="Strain shown in figures for a single strain: one of `deformation/frames` of every"
        " simulated system in `glass/run`. Also the strain at which models of users' glasses are"
        " trained, unless `glass/own` states others."
    )
    load: Name = Field(description="Load shown in figures for a single load.")
    metric: Name = Field(description="Metric shown in figures for a single metric.")
    metrics: NamesInOrder = Field(description="Metrics shown in figures for several metrics.")
    hybrid: Name = Field(description="The model that combines mechanism and data.")
    diameters: dict[str, Positive] | None = Field(
        default=None,
        description="Diameter of species in drawings, in the unit of length, where it is not that"
        " of the material.",
    )
    curves: ShownModels = Field(description="Scores against strain.")
    definition: DefinitionFigure
    parity: ShownModels = Field(description="Predictions against truths.")
    angular: AngularFigure
    indicators: Annotated[list[Indicator], Field(min_length=1)] = Field(
        description="Mechanism-based indicators that are drawn beside D2min."
    )
