"""Block ``glass``: simulations of the user, and how models learn from them."""

from typing import Annotated, Literal

from pydantic import Field

from mechanist.settings.models.block import (
    Block,
    Dimension,
    Fraction,
    Name,
    Natural,
    NonNegative,
    Positive,
    SomeNames,
    Strains,
    Whole,
)
from mechanist.settings.models.load_settings import KnownLoad, Load

TrajectoryFormat = Literal["lammps_dump", "lammps_data", "extxyz", "gsd", "hdf5", "npz", "pickle"]


class FrameAtStep(Block):
    """A frame by its timestep."""

    timestep: Whole = Field(description="Timestep of the frame.")


#: A frame by its index, counted from 0, or by its timestep.
Frame = Natural | FrameAtStep


#: Frames from one to another, by index or timestep, perhaps with a step.
FrameRange = Annotated[str, Field(pattern=r"^t?\d+\.\.t?\d+(\.\.\d+)?$")]
#: One path or pattern, or several.
Paths = str | Annotated[list[str], Field(min_length=1)]


class ParticleFile(Block):
    """How a file of particles is read."""

    format: TrajectoryFormat = Field(
        description="Format of the frames under load, and of the reference unless"
        " `reference_format` states another."
    )
    species: Annotated[dict[str | int, str], Field(min_length=1)] = Field(
        description="Species name of each label in the file."
    )
    dimension: Dimension = Field(description="Dimension of space.")
    units: str = Field(description="Unit system of the file, such as `lj` or `metal`.")
    reference: Frame | None = Field(
        default=None,
        description="Frame before loading, by its index from 0 or as `{timestep: ...}`; the first"
        " by default.",
    )
    bounds: Literal["standard", "unextended"] | None = Field(
        default=None,
        description="Whether the bounds of a tilted box include the extension required by the"
        " format (`standard`, the default).",
    )
    ids: Literal["file", "order"] | None = Field(
        default=None,
        description="Whether particles are matched by the ids in the file (the default) or by"
        " their order.",
    )
    lenient: bool | None = Field(
        default=None,
        description="Whether a truncated last frame is dropped and recorded, instead of rejecting"
        " the file.",
    )
    atom_style: str | None = Field(
        default=None,
        description="Atom style of LAMMPS data files whose section Atoms does not state it, such as"
        " `atomic` or `full`.",
    )
    periodic: Annotated[list[Literal["x", "y", "z"]], Field(min_length=2)] | None = Field(
        default=None,
        description="Directions in which the sample repeats; all by default. `[x, y]` is for films with"
        " free surfaces along z in a box with empty space: its length along z is then no strain.",
    )


class GlassImport(ParticleFile):
    """An external simulation of a glass, to convert into a sample file."""

    path: Paths | None = Field(
        default=None,
        description="File of all frames, relative to the folder of the run; also a list, a pattern such"
        " as `run/*.dump`, or a range such as `run/{000..100..10}.data`: frames are then counted through"
        " all files in natural order.",
    )
    reference_path: Paths | None = Field(
        default=None, description="File of the frame before loading, if it is a separate one."
    )
    deformed_path: Paths | None = Field(
        default=None,
        description="Files of the frames under load, if they are separate ones; given as `path` is.",
    )
    reference_format: TrajectoryFormat | None = Field(
        default=None, description="Format of the file of the reference, if it differs."
    )
    frames: Literal["all"] | FrameRange | list[Frame | FrameRange] | None = Field(
        default=None,
        description="Frames under load: `all` that follow the reference (the default), a range with both"
        " ends such as `1..10`, `2..20..2` or, by timesteps, `t0..t5000..1000`, or a list.",
    )
    load: Load | None = Field(
        default=None, description="Load of the sample; inferred from the cells by default."
    )
    load_name: Name | None = Field(default=None, description="Name of that load in tables.")
    volume_tolerance: NonNegative | None = Field(
        default=None,
        description="Largest accepted volume change, relative to the largest equivalent shear strain.",
    )
    group: Name | None = Field(
        default=None,
        description="Group shared by all samples that are not independent of each other.",
    )
    target: str | None = Field(
        default=None,
        description="Column that holds the quantity to predict for each particle: of the frames under"
        " load or, without any (`frames: []`), of the reference; it then belongs to no load, and NaN means"
        " that a particle was not measured.",
    )
    target_path: str | None = Field(
        default=None,
        description="File that holds a target that belongs to no load, if it is not that of the reference:"
        " `.npz`, `.npy`, `.mat`, `.h5`, `.pkl` or `.csv`, with `ids` (in CSV `id`) unless it has the order of the"
        " particles.",
    )
    target_value: float | None = Field(
        default=None,
        description="One number for the whole sample, such as its failure strain, in place of a column;"
        " `target` is then its name.",
    )
    target_name: str | None = Field(
        default=None,
        description="What tables and figures call the target; by default as its column.",
    )
    target_unit: str | Literal[1] | None = Field(
        default=None,
        description="Unit of the target in tables and on figures, 1 for a number without one; none by"
        " default.",
    )
    not_missing: list[float] | None = Field(
        default=None,
        description="Numbers among targets and positions that are values although they look like codes for"
        " missing ones: `-999` and others of their kind are refused if they lie far from all other values.",
    )


class GlassPrediction(ParticleFile):
    """A sample without truth, whose particles a kept model predicts."""

    path: Paths = Field(description="File of the sample before loading.")
    model: Name | None = Field(
        default=None,
        description="Kept model; by default the first of `glass/kept/models`.",
    )
    released: bool | None = Field(
        default=None,
        description="Whether to take the model that comes with the workflow (`workflow/models`), so that"
        " nothing has to be simulated and trained first; false by default.",
    )
    loads: Literal["scan"] | Annotated[list[KnownLoad], Field(min_length=1)] | None = Field(
        default=None,
        description="Loads to predict for, or `scan` for all directions; not needed by models that do"
        " not read the load.",
    )


class KeptModels(Block):
    """Models that are fitted to all samples and kept once they have been scored."""

    models: list[Name] = Field(
        description="Models to keep, of the estimator `ridge`; of a system that lacks one, the others."
    )
    level: Fraction = Field(
        description="Probability that the truth lies in the interval of a prediction."
    )


class OwnGlass(Block):
    """Training settings of an imported system that differ from the defaults."""

    strains: Strains | None = Field(
        default=None,
        description="Equivalent shear strains at which models are trained;"
        " `glass/figures/strain` by default.",
    )
    tolerance: Fraction | None = Field(
        default=None,
        description="Largest deviation of the nearest frame from a strain, as a fraction of the"
        " strain; 0.1 by default.",
    )
    length: Positive | None = Field(
        default=None,
        description="Unit in which lengths of descriptors and of the D2min neighbourhood are"
        " measured, in the length unit of the files; by default, that in which the mean number"
        " density is 1.2.",
    )
    models: SomeNames | None = Field(
        default=None,
        description="Models to train; by default all that do not need the potential.",
    )
