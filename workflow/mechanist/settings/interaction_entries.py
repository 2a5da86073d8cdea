"""Entries of ``crystal/interactions``, as the configuration gives them to scripts.

The models in ``settings/models/interactions.py`` say what the keys mean.
"""

from typing import Required, TypedDict


class SlipFlowEntry(TypedDict, total=False):
    """Elasticity and rate law of all crystals."""

    shear_modulus: float
    burgers: float
    exponent: float
    rate: float


class SlipSettingsEntry(TypedDict, total=False):
    """Settings of the identification."""

    parts: int
    folds: int
    penalties: int
    smallest: float
    corners: int
    thresholds: list[float]
    draws: int


class SlipProtocolEntry(TypedDict, total=False):
    """How tables of slip are generated."""

    legs: int
    strain: float
    steps: int
    frames: int
    rate: float
    density: float
    scatter: float


class SlipSharesEntry(TypedDict, total=False):
    """Shares of nonzero entries of a sparse law."""

    pair_share: float
    triple_share: float


class SlipDataEntry(TypedDict, total=False):
    """A table of slip: at a ``path``, or generated from a known ``truth`` in a number of ``runs``."""

    path: str
    systems: Required[str]
    truth: str
    source: str
    shares: SlipSharesEntry
    runs: int
    noise: Required[float]
    protocol: SlipProtocolEntry
    settings: SlipSettingsEntry
    methods: Required[list[str]]


class InteractionErrorsEntry(TypedDict, total=False):
    """Study of errors: parameters that are varied."""

    systems: Required[str]
    truth: Required[str]
    runs: Required[list[int]]
    noises: Required[list[float]]
    methods: Required[list[str]]
    seeds: Required[int]
    protocol: SlipProtocolEntry


class FeedbackEntry(TypedDict):
    """Crystals on which the engine tests the identified laws."""

    data: str
    methods: list[str]
    crystals: int
    strain: float
    steps: int
    density: float
    grid: int
    grains: int
    polycrystal_strain: float
    frames: int


class ShownInteractionsEntry(TypedDict):
    """What the scoreboard states."""

    runs: int
    noise: float
    data: list[str]
