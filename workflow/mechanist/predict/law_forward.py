"""Follow a law from an initial state, with a band that the errors of its coefficients cause.

The law itself gives the central solution; laws with coefficients drawn from the covariance give mean
and band. The band holds the errors of the coefficients alone: not those of the initial state, of terms
that the law lacks, or of numerical steps, which are stated apart.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.terms import Orders
from mechanist.predict.followed_states import Followed, summarised
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
_FEWEST_STEPS: Final = 32
_HALVINGS: Final = 11
#: Values of fields that are followed at once.
_AT_ONCE: Final = 4_000_000


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
    return summarised(law, states, start, grid, level=level, change=change)


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
