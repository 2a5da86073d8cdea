"""Block ``crystal``: simulations and measurements of the user."""

from typing import Annotated, Literal

from pydantic import Field

from mechanist.settings.models.block import (
    WHOLE,
    Axis,
    Block,
    Count,
    FileName,
    Name,
    Natural,
    Paths,
    Positive,
    Several,
    Unique,
    Vector,
)
from mechanist.settings.models.crystal_systems import SlipSystems


class CrystalImport(Block):
    """An external simulation or measurement of a crystal, to convert into a run file."""

    path: FileName = Field(description="The file.")
    format: Literal["damask", "map"] = Field(
        description="A result of DAMASK 3 (`damask`), or an orientation map, .ang or .ctf (`map`)."
    )
    axis: Annotated[Literal[0, 1, 2], WHOLE] | None = Field(
        default=None,
        description="Loading axis; determined from the data for DAMASK results, 0 for maps.",
    )
    system: Name | None = Field(
        default=None,
        description="System whose material, load and solver settings are used for the"
        " microstructure of a map.",
    )
    increments: Annotated[list[Natural], Field(min_length=1)] | None = Field(
        default=None, description="Increments of a DAMASK result to keep; all by default."
    )
    substeps: Count | None = Field(
        default=None,
        description="Steps of the engine between two frames when it reruns a DAMASK result.",
    )
    systems: SlipSystems | None = Field(
        default=None, description="Slip systems of the phase of a map."
    )
    angles: Literal["degrees", "radians"] | None = Field(
        default=None,
        description="Unit of the angles of a map if it differs from that of the format.",
    )
    confidence: float | None = Field(
        default=None,
        description="Points of an .ang map below this confidence index count as not indexed.",
    )
    resample: bool | None = Field(
        default=None, description="Whether a hexagonal grid is resampled to a square grid."
    )
    turn: Vector | None = Field(
        default=None,
        description="Rotation from the frame of the angles to the frame of the map, degrees times"
        " axis.",
    )
    threshold: Positive | None = Field(
        default=None,
        description="Misorientation in degrees above which neighbouring points belong to different"
        " grains.",
    )
    stride: Count | None = Field(
        default=None, description="Every how many points of a map one is kept along each side."
    )
    smallest: Several | None = Field(
        default=None, description="Grains with fewer points are merged into neighbouring grains."
    )
    unindexed: Annotated[float, Field(ge=0, lt=1)] | None = Field(
        default=None, description="Largest allowed share of points without an orientation."
    )


class CrystalLines(Block):
    """A network of discrete dislocation dynamics, to convert into densities and fields."""

    path: Paths = Field(
        description="Node files of ParaDiS, OpenDiS or ExaDiS, in chronological order."
    )
    systems: SlipSystems = Field(description="Table of slip systems.")
    c_over_a: Positive | None = Field(
        default=None, description="Ratio of lattice parameters of a hexagonal crystal."
    )
    burgers: Positive = Field(
        description="Magnitude of the Burgers vector in m, which is the unit of length of the"
        " files."
    )
    grid: Annotated[list[Count], Field(min_length=3, max_length=3)] = Field(
        description="Number of voxels along each axis."
    )
    rotation: Vector | None = Field(
        default=None,
        description="Rotation from the crystal frame to the box frame, degrees times axis.",
    )
    tolerance: Positive | None = Field(
        default=None,
        description="Largest angle in degrees between the Burgers vector or plane of a line and"
        " that of its slip system.",
    )
    periodic: (
        Annotated[list[bool], Field(min_length=3, max_length=3)]
        | Annotated[list[Axis], Unique()]
        | None
    ) = Field(
        default=None,
        description="Axes along which the box is periodic, as the control file of the simulation"
        " says: `[x, y, z]`, `[x, y]`, or `[]` for none; or true or false for each. Required if"
        " segments are half the box or longer.",
    )
    fold: bool | None = Field(
        default=None, description="Whether nodes outside the box are folded back into the box."
    )
    times: list[float] | None = Field(default=None, description="Times of the files, in s.")
