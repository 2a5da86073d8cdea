"""Follow a law from an initial state, with a band that the errors of its coefficients cause.

The law itself gives the central solution; laws with coefficients drawn from the covariance give mean
and band. The band holds the errors of the coefficients alone: not those of the initial state, of terms
that the law lacks, or of numerical steps, which are stated apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import BoolArray, FloatArray
from mechanist.discover.terms import Orders
from mechanist.predict.found_law import Law, state_name
from mechanist.predict.grid_derivatives import derivative
from mechanist.predict.law_draws import Members, drawn
from mechanist.predict.law_grid import Grid, grid_of, require_mirror
from mechanist.predict.law_ordinary import follow_ordinary, iterated
from mechanist.predict.law_pieces import Reader
from mechanist.predict.law_rates import Rates
from mechanist.predict.law_spectral import Periodic
from mechanist.predict.law_start import Start, start_of
from mechanist.predict.well_posed import require_well_posed

#: Steps are halved until the solution changes by less than this, relative to the size of the state.
TOLERANCE: Final = 1e-5
#: Amplitude of the shortest waves, relative to the largest, from which on they count as not resolved.
RESOLVED: Final = 0.02
_FEWEST_STEPS: Final = 32
_HALVINGS: Final = 11
#: Values of fields that are followed at once.
_AT_ONCE: Final = 4_000_000


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


def forward(
    law: Law,
    initial: Mapping[str, FloatArray | float],
    times: FloatArray,
    *,
    axes: Mapping[str, FloatArray] | None = None,
    edges: Mapping[str, str] | None = None,
    inputs: Mapping[str, FloatArray | float] | None = None,
    draws: int = 100,
    level: float = 0.95,
    seed: int = 0,
) -> Followed:
    """Follow a law from an initial state.

    Parameters
    ----------
    law : Law
        From :func:`mechanist.api.load_law`.
    initial : mapping of str to float or ndarray
        Every entry of ``law.state``, in the units of the law: fields, and for an equation of second order
        their rates, ``x_t``. Arrays have the shape of the grid.
    times : ndarray of shape (n_t,)
        Increasing; the first one is the time of the initial state.
    axes : mapping of str to ndarray, optional
        Uniform grid along each axis of space.
    edges : mapping of str to str, optional
        ``"periodic"`` (the grid leaves out the last point) or ``"closed"`` (its ends are walls) for each
        axis; by default periodic where the data of the law were.
    inputs : mapping of str to float or ndarray, optional
        Known variables that the law needs: constants, or arrays with the times as the last dimension.
    draws : int
        Number of draws from the covariance of the coefficients; none without a band.
    level : float
        Share of the draws within the band.
    seed : int
        Of the draws.

    Raises
    ------
    ValueError
        If the law lacks an equation, is not well posed, or does not fit the state.
    """
    if not 0.0 < level < 1.0 or draws < 0:
        raise ValueError(f"level = {level}, draws = {draws}; expected 0 < level < 1 and draws >= 0")
    _require_whole(law)
    grid = grid_of(law, axes or {}, edges or {})
    start = start_of(law, initial, times, inputs or {}, grid)
    members = drawn(law, draws, seed=seed)
    if grid.axes:
        own = Rates(law, members.chosen(slice(1)))
        require_mirror(own, grid)
        require_well_posed(own, _reader(own, start, grid), list(grid.axes), grid.spacings)
        states, change = _followed_on_grid(law, members, start, grid)
    else:
        method = iterated if law.kind == "map" else follow_ordinary
        rates = Rates(law, members)
        states, change = method(rates, start.state, start.times, start.inputs, start.limits), 0.0
    states[~members.possible] = np.nan
    return _summarised(law, states, start, grid, level=level, change=change)


def _require_whole(law: Law) -> None:
    lacking = ", ".join(law.not_found)
    if not law.equations or lacking:
        raise ValueError(
            f"the law {law.name!r} has no equation for {lacking or 'any field'}, since the search found none;"
            " it cannot be followed. Better data or a larger library may show one"
        )


def _followed_on_grid(
    law: Law, members: Members, start: Start, grid: Grid
) -> tuple[FloatArray, float]:
    """Return states of all members, and what halved steps still change in the first one."""
    first = grid.spread(start.state)

    def follow(some: Members, step: float) -> FloatArray:
        line = Periodic(
            Rates(law, some), tuple(grid.axes), grid.periodic_shape, grid.spacings, start.inputs
        )
        return grid.inside(line.follow(first, start.times, start.limits, step=step))

    step = float(start.times[-1] - start.times[0]) / _FEWEST_STEPS
    own = members.chosen(slice(1))
    scale = max(float(np.abs(first).max()), np.finfo(float).tiny)
    before, change = follow(own, step), np.inf
    for _ in range(_HALVINGS):
        step /= 2
        after = follow(own, step)
        same = np.isnan(after) == np.isnan(before)
        if same.all():
            change = float(np.nanmax(np.abs(after - before), initial=0.0)) / scale
        before = after
        if change < TOLERANCE:
            break
    at_once = max(_AT_ONCE // (first.size * max(len(start.times) // 8, 1)), 1)
    starts = range(1, members.count, at_once)
    # the step before the last halving is exact enough, too
    parts = [follow(members.chosen(slice(k, k + at_once)), 2 * step) for k in starts]
    return np.concatenate([before, *parts]), change


def _reader(rates: Rates, start: Start, grid: Grid) -> Reader:
    """Return a reader of the initial state, all points of the grid in a row."""
    fields = {name: grid.spread(start.state[row]) for name, row in rates.rows.items()}
    fields |= dict(start.inputs(float(start.times[0])))

    def read(name: str, orders: Orders, rate: int) -> FloatArray:
        values = fields[state_name(name, rate)]
        for axis, order in orders:
            place = list(grid.axes).index(axis)
            values = derivative(values, order, place, grid.spacings[axis], periodic=True)
        return values.ravel()

    return read


def _summarised(
    law: Law, states: FloatArray, start: Start, grid: Grid, *, level: float, change: float
) -> Followed:
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
