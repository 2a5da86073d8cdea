"""Block ``crystal``: interactions of slip systems, identified from tables of slip."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from mechanist.settings.models.block import (
    Block,
    Count,
    Counts,
    Fraction,
    Labels,
    Levels,
    Name,
    Names,
    Natural,
    NonNegative,
    Positive,
    Strain,
    Unique,
)
from mechanist.settings.models.crystal_systems import SlipSystems

SlipMethod = Literal["tied_lasso", "tied", "tied_symmetric", "free", "free_lasso", "taylor_scalar"]
SlipMethods = Annotated[list[SlipMethod], Field(min_length=1), Unique()]
Truth = Literal["published", "sparse", "dense"]
EntryShare = Annotated[float, Field(gt=0, le=1)]


class SlipFlow(Block):
    """Elasticity and rate law of all crystals; every key has a default."""

    shear_modulus: Positive | None = Field(default=None, description="Shear modulus, in MPa.")
    burgers: Positive | None = Field(
        default=None, description="Magnitude of the Burgers vector, in m."
    )
    exponent: Positive | None = Field(default=None, description="Exponent of the rate law.")
    rate: Positive | None = Field(
        default=None, description="Slip rate in 1/s at a stress equal to the resistance."
    )


class SlipSettings(Block):
    """Settings of the identification; every key has a default."""

    parts: Count | None = Field(
        default=None,
        description="Number of groups of whole runs that are held out or resampled together.",
    )
    penalties: Count | None = Field(
        default=None, description="Number of penalties, at equal ratios."
    )
    smallest: Fraction | None = Field(
        default=None, description="Smallest penalty, relative to the one that leaves no term."
    )
    corners: Count | None = Field(
        default=None,
        description="Number of changes of the support after which a LASSO path ends.",
    )
    thresholds: Annotated[list[NonNegative], Field(min_length=1)] | None = Field(
        default=None, description="Shares of the largest coefficient below which terms are dropped."
    )
    draws: Natural | None = Field(
        default=None,
        description="Number of random halves of the data for inclusion frequencies.",
    )


class SlipProtocol(Block):
    """How tables of slip are generated; every key has a default."""

    legs: Count | None = Field(
        default=None, description="Number of successive directions of loading."
    )
    strain: Strain | None = Field(default=None, description="Tensile strain in one direction.")
    steps: Count | None = Field(
        default=None, description="Number of integration steps in one direction."
    )
    frames: Count | None = Field(
        default=None, description="Number of states kept in one direction."
    )
    rate: Positive | None = Field(default=None, description="Tensile strain rate, 1/s.")
    density: Positive | None = Field(
        default=None, description="Median initial density of a slip system, in 1/m^2."
    )
    scatter: Positive | None = Field(
        default=None,
        description="Standard deviation of the natural logarithm of initial densities.",
    )


class SlipShares(Block):
    """Shares of nonzero entries of a sparse law."""

    pair_share: EntryShare | None = Field(
        default=None, description="Share of nonzero entries of H."
    )
    triple_share: EntryShare | None = Field(
        default=None, description="Share of nonzero entries of K."
    )


class SlipData(Block):
    """A table of slip: at a `path`, or generated from a known `truth` in a number of `runs`."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["path"]}, {"required": ["truth", "runs"]}]}
    )

    path: str | None = Field(
        default=None,
        description="CSV with columns run, rho_i (1/m^2), gamma_dot_i (1/s), tau_i (MPa) and"
        " d_rho_i (1/(m^2 s)) for each slip system i from 0 on, in the order of"
        " `mechanics/slip_systems.py`.",
    )
    systems: SlipSystems = Field(description="Table of slip systems.")
    truth: Truth | None = Field(
        default=None,
        description="Law that generates the data: as published, or random with few or with all"
        " coefficients nonzero.",
    )
    source: Literal["paths", "engine"] | None = Field(
        default=None,
        description="Origin of the data: crystals without elasticity and rotation (`paths`), or"
        " the engine.",
    )
    shares: SlipShares | None = Field(
        default=None, description="Shares of nonzero entries of H and of K in a sparse law."
    )
    runs: Count | None = Field(default=None, description="Number of runs.")
    noise: NonNegative = Field(
        description="Standard deviation of the noise relative to the rms of a state; for your own"
        " data, the noise of the stresses, if known."
    )
    protocol: SlipProtocol | None = Field(
        default=None, description="How the data are generated; every key has a default."
    )
    settings: SlipSettings | None = Field(
        default=None, description="Settings of the identification that differ from those above."
    )
    methods: SlipMethods = Field(description="Methods that identify the law.")

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        made = self.truth is not None and self.runs is not None
        if made == (self.path is not None):
            raise ValueError("expected either a path, or truth and runs")
        return self


class InteractionErrors(Block):
    """Study of errors: parameters that are varied."""

    systems: SlipSystems = Field(description="Table of slip systems.")
    truth: Truth = Field(description="Law that generates the data.")
    runs: Counts = Field(description="Numbers of runs.")
    noises: Levels = Field(description="Noise levels relative to the rms of a state.")
    methods: SlipMethods = Field(description="Methods that are compared.")
    seeds: Count = Field(description="Number of data sets of each size and noise level.")
    protocol: SlipProtocol | None = Field(
        default=None, description="How the data are generated; every key has a default."
    )


class Feedback(Block):
    """Crystals on which the engine tests the identified laws."""

    data: Name = Field(description="Data set from which the laws were identified.")
    methods: SlipMethods = Field(description="Methods whose laws are tested.")
    crystals: Count = Field(description="Number of single crystals.")
    strain: Strain = Field(description="Final strain of single crystals.")
    steps: Count = Field(description="Number of steps of single crystals.")
    density: Positive = Field(description="Initial density of every slip system, 1/m^2.")
    grid: Count = Field(description="Number of voxels per side of the polycrystal.")
    grains: Count = Field(description="Number of grains of the polycrystal.")
    polycrystal_strain: Strain = Field(description="Final strain of the polycrystal.")
    frames: Count = Field(description="Number of stored states of the polycrystal.")


class PublishedShares(Block):
    """Published shares of nonzero coefficients."""

    H: float = Field(description="Share of nonzero coefficients of H, in %.")
    K: float = Field(description="Share of nonzero coefficients of K, in %.")


class ShownInteractions(Block):
    """What the scoreboard states."""

    runs: Count = Field(description="Number of runs whose errors are scored.")
    noise: NonNegative = Field(description="Noise level whose errors are scored.")
    data: Names = Field(description="Data sets whose nonzero shares are scored.")


class InteractionFigures(Block):
    """What figures of interactions show."""

    hexagonal: Name = Field(
        description="Data set of a hexagonal crystal whose identified interactions are drawn."
    )
    crystals: Count = Field(description="Number of single crystals whose curves are drawn.")


class Interactions(Block):
    """Interactions of slip systems, identified from tables of slip (Messner 2017)."""

    flow: SlipFlow = Field(description="Elasticity (MPa, m) and rate law (1/s) of all crystals.")
    settings: SlipSettings
    published: PublishedShares = Field(description="Published share of nonzero coefficients, in %.")
    models: Labels = Field(description="Labels and roles of the identification methods.")
    data: Annotated[dict[Name, SlipData], Field(min_length=1)] = Field(
        description="Tables of slip, generated from a known law or read from a path."
    )
    errors: InteractionErrors = Field(description="Parameters varied in the study of errors.")
    feedback: Feedback
    shown: ShownInteractions = Field(
        description="Number of runs and noise level whose errors are scored, and data sets whose"
        " nonzero shares are scored."
    )
    figures: InteractionFigures = Field(description="What figures show.")
