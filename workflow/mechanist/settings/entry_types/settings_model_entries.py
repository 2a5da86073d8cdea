"""Entries of `settings/models/settings_model.py` as files hold them, written by `make schema`."""

from typing import Required, TypedDict

from mechanist.settings.entry_types.attribution_block_entries import (
    AttributionBlockEntry,
    EfficiencyBlockEntry,
)
from mechanist.settings.entry_types.audit_block_entries import AuditBlockEntry
from mechanist.settings.entry_types.crystal_block_entries import CrystalBlockEntry
from mechanist.settings.entry_types.dislocation_block_entries import DislocationBlockEntry
from mechanist.settings.entry_types.equations_block_entries import EquationsBlockEntry
from mechanist.settings.entry_types.experiment_block_entries import ExperimentBlockEntry
from mechanist.settings.entry_types.glass_block_entries import GlassBlockEntry
from mechanist.settings.entry_types.learning_block_entries import LearningBlockEntry
from mechanist.settings.entry_types.trust_block_entries import TrustBlockEntry


class PathvarsEntry(TypedDict, total=False):
    """Folders for the files of a size, so that sizes do not overwrite each other."""

    results: str
    logs: str
    benchmarks: str


class OwnDataEntry(TypedDict, total=False):
    """Simulations of the user."""

    sheet: str
    predict: str


class SettingsEntry(TypedDict, total=False):
    """All keys that config/*.yaml may contain."""

    seed: Required[int]
    pathvars: PathvarsEntry
    own_data: OwnDataEntry
    glass: Required[GlassBlockEntry]
    dislocation: Required[DislocationBlockEntry]
    equations: Required[EquationsBlockEntry]
    crystal: CrystalBlockEntry
    experiment: ExperimentBlockEntry
    audit: AuditBlockEntry
    trust: TrustBlockEntry
    attribution: AttributionBlockEntry
    efficiency: EfficiencyBlockEntry
    learning: Required[LearningBlockEntry]
