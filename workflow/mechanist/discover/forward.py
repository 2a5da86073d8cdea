"""Integrate found equations from the first state of held-out data until the solution diverges.

A found equation need not be well posed: integration stops when the solution leaves the range of the
data by far, and the time is recorded. Partial differential equations are integrated on one periodic
axis (:mod:`.forward_line`), ordinary differential equations and maps in time alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.terms import Term, parse_term
from mechanist.formats.equation_files import Equation
from mechanist.formats.field_files import TIME, FieldData

#: A state beyond this many times the largest value of its field in the data has diverged.
DIVERGED: Final = 100.0
TOLERANCE: Final = 1e-9
_NEXT: Final = "_next"
#: Returns the values of all inputs at a given time.
Inputs = Callable[[float], Mapping[str, FloatArray]]


@dataclass(frozen=True, eq=False)
class Forecast:
    """Solution of found equations at the times of the data.

    Parameters
    ----------
    times : ndarray of shape (n_t,)
        Times of the data.
    fields : dict of str to ndarray
        Solution, in the shape of the data; NaN after divergence.
    diverged_at : float or None
        First time without a solution; None if the solution never diverges.
    """

    times: FloatArray
    fields: dict[str, FloatArray]
    diverged_at: float | None


def forecast(equations: Sequence[Equation], data: FieldData, *, substeps: int = 8) -> Forecast:
    """Integrate found equations from the first state of the data.

    Parameters
    ----------
    equations : sequence of Equation
        One per field of the data: all with targets ``u_t``, or all ``u_next`` for a map.
    data : FieldData
        Held-out trajectory, on time alone or on one periodic axis and time.
    substeps : int
        Steps of a partial differential equation between two times of the data; doubled while the
        solution diverges, at most three times.

    Raises
    ------
    ValueError
        If an equation is missing, was not found or has a form that cannot be integrated.
    """
    right = _by_field(equations, data)
    is_map = equations[0].target.endswith(_NEXT)
    space = [axis for axis in data.axes if axis != TIME]
    if space and (is_map or space != sorted(data.periodic)[:1] or len(space) > 1):
        raise ValueError(
            f"trajectory {data.name!r} has axes {list(data.axes)} of which {sorted(data.periodic)} "
            "are periodic; expected time alone, or one periodic axis and time"
        )
    inputs = _interpolated(data)
    if is_map:
        states = _iterated(right, data, inputs)
    elif space:
        from mechanist.discover.forward_line import integrate_line

        states = integrate_line(right, data, inputs, substeps=substeps, limits=_limits(data))
    else:
        states = _integrated(right, data, inputs)
    return _solution(states, data)


def _by_field(
    equations: Sequence[Equation], data: FieldData
) -> dict[str, list[tuple[Term, float]]]:
    """Return terms and coefficients of each field, in the order of the data."""
    endings = {equation.target.rpartition("_")[2] for equation in equations}
    if len(endings) != 1 or not endings <= {"t", "next"}:
        targets = [equation.target for equation in equations]
        raise ValueError(f"targets {targets}; expected all u_t or all u_next, one per field")
    found = {equation.target.rpartition("_")[0]: equation for equation in equations}
    right = {}
    for name in data.fields:
        if name not in found or not found[name].found:
            raise ValueError(
                f"field {name!r} has no found equation; a forecast needs one for each of "
                f"{list(data.fields)}. Declare known fields as inputs"
            )
        right[name] = [(parse_term(t.name), t.coefficient) for t in found[name].terms]
    return right


def _interpolated(data: FieldData) -> Inputs:
    """Return the inputs as functions of time."""
    from scipy.interpolate import make_interp_spline

    times = data.axes[TIME]
    degree = min(3, len(times) - 1)
    splines = {
        name: make_interp_spline(times, values, k=degree, axis=-1)
        for name, values in data.inputs.items()
    }
    return lambda t: {name: spline(t) for name, spline in splines.items()}


def _limits(data: FieldData) -> FloatArray:
    sizes = [float(np.abs(values).max()) for values in data.fields.values()]
    return DIVERGED * np.maximum(np.array(sizes), np.finfo(float).tiny)


def _monomials(right: Mapping[str, list[tuple[Term, float]]]) -> None:
    """Check that no term contains a derivative."""
    wrong = [term.name for terms in right.values() for term, _ in terms if term.order]
    if wrong:
        raise ValueError(f"terms {wrong} contain derivatives, but the data have no space axis")


def _value(terms: list[tuple[Term, float]], values: Mapping[str, FloatArray | float]) -> float:
    total = 0.0
    for term, coefficient in terms:
        part = coefficient
        for factor in term.factors:
            part *= float(factor.value(float(values[factor.variable])))
        total += part
    return total


def _iterated(
    right: Mapping[str, list[tuple[Term, float]]], data: FieldData, inputs: Inputs
) -> FloatArray:
    """Iterate a map; shape (n_fields, n_t)."""
    _monomials(right)
    n, limits = data.shape[-1], _limits(data)
    states = np.full((len(right), n), np.nan)
    states[:, 0] = [values[0] for values in data.fields.values()]
    for k in range(1, n):
        known = dict(zip(right, states[:, k - 1].tolist(), strict=True))
        values = known | dict(inputs(float(data.axes[TIME][k - 1])))
        following = np.array([_value(terms, values) for terms in right.values()])
        if not (np.abs(following) <= limits).all():
            break
        states[:, k] = following
    return states


def _integrated(
    right: Mapping[str, list[tuple[Term, float]]], data: FieldData, inputs: Inputs
) -> FloatArray:
    """Integrate an ordinary differential equation; shape (n_fields, n_t)."""
    from scipy.integrate import solve_ivp

    _monomials(right)
    times, limits = data.axes[TIME], _limits(data)

    def slope(t: float, state: FloatArray) -> list[float]:
        # A trial step may overshoot far before it is rejected.
        bounded = np.clip(state, -2 * limits, 2 * limits)
        values = dict(zip(right, bounded.tolist(), strict=True)) | dict(inputs(t))
        return [_value(terms, values) for terms in right.values()]

    def left(_: float, state: FloatArray) -> float:
        return float((limits - np.abs(state)).min())

    left.terminal = True  # type: ignore[attr-defined]
    start = [float(values[0]) for values in data.fields.values()]
    result = solve_ivp(
        slope,
        (float(times[0]), float(times[-1])),
        start,
        method="LSODA",
        t_eval=times,
        events=left,
        rtol=TOLERANCE,
        atol=TOLERANCE,
    )
    states = np.full((len(right), len(times)), np.nan)
    states[:, : result.y.shape[1]] = result.y
    return states


def _solution(states: FloatArray, data: FieldData) -> Forecast:
    times = data.axes[TIME]
    lost = np.flatnonzero(np.isnan(states).reshape(-1, len(times)).any(axis=0))
    return Forecast(
        times=times,
        fields=dict(zip(data.fields, states, strict=True)),
        diverged_at=float(times[lost[0]]) if len(lost) else None,
    )
