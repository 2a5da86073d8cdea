"""Entries of `settings/models/attribution_block.py` as files hold them, written by `make schema`."""

from typing import Required, TypedDict

from mechanist.settings.entry_types.block_entries import LabelEntry


class GlassAttributionEntry(TypedDict, total=False):
    """Attribution of predictions of rearrangement."""

    models: Required[list[str]]
    objects: Required[int]
    repeats: Required[int]


class DislocationAttributionEntry(TypedDict, total=False):
    """Attribution of predictions of strength."""

    models: Required[list[str]]
    repeats: Required[int]
    strains: Required[list[float]]
    folds: Required[int]


class AttributionBlockEntry(TypedDict, total=False):
    """Attribution of predictions to features."""

    threshold: Required[float]
    most: Required[int]
    glass: Required[GlassAttributionEntry]
    dislocation: Required[DislocationAttributionEntry]


class GlassEfficiencyEntry(TypedDict, total=False):
    """Descriptors of particles with and without the symmetry of the problem."""

    objects: Required[int]
    sizes: Required[list[int]]
    draws: Required[int]
    models: Required[dict[str, LabelEntry]]
    comparisons: Required[list[list[str]]]


class DislocationEfficiencyEntry(TypedDict, total=False):
    """Descriptors of dislocations with and without the symmetry of the problem."""

    cells: Required[int]
    sizes: Required[list[int]]
    draws: Required[int]
    tables: Required[list[str]]
    models: Required[dict[str, LabelEntry]]
    comparisons: Required[list[list[str]]]


class EfficiencyBlockEntry(TypedDict, total=False):
    """Training samples needed for one score with and without the symmetry of the problem."""

    glass: Required[GlassEfficiencyEntry]
    dislocation: Required[DislocationEfficiencyEntry]
