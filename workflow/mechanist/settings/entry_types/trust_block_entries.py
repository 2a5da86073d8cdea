"""Entries of `settings/models/trust_block.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict


class WorldEntry(TypedDict, total=False):
    """Synthetic samples of correlated objects, with a truth and a prediction."""

    n_samples: int
    n_objects: int
    shared: float
    noise: float
    slope: float
    tails: Literal["normal", "heavy"]


class CoverageEntry(TypedDict, total=False):
    """Measured coverage of intervals on synthetic data with a known truth."""

    repeats: Required[int]
    resamples: Required[int]
    worlds: Required[list[WorldEntry]]


class ConstructedEntry(TypedDict, total=False):
    """A constructed case with a given correlation and zero R2."""

    pearson: Required[float]
    n_samples: Required[int]
    n_objects: Required[int]
    shared: Required[float]


class PanelEntry(TypedDict, total=False):
    """A system whose models are plotted by R2 and Pearson's correlation."""

    title: Required[str]
    wing: Required[str]
    system: Required[str]
    target: Required[str]
    subset: Required[str]
    models: list[str]


class TrustBlockEntry(TypedDict, total=False):
    """Checks of the reliability of scores: `snakemake trust`."""

    coverage: Required[CoverageEntry]
    constructed: Required[ConstructedEntry]
    panels: Required[dict[str, PanelEntry]]
