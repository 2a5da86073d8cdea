"""Entries of `settings/models/dislocation_predictions.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict

from mechanist.settings.entry_types.load_settings_entries import (
    SimpleShearEntry,
    TensorLoadEntry,
    UniaxialEntry,
)


class KeptCurveModelsEntry(TypedDict, total=False):
    """Models that are fitted to all samples and kept once they have been scored."""

    models: Required[list[str]]
    rivals: list[str]
    level: Required[float]


class PointColumnsEntry(TypedDict, total=False):
    """Names of the columns of a table of dislocations."""

    x: str
    y: str
    b: str


class DislocationPredictionEntry(TypedDict, total=False):
    """A relaxed configuration of edge dislocations, whose stress-strain curve a kept model predicts."""

    path: Required[str]
    format: Required[Literal["dislocation_text", "csv", "paradis"]]
    dimension: Literal[2, 3]
    density: float
    box: list[float]
    burgers: float
    columns: PointColumnsEntry
    state: Literal["undeformed", "prestrained"]
    load: SimpleShearEntry | UniaxialEntry | TensorLoadEntry
    relax: bool
    model: str
    released: bool
