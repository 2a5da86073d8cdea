"""Entries of `settings/models/surrogate_settings.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict

from mechanist.settings.entry_types.block_entries import LabelEntry
from mechanist.settings.entry_types.crystal_predictions_entries import KeptSurrogatesEntry


class SurrogateModelEntry(LabelEntry, total=False):
    """A model that starts from mechanisms and learns the correction from fields."""

    kind: Required[Literal["persistence", "mechanism", "ridge", "trees", "recurrent"]]
    guess: list[str]
    fitted: bool
    radius: int
    fields: list[str]
    central: list[str]
    descriptor: str
    options: dict[str, object]


class SurrogateFigureEntry(TypedDict, total=False):
    """What the figure of fields shows."""

    models: Required[list[str]]
    axis: Required[Literal["x", "y", "z"]]
    reference: Required[str]


class SurrogateEntry(TypedDict, total=False):
    """Lattice rotation of a voxel, predicted from a cube of voxels."""

    run: list[str]
    train: Required[str]
    others: list[str]
    imports: list[str]
    step: Required[float]
    steps: Required[int]
    passes: Required[int]
    models: Required[dict[str, SurrogateModelEntry]]
    comparisons: list[list[str]]
    kept: KeptSurrogatesEntry
    figure: Required[SurrogateFigureEntry]
