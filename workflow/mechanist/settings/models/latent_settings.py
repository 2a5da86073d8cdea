"""Block ``equations``: laws of latent coordinates, found together with the coordinates."""

from typing import Annotated, Literal

from pydantic import Field

from mechanist.settings.models.block import (
    WHOLE,
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


class LatentCurve(Block):
    """Our method for one coordinate with a law of second order: the length along a curve."""

    components: Count | None = Field(
        default=None,
        description="Principal components that the curve lies in; by default, those before the widest"
        " gap of their variances.",
    )
    landmarks: Count = Field(description="Snapshots whose spanning tree orders the curve.")
    pieces: Count = Field(description="Pieces of the spline that is fitted to the snapshots.")
    half_width: Count = Field(
        description="Snapshots on each side of the centre of a test function of the weak form."
    )
    power: Count = Field(description="Power of the test functions.")
    window: Count = Field(
        description="Snapshots on each side from which the rate of the coordinate is computed."
    )
    most_terms: Count = Field(description="Terms of the longest law that is tried.")


class LatentDerivative(Block):
    """How rates of channels are computed from the values."""

    method: Literal["finite_difference", "local_polynomial"] = Field(
        description="The polynomial through the nearest snapshots, or that of least squares."
    )
    accuracy: Count = Field(default=4, description="Even order of accuracy of finite differences.")
    half_width: Count = Field(
        default=3, description="Snapshots on each side that a local polynomial is fitted to."
    )
    degree: Count = Field(default=4, description="Degree of local polynomials.")


class LatentCase(Block):
    """A series of many channels that few hidden coordinates make."""

    label: str = Field(description="What figures call the case.")
    kind: Literal["lorenz_channels", "rotating_spiral", "pendulum_video", "series"] = Field(
        description="Generator: 128 channels that show a Lorenz system, pictures of a rotating"
        " spiral, or those of a pendulum; `series` reads a file of yours."
    )
    order: Annotated[Literal[1, 2], WHOLE] = Field(
        default=1,
        description="Order of the law: 1 for rates of the coordinates, 2 for accelerations of one.",
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
    derivative: LatentDerivative | None = Field(
        default=None,
        description="How rates are computed from the values. Without it, a generator gives its own, and"
        " a `series` without rates takes local polynomials.",
    )
    latents: Count = Field(description="Number of latent coordinates.")
    autoencoder: LatentSearch | None = Field(
        default=None, description="Needed for laws of first order."
    )
    curve: LatentCurve | None = Field(default=None, description="Needed for laws of second order.")
    gradient: LatentGradient


class PublishedLatent(Block):
    """Published errors, each relative to the mean square of the quantity."""

    case: Name = Field(description="One of the cases.")
    label: str = Field(description="What figures call it.")
    terms: Count | None = Field(
        default=None, description="Number of terms of the law, if it was read."
    )
    values: Positive = Field(description="Error of the channels after encoding and decoding.")
    rates: Positive = Field(
        description="Error of the rates of the channels by the law; of order 2, of their accelerations."
    )
    latent_rates: Positive = Field(
        description="Error of the rates of the latents by the law; of order 2, of their accelerations."
    )


class LatentLaws(Block):
    """Coordinates and their law, found together (SINDy autoencoders)."""

    run: SomeNames = Field(description="Cases that run.")
    seeds: Count = Field(description="Number of times that each method is started anew.")
    models: Labels = Field(
        description="Methods: `autoencoder` (ours, first order), `curve` (ours, second order),"
        " `principal` (principal components alone), `gradient` (the published procedure) and `dummy`"
        " (the mean of the channels, and coordinates at rest)."
    )
    cases: dict[Name, LatentCase] = Field(description="Cases, by name.")
    published: list[PublishedLatent] = Field(default=[], description="Published errors.")
