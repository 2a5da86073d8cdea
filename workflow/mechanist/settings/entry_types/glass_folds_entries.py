"""Entries of `settings/models/glass_folds.py` as files hold them, written by `make schema`."""

from typing import Required, TypedDict

from mechanist.settings.entry_types.block_entries import ModelEntry


class FoldLeakEntry(TypedDict, total=False):
    """Scores by folds of atoms beside scores by folds of whole glasses."""

    descriptor: Required[str]
    models: Required[dict[str, ModelEntry]]
    strains: Required[list[float]]
    samples: Required[int]
    plastic_fraction: Required[float]
