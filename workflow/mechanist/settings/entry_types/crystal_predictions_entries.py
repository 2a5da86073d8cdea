"""Entries of `settings/models/crystal_predictions.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict

from mechanist.settings.entry_types.crystal_imports_entries import CrystalFileEntry
from mechanist.settings.entry_types.load_settings_entries import (
    SimpleShearEntry,
    TensorLoadEntry,
    UniaxialEntry,
)


class KeptSurrogatesEntry(TypedDict, total=False):
    """Surrogates that are fitted to all samples and kept once they have been scored."""

    models: Required[list[str]]
    level: Required[float]


class CrystalPredictionEntry(CrystalFileEntry, total=False):
    """A polycrystal that nobody has loaded, whose rotations a kept surrogate predicts."""

    path: Required[str]
    format: Required[Literal["damask", "map", "run", "vti"]]
    load: Required[SimpleShearEntry | UniaxialEntry | TensorLoadEntry]
    run: str
    orientations: str
    grains: str
    model: str
    released: bool
    material: str
    strain: float
