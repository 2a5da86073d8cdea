"""Entries of `settings/models/crystal_block.py` as files hold them, written by `make schema`."""

from typing import Required, TypedDict

from mechanist.settings.entry_types.crystal_imports_entries import (
    CrystalImportEntry,
    CrystalLinesEntry,
)
from mechanist.settings.entry_types.crystal_predictions_entries import CrystalPredictionEntry
from mechanist.settings.entry_types.crystal_systems_entries import (
    CrystalMaterialEntry,
    CrystalSystemEntry,
)
from mechanist.settings.entry_types.interactions_entries import InteractionsEntry
from mechanist.settings.entry_types.slip_law_settings_entries import SlipLawsEntry
from mechanist.settings.entry_types.surrogate_settings_entries import SurrogateEntry


class PolesEntry(TypedDict, total=False):
    """Pole figures of a system."""

    system: Required[str]
    half_width: Required[float]


class CrystalFiguresEntry(TypedDict, total=False):
    """What figures of crystals show."""

    poles: PolesEntry


class CrystalBlockEntry(TypedDict, total=False):
    """Crystal plasticity: polycrystals, interactions of slip systems, a recurrent surrogate."""

    materials: dict[str, CrystalMaterialEntry]
    systems: dict[str, CrystalSystemEntry]
    imports: dict[str, CrystalImportEntry]
    lines: dict[str, CrystalLinesEntry]
    predictions: dict[str, dict[str, CrystalPredictionEntry]]
    interactions: InteractionsEntry
    slip_laws: SlipLawsEntry
    surrogate: SurrogateEntry
    figures: CrystalFiguresEntry
