"""Entries of `settings/models/interactions.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict

from mechanist.settings.entry_types.block_entries import LabelEntry


class SlipFlowEntry(TypedDict, total=False):
    """Elasticity and rate law of all crystals; every key has a default."""

    shear_modulus: float
    burgers: float
    exponent: float
    rate: float


class SlipSettingsEntry(TypedDict, total=False):
    """Settings of the identification; every key has a default."""

    parts: int
    penalties: int
    smallest: float
    corners: int
    thresholds: list[float]
    draws: int


class SlipProtocolEntry(TypedDict, total=False):
    """How tables of slip are generated; every key has a default."""

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
    """A table of slip: at a `path`, or generated from a known `truth` in a number of `runs`."""

    path: str
    systems: Required[Literal["fcc12", "bcc12", "bcc24", "bcc48", "hcp30", "hcp39"]]
    truth: Literal["published", "sparse", "dense"]
    source: Literal["paths", "engine"]
    shares: SlipSharesEntry
    runs: int
    noise: Required[float]
    protocol: SlipProtocolEntry
    settings: SlipSettingsEntry
    methods: Required[
        list[Literal["tied_lasso", "tied", "tied_symmetric", "free", "free_lasso", "taylor_scalar"]]
    ]


class InteractionErrorsEntry(TypedDict, total=False):
    """Study of errors: parameters that are varied."""

    systems: Required[Literal["fcc12", "bcc12", "bcc24", "bcc48", "hcp30", "hcp39"]]
    truth: Required[Literal["published", "sparse", "dense"]]
    runs: Required[list[int]]
    noises: Required[list[float]]
    methods: Required[
        list[Literal["tied_lasso", "tied", "tied_symmetric", "free", "free_lasso", "taylor_scalar"]]
    ]
    seeds: Required[int]
    protocol: SlipProtocolEntry


class FeedbackEntry(TypedDict, total=False):
    """Crystals on which the engine tests the identified laws."""

    data: Required[str]
    methods: Required[
        list[Literal["tied_lasso", "tied", "tied_symmetric", "free", "free_lasso", "taylor_scalar"]]
    ]
    crystals: Required[int]
    strain: Required[float]
    steps: Required[int]
    density: Required[float]
    grid: Required[int]
    grains: Required[int]
    polycrystal_strain: Required[float]
    frames: Required[int]


class PublishedSharesEntry(TypedDict, total=False):
    """Published shares of nonzero coefficients."""

    H: Required[float]
    K: Required[float]


class ShownInteractionsEntry(TypedDict, total=False):
    """What the scoreboard states."""

    runs: Required[int]
    noise: Required[float]
    data: Required[list[str]]


class InteractionFiguresEntry(TypedDict, total=False):
    """What figures of interactions show."""

    hexagonal: Required[str]
    crystals: Required[int]


class InteractionsEntry(TypedDict, total=False):
    """Interactions of slip systems, identified from tables of slip (Messner 2017)."""

    flow: Required[SlipFlowEntry]
    settings: Required[SlipSettingsEntry]
    published: Required[PublishedSharesEntry]
    models: Required[dict[str, LabelEntry]]
    data: Required[dict[str, SlipDataEntry]]
    errors: Required[InteractionErrorsEntry]
    feedback: Required[FeedbackEntry]
    shown: Required[ShownInteractionsEntry]
    figures: Required[InteractionFiguresEntry]
