"""Entries of `settings/models/glass_block.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict

from mechanist.settings.entry_types.block_entries import DescriptorEntry, ModelEntry
from mechanist.settings.entry_types.glass_figures_entries import GlassFiguresEntry
from mechanist.settings.entry_types.glass_folds_entries import FoldLeakEntry
from mechanist.settings.entry_types.glass_frontier_entries import FrontierEntry
from mechanist.settings.entry_types.glass_imports_entries import (
    GlassImportEntry,
    GlassPredictionEntry,
    KeptModelsEntry,
    OwnGlassEntry,
)
from mechanist.settings.entry_types.glass_unseen_entries import UnseenGlassesEntry
from mechanist.settings.entry_types.load_settings_entries import (
    RandomLoadEntry,
    SimpleShearEntry,
    TensorLoadEntry,
    UniaxialEntry,
)


class QuenchEntry(TypedDict, total=False):
    """How a melt is cooled to a glass."""

    hot: Required[float]
    cold: Required[float]
    timestep: float
    melt_steps: Required[int]
    quench_steps: Required[int]


class DeformationEntry(TypedDict, total=False):
    """Quasistatic loading."""

    step: Required[float]
    frames: Required[list[float]]
    probe: Required[float]
    force_tolerance: Required[float]


class GlassSystemEntry(TypedDict, total=False):
    """A simulated glass: samples that differ only in their random initial state."""

    material: str
    material_parameters: dict[str, object]
    model: str
    dimension: Required[Literal[2, 3]]
    particles: Required[int]
    density: Required[float]
    minority_fraction: float
    samples: Required[int]
    quench: Required[QuenchEntry]
    deformation: Required[DeformationEntry]
    loads: Required[dict[str, SimpleShearEntry | UniaxialEntry | TensorLoadEntry | RandomLoadEntry]]


class TargetsEntry(TypedDict, total=False):
    """What models predict."""

    neighbour_cutoff: Required[float]


class GlassLearningCurveEntry(TypedDict, total=False):
    """Scores against the number of training samples."""

    models: Required[list[str]]
    sizes: Required[list[int]]
    draws: Required[int]


class GlassBlockEntry(TypedDict, total=False):
    """Quenched glasses: which particles rearrange under load."""

    run: Required[list[str]]
    systems: Required[dict[str, GlassSystemEntry]]
    targets: Required[TargetsEntry]
    descriptors: Required[dict[str, DescriptorEntry]]
    models: Required[dict[str, ModelEntry]]
    imports: dict[str, dict[str, GlassImportEntry]]
    own: dict[str, OwnGlassEntry]
    kept: KeptModelsEntry
    unseen: UnseenGlassesEntry
    predictions: dict[str, dict[str, GlassPredictionEntry]]
    comparisons: list[list[str]]
    transfer: list[str]
    learning_curve: GlassLearningCurveEntry
    fold_leak: FoldLeakEntry
    frontier: FrontierEntry
    figures: Required[GlassFiguresEntry]
