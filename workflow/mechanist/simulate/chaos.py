"""Trajectories of chaotic systems, a benchmark for discovering ordinary differential equations."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from mechanist.core.seeds import generator
from mechanist.core.typing import FloatArray
from mechanist.formats.field_files import FieldData
from mechanist.simulate.chaotic_systems import SYSTEMS, ChaoticSystem

TOLERANCE: Final = 1e-10


def find_system(name: str) -> ChaoticSystem:
    """Return a system by name.

    Raises
    ------
    ValueError
        If the name is unknown; the message lists the known names.
    """
    if name not in SYSTEMS:
        raise ValueError(f"unknown chaotic system {name!r}; expected one of {sorted(SYSTEMS)}")
    return SYSTEMS[name]


def trajectory(
    name: str, *, points: int = 2000, per_period: int = 100, noise: float = 0.0, seed: int = 0
) -> FieldData:
    """Return a trajectory on the attractor of a system.

    Parameters
    ----------
    name : str
        Name of the system.
    points : int
        Number of points.
    per_period : int
        Points per dominant period.
    noise : float
        Standard deviation of white noise, relative to that of each variable.
    seed : int
        Seed of the noise; the trajectory itself does not depend on it.

    Raises
    ------
    ValueError
        If the system is unknown or a number is out of range.
    FloatingPointError
        If the integration fails.
    """
    from scipy.integrate import solve_ivp

    system = find_system(name)
    if points < 2 or per_period < 1 or not noise >= 0.0:
        raise ValueError(
            f"points = {points}, per_period = {per_period}, noise = {noise}; expected at least 2, "
            "at least 1, and not negative"
        )
    times = np.arange(points) * system.period / per_period
    result = solve_ivp(
        slope_of(system),
        (0.0, float(times[-1])),
        system.start,
        method="DOP853",
        t_eval=times,
        rtol=TOLERANCE,
        atol=TOLERANCE,
    )
    if not result.success:
        raise FloatingPointError(f"system {name!r}: the integration stopped: {result.message}")
    fields = {}
    for variable, values in zip(system.variables, result.y, strict=True):
        rng = generator(seed, "chaos", name, variable)
        fields[variable] = values + noise * values.std() * rng.standard_normal(points)
    return FieldData(name, {"t": times}, fields)


def slope_of(system: ChaoticSystem) -> Callable[[float, FloatArray], FloatArray]:
    """Return the right-hand side of a system, a function of time and state."""
    equations = list(system.truth.values())
    names = sorted({name for equation in equations for name in equation})
    matrix = np.array([[equation.get(name, 0.0) for name in names] for equation in equations])
    factors = [_factors(name, {v: k for k, v in enumerate(system.variables)}) for name in names]

    def slope(_: float, state: FloatArray) -> FloatArray:
        values = state.tolist()
        monomials = []
        for columns in factors:
            product = 1.0
            for column in columns:
                product *= values[column]
            monomials.append(product)
        return matrix @ monomials

    return slope


def _factors(name: str, columns: Mapping[str, int]) -> list[int]:
    """Return the columns whose product is a monomial, each repeated by its power."""
    if name == "1":
        return []
    words = [word.partition("^") for word in name.split()]
    return [columns[base] for base, _, power in words for _ in range(int(power or 1))]
