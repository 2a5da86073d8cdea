"""Block ``experiment``: pictures, tracks and maps of displacements of the user."""

from typing import Annotated, Literal

from pydantic import Field

from mechanist.settings.models.block import Block, Count, Natural, Paths, Positive, Unique
from mechanist.settings.models.picture_detectors import Detector

Row2 = Annotated[list[float], Field(min_length=2, max_length=2)]
Gradient = Annotated[list[Row2], Field(min_length=2, max_length=2)]
FramePair = Annotated[list[Natural], Field(min_length=2, max_length=2)]


class Measured(Block):
    """What is measured on tracks, of whatever origin."""

    path: Paths = Field(description="File or files; patterns and lists are allowed.")
    unit: str = Field(description="Unit of length, for labels, such as `um` or `diameter`.")
    cutoff: Positive = Field(
        description="Radius of the neighbourhood of D2min, in the unit of length: about two"
        " diameters of a particle."
    )
    steps: Count = Field(
        default=1, description="Frames from the first to the second state of each D2min."
    )
    exposures: FramePair | None = Field(
        default=None,
        description="Two frames, from 0, between which the sample is at rest: they show the error"
        " of localisation.",
    )
    error: Positive | None = Field(
        default=None,
        description="Standard deviation of the error of a coordinate, if it is known otherwise. By"
        " default it is measured on `exposures`, or on the roughness of tracks of at least four"
        " frames.",
    )


class TrackImport(Measured):
    """Tracks that another program made: a CSV table with columns frame, particle, x, y."""

    format: Literal["tracks"] = Field(description="A table of tracks.")
    view: Annotated[list[float], Field(min_length=4, max_length=4)] | None = Field(
        default=None,
        description="Left, top, right and bottom of what was seen, in the unit of length; the extent"
        " of the particles by default.",
    )


class PictureImport(Measured):
    """A series of pictures: TIFF of one or several pages, PNG or JPEG."""

    format: Literal["pictures"] = Field(description="Pictures.")
    pixel_size: Positive | None = Field(
        default=None,
        description="Side of a pixel in the unit of length; by default in metres, as ImageJ wrote it"
        " into the file.",
    )
    time_step: Positive | None = Field(
        default=None, description="Time between frames; by default what the file says, if it does."
    )
    colour: Literal["refuse", "convert"] = Field(
        default="refuse", description="Whether colours are refused or become brightness."
    )
    crop: Annotated[list[Natural], Field(min_length=4, max_length=4)] | None = Field(
        default=None,
        description="First column, first row, and the column and row after the last, in pixels.",
    )
    detector: Detector = Field(description="How particles are found.")
    species: Literal[1, 2] = Field(
        default=1, description="Number of species that differ in size or brightness."
    )
    gradient: Gradient | None = Field(
        default=None,
        description="Deformation gradient from each frame to the next, where the load is known; by"
        " default the mean deformation is found from the particles.",
    )
    outline: Positive | None = Field(
        default=None,
        description="Particles whose radius changes by more than this part from one state to the"
        " other are left out of D2min: their outlines were torn or merged.",
    )


class MapColumns(Block):
    """Names of the columns of a table of displacements."""

    x: str = Field(default="x", description="Place along x in the reference state.")
    y: str = Field(default="y", description="Place along y in the reference state.")
    u: str = Field(default="u", description="Displacement along x from the reference state.")
    v: str = Field(default="v", description="Displacement along y from the reference state.")
    frame: str | None = Field(
        default=None,
        description="Number, time or strain that tells several frames of one file apart. By default every"
        " file is a frame.",
    )


class MapQuality(Block):
    """The column that says how well each point was correlated."""

    column: str = Field(description="Its name.")
    least: float | None = Field(default=None, description="Points with a lower value failed.")
    most: float | None = Field(default=None, description="Points with a higher value failed.")


class DisplacementImport(Block):
    """Maps of displacements from one reference state, as digital image correlation writes them."""

    format: Literal["displacements"] = Field(description="Maps of displacements.")
    path: Paths = Field(description="File or files; patterns and lists are allowed.")
    unit: str = Field(description="Unit of length, for labels, such as `mm`.")
    pixel_size: Positive | None = Field(
        default=None,
        description="Length of a pixel in the unit, if places and displacements are in pixels; 1 if they are"
        " in the unit. It must be stated.",
    )
    cutoff: Positive = Field(
        description="Radius of the window to whose points the strain is fitted, in the unit of length: at"
        " least two spacings of the grid."
    )
    columns: MapColumns = Field(default=MapColumns(), description="Names of columns.")
    quality: MapQuality | None = Field(
        default=None,
        description="Which points failed, beside those without a displacement.",
    )
    separator: Literal["comma", "semicolon", "tab", "space"] = Field(
        default="comma", description="What stands between cells; `space` for any white space."
    )
    times: Annotated[list[float], Field(min_length=1)] | None = Field(
        default=None,
        description="Time or strain of every frame, increasing. By default the column of frames, or numbers"
        " from 1.",
    )
    time_unit: str = Field(default="", description="Unit of `times`, for labels.")
    rest: Annotated[list[Natural], Field(min_length=1), Unique()] | None = Field(
        default=None,
        description="Frames, from 0, in which the sample is not strained: they show the error of strains.",
    )
    error: Positive | None = Field(
        default=None,
        description="Standard deviation of the noise of a displacement component, in the unit of length, if"
        " it is known. By default it is measured on `rest`, or on the residuals of the fits.",
    )


#: Something that a user measured, told apart by its format.
ExperimentImport = Annotated[
    PictureImport | TrackImport | DisplacementImport, Field(discriminator="format")
]
