"""Entries of `settings/models/case_settings.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict


class TermLibraryEntry(TypedDict, total=False):
    """Terms that an equation may contain."""

    kind: Literal["polynomial", "divergence", "product", "custom"]
    degree: int
    order: int
    terms: list[str]
    constant: bool
    inputs: bool
    parameters: dict[str, list[float]]


class SearchSettingsEntry(TypedDict, total=False):
    """Settings of the search for an equation, and prior knowledge."""

    targets: list[str]
    priors: dict[str, object]
    max_terms: int
    half_widths: dict[str, int]
    power: int
    trim: dict[str, int]
    blocks: int
    dependent: bool
    snapshots: bool


class RivalEntry(TypedDict, total=False):
    """Settings of PySINDy."""

    degree: int
    order: int
    products: bool
    half_widths: dict[str, int]
    power: int


class EquationCaseEntry(TypedDict, total=False):
    """Data with an equation to discover."""

    generator: str
    parameters: dict[str, object]
    library: Required[TermLibraryEntry]
    methods: list[Literal["weak", "map", "finite_difference", "local_polynomial", "spectral"]]
    settings: SearchSettingsEntry
    rival: RivalEntry


class FieldImportEntry(TypedDict, total=False):
    """External field data."""

    path: Required[str | list[str]]
    format: Literal["mat", "npz", "npy", "hdf5", "csv", "pickle"]
    axes: Required[dict[str, object]]
    order: list[str]
    fields: Required[dict[str, object]]
    inputs: dict[str, object]
    periodic: list[str]
    drop_last: list[str]
    unchecked: list[str]
    resample: list[str]
    uneven: list[Literal["t"]]
    missing: list[float]
    not_missing: list[float]
    units: dict[str, str]
    trajectories: int | str
    truth: dict[str, object]
