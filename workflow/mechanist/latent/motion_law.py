"""Find one coordinate of many channels together with the law of second order that it obeys.

No rates are needed: the coordinate is the length along the curve of the snapshots, and the law is
fitted in its weak form. Which affine change of the coordinate makes the law shortest is part of the
search, because sin(z) is one term in one unit of z only.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.channels import Channels
from mechanist.latent.coordinate_curve import (
    CoordinateCurve,
    Moving,
    fit_curve,
    straight_curve,
)
from mechanist.latent.motion_search import MotionRows, shortest_motion
from mechanist.latent.motion_terms import NAMES, motion_values


@dataclass(frozen=True, kw_only=True)
class MotionSettings:
    """How a coordinate and its law of second order are found.

    Parameters
    ----------
    landmarks : int
        Snapshots whose spanning tree orders the curve.
    pieces : int
        Pieces of the spline that is fitted to the snapshots.
    half_width : int
        Frames on each side of a test function's centre.
    power : int
        Power of the test functions.
    window : int
        Frames on each side from which the rate in terms such as z z' is computed.
    most_terms : int
        Terms of the longest law that is tried.
    components : int or None
        Principal components that the curve lies in; None for those before the widest gap.
    """

    landmarks: int
    pieces: int
    half_width: int
    power: int
    window: int
    most_terms: int
    components: int | None = None

    @classmethod
    def from_entry(cls, entry: Mapping[str, object]) -> "MotionSettings":
        """Return the settings of a configuration entry."""
        return cls(**entry)  # type: ignore[arg-type]


class MotionMaps(Protocol):
    """Maps between channels and one coordinate."""

    def coordinate(self, snapshots: FloatArray) -> FloatArray:
        """Return the coordinate of snapshots, shape (n_frames,)."""

    def moving(self, snapshots: FloatArray, rates: FloatArray, accelerations: FloatArray) -> Moving:
        """Return the coordinate with its rates."""

    def snapshots(self, coordinate: FloatArray) -> FloatArray:
        """Return the snapshots of some places, shape (n_frames, n_channels)."""

    def accelerations(
        self, coordinate: FloatArray, rates: FloatArray, accelerations: FloatArray
    ) -> FloatArray:
        """Return the second rates of the channels for those of the coordinate."""


@dataclass(frozen=True, kw_only=True)
class MotionLaw:
    """One coordinate and its law of second order.

    Parameters
    ----------
    maps : MotionMaps
    kept : ndarray of shape (n_terms, 1)
        1 where a term occurs.
    coefficients, errors, shares : ndarray of shape (n_terms, 1)
        Errors are jackknife errors over runs, with the unit of the coordinate fitted anew. Shares are
        root mean squares beside that of the acceleration, of a fit of all terms.
    ties : tuple of tuple of str
        Laws with as few terms that fit about as well; the one taken comes first.
    seconds : float
        CPU time.
    """

    maps: MotionMaps
    kept: FloatArray
    coefficients: FloatArray
    errors: FloatArray
    shares: FloatArray
    ties: tuple[tuple[str, ...], ...]
    seconds: float

    @property
    def n_terms(self) -> int:
        """Number of terms of the law."""
        return int(self.kept.sum())

    @property
    def term_names(self) -> tuple[str, ...]:
        """Terms as text."""
        return NAMES

    def latents(self, snapshots: FloatArray) -> FloatArray:
        """Return the coordinate of snapshots, shape (n_frames, 1)."""
        return self.maps.coordinate(snapshots)[:, None]

    def accelerations(self, coordinate: FloatArray, rates: FloatArray) -> FloatArray:
        """Return the acceleration of the coordinate by the law, shape (n_frames,)."""
        return np.asarray(motion_values(coordinate, rates) @ self.coefficients[:, 0], np.float64)

    def equations(self) -> list[str]:
        """Return the law as text."""
        some = np.flatnonzero(self.kept[:, 0])
        terms = " ".join(f"{self.coefficients[j, 0]:+.4g} {NAMES[j]}" for j in some)
        return [f"d2z1/dt2 = {terms or '0'}"]


def find_motion_law(
    data: Channels, settings: MotionSettings, rng: np.random.Generator
) -> MotionLaw:
    """Find coordinate and law of a series of snapshots, from the snapshots and their times alone.

    Raises
    ------
    ValueError
        If the time between snapshots is not known, a run is too short, or there are too few snapshots.
    """
    begun = time.process_time()
    # Short runs are refused before the curve is fitted.
    rows = MotionRows.of(data, half_width=settings.half_width, power=settings.power, window=settings.window)  # fmt: skip
    curve = fit_curve(
        data.snapshots,
        components=settings.components,
        landmarks=settings.landmarks,
        pieces=settings.pieces,
        rng=rng,
    )
    return _law_along(curve, data, rows, settings, begun)


def straight_motion_law(
    data: Channels, settings: MotionSettings, rng: np.random.Generator
) -> MotionLaw:
    """Find the law of the first principal component: the rival that needs no curve."""
    del rng
    begun = time.process_time()
    rows = MotionRows.of(data, half_width=settings.half_width, power=settings.power, window=settings.window)  # fmt: skip
    return _law_along(straight_curve(data.snapshots), data, rows, settings, begun)


def _law_along(
    curve: CoordinateCurve,
    data: Channels,
    rows: MotionRows,
    settings: MotionSettings,
    begun: float,
) -> MotionLaw:
    found = shortest_motion(rows, curve.coordinate(data.snapshots), settings.most_terms)
    return MotionLaw(
        maps=curve.in_other_coordinate(found.scale, found.shift),
        kept=found.kept[:, None],
        coefficients=found.coefficients[:, None],
        errors=found.errors[:, None],
        shares=found.shares[:, None],
        ties=found.ties,
        seconds=time.process_time() - begun,
    )
