"""Entries of `settings/models/dislocation_structures.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict

from mechanist.settings.entry_types.block_entries import LabelEntry


class ConfusionOptionsEntry(TypedDict, total=False):
    """Options of the confusion scheme; every key has a default."""

    repeats: int
    permutations: int
    resamples: int
    penalty: float
    scale: Literal["log", "linear"]
    level: float


class ConfusionEntry(TypedDict, total=False):
    """Confusion scheme: find the transition of creep by classifiers of one set of features."""

    features: Required[dict[str, LabelEntry]]
    order: Required[dict[str, LabelEntry]]
    window: Required[list[float]]
    options: ConfusionOptionsEntry


class MicrostructureOptionsEntry(TypedDict, total=False):
    """Options of the classifier; every key has a default."""

    repeats: int
    penalty: float


class MicrostructuresEntry(TypedDict, total=False):
    """Classification of microstructures of curved dislocations (Steinberger 2019)."""

    samples: Required[int]
    voxels: Required[list[int]]
    shown: Required[list[int]]
    edge_batches: Required[int]
    models: Required[dict[str, LabelEntry]]
    nested: Required[list[str]]
    parameters: dict[str, object]
    options: MicrostructureOptionsEntry
