"""Refuse laws whose solutions do not depend continuously on the initial state.

Small waves on a state, with the state frozen, grow or decay at rates that follow from the law. If
the largest growth rate rises without bound with the wavenumber, as for diffusion backwards in time,
then every grid gives another solution, and none is right. Waves along the axes and along their
diagonals are looked at.
"""

from collections.abc import Mapping, Sequence
from itertools import product as choices
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.functions import COSINE, OVER, SINE
from mechanist.discover.terms import Orders
from mechanist.predict.found_law import state_name
from mechanist.predict.law_pieces import Part, Reader, total_orders
from mechanist.predict.law_rates import Placed, Rates

#: Wavenumbers, in units of the highest one of the grid, at which growth is compared.
_FAR: Final = (8.0, 64.0)
#: Growth relative to the rate of oscillation that counts as none.
_ROUNDING: Final = 1e-7


def require_well_posed(
    rates: Rates, read: Reader, axes: Sequence[str], spacings: Mapping[str, float]
) -> None:
    """Refuse a law whose growth rates rise without bound at some state.

    Parameters
    ----------
    rates : Rates
        Of the law alone.
    read : callable
        Returns a variable, or its derivative, at all points of a grid as one row.
    axes : sequence of str
        Axes of space.
    spacings : mapping of str to float
        Distance of neighbouring points along each.

    Raises
    ------
    ValueError
        With the direction, and the state at which it is so.
    """
    for direction in choices((1, 0, -1), repeat=len(axes)):
        if next((one for one in direction if one), -1) < 0:
            continue  # the opposite direction has the same growth
        wave = {a: one * np.pi / spacings[a] for a, one in zip(axes, direction, strict=True)}
        near, far = (
            _growth(rates, read, {a: factor * k for a, k in wave.items()}) for factor in _FAR
        )
        worst = int(np.argmax(far))
        if far[worst] > 2.0 * near[worst]:
            along = " and ".join(repr(a) for a, one in zip(axes, direction, strict=True) if one)
            offsets = rates.law.offsets
            at = ", ".join(
                f"{one.variable} = {read(one.variable, (), 0)[worst] + offsets.get(one.variable, 0.0):.4g}"
                for one in rates.law.equations
            )
            raise ValueError(
                f"the law is not well posed: waves along {along} grow the faster the shorter they are,"
                f" without bound, where {at}. An initial state does not determine its solution. A law"
                " that lacks a damping term of higher order may be due to its library: add such terms to"
                " the library, or start from a state at which the law damps short waves"
            )


def _growth(rates: Rates, read: Reader, wave: Mapping[str, float]) -> FloatArray:
    """Return the largest growth rate of a wave at each point."""
    size = len(rates.rows)
    count = len(read(rates.law.equations[0].variable, (), 0))
    matrix = np.zeros((count, size, size), dtype=np.complex128)
    for row, source in rates.steps:
        matrix[:, row, source] = 1.0
    for one in rates.pieces:
        for k, part in enumerate(one.piece.parts):
            name = state_name(part.variable, part.rate)
            if name in rates.rows:
                symbol = _symbol(total_orders(one.piece, part), wave)
                matrix[:, one.row, rates.rows[name]] += symbol * _slope(rates, one, k, read)
    values = np.linalg.eigvals(matrix)
    growth = values.real.max(axis=-1)
    return np.where(growth > _ROUNDING * np.abs(values).max(axis=-1), growth, 0.0)


def _symbol(orders: Orders, wave: Mapping[str, float]) -> complex:
    made = complex(1.0)
    for axis, order in orders:
        made *= (1j * wave[axis]) ** order
    return made


def _slope(rates: Rates, placed: Placed, k: int, read: Reader) -> FloatArray:
    """Return the derivative of a product by one of its parts."""
    numbers = {name: float(v[0]) for name, v in rates.numbers(placed, 0).items()}
    total: FloatArray | float = placed.piece.factor(numbers)
    for j, part in enumerate(placed.piece.parts):
        base = read(part.variable, part.orders, part.rate)
        number = numbers[part.number] if isinstance(part.number, str) else part.number
        total = total * (_derived(part, base, number) if j == k else part.value(base, numbers))
    return np.asarray(total * float(rates.coefficient(placed, 0)[0]))


def _derived(part: Part, base: FloatArray, number: float) -> FloatArray:
    """Return the derivative of a part by its variable, or by the derivative that it holds."""
    inner, slope = base, np.ones_like(base)
    if part.kind == OVER:
        inner = 1.0 / (number + base**part.exponent)
        slope = -part.exponent * base ** (part.exponent - 1) * inner**2
    elif part.kind == SINE:
        inner, slope = np.sin(number * base), number * np.cos(number * base)
    elif part.kind == COSINE:
        inner, slope = np.cos(number * base), -number * np.sin(number * base)
    return np.asarray(part.power * inner ** (part.power - 1) * slope)
