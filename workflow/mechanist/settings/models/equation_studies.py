"""Block ``equations``: studies beside the discovery of equations case by case."""

from typing import Annotated, Literal

from pydantic import Field

from mechanist.settings.models.block import (
    Block,
    Count,
    Counts,
    Fraction,
    Levels,
    Name,
    Names,
    Natural,
    NonNegative,
    Positive,
    SomeNames,
    Unique,
)
from mechanist.settings.models.case_settings import TermLibrary

PysindyMethods = Annotated[
    list[Literal["pysindy_fd", "pysindy_sfd", "pysindy_weak_default", "pysindy_weak_tuned"]],
    Unique(),
]
VaryingMethod = Literal["weak", "sgtr", "group_lasso"]


class Rivals(Block):
    """PySINDy on the cases that have a `rival`."""

    methods: PysindyMethods = Field(description="Methods for data with a space axis.")
    ordinary: PysindyMethods = Field(
        description="The same for data without a space axis (libraries of kind polynomial)."
    )
    levels: Levels = Field(description="Noise levels, some of those of our own methods.")
    seeds: Count = Field(description="Number of realisations of the noise at each nonzero level.")


class Chaos(Block):
    """Discovery of chaotic systems."""

    systems: Annotated[list[str], Field(min_length=1), Unique()] = Field(
        description="Systems of the library of chaotic systems, by name."
    )
    points: Count = Field(description="Number of points of a trajectory.")
    per_period: Count = Field(description="Number of points per dominant period.")
    library: TermLibrary = Field(description="Terms that the equations may contain.")
    seeds: Count = Field(description="Number of realisations of the noise at each nonzero level.")


class ErrorBars(Block):
    """How often error bars hold the true coefficients, and verdicts are right, over many draws."""

    levels: Levels = Field(description="Noise levels.")
    seeds: dict[Name, Count] = Field(
        description="Number of realisations of the noise by case, some of the cases below; only"
        " cases that run are counted."
    )
    controls: Count = Field(
        description="Number of these realisations for which the search is repeated without each of"
        " the true terms, to see whether the verdict says that something is missing."
    )


class PublishedMse(Block):
    """A published error of varying coefficients."""

    case: Name = Field(description="Case that was solved.")
    noise: NonNegative = Field(description="Noise level.")
    method: VaryingMethod = Field(description="Method that solved it.")
    mse: Positive = Field(description="Mean squared error of the coefficient curves.")


class Windows(Block):
    """Local polynomials with which the published methods differentiate noisy data."""

    half_width: Count = Field(description="Half-width of a window, in points.")
    degree: Count = Field(description="Degree of the polynomial.")


class VaryingLibrary(Block):
    """Terms of an equation with varying coefficients."""

    degree: Count = Field(description="Highest degree of products.")
    order: Count = Field(description="Highest order of derivatives.")


class VaryingRuns(Block):
    """Noise on which a method is run."""

    levels: Levels = Field(
        description="Noise levels relative to the standard deviation of each field."
    )
    seeds: Count = Field(description="Number of realisations of the noise at each nonzero level.")


class VaryingMethods(Block):
    """Methods that are run, each with its noise."""

    weak: VaryingRuns | None = Field(default=None, description="The weak form, our own method.")
    sgtr: VaryingRuns | None = Field(default=None, description="SGTR (Rudy et al. 2019).")
    group_lasso: VaryingRuns | None = Field(
        default=None, description="Group LASSO (Rudy et al. 2019)."
    )


class VaryingCase(Block):
    """Data whose equation has coefficients that vary in time or space."""

    generator: Name | None = Field(
        default=None, description="Generator of the data; by default the name of the case."
    )
    parameters: dict[str, object] | None = Field(
        default=None, description="Parameters of the generator that differ from their defaults."
    )
    library: VaryingLibrary = Field(description="Terms that the equation may contain.")
    n_basis: Count = Field(description="Maximum number of basis functions of a coefficient.")
    methods: VaryingMethods


class Varying(Block):
    """Coefficients that vary in time or space."""

    shown_noise: NonNegative = Field(description="Noise level at which the figure shows curves.")
    published: list[PublishedMse] = Field(description="Published errors marked in the figure.")
    windows: Windows
    cases: dict[Name, VaryingCase] = Field(description="Cases, by name.")


class PublishedError(Block):
    """A published error of the coefficients of an equation."""

    noise: NonNegative = Field(description="Noise level.")
    value: Positive = Field(description="Mean error of the coefficients, in percent.")
    label: str | None = Field(default=None, description="Text beside the mark.")


class CaseAtNoise(Block):
    """A case at a noise level."""

    case: Name = Field(description="The case.")
    noise: NonNegative = Field(description="The noise level.")


class Forecast(Block):
    """Forecast of a trajectory by an equation found from its first part."""

    share: Fraction = Field(
        description="First part of a trajectory, from which equations are discovered, as a"
        " fraction."
    )
    every: Count = Field(
        description="Every how many points of the trajectory one is kept for the figure."
    )


class EquationFigures(Block):
    """The cases and published errors that figures of equations show."""

    cases: SomeNames = Field(description="Cases whose errors and costs are plotted against noise.")
    published: dict[str, list[PublishedError]] = Field(
        description="Published errors by case, in percent."
    )
    paths: Annotated[list[CaseAtNoise], Field(min_length=1)] = Field(
        description="Cases and noise levels whose candidate models are plotted by size."
    )
    forecast: Forecast


class HardeningLaws(Block):
    """Discovery of hardening laws from stress-strain curves."""

    shown_noise: NonNegative = Field(description="Noise level of the tests shown in the figure.")
    laws: Annotated[list[Literal["kocks_mecking", "voce", "armstrong_frederick"]], Unique()] = (
        Field(description="Laws that make the curves.")
    )
    half_width: Count = Field(description="Half-width of test functions, in points.")
    seeds: Count = Field(description="Number of realisations of the noise at each nonzero level.")


class Symmetry(Block):
    """Classes of symmetry found from elastic tests of crystals."""

    crystals: Names = Field(description="Crystals that are tested.")
    cases: Counts = Field(description="Numbers of load cases.")
    levels: Levels = Field(
        description="Noise relative to the standard deviation of all stress components."
    )
    seeds: Count = Field(description="Number of draws with known axes.")
    unoriented_seeds: Natural = Field(
        description="Number of draws with unknown axes, which cost more."
    )
