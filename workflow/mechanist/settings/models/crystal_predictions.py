"""Block ``crystal``: surrogates that are kept, and polycrystals that they predict."""

from typing import Literal

from pydantic import Field

from mechanist.settings.models.block import Block, Fraction, Name, Strain
from mechanist.settings.models.crystal_imports import CrystalFile
from mechanist.settings.models.load_settings import KnownLoad


class KeptSurrogates(Block):
    """Surrogates that are fitted to all samples and kept once they have been scored."""

    models: list[Name] = Field(
        description="Surrogates to keep, of the kinds `mechanism`, `ridge` and `recurrent` with a cell"
        " `gru`; of a run that lacks one, the others."
    )
    level: Fraction = Field(
        description="Probability that the truth lies in the interval of a prediction."
    )


class CrystalPrediction(CrystalFile):
    """A polycrystal that nobody has loaded, whose rotations a kept surrogate predicts."""

    path: str = Field(description="The file.")
    format: Literal["damask", "map", "run", "vti"] = Field(
        description="A result of DAMASK 3, of which the first state is used (`damask`), an orientation"
        " map, .ang or .ctf (`map`), a run file of this workflow (`run`), or an image of VTK with an"
        " orientation in each cell (`vti`)."
    )
    load: KnownLoad = Field(
        description="Tension along an axis of the grid; the surrogates have seen no other load."
    )
    run: str | None = Field(
        default=None,
        description="Name of the run, such as `fcc8-0003`, of a run file that holds several.",
    )
    orientations: str | None = Field(
        default=None,
        description="Array of an image that holds orientations: quaternions from crystal to sample,"
        " scalar first, or Bunge's Euler angles, whose unit `angles` states; `orientation` by default.",
    )
    grains: str | None = Field(
        default=None,
        description="Array of an image that numbers grains; by default `grain` if there is one, or else"
        " connected voxels whose orientations differ by less than `threshold` are a grain.",
    )
    model: Name | None = Field(
        default=None,
        description="Kept surrogate; by default the first of `crystal/surrogate/kept/models`.",
    )
    released: bool | None = Field(
        default=None,
        description="Whether to take the model that comes with the workflow"
        " (`workflow/models/crystal`), so that nothing has to be simulated and trained first; false by"
        " default.",
    )
    material: Name | None = Field(
        default=None,
        description="Material of the polycrystal, which the summary compares with that of the model; by"
        " default it is taken for that of the model, and the summary says so.",
    )
    strain: Strain | None = Field(
        default=None,
        description="Last strain to predict; by default the last that the model has seen.",
    )
