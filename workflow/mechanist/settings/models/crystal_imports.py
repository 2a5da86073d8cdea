"""Block ``crystal``: simulations and measurements of the user."""

from typing import Annotated, Literal

from pydantic import Field

from mechanist.settings.models.block import (
    WHOLE,
    Axis,
    Block,
    Count,
    Name,
    Natural,
    Paths,
    Positive,
    Several,
    Unique,
    Vector,
)
from mechanist.settings.models.crystal_systems import SlipSystems


class CrystalFile(Block):
    """How a result of DAMASK or an orientation map is read."""

    constituent: Natural | None = Field(
        default=None,
        description="Constituent, from 0, whose orientations are kept, of a DAMASK result with"
        " several constituents in each cell; stress and deformation are means over all of them.",
    )
    systems: SlipSystems | dict[str, SlipSystems] | None = Field(
        default=None,
        description="Slip systems of the phase of a map; of several phases, by name or number of the"
        " phase.",
    )
    phase: str | Natural | None = Field(
        default=None,
        description="Name or number of the only phase of a map to use; points of other phases count"
        " as points without an orientation.",
    )
    lattices: dict[str, Literal["cubic", "hexagonal"]] | None = Field(
        default=None,
        description="Lattice of a phase of a map, by its name or number, if the header states"
        " another.",
    )
    crystal_x: Literal["a", "a*"] | None = Field(
        default=None,
        description="Axis of hexagonal and trigonal crystals along x of the crystal frame to which"
        " the angles of a map refer; by default `a` for .ang (EDAX) and `a*`, 30 degrees from it, for"
        " .ctf (Oxford).",
    )
    first_phase: Annotated[Literal[0, 1], WHOLE] | None = Field(
        default=None,
        description="Whether the points of an .ang map of several phases count phases from 0 or from"
        " 1, in which case 0 means not indexed; needed only where the file leaves it open.",
    )
    step: Positive | Annotated[list[Positive], Field(min_length=2, max_length=2)] | None = Field(
        default=None,
        description="Distance of the points of a map in micrometres, or distances along x and y, if"
        " the header states others than the points have.",
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
        default=None,
        description="Whether a hexagonal grid is resampled to a square grid; by default if the header"
        " of the map says that the grid is hexagonal.",
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
        default=None,
        description="Largest allowed share of points without an orientation or of unused phases.",
    )


class SectionStack(Block):
    """Serial sections: maps that lie above each other along z."""

    step: Positive = Field(description="Distance between layers in micrometres.")
    numbers: Annotated[list[Natural], Field(min_length=1), Unique()] | None = Field(
        default=None,
        description="Number of the layer of each section, from 0 for the first; by default 0, 1, 2, and so on.",
    )
    rule: Literal["nearest", "boundary", "vote"] | None = Field(
        default=None,
        description="How layers without a section are filled: from the nearest one, by boundaries of"
        " grains that move steadily, or by a vote of the points nearby (the default), the best if few"
        " layers lie between sections.",
    )


class CrystalImport(CrystalFile):
    """An external simulation or measurement of a crystal, to convert into a run file."""

    path: Paths = Field(description="The file; of serial sections, all files in the order of z.")
    stack: SectionStack | None = Field(
        default=None,
        description="For serial sections: how the maps become one grid. A single section becomes"
        " columnar grains.",
    )
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
    materials: dict[str, Name] | None = Field(
        default=None,
        description="Material, from `crystal/materials`, of each phase of a map of several phases, by"
        " name of the phase; `system` still sets load and solver.",
    )
    increments: Annotated[list[Natural], Field(min_length=1)] | None = Field(
        default=None, description="Increments of a DAMASK result to keep; all by default."
    )
    rerun: bool | None = Field(
        default=None,
        description="Whether the engine reruns a DAMASK result, as it does by default; if false, the"
        " result is only imported.",
    )
    substeps: Count | None = Field(
        default=None,
        description="Steps of the engine between two frames when it reruns a DAMASK result.",
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
        description="Magnitude of the Burgers vector in m, from 1e-10 to 3e-9, which is the unit of length"
        " of the files."
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
    unassigned: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None,
        description="Largest share of the line length whose Burgers vector is that of no slip system;"
        " 0.5 by default.",
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
