"""The state from which a law is followed: checked, and in the deviations that its terms are written in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.predict.found_law import Law
from mechanist.predict.law_grid import Grid
from mechanist.predict.law_ordinary import Inputs

#: A state beyond this many times the largest value in the data, or at the start, has diverged.
DIVERGED: Final = 100.0


@dataclass(frozen=True, eq=False)
class Start:
    """Where to start, when to look, and what is known on the way.

    Parameters
    ----------
    state : ndarray of shape (n_state, ...)
        Deviations from the offsets of the law.
    times : ndarray of shape (n_t,)
    inputs : callable
        Known variables at a time, as deviations, on the mirrored grid.
    limits : ndarray of shape (n_state,)
        Largest size of each entry that still counts as a solution.
    """

    state: FloatArray
    times: FloatArray
    inputs: Inputs
    limits: FloatArray


def start_of(
    law: Law,
    initial: Mapping[str, FloatArray | float],
    times: FloatArray,
    inputs: Mapping[str, FloatArray | float],
    grid: Grid,
) -> Start:
    """Return the start of a law; parameters as in :func:`.law_forward.forward`.

    Raises
    ------
    ValueError
        If a name is missing or unknown, a shape is another than that of the grid, a value is not
        finite, or times do not increase.
    """
    asked = np.asarray(times, dtype=float)
    if asked.ndim != 1 or len(asked) < 2 or not (np.diff(asked) > 0).all():
        raise ValueError(f"times of shape {asked.shape}; expected at least two that increase")
    if not np.isfinite(asked).all():
        raise ValueError("times hold a value that is not finite")
    _require_names("initial state", initial, law.state)
    _require_names("inputs", inputs, law.needed)
    rows = [_field(f"initial {name}", initial[name], grid.shape) for name in law.state]
    offsets = [law.offsets.get(name, 0.0) for name in law.state]
    state = np.stack([row - offset for row, offset in zip(rows, offsets, strict=True)])
    return Start(state, asked, _known(law, inputs, asked, grid), _limits(law, state))


def _require_names(what: str, given: Mapping[str, object], expected: tuple[str, ...]) -> None:
    if set(given) != set(expected):
        raise ValueError(
            f"{what} of {sorted(given)}; expected {sorted(expected)}, which the law needs, and no other"
        )


def _field(what: str, values: FloatArray | float, shape: tuple[int, ...]) -> FloatArray:
    array = np.asarray(values)
    if array.dtype.kind not in "fiu":
        raise ValueError(f"{what} holds {array.dtype}; expected real numbers")
    if not array.shape:
        array = np.broadcast_to(array, shape)
    if array.shape != shape:
        raise ValueError(
            f"{what} has the shape {array.shape}; expected {shape}, as the axes give it"
        )
    if not np.isfinite(array).all():
        raise ValueError(f"{what} holds a value that is not finite; fill or cut it out")
    return np.asarray(array, dtype=float)


def _limits(law: Law, state: FloatArray) -> FloatArray:
    """Return the largest size of each entry; rates, of which the data say nothing, have none."""
    limits = np.full(len(law.state), np.inf)
    for row, name in enumerate(law.state):
        if name in law.domain.ranges:
            offset = law.offsets.get(name, 0.0)
            seen = max(abs(end - offset) for end in law.domain.ranges[name])
            limits[row] = DIVERGED * max(seen, float(np.abs(state[row]).max()))
    return limits


def _known(
    law: Law, inputs: Mapping[str, FloatArray | float], times: FloatArray, grid: Grid
) -> Inputs:
    """Return known variables as functions of time: constants, or splines through given values."""
    from scipy.interpolate import make_interp_spline

    fixed, splines = {}, {}
    for name in law.needed:
        offset = law.offsets.get(name, 0.0)
        values = np.asarray(inputs[name])
        if values.shape in ((), grid.shape):
            fixed[name] = grid.spread(_field(f"input {name}", values, grid.shape) - offset)
            continue
        whole = _field(f"input {name}", values, (*grid.shape, len(times)))
        moved = grid.spread(np.moveaxis(whole, -1, 0) - offset)
        splines[name] = make_interp_spline(times, moved, k=min(3, len(times) - 1), axis=0)
    return lambda t: fixed | {name: np.asarray(spline(t)) for name, spline in splines.items()}
