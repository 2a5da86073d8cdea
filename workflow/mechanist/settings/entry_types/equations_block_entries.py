"""Entries of `settings/models/equations_block.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict

from mechanist.settings.entry_types.block_entries import LabelEntry
from mechanist.settings.entry_types.case_settings_entries import EquationCaseEntry, FieldImportEntry
from mechanist.settings.entry_types.continuum_settings_entries import ContinuumLawsEntry
from mechanist.settings.entry_types.elastic_settings_entries import ElasticEntry
from mechanist.settings.entry_types.equation_studies_entries import (
    ChaosEntry,
    EquationFiguresEntry,
    ErrorBarsEntry,
    HardeningLawsEntry,
    RivalsEntry,
    SymmetryEntry,
    VaryingEntry,
)
from mechanist.settings.entry_types.latent_settings_entries import LatentLawsEntry
from mechanist.settings.entry_types.law_predictions_entries import LawPredictionEntry


class EquationsBlockEntry(TypedDict, total=False):
    """Equations discovered from data."""

    run: Required[list[str]]
    models: Required[dict[str, LabelEntry]]
    rules: Required[list[Literal["auto", "penalised", "messenger_bortz", "oracle"]]]
    levels: Required[list[float]]
    seeds: Required[int]
    derivative_seeds: Required[int]
    written: Required[float]
    resamples: Required[int]
    cases: Required[dict[str, EquationCaseEntry]]
    imports: dict[str, FieldImportEntry]
    predictions: dict[str, LawPredictionEntry]
    rivals: Required[RivalsEntry]
    chaos: Required[ChaosEntry]
    error_bars: Required[ErrorBarsEntry]
    varying: Required[VaryingEntry]
    latent: Required[LatentLawsEntry]
    continuum: Required[ContinuumLawsEntry]
    figures: Required[EquationFiguresEntry]
    materials: Required[HardeningLawsEntry]
    elastic: Required[ElasticEntry]
    symmetry: Required[SymmetryEntry]
