"""Entries of `settings/models/continuum_settings.py` as files hold them, written by `make schema`."""

from typing import Required, TypedDict

from mechanist.settings.entry_types.block_entries import LabelEntry


class DensityWaveEntry(TypedDict, total=False):
    """Profiles of the densities at the start."""

    amplitudes: Required[list[float]]
    phases: Required[list[float]]


class DensityEnsembleEntry(TypedDict, total=False):
    """Realisations of one size."""

    spacings: Required[int]
    profiles: Required[list[str]]
    loads: Required[list[float]]
    runs: Required[int]
    annihilation: float


class DensityTrainingEntry(TypedDict, total=False):
    """What laws are fitted to; all else is held out."""

    ensemble: Required[str]
    profiles: Required[list[str]]
    loads: Required[list[float]]


class ContinuumLawsEntry(TypedDict, total=False):
    """Continuum laws of dislocation densities, found blindly in ensembles of discrete dislocations."""

    waves: Required[dict[str, DensityWaveEntry]]
    ensembles: Required[dict[str, DensityEnsembleEntry]]
    training: Required[DensityTrainingEntry]
    forward_loads: Required[list[float]]
    least_gain: Required[float]
    significance: Required[float]
    resamples: Required[int]
    controls: Required[int]
    poisson: Required[float]
    models: Required[dict[str, LabelEntry]]
