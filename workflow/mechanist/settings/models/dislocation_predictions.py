"""Block ``dislocation``: models of curves that are kept, and configurations to predict by them."""

from typing import Annotated, Literal

from pydantic import Field

from mechanist.settings.models.block import Block, Dimension, Fraction, Name, Positive
from mechanist.settings.models.load_settings import KnownLoad


class KeptCurveModels(Block):
    """Models that are fitted to all samples and kept once they have been scored."""

    models: list[Name] = Field(
        description="Models to keep, of the estimators `linear`, `ridge` and `ridge_gauss`; the first one"
        " predicts unless another is named."
    )
    rivals: list[Name] = Field(
        default=[],
        description="Those of them, mechanism-based ones, whose curves stand beside each prediction.",
    )
    level: Fraction = Field(
        description="Probability that the truth lies in the interval of a prediction."
    )


class PointColumns(Block):
    """Names of the columns of a table of dislocations."""

    x: str = Field(default="x", description="Position along the glide direction.")
    y: str = Field(default="y", description="Position across the glide planes.")
    b: str = Field(default="b", description="Sign of the Burgers vector along x, 1 or -1.")


class DislocationPrediction(Block):
    """A relaxed configuration of edge dislocations, whose stress-strain curve a kept model predicts."""

    path: str = Field(description="File of the configuration.")
    format: Literal["dislocation_text", "csv", "paradis"] = Field(
        description="Lines `x y b` in units of the box from its centre; a table with a line of column names;"
        " or a node file of straight lines along z."
    )
    dimension: Dimension | None = Field(
        default=None,
        description="Dimension of space, which must be 2; a node file states lines in three.",
    )
    density: Positive | None = Field(
        default=None,
        description="Dislocations per b^2, which sets the side of the box where the file does not"
        " (`dislocation_text`), unless `box` does.",
    )
    box: Annotated[list[Positive], Field(min_length=2, max_length=2)] | None = Field(
        default=None,
        description="Lengths of the periodic box along x and y, in the unit of the positions (`csv`) or in b"
        " (`dislocation_text`).",
    )
    burgers: Positive | None = Field(
        default=None,
        description="Length of the Burgers vector in the unit of positions and box of a `csv` table; 1 by"
        " default.",
    )
    columns: PointColumns | None = Field(
        default=None, description="Names of the columns of a `csv` table, if they are others."
    )
    state: Literal["undeformed", "prestrained"] | None = Field(
        default=None,
        description="What the configuration has been through: relaxed from random places (`undeformed`, the"
        " default), or loaded, unloaded and relaxed.",
    )
    load: KnownLoad | None = Field(
        default=None,
        description="`simple_shear xy` (the default) or, reversed, `simple_shear -xy`.",
    )
    relax: bool | None = Field(
        default=None,
        description="Whether the configuration is relaxed at zero stress before it is predicted; by default"
        " one that is not at rest is refused.",
    )
    model: Name | None = Field(
        default=None,
        description="Kept model; by default the first of `dislocation/kept/models`.",
    )
    released: bool | None = Field(
        default=None,
        description="Whether to take the models that come with the workflow (`workflow/models`), so that"
        " nothing has to be simulated and trained first; false by default.",
    )
