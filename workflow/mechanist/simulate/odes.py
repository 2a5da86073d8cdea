"""Ordinary differential equations and maps with published parameters: SINDy's examples.

Brunton, Proctor & Kutz (2016), https://doi.org/10.1073/pnas.1517384113. The accuracy of a case is the
largest change, relative to the range of a variable, when stored intervals are reintegrated in eight
steps each. Any two integrations of a chaotic system diverge in time; those of one interval do not.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import numpy as np

from mechanist.core.seeds import generator
from mechanist.core.typing import FloatArray
from mechanist.formats.field_files import FieldData, Truth
from mechanist.simulate.case import Realisation, same_in_both_forms

Slope = Callable[[float, FloatArray], Sequence[float]]

TOLERANCE: Final = 1e-12
CHECKED_INTERVALS: Final = 20
STEPS_CHECKED: Final = 8
SPIRAL: Final = {"decay": 0.1, "turn": 2.0}
LOGISTIC_RATES: Final = (2.5, 2.75, 3.0, 3.25, 3.5, 3.75, 3.8, 3.85, 3.9, 3.95)
HOPF_STABLE: Final = (-0.15, -0.05)
HOPF_UNSTABLE: Final = (0.05, 0.15, 0.25, 0.35, 0.45, 0.55)


def trajectory(slope: Slope, start: Sequence[float], times: FloatArray) -> FloatArray:
    """Integrate by an eighth-order Runge-Kutta method; shape (n_variables, n_times)."""
    from scipy.integrate import solve_ivp

    span = (float(times[0]), float(times[-1]))
    result = solve_ivp(
        slope, span, start, method="DOP853", t_eval=times, rtol=TOLERANCE, atol=TOLERANCE
    )
    if not result.success:
        raise FloatingPointError(f"the integration stopped: {result.message}")
    states: FloatArray = result.y
    return states


def defect(slope: Slope, states: FloatArray, times: FloatArray) -> float:
    """Return the error of stored states as a solution of the equations; see the module."""
    from scipy.integrate import solve_ivp

    scale = states.max(axis=1) - states.min(axis=1)
    largest = 0.0
    for i in np.linspace(0, len(times) - 2, CHECKED_INTERVALS).astype(int):
        a, b = float(times[i]), float(times[i + 1])
        again = solve_ivp(
            slope,
            (a, b),
            states[:, i],
            method="DOP853",
            max_step=(b - a) / STEPS_CHECKED,
            rtol=TOLERANCE,
            atol=TOLERANCE,
        )
        largest = max(largest, float((np.abs(again.y[:, -1] - states[:, i + 1]) / scale).max()))
    return largest


def _grid(duration: float, step: float) -> FloatArray:
    return np.asarray(step * np.arange(round(duration / step) + 1), dtype=np.float64)


def _single(slope: Slope, start: Sequence[float], times: FloatArray, truth: Truth) -> Realisation:
    states = trajectory(slope, start, times)
    data = FieldData("0", {"t": times}, dict(zip("xyz", states, strict=False)))
    check = partial(defect, slope, states, times)
    return Realisation(data=[data], truth=same_in_both_forms(truth), accuracy=check)


def linear_2d(*, duration: float = 25.0, step: float = 0.01, seed: int = 0) -> Realisation:
    """Return a damped linear oscillator: ``x' = -0.1 x + 2 y``, ``y' = -2 x - 0.1 y``."""
    del seed
    return _spiral(1, False, duration, step)


def cubic_2d(*, duration: float = 25.0, step: float = 0.01, seed: int = 0) -> Realisation:
    """Return a damped cubic oscillator: the linear one with ``x^3`` and ``y^3``."""
    del seed
    return _spiral(3, False, duration, step)


def linear_3d(*, duration: float = 50.0, step: float = 0.01, seed: int = 0) -> Realisation:
    """Return the linear oscillator together with ``z' = -0.3 z``."""
    del seed
    return _spiral(1, True, duration, step)


def _spiral(power: int, third: bool, duration: float, step: float) -> Realisation:
    decay, turn = SPIRAL["decay"], SPIRAL["turn"]

    def slope(_: float, s: FloatArray) -> list[float]:
        x, y = s[0] ** power, s[1] ** power
        plane = [-decay * x + turn * y, -turn * x - decay * y]
        return [*plane, -0.3 * s[2]] if third else plane

    x, y = ("x", "y") if power == 1 else (f"x^{power}", f"y^{power}")
    truth: Truth = {"x_t": {x: -decay, y: turn}, "y_t": {x: -turn, y: -decay}}
    if third:
        truth["z_t"] = {"z": -0.3}
    return _single(slope, [2.0, 0.0, 1.0] if third else [2.0, 0.0], _grid(duration, step), truth)


def lorenz(*, duration: float = 100.0, step: float = 0.001, sigma: float = 10.0, rho: float = 28.0,
           beta: float = 8 / 3, seed: int = 0) -> Realisation:  # fmt: skip
    """Return the Lorenz system from (-8, 8, 27)."""
    del seed

    def slope(_: float, s: FloatArray) -> list[float]:
        x, y, z = s
        return [sigma * (y - x), x * (rho - z) - y, x * y - beta * z]

    truth: Truth = {
        "x_t": {"x": -sigma, "y": sigma},
        "y_t": {"x": rho, "y": -1.0, "x z": -1.0},
        "z_t": {"z": -beta, "x y": 1.0},
    }
    return _single(slope, [-8.0, 8.0, 27.0], _grid(duration, step), truth)


def hopf(*, duration: float = 75.0, step: float = 0.025, seed: int = 0) -> Realisation:
    """Return the Hopf normal form with ``mu`` as a known input, from small and large radii.

    ``x' = mu x + y - x (x^2 + y^2)`` and ``y' = -x + mu y - y (x^2 + y^2)``.
    """
    del seed
    times = _grid(duration, step)
    starts = [(mu, 2.0) for mu in HOPF_STABLE]
    starts += [(mu, x) for mu in HOPF_UNSTABLE for x in (0.01, 2.0)]
    data, checks = [], []
    for mu, first in starts:

        def slope(_: float, s: FloatArray, mu: float = mu) -> list[float]:
            x, y = s
            growth = mu - x * x - y * y
            return [growth * x + y, -x + growth * y]

        states = trajectory(slope, [first, 0.0], times)
        fields, inputs = {"x": states[0], "y": states[1]}, {"mu": np.full(len(times), mu)}
        data.append(FieldData(f"mu {mu:g} from {first:g}", {"t": times}, fields, inputs))
        checks.append(partial(defect, slope, states, times))
    truth: Truth = {
        "x_t": {"mu x": 1.0, "y": 1.0, "x^3": -1.0, "x y^2": -1.0},
        "y_t": {"x": -1.0, "mu y": 1.0, "x^2 y": -1.0, "y^3": -1.0},
    }
    return Realisation(
        data=data,
        truth=same_in_both_forms(truth),
        accuracy=lambda: max(check() for check in checks),
    )


def logistic(*, steps: int = 1000, noise: float = 0.025, seed: int = 0) -> Realisation:
    """Return the logistic map at ten known rates ``mu``, with random kicks, clipped to [0, 1].

    ``noise`` is the standard deviation of the kicks. A map has no step to refine, so its accuracy
    is zero: apart from the kicks, the data follow the map to rounding.
    """
    data = []
    for mu in LOGISTIC_RATES:
        kicks = noise * generator(seed, "logistic", f"{mu:g}").standard_normal(steps)
        x = np.empty(steps)
        x[0] = 0.5
        for k in range(1, steps):
            x[k] = np.clip(mu * x[k - 1] * (1 - x[k - 1]) + kicks[k], 0.0, 1.0)
        axes, inputs = {"t": np.arange(steps, dtype=float)}, {"mu": np.full(steps, mu)}
        data.append(FieldData(f"mu {mu:g}", axes, {"x": x}, inputs))
    truth: Truth = {"x_next": {"mu x": 1.0, "mu x^2": -1.0}}
    return Realisation(data=data, truth=same_in_both_forms(truth), accuracy=lambda: 0.0)
