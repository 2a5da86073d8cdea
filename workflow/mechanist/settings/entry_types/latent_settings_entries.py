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


class LatentCurveEntry(TypedDict, total=False):
    """Our method for one coordinate with a law of second order: the length along a curve."""

    components: int
    landmarks: Required[int]
    pieces: Required[int]
    half_width: Required[int]
    power: Required[int]
    window: Required[int]
    most_terms: Required[int]


class LatentDerivativeEntry(TypedDict, total=False):
    """How rates of channels are computed from the values."""

    method: Required[Literal["finite_difference", "local_polynomial"]]
    accuracy: int
    half_width: int
    degree: int


class LatentCaseEntry(TypedDict, total=False):
    """A series of many channels that few hidden coordinates make."""

    label: Required[str]
    kind: Required[Literal["lorenz_channels", "rotating_spiral", "pendulum_video", "series"]]
    order: int
    size: int
    held: Required[int]
    path: str
    array: str
    step: float
    noise: float
    derivative: LatentDerivativeEntry
    latents: Required[int]
    autoencoder: LatentSearchEntry
    curve: LatentCurveEntry
    gradient: Required[LatentGradientEntry]


class PublishedLatentEntry(TypedDict, total=False):
    """Published errors, each relative to the mean square of the quantity."""

    case: Required[str]
    label: Required[str]
    terms: int
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
