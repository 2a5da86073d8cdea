"""Entries of block ``trust``, as the configuration gives them to scripts.

The models in ``settings/models/trust_block.py`` say what the keys mean.
"""

from typing import Literal, Required, TypedDict


class WorldEntry(TypedDict, total=False):
    """Synthetic samples of correlated objects, with a truth and a prediction."""

    n_samples: int
    n_objects: int
    shared: float
    noise: float
    slope: float
    tails: Literal["normal", "heavy"]


class ConstructedEntry(TypedDict):
    """A constructed case with a given correlation and zero R2."""

    pearson: float
    n_samples: int
    n_objects: int
    shared: float


class ConstructedCase(ConstructedEntry):
    """A constructed case with the level of its intervals."""

    level: float


class TrustPanelEntry(TypedDict, total=False):
    """A system whose models are plotted by R2 and Pearson's correlation."""

    title: Required[str]
    wing: Required[str]
    system: Required[str]
    target: Required[str]
    subset: Required[str]
    models: list[str]
