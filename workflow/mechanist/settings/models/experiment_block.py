"""Block ``experiment``: pictures of particles, rendered from simulations and brought by the user."""

from typing import Annotated, Literal

from pydantic import Field

from mechanist.settings.models.block import (
    WHOLE,
    Axis,
    Block,
    Count,
    Descriptors,
    Label,
    Labels,
    Levels,
    Models,
    Name,
    NonNegative,
    Positive,
    Several,
    Share,
    SomeNames,
    Strain,
    Unique,
)
from mechanist.settings.models.picture_detectors import Detector
from mechanist.settings.models.picture_imports import ExperimentImport


class Camera(Block):
    """How pictures of simulated glasses are taken."""

    pixels: Positive = Field(description="Pixels in a unit of length of the glass.")
    snr: NonNegative = Field(
        description="Contrast of a particle over the noise at full brightness; 0 for no noise."
    )
    blur: NonNegative = Field(description="Standard deviation of the blur in pixels.")
    shade: Share = Field(description="Part of the light lost from one corner to the other.")
    spread: Annotated[float, Field(ge=0, lt=0.3)] = Field(
        description="Standard deviation of the radii of a species, as a part of its radius."
    )


class Renderer(Block):
    """How particles look."""

    kind: Literal["discs", "rims"] = Field(
        description="Bright discs, as fluorescent particles; or dark rims, as drops and bubbles in"
        " bright field."
    )
    radii: Annotated[list[Positive], Field(min_length=1)] = Field(
        description="Radius that the picture shows, by species."
    )


class Sweeps(Block):
    """Values of the camera that are tried one after the other; the others stay as `camera` says."""

    snr: Levels | None = Field(default=None, description="Contrast over noise.")
    pixels: Levels | None = Field(default=None, description="Pixels in a unit of length.")
    blur: Levels | None = Field(default=None, description="Blur in pixels.")
    spread: Levels | None = Field(default=None, description="Spread of radii.")


class Series(Label):
    """A renderer with a detector, as figures show them."""

    renderer: Name = Field(description="One of the renderers.")
    detector: Name = Field(description="One of the detectors.")


class ShownPicture(Block):
    """The noisy picture that a figure shows with its particles."""

    renderer: Name = Field(description="One of the renderers.")
    detector: Name = Field(description="One of the detectors.")
    snr: NonNegative = Field(description="Contrast over noise.")


class LearntForces(Block):
    """Pair forces that are learnt from places of particles at rest: those that balance on every particle.

    Glasses are those of the ladder, and the potential of a glass is learnt from glasses of other folds.
    """

    errors: Levels = Field(description="Errors of a coordinate that are tried.")
    error: NonNegative = Field(
        description="Error of a coordinate of the glasses that the ladder and the twin learn from: about that of"
        " pictures with a high contrast over noise."
    )
    first: Positive = Field(
        description="Distance from which forces are learnt, below that of nearest neighbours."
    )
    reach: Positive = Field(description="Distance at which forces end.")
    pieces: Annotated[int, Field(ge=4), WHOLE] = Field(
        description="Number of intervals between knots of the splines of a pair."
    )


class Ladder(Block):
    """Models and mechanisms on views of glasses with errors: what each kind of error costs."""

    samples: Count = Field(description="Largest number of glasses, the first ones of the system.")
    loads: SomeNames = Field(description="Loads whose D2min is predicted.")
    noise: Levels = Field(description="Standard deviations of the error of a coordinate.")
    missed: Levels = Field(description="Parts of the particles that are not seen.")
    species: Levels = Field(description="Parts of the particles taken for another species.")
    descriptors: Descriptors = Field(description="What models read, by name.")
    models: Models = Field(
        description="Models; besides descriptors they may read `springs` (neighbour springs sized by"
        " g(r)), `twin` (relaxed in the known potential), `entropy` (two-body entropy) and `position`; with"
        " `experiment/forces` also `learnt_twin` (relaxed in learnt forces) and `restored_<name>` (what a"
        " descriptor reads in that twin)."
    )


class PictureTwin(Block):
    """Mechanics that starts from rendered pictures: twins with a held rim and repaired species."""

    samples: Count = Field(description="Largest number of glasses, the first ones of the system.")
    loads: SomeNames = Field(description="Loads whose D2min is predicted.")
    past: Strain = Field(
        description="Strain at the end of the interval whose motion predicts the later one; one that is stored."
    )
    renderer: Name = Field(description="One of the renderers.")
    detector: Name = Field(description="One of the detectors.")
    snr: Levels = Field(description="Contrasts over noise that are tried.")
    window: Positive | None = Field(
        default=None, description="Side of the square that is seen; that of the block by default."
    )
    rim: Positive = Field(
        description="Width of the strip along the edge that is held, about the reach of the potential."
    )
    doubtful: Count = Field(
        description="Number of particles whose species is tried: the least certain ones."
    )
    methods: Labels = Field(
        description="Lines of the figure, by name of the method: `truth`, `repaired`, `unrepaired`,"
        " `unrelaxed`, `springs`, `past_truth`, `past` and, with `experiment/forces`, `learnt`."
    )


class PictureReader(Block):
    """A convolutional network that reads pictures, and its training."""

    width: Count = Field(default=16, description="Channels of each layer.")
    epochs: Count = Field(default=16, description="Passes over the pictures.")
    batch: Count = Field(default=2, description="Pictures of a step.")
    learning_rate: Positive = Field(default=0.003, description="Initial rate.")


class HeatMaps(Block):
    """Heat maps of a network that predicts D2min from rendered pictures of whole glasses."""

    samples: Count = Field(description="Largest number of glasses, the first ones of the system.")
    loads: SomeNames = Field(
        description="A shear along x, and perhaps the same of the other sense: its pictures are mirrored, so"
        " that the load is the same in all."
    )
    renderer: Name = Field(
        description="One of the renderers, whose radii are used; particles are discs."
    )
    pixels: Positive = Field(description="Pixels in a unit of length, about.")
    snr: Positive = Field(description="Contrast over noise of the picture.")
    blur: NonNegative = Field(description="Standard deviation of the blur in pixels.")
    noise: Annotated[list[NonNegative], Field(min_length=1), Unique()] = Field(
        description="Standard deviations of the error of a coordinate with which particles are drawn."
    )
    smooth: Positive = Field(
        description="Width of the average over brightness and gradients, in units of length."
    )
    hidden: Positive = Field(description="Radius of the disc that is hidden, in units of length.")
    occluded: Several = Field(description="Number of glasses on which spots are hidden.")
    network: PictureReader = Field(default=PictureReader())
    methods: Labels = Field(
        description="Lines of the figure, by name of the map: `activation`, `gradient`, `occlusion`, the"
        " same with `untrained_` before it, and `brightness`, with which the others are compared."
    )


class SerialSections(Block):
    """Simulations that start from a few serial sections of a random polycrystal."""

    material: Name = Field(description="One of `crystal/materials`.")
    grid: Annotated[int, Field(ge=4), WHOLE] = Field(
        description="Voxels along each axis of a cell, and so the number of its sections."
    )
    grains: Several = Field(description="Number of grains of a cell.")
    development: Count = Field(
        description="Number of cells that choose how layers between sections are filled; none of them is scored."
    )
    samples: Several = Field(description="Number of cells that are scored.")
    known: Annotated[list[Count], Field(min_length=1), Unique()] = Field(
        description="Numbers of sections that are known, with 1 among them."
    )
    axes: Annotated[list[Axis], Field(min_length=1), Unique()] = Field(
        description="Loading axes; sections are normal to z."
    )
    strain: Strain = Field(description="Last strain.")
    steps: Count = Field(description="Number of steps of the engine.")
    methods: Labels = Field(
        description="Lines of the figure, by name of the method: `sections`, `columnar`, `voronoi` and"
        " `dummy`."
    )


class ExperimentBlock(Block):
    """Experiments: from pictures to particles, tracks and D2min, and what is lost on the way."""

    system: Name = Field(description="Two-dimensional glasses of which pictures are rendered.")
    samples: Count = Field(description="Number of its samples.")
    load: Name = Field(description="Load of the second state.")
    strain: Strain | None = Field(
        default=None,
        description="Strain of the second state, one that is stored; `glass/figures/strain` by default.",
    )
    window: Positive = Field(description="Side of the square that is seen.")
    camera: Camera
    renderers: dict[Name, Renderer] = Field(description="How particles look, by name.")
    sweeps: Sweeps
    detectors: dict[Name, Detector] = Field(description="How particles are found, by name.")
    series: dict[Name, Series] = Field(description="Lines of the figure of detection.")
    shown: ShownPicture
    forces: LearntForces | None = Field(
        default=None, description="Pair forces learnt from places at rest; not computed by default."
    )
    ladder: Ladder | None = Field(
        default=None, description="Models on views with errors; not computed by default."
    )
    twin: PictureTwin | None = Field(
        default=None, description="Mechanics that starts from pictures; not computed by default."
    )
    heat_maps: HeatMaps | None = Field(
        default=None, description="Heat maps of a network over pictures; not computed by default."
    )
    sections: SerialSections | None = Field(
        default=None,
        description="Simulations that start from a few sections; not computed by default.",
    )
    imports: dict[Name, ExperimentImport] = Field(
        default={}, description="Pictures, tracks and maps of displacements of yours, by name."
    )
