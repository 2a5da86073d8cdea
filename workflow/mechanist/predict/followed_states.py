"""A followed law: its solution, mean and band of the draws, and what to beware of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import BoolArray, FloatArray
from mechanist.predict.found_law import Law
from mechanist.predict.law_grid import Grid
from mechanist.predict.law_start import Start

#: Amplitude of the shortest waves, relative to the largest, from which on they count as not resolved.
RESOLVED: Final = 0.02


@dataclass(frozen=True, eq=False)
class Followed:
    """A law followed from an initial state.

    Parameters
    ----------
    times : ndarray of shape (n_t,)
    axes : dict of str to ndarray
        Grid in space; empty for ordinary equations.
    central, mean, low, high : dict of str to ndarray of shape (..., n_t)
        Solution of the law itself, and mean and ends of the band of the draws, for each entry of the
        state. NaN where the law has diverged, or more draws have than the band leaves out; mean and
        band are empty without draws.
    lost : ndarray of shape (n_t,)
        Share of the draws that have diverged.
    level : float
        Share of the draws that the band holds.
    step_change : float
        Largest change of the central solution when steps are halved, relative to the size of the state;
        zero where the method controls its own error.
    notes : tuple of str
        Sentences on what to beware of: values beyond the data of the law, divergence, and waves that the
        grid does not resolve.
    """

    times: FloatArray
    axes: Mapping[str, FloatArray]
    central: Mapping[str, FloatArray]
    mean: Mapping[str, FloatArray]
    low: Mapping[str, FloatArray]
    high: Mapping[str, FloatArray]
    lost: FloatArray
    level: float
    step_change: float
    notes: tuple[str, ...]


def summarised(
    law: Law, states: FloatArray, start: Start, grid: Grid, *, level: float, change: float
) -> Followed:
    """Return solution, mean and band of a law.

    Parameters
    ----------
    law : Law
    states : ndarray of shape (m, n_state, ..., n_t)
        Deviations from offsets: of the law itself, then of the draws; NaN where they are lost.
    start : Start
    grid : Grid
    level, change
        As in :class:`Followed`; the latter is there ``step_change``.
    """
    unresolved = [] if not grid.axes else _unresolved(law, states[0], grid)
    offsets = [law.offsets.get(name, 0.0) for name in law.state]
    values = states + np.reshape(offsets, (-1, *[1] * (states.ndim - 2)))
    central, others = values[0], values[1:]
    gone: BoolArray = np.isnan(others).any(axis=tuple(range(1, others.ndim - 1)))
    lost = gone.mean(axis=0) if len(others) else np.zeros(len(start.times))
    named = dict(enumerate(law.state))
    mean, low, high = {}, {}, {}
    if len(others):
        usable = lost <= 0.5 * (1.0 - level)
        tail = 0.5 * (1.0 - level)
        for row, name in named.items():
            shown = np.where(usable, others[:, row], np.nan)
            mean[name], low[name], high[name] = _band(shown, usable, tail)
    return Followed(
        times=start.times,
        axes=grid.axes,
        central={name: central[row] for row, name in named.items()},
        mean=mean,
        low=low,
        high=high,
        lost=lost,
        level=level,
        step_change=change,
        notes=(
            *_outside(law, {name: central[row] for row, name in named.items()}, start),
            *unresolved,
        ),
    )


def _band(
    values: FloatArray, usable: BoolArray, tail: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return mean and ends of draws at the times at which they are usable, else NaN."""
    made = [np.full(values.shape[1:], np.nan) for _ in range(3)]
    chosen = values[..., usable]
    if chosen.size:
        # the function that leaves NaN out takes a hundred times as long
        quantile = np.nanquantile if np.isnan(chosen).any() else np.quantile
        made[0][..., usable] = np.nanmean(chosen, axis=0)
        for place, share in ((1, tail), (2, 1.0 - tail)):
            made[place][..., usable] = quantile(chosen, share, axis=0)
    return made[0], made[1], made[2]


def _unresolved(law: Law, states: FloatArray, grid: Grid) -> list[str]:
    """Return along which axes the shortest waves of the user's grid are not small."""
    found = []
    for row, name in enumerate(law.state):
        whole = grid.spread(np.moveaxis(np.nan_to_num(states[row]), -1, 0))
        for place, axis in enumerate(grid.axes):
            size = np.abs(np.fft.fft(whole, axis=place + 1))
            modes = np.moveaxis(size, place + 1, 0).reshape(size.shape[place + 1], -1).max(axis=1)
            n = len(modes) // grid.finer
            shortest = modes[int(0.9 * n / 2) if grid.finer > 1 else int(0.3 * n) : n // 2 + 1]
            share = float(shortest.max() / max(modes[1:].max(), np.finfo(float).tiny))
            if share > RESOLVED:
                found.append(
                    f"{name}: the shortest waves along {axis!r} have {share:.2g} of the largest amplitude;"
                    " a finer, smoother initial state would be resolved"
                )
    return found


def _outside(law: Law, central: Mapping[str, FloatArray], start: Start) -> list[str]:
    """Return what lies beyond the data of the law."""
    found = []
    for name, (low, high) in law.domain.ranges.items():
        values = central.get(name)
        if values is None or np.isnan(values).all():
            continue
        least, most = float(np.nanmin(values)), float(np.nanmax(values))
        margin = 1e-6 * (high - low)
        if least < low - margin or most > high + margin:
            found.append(
                f"{name} runs from {least:.4g} to {most:.4g}; the data of the law from {low:.4g} to {high:.4g}"
            )
    if law.equations and np.isnan(next(iter(central.values()))).any():
        at = np.isnan(next(iter(central.values()))).reshape(-1, len(start.times)).any(axis=0)
        found.append(f"the law diverges before t = {start.times[int(np.argmax(at))]:.6g}")
    return found
