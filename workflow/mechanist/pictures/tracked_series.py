"""Tracks of particles in a view with edges, whoever made them: errors, and D2min above its floor."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from mechanist.core.seeds import generator
from mechanist.core.typing import FloatArray
from mechanist.pictures.noise_floor import NoiseFloor, above_floor, measured_d2min, noise_floor
from mechanist.pictures.open_view import OpenView

#: Columns of a table of tracks, in order, where they are known.
COLUMNS: Final = (
    "frame", "particle", "x", "y", "radius", "species", "smaller", "quality", "edge_distance",
)  # fmt: skip
Origin = Literal["stated", "exposures", "roughness", "unknown"]
#: Frames that the roughness of tracks needs.
FEWEST_FRAMES: Final = 4


@dataclass(frozen=True, eq=False)
class TrackedSeries:
    """Tracks of one sample.

    Parameters
    ----------
    table : DataFrame
        Columns of :data:`COLUMNS`; frames are numbered from 0.
    low, high : ndarray of shape (2,)
        Corners of the view.
    notes : tuple of str
        What was found out while reading, a sentence each.
    """

    table: pd.DataFrame
    low: FloatArray
    high: FloatArray
    notes: tuple[str, ...] = ()

    @property
    def n_frames(self) -> int:
        """Number of frames."""
        return int(self.table["frame"].max()) + 1

    def pair(self, first: int, second: int) -> pd.DataFrame:
        """Return the particles that are in both frames, columns of the later one ending in ``_2``."""
        frames = [self.table[self.table["frame"] == k] for k in (first, second)]
        return frames[0].merge(frames[1], on="particle", suffixes=("", "_2"))

    def views(self, pair: pd.DataFrame) -> tuple[OpenView, OpenView]:
        """Return the views of both frames of a pair."""
        none = np.zeros(len(pair), np.int64)
        places = [pair[[f"x{end}", f"y{end}"]].to_numpy(float) for end in ("", "_2")]
        before, after = (OpenView(place, none, self.low, self.high) for place in places)
        return before, after


def roughness_error(series: TrackedSeries) -> float:
    """Return the error of a coordinate that second differences of tracks show, robustly.

    Errors that are independent in each frame give them the variance 6 e^2, and steady motion nothing.
    Motion that sets in or ends is left out as far as it varies linearly over the view.
    """
    left = []
    for middle in range(1, series.n_frames - 1):
        before, after = series.pair(middle, middle - 1), series.pair(middle, middle + 1)
        three = before.merge(after, on="particle", suffixes=("", "_now"))
        now = three[["x", "y"]].to_numpy(float)
        earlier = three[["x_2", "y_2"]].to_numpy(float)
        later = three[["x_2_now", "y_2_now"]].to_numpy(float)
        second = earlier - 2 * now + later
        columns = np.column_stack([now, np.ones(len(now))])
        left.append(second - columns @ np.linalg.lstsq(columns, second, rcond=None)[0])
    values = np.concatenate(left)
    return float(1.4826 * np.median(np.abs(values)) / np.sqrt(6)) if len(values) else float("nan")


def floor_of(
    series: TrackedSeries,
    cutoff: float,
    *,
    error: float | None = None,
    exposures: tuple[int, int] | None = None,
) -> tuple[NoiseFloor | None, Origin]:
    """Return what errors of localisation add to D2min, and how it is known.

    Parameters
    ----------
    series : TrackedSeries
    cutoff : float
        Radius of the neighbourhood of D2min.
    error : float, optional
        Standard deviation of the error of a coordinate, if it is known.
    exposures : (int, int), optional
        Two frames of the sample at rest.

    Returns
    -------
    floor : NoiseFloor or None
        None if nothing tells the error.
    origin : {"stated", "exposures", "roughness", "unknown"}

    Raises
    ------
    ValueError
        If a frame of the exposures does not exist, or the view is too small for the cutoff.
    """
    if error is None and exposures is not None:
        if max(exposures) >= series.n_frames:
            raise ValueError(
                f"exposures are frames {list(exposures)}, but there are {series.n_frames} frames, from 0"
            )
        return noise_floor(*series.views(series.pair(*exposures)), cutoff), "exposures"
    origin: Origin = "stated"
    if error is None:
        if series.n_frames < FEWEST_FRAMES:
            return None, "unknown"
        error, origin = roughness_error(series), "roughness"
    # Errors of this size, put on the particles of the first frame.
    before, _ = series.views(series.pair(0, 0))
    rng = generator(0, "noise_floor")
    noisy = [
        OpenView(before.positions + error * rng.standard_normal((len(before), 2)), before.species,
                 before.low, before.high)
        for _ in range(2)
    ]  # fmt: skip
    found = noise_floor(noisy[0], noisy[1], cutoff)
    return NoiseFloor(error, found.d2min, found.particles), origin


def motion_table(
    series: TrackedSeries,
    cutoff: float,
    floor: NoiseFloor | None,
    *,
    steps: int = 1,
    outline: float | None = None,
) -> pd.DataFrame:
    """Return D2min of every particle between frames that are some steps apart.

    Parameters
    ----------
    series : TrackedSeries
    cutoff : float
        Radius of the neighbourhood.
    floor : NoiseFloor, optional
        What errors add; it is subtracted.
    steps : int
        Frames from the first to the second state; pairs do not overlap.
    outline : float, optional
        Largest change of the radius, as a part of it, of particles that are kept.

    Returns
    -------
    DataFrame
        Columns ``frame``, ``frame_2``, ``particle``, ``x``, ``y``, ``edge_distance``, ``censored``,
        ``d2min`` and ``d2min_above_floor`` (both NaN with too few neighbours).

    Raises
    ------
    ValueError
        If there are too few frames.
    """
    if series.n_frames <= steps:
        raise ValueError(
            f"there are {series.n_frames} frames, and `steps` is {steps}; expected more frames than steps"
        )
    parts = []
    for first in range(0, series.n_frames - steps, steps):
        pair = series.pair(first, first + steps)
        if outline is not None and "radius" in pair:
            change = np.abs(pair["radius_2"] / pair["radius"] - 1)
            pair = pair[~(change > outline)]
        before, after = series.views(pair)
        values = measured_d2min(before, after, cutoff)
        part = pair[["frame", "frame_2", "particle", "x", "y"]].assign(
            edge_distance=before.edge_distance, censored=before.censored(cutoff), d2min=values
        )
        above = np.full(len(pair), np.nan) if floor is None else above_floor(values, floor.d2min)
        parts.append(part.assign(d2min_above_floor=above))
    return pd.concat(parts, ignore_index=True)
