"""Block ``crystal``: surrogates of the lattice rotation of voxels."""

from typing import Literal

from pydantic import Field

from mechanist.settings.models.block import (
    Axis,
    Block,
    Count,
    Label,
    Name,
    Names,
    NamesInOrder,
    Natural,
    Pair,
    Strain,
)
from mechanist.settings.models.crystal_predictions import KeptSurrogates


class SurrogateModel(Label):
    """A model that starts from mechanisms and learns the correction from fields."""

    kind: Literal["persistence", "mechanism", "ridge", "trees", "recurrent"] = Field(
        description="Estimator: no rotation (`persistence`), the guess alone (`mechanism`), ridge"
        " regression, boosted trees, or a recurrent network."
    )
    guess: list[Name] | None = Field(
        default=None,
        description="Mechanisms whose sum a model starts from, such as `taylor` and"
        " `plastic_rotation`.",
    )
    fitted: bool | None = Field(
        default=None, description="Whether the coefficients of the guess are fitted."
    )
    radius: Natural | None = Field(
        default=None,
        description="Radius of the cube: 1 for three voxels per side, 0 for the voxel alone.",
    )
    fields: list[Name] | None = Field(
        default=None, description="Fields read from every voxel of the cube."
    )
    central: list[Name] | None = Field(
        default=None, description="Fields read from the centre voxel alone."
    )
    descriptor: Name | None = Field(
        default=None,
        description="Descriptor of voxels in describe/, instead of `radius`, `fields` and"
        " `central`.",
    )
    options: dict[str, object] | None = Field(
        default=None,
        description="Options of the network (cell, width, epochs, ...) or of the trees.",
    )


class SurrogateFigure(Block):
    """What the figure of fields shows."""

    models: NamesInOrder = Field(description="Models whose fields are drawn with the truth.")
    axis: Axis = Field(description="Normal of the slice that is drawn.")
    reference: Name = Field(
        description="Model with which models with a nonlocal field are compared."
    )


class Surrogate(Block):
    """Lattice rotation of a voxel, predicted from a cube of voxels."""

    run: Names | None = Field(
        default=None, description="Models below that this run trains; all of them by default."
    )
    train: Name = Field(description="Training system; its predictions are out of fold.")
    others: Names = Field(
        default=[], description="Systems of the same lattice to predict without retraining."
    )
    imports: Names = Field(
        default=[], description="Imported DAMASK results to predict without retraining."
    )
    step: Strain = Field(description="Strain increment between two predictions.")
    steps: Count = Field(description="Number of predictions.")
    passes: Count = Field(
        description="Maximum number of applications of the Green operator to balance a misfit."
    )
    models: dict[Name, SurrogateModel] = Field(description="Models, by name.")
    comparisons: list[Pair] = Field(default=[], description="Pairs of models, first minus second.")
    kept: KeptSurrogates | None = Field(
        default=None,
        description="Surrogates that can be used on other polycrystals: `snakemake predict`.",
    )
    figure: SurrogateFigure = Field(
        description="Models whose fields are drawn with the truth, on a slice normal to an axis."
    )
