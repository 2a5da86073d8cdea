"""Entries of `settings/models/latent_settings.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict

from mechanist.settings.entry_types.block_entries import LabelEntry


class LatentDescentEntry(TypedDict, total=False):
    """One training by gradient descent."""

    steps: Required[int]
    batch: Required[int]
    learning_rate: Required[float]


class LatentSearchEntry(TypedDict, total=False):
    """Our autoencoder: coefficients are solved for in every step."""

    width: Required[int]
    free: Required[LatentDescentEntry]
    kept: Required[LatentDescentEntry]
    starts: Required[int]
    components: int


class LatentGradientEntry(TypedDict, total=False):
    """The published procedure: coefficients are learnt by gradient descent, and small ones dropped."""

    width: Required[int]
    steps: Required[int]
    batch: Required[int]
    learning_rate: Required[float]


class LatentCaseEntry(TypedDict, total=False):
    """A series of many channels that few hidden coordinates make."""

    label: Required[str]
    kind: Required[Literal["lorenz_channels", "rotating_spiral", "series"]]
    size: int
    held: Required[int]
    path: str
    array: str
    step: float
    noise: float
    latents: Required[int]
    autoencoder: Required[LatentSearchEntry]
    gradient: Required[LatentGradientEntry]


class PublishedLatentEntry(TypedDict, total=False):
    """Published errors, each relative to the mean square of the quantity."""

    case: Required[str]
    label: Required[str]
    terms: Required[int]
    values: Required[float]
    rates: Required[float]
    latent_rates: Required[float]


class LatentLawsEntry(TypedDict, total=False):
    """Coordinates and their law, found together (SINDy autoencoders)."""

    run: Required[list[str]]
    seeds: Required[int]
    models: Required[dict[str, LabelEntry]]
    cases: Required[dict[str, LatentCaseEntry]]
    published: list[PublishedLatentEntry]
