"""Entries of `settings/models/dislocation_block.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict

from mechanist.settings.entry_types.block_entries import (
    DescriptorEntry,
    ModelEntry,
    ShownModelsEntry,
)
from mechanist.settings.entry_types.dislocation_predictions_entries import (
    DislocationPredictionEntry,
    KeptCurveModelsEntry,
)
from mechanist.settings.entry_types.dislocation_structures_entries import (
    ConfusionEntry,
    MicrostructuresEntry,
)
from mechanist.settings.entry_types.dislocation_systems_entries import (
    DislocationImportEntry,
    DislocationSystemEntry,
    PileupEntry,
)


class DislocationLearningCurveEntry(TypedDict, total=False):
    """Scores against the number of training samples."""

    models: Required[list[str]]
    sizes: Required[list[int]]
    draws: Required[int]
    strains: Required[list[float]]


class SizesEntry(TypedDict, total=False):
    """Models that are trained at each system size and tested at all sizes."""

    models: Required[list[str]]
    strains: Required[list[float]]


class PileupFigureEntry(TypedDict, total=False):
    """What the figure of pileups shows."""

    parity: Required[str]


class DislocationFiguresEntry(TypedDict, total=False):
    """The strain, branches and models that figures of dislocations show."""

    strain_shown: Required[float]
    branches: Required[list[Literal["undeformed", "prestrained"]]]
    strain: Required[ShownModelsEntry]
    parity: Required[ShownModelsEntry]
    pileup: Required[PileupFigureEntry]


class DislocationBlockEntry(TypedDict, total=False):
    """Discrete dislocations: one object per sample."""

    run: Required[list[str]]
    main: Required[str]
    quantity: Required[Literal["stress"]]
    strains: Required[list[float]]
    systems: Required[dict[str, DislocationSystemEntry]]
    descriptors: Required[dict[str, DescriptorEntry]]
    models: Required[dict[str, ModelEntry]]
    comparisons: Required[list[list[str]]]
    imports: dict[str, DislocationImportEntry]
    kept: KeptCurveModelsEntry
    predictions: dict[str, dict[str, DislocationPredictionEntry]]
    learning_curve: Required[DislocationLearningCurveEntry]
    sizes: Required[SizesEntry]
    pileup: Required[PileupEntry]
    pinned: Required[DislocationSystemEntry]
    confusion: Required[ConfusionEntry]
    microstructures: Required[MicrostructuresEntry]
    figures: Required[DislocationFiguresEntry]
