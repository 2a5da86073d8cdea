"""Entries of `settings/models/equation_studies.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict

from mechanist.settings.entry_types.case_settings_entries import TermLibraryEntry


class RivalsEntry(TypedDict, total=False):
    """PySINDy on the cases that have a `rival`."""

    methods: Required[
        list[Literal["pysindy_fd", "pysindy_sfd", "pysindy_weak_default", "pysindy_weak_tuned"]]
    ]
    ordinary: Required[
        list[Literal["pysindy_fd", "pysindy_sfd", "pysindy_weak_default", "pysindy_weak_tuned"]]
    ]
    levels: Required[list[float]]
    seeds: Required[int]


class ChaosEntry(TypedDict, total=False):
    """Discovery of chaotic systems."""

    systems: Required[list[str]]
    points: Required[int]
    per_period: Required[int]
    library: Required[TermLibraryEntry]
    seeds: Required[int]


class ErrorBarsEntry(TypedDict, total=False):
    """How often error bars hold the true coefficients, and verdicts are right, over many draws."""

    levels: Required[list[float]]
    seeds: Required[dict[str, int]]
    controls: Required[int]


class PublishedMseEntry(TypedDict, total=False):
    """A published error of varying coefficients."""

    case: Required[str]
    noise: Required[float]
    method: Required[Literal["weak", "sgtr", "group_lasso"]]
    mse: Required[float]


class WindowsEntry(TypedDict, total=False):
    """Local polynomials with which the published methods differentiate noisy data."""

    half_width: Required[int]
    degree: Required[int]


class VaryingLibraryEntry(TypedDict, total=False):
    """Terms of an equation with varying coefficients."""

    degree: Required[int]
    order: Required[int]


class VaryingRunsEntry(TypedDict, total=False):
    """Noise on which a method is run."""

    levels: Required[list[float]]
    seeds: Required[int]


class VaryingMethodsEntry(TypedDict, total=False):
    """Methods that are run, each with its noise."""

    weak: VaryingRunsEntry
    sgtr: VaryingRunsEntry
    group_lasso: VaryingRunsEntry


class VaryingCaseEntry(TypedDict, total=False):
    """Data whose equation has coefficients that vary in time or space."""

    generator: str
    parameters: dict[str, object]
    library: Required[VaryingLibraryEntry]
    n_basis: Required[int]
    methods: Required[VaryingMethodsEntry]


class VaryingEntry(TypedDict, total=False):
    """Coefficients that vary in time or space."""

    shown_noise: Required[float]
    published: Required[list[PublishedMseEntry]]
    windows: Required[WindowsEntry]
    cases: Required[dict[str, VaryingCaseEntry]]


class PublishedErrorEntry(TypedDict, total=False):
    """A published error of the coefficients of an equation."""

    noise: Required[float]
    value: Required[float]
    label: str


class CaseAtNoiseEntry(TypedDict, total=False):
    """A case at a noise level."""

    case: Required[str]
    noise: Required[float]


class ForecastEntry(TypedDict, total=False):
    """Forecast of a trajectory by an equation found from its first part."""

    share: Required[float]
    every: Required[int]


class EquationFiguresEntry(TypedDict, total=False):
    """The cases and published errors that figures of equations show."""

    cases: Required[list[str]]
    published: Required[dict[str, list[PublishedErrorEntry]]]
    paths: Required[list[CaseAtNoiseEntry]]
    forecast: Required[ForecastEntry]


class HardeningLawsEntry(TypedDict, total=False):
    """Discovery of hardening laws from stress-strain curves."""

    shown_noise: Required[float]
    laws: Required[list[Literal["kocks_mecking", "voce", "armstrong_frederick"]]]
    half_width: Required[int]
    seeds: Required[int]


class SymmetryEntry(TypedDict, total=False):
    """Classes of symmetry found from elastic tests of crystals."""

    crystals: Required[list[str]]
    cases: Required[list[int]]
    levels: Required[list[float]]
    seeds: Required[int]
    unoriented_seeds: Required[int]
