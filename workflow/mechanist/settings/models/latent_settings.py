"""Block ``equations``: laws of latent coordinates, found together with the coordinates."""

from typing import Literal

from pydantic import Field

from mechanist.settings.models.block import (
    Block,
    Count,
    Labels,
    Name,
    Natural,
    NonNegative,
    Positive,
    SomeNames,
)


class LatentDescent(Block):
    """One training by gradient descent."""

    steps: Count = Field(description="Gradient steps of Adam, a multiple of 500.")
    batch: Count = Field(description="Frames in a step.")
    learning_rate: Positive = Field(
        description="Initial rate; it falls to a hundredth as a cosine."
    )


class LatentSearch(Block):
    """Our autoencoder: coefficients are solved for in every step."""

    width: Natural = Field(description="Units of the nonlinear part of each map.")
    free: LatentDescent = Field(description="Training with all terms.")
    kept: LatentDescent = Field(description="Training with the terms that were kept.")
    starts: Count = Field(description="Searches for the coordinates in which the law is sparsest.")
    components: Count | None = Field(
        default=None,
        description="Principal components that are encoded; by default, those before the widest gap"
        " of their variances.",
    )


class LatentGradient(Block):
    """The published procedure: coefficients are learnt by gradient descent, and small ones dropped."""

    width: Natural = Field(description="Units of the nonlinear part of each map.")
    steps: Count = Field(description="Gradient steps, a multiple of 500.")
    batch: Count = Field(description="Frames in a step.")
    learning_rate: Positive = Field(description="Rate of Adam.")


class LatentCase(Block):
    """A series of many channels that few hidden coordinates make."""

    label: str = Field(description="What figures call the case.")
    kind: Literal["lorenz_channels", "rotating_spiral", "series"] = Field(
        description="Generator: 128 channels that show a Lorenz system, or pictures of a rotating"
        " spiral; `series` reads a file of yours."
    )
    size: Count | None = Field(
        default=None,
        description="Runs from random states, or pictures, to learn from; a file is learnt from whole.",
    )
    held: Count = Field(
        description="Further runs, or later pictures, to score on; of a file, the last snapshots of"
        " every run."
    )
    path: str | None = Field(
        default=None,
        description="File of a `series`: `.npz`, `.h5`, `.npy` or `.mat` with an array `values` of"
        " snapshots by channels, and optionally `time`, `rates` and `series`.",
    )
    array: Name | None = Field(
        default=None, description="Name of the array of values, where it is another."
    )
    step: Positive | None = Field(
        default=None, description="Time between snapshots, where the file has no `time`."
    )
    noise: NonNegative = Field(default=0.0, description="Standard deviation of the noise.")
    latents: Count = Field(description="Number of latent coordinates.")
    autoencoder: LatentSearch
    gradient: LatentGradient


class PublishedLatent(Block):
    """Published errors, each relative to the mean square of the quantity."""

    case: Name = Field(description="One of the cases.")
    label: str = Field(description="What figures call it.")
    terms: Count = Field(description="Number of terms of the law.")
    values: Positive = Field(description="Error of the channels after encoding and decoding.")
    rates: Positive = Field(description="Error of the rates of the channels by the law.")
    latent_rates: Positive = Field(description="Error of the rates of the latents by the law.")


class LatentLaws(Block):
    """Coordinates and their law, found together (SINDy autoencoders)."""

    run: SomeNames = Field(description="Cases that run.")
    seeds: Count = Field(description="Number of times that each method is started anew.")
    models: Labels = Field(
        description="Methods: `autoencoder` (ours), `principal` (principal components alone) and"
        " `gradient` (the published procedure)."
    )
    cases: dict[Name, LatentCase] = Field(description="Cases, by name.")
    published: list[PublishedLatent] = Field(default=[], description="Published errors.")
