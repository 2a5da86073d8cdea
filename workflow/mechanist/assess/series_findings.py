"""What a series of pictures or tracks shows, each number beside its null: counts, D2min, T1 events, continuity."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from mechanist.assess.resampling import IntervalOptions, mean_interval
from mechanist.core.seeds import generator
from mechanist.core.typing import FloatArray
from mechanist.discover.flux_balance import FluxFit, flux_fit, flux_search, is_continuity
from mechanist.formats.field_files import FieldData
from mechanist.pictures.flow_fields import flow_fields, present_throughout, spacing_of
from mechanist.pictures.neighbour_swaps import neighbour_swaps
from mechanist.pictures.noise_floor import measured_d2min
from mechanist.pictures.tracked_series import TrackedSeries

#: Draws of every null.
DRAWS: Final = 5
#: Blocks of space along x for shares of particles.
BLOCKS: Final = 4
#: Subsets of particles whose continuity is tested.
ALL, THROUGH = "all particles", "particles in all frames"


@dataclass(frozen=True, eq=False)
class SeriesFindings:
    """What a series shows.

    Parameters
    ----------
    table : DataFrame
        Columns of :data:`mechanist.formats.meanings.of_experiments.FOUND`.
    fields : dict of str to FieldData
        Density and flux by subset; without an entry where they cannot be made.
    fits : dict of str to FluxFit
        Coefficients of the flux by subset.
    notes : tuple of str
        A sentence on each search, and on what was not possible.
    """

    table: pd.DataFrame
    fields: dict[str, FieldData]
    fits: dict[str, FluxFit]
    notes: tuple[str, ...]


def series_findings(
    series: TrackedSeries,
    motion: pd.DataFrame,
    *,
    cutoff: float,
    error: float,
    floor: float,
    unit: str,
    interval: IntervalOptions,
) -> SeriesFindings:
    """Return what a series shows.

    Parameters
    ----------
    series : TrackedSeries
    motion : DataFrame
        D2min of its particles, as :func:`.motion_table` returns it.
    cutoff : float
        Radius of the neighbourhood of D2min.
    error, floor : float
        Standard deviation of the error of a coordinate, and the D2min that it makes; NaN if not known.
    unit : str
        Unit of length.
    interval : mapping
        Level, resamples and seed of intervals.
    """
    through = present_throughout(series)
    rows = [
        *_counts(series, through, error, unit),
        *_above_floor(series, motion, cutoff, error, floor, interval),
        *_swaps(through, error),
    ]
    fields, fits, notes = {}, {}, []
    for subset, part in ((THROUGH, through), (ALL, series)):
        try:
            width = spacing_of(part)
            data = flow_fields(part, width)
            found, fit = flux_search(data), flux_fit(data)
        except ValueError as problem:
            notes.append(f"continuity of {subset} is not measured: {problem}")
            continue
        fields[subset], fits[subset] = data, fit
        notes.append(f"{subset}: {found.to_text()}; {found.verdict}")
        nulls, equations = [], 0
        for k in range(DRAWS):
            dealt = flow_fields(part, width, dealt=generator(interval["seed"], f"dealt-{k}"))
            nulls.append(flux_fit(dealt))
            equations += bool(flux_search(dealt).terms)
        rows += _continuity(subset, fit, nulls, interval["level"])
        rows.append(_row("continuity_found", subset, float(is_continuity(found)), null=equations / DRAWS,
                         said="1 if the search finds the continuity equation and no further term; null: share of"
                         " searches that find any equation after displacements are dealt to other particles"))  # fmt: skip
    return SeriesFindings(pd.DataFrame(rows), fields, fits, tuple(notes))


def _row(
    quantity: str,
    subset: str,
    value: float,
    *,
    said: str,
    low: float = np.nan,
    high: float = np.nan,
    level: float = np.nan,
    blocks: int = 0,
    null: float = np.nan,
    unit: str = "1",
) -> dict[str, object]:
    return {"quantity": quantity, "subset": subset, "value": value, "low": low, "high": high, "level": level,
            "blocks": blocks, "null": null, "unit": unit, "description": said}  # fmt: skip


def _counts(
    series: TrackedSeries, through: TrackedSeries, error: float, unit: str
) -> Iterator[dict[str, object]]:
    counts = series.table.groupby("frame").size()
    yield _row("frames", "", series.n_frames, said="frames of the series")
    yield _row(
        "fewest_particles",
        "all frames",
        counts.min(),
        said="particles in the frame with the fewest",
    )
    yield _row(
        "most_particles", "all frames", counts.max(), said="particles in the frame with the most"
    )
    yield _row("particles_through", "all frames", through.table["particle"].nunique(),
               said="particles that are in all frames")  # fmt: skip
    yield _row(
        "error", "", error, unit=unit, said="standard deviation of the error of a coordinate"
    )


def _above_floor(
    series: TrackedSeries,
    motion: pd.DataFrame,
    cutoff: float,
    error: float,
    floor: float,
    interval: IntervalOptions,
) -> Iterator[dict[str, object]]:
    """Yield the share of D2min above twice the floor, with blocks along x, and that of errors alone."""
    free = motion[~motion["censored"] & motion["d2min"].notna()]
    if len(free) < 2 * BLOCKS or not np.isfinite(floor):
        return
    block = pd.qcut(free["x"], BLOCKS, labels=False)
    shares = (free["d2min"] > 2 * floor).groupby(block).mean().to_numpy(float)
    known = mean_interval(shares, bounds=(0.0, 1.0), **interval)
    still, _ = series.views(series.pair(0, 0))
    rng = generator(interval["seed"], "errors")
    nulls = []
    for _ in range(DRAWS):
        one, other = (
            still.__class__(still.positions + error * rng.standard_normal((len(still), 2)),
                            still.species, still.low, still.high)
            for _ in range(2)
        )  # fmt: skip
        values = measured_d2min(one, other, cutoff)[~still.censored(cutoff)]
        nulls.append(float((values[np.isfinite(values)] > 2 * floor).mean()))
    yield _row("share_above_floor", "uncensored, all pairs of frames", known.value, low=known.low,
               high=known.high, level=interval["level"], blocks=BLOCKS, null=float(np.mean(nulls)),
               said="share of D2min above twice the floor, interval over blocks of space; null: errors of the"
               " measured size alone")  # fmt: skip


def _swaps(through: TrackedSeries, error: float) -> Iterator[dict[str, object]]:
    """Yield the T1 events from the first frame to the last, and those that errors alone make."""
    pair = through.pair(0, through.n_frames - 1)
    if len(pair) < 10:
        return
    before, after = (pair[[f"x{end}", f"y{end}"]].to_numpy(float) for end in ("", "_2"))
    radii = pair["radius"].to_numpy(float) if "radius" in pair else None
    null = np.nan
    if np.isfinite(error):
        rng = generator(0, "swaps")
        null = float(np.mean([
            len(neighbour_swaps(_moved(before, error, rng), _moved(before, error, rng), radii))
            for _ in range(4 * DRAWS)
        ]))  # fmt: skip
    yield _row("t1_events", "first frame to last", len(neighbour_swaps(before, after, radii)), null=null,
               said="T1 events between particles in all frames; null: what errors of the measured size do to"
               " the first frame")  # fmt: skip


def _moved(places: FloatArray, error: float, rng: np.random.Generator) -> FloatArray:
    return np.asarray(places + error * rng.standard_normal(places.shape))


def _continuity(
    subset: str, fit: FluxFit, nulls: list[FluxFit], level: float
) -> Iterator[dict[str, object]]:
    low, high = fit.interval(level)
    for k, axis in enumerate("xy"):
        yield _row(f"flux_coefficient_{axis}", subset, fit.coefficients[k], low=low[k], high=high[k], level=level,
                   blocks=fit.blocks, null=float(np.mean([one.coefficients[k] for one in nulls])),
                   said=f"coefficient of the derivative of the flux along {axis}, -1 if particles are"
                   " conserved; null: displacements dealt to other particles")  # fmt: skip
    yield _row("unexplained", subset, fit.unexplained, null=float(np.mean([n.unexplained for n in nulls])),
               said="part of the squared change of the density that the flux does not explain; null as above")  # fmt: skip
