"""Block ``trust``: checks of the reliability of scores."""

from typing import Annotated, Literal

from pydantic import Field

from mechanist.settings.models.block import (
    WHOLE,
    Block,
    Count,
    Fraction,
    Name,
    Names,
    Positive,
    Several,
    Share,
)


class World(Block):
    """Synthetic samples of correlated objects, with a truth and a prediction."""

    n_samples: Several | None = Field(default=None, description="Number of samples.")
    n_objects: Count | None = Field(default=None, description="Number of objects of a sample.")
    shared: Share | None = Field(
        default=None,
        description="Share of the variance that the objects of a sample have in common.",
    )
    noise: Positive | None = Field(
        default=None,
        description="Standard deviation of the noise relative to that of the signal.",
    )
    slope: float | None = Field(
        default=None, description="Scale of the prediction relative to the signal."
    )
    tails: Literal["normal", "heavy"] | None = Field(
        default=None, description="Distribution of signal and noise."
    )


class Coverage(Block):
    """Measured coverage of intervals on synthetic data with a known truth."""

    repeats: Count = Field(description="Number of draws of each synthetic data set.")
    resamples: Count = Field(description="Number of bootstrap resamples in each draw.")
    worlds: Annotated[list[World], Field(min_length=1)] = Field(
        description="Synthetic data sets, each given by its differences from the defaults in"
        " `workflow/mechanist/assess`."
    )


class Constructed(Block):
    """A constructed case with a given correlation and zero R2."""

    pearson: Fraction = Field(description="Pearson's correlation of the case.")
    n_samples: Annotated[int, Field(ge=3), WHOLE] = Field(description="Number of samples.")
    n_objects: Count = Field(description="Number of objects of a sample.")
    shared: Share = Field(
        description="Share of the variance that the objects of a sample have in common."
    )


class Panel(Block):
    """A system whose models are plotted by R2 and Pearson's correlation."""

    title: Annotated[str, Field(min_length=1)] = Field(description="Title of the panel.")
    wing: Name = Field(description="Wing of the system: one with systems and models.")
    system: Name = Field(description="The system.")
    target: Annotated[str, Field(min_length=1)] = Field(
        description="Target as named in score files, such as `stress@0.010`."
    )
    subset: Annotated[str, Field(min_length=1)] = Field(description="A load, a branch, or `all`.")
    models: Names | None = Field(
        default=None, description="Models to plot; by default all regression models."
    )


class TrustBlock(Block):
    """Checks of the reliability of scores: `snakemake trust`."""

    coverage: Coverage
    constructed: Constructed = Field(
        description="A constructed case with this correlation and zero R2."
    )
    panels: Annotated[dict[Name, Panel], Field(min_length=1)] = Field(
        description="Systems whose models are plotted by R2 and Pearson's correlation, one panel"
        " each."
    )
