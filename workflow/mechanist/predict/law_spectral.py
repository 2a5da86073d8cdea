"""Follow a law on a periodic grid of one or more dimensions, for many coefficients at once.

The scheme is pseudo-spectral with fourth-order Runge-Kutta and an integrating factor (Lawson 1967,
10.1137/0704033), as in :mod:`mechanist.discover.forward_line`: terms that are linear with constant
coefficients are integrated exactly, all others explicitly, without aliasing of quadratic terms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray
from mechanist.discover.terms import Orders
from mechanist.predict.found_law import state_name
from mechanist.predict.law_ordinary import Inputs, lost_beyond
from mechanist.predict.law_pieces import total_orders
from mechanist.predict.law_rates import Placed, Rates

#: Share of the wavenumbers kept in products, to avoid aliasing.
_KEPT: Final = 2.0 / 3.0
Complex = NDArray[np.complex128]


@dataclass(frozen=True, eq=False)
class Periodic:
    """A law on a periodic grid.

    Parameters
    ----------
    rates : Rates
        Of m members.
    axes : sequence of str
        Axes of space, in the order of the dimensions.
    shape : tuple of int
        Number of points along each.
    spacings : mapping of str to float
        Distance of neighbouring points.
    inputs : callable
        Known fields at a time, as deviations from offsets.
    """

    rates: Rates
    axes: Sequence[str]
    shape: tuple[int, ...]
    spacings: Mapping[str, float]
    inputs: Inputs
    _factors: dict[float, Complex] = field(default_factory=dict, init=False, repr=False)

    def follow(
        self, start: FloatArray, times: FloatArray, limits: FloatArray, *, step: float
    ) -> FloatArray:
        """Return the states of all members at all times, shape (m, n_state, ..., n_t).

        Parameters
        ----------
        start : ndarray of shape (n_state, ...)
            Initial state, as deviations from offsets.
        times : ndarray of shape (n_t,)
            Increasing; the first is that of the initial state.
        limits : ndarray of shape (n_state,)
            Largest size of each field; a member is not followed beyond.
        step : float
            Largest step in time.
        """
        count = self.rates.members.count
        states = np.full((count, *start.shape, len(times)), np.nan)
        states[..., 0] = start
        modes = self._forward(states[..., 0])
        with np.errstate(over="ignore", invalid="ignore"):
            for k in range(1, len(times)):
                span = float(times[k] - times[k - 1])
                number = max(int(np.ceil(span / step - 1e-9)), 1)
                for i in range(number):
                    t = float(times[k - 1]) + i * span / number
                    modes = self._stepped(modes, t, span / number)
                states[..., k] = self._back(modes)
                if not np.isfinite(states[..., k]).any():
                    break
        return lost_beyond(states, limits)

    @cached_property
    def _waves(self) -> dict[str, Complex]:
        """Imaginary wavenumbers along each axis, shaped to stand beside fields."""
        made = {}
        for place, axis in enumerate(self.axes):
            n, last = self.shape[place], place == len(self.axes) - 1
            grid = (np.fft.rfftfreq if last else np.fft.fftfreq)(n, self.spacings[axis])
            shape = [1] * len(self.axes)
            shape[place] = len(grid)
            made[axis] = np.asarray(2j * np.pi * grid, dtype=np.complex128).reshape(shape)
        return made

    @cached_property
    def _kept(self) -> NDArray[np.bool_]:
        kept = np.ones([1] * len(self.axes), dtype=bool)
        for place, axis in enumerate(self.axes):
            n = self.shape[place]
            largest = _KEPT * (n // 2) * 2 * np.pi / (n * self.spacings[axis])
            kept = kept & (np.abs(self._waves[axis]) <= largest * (1 + 1e-9))
        return kept

    def _power(self, orders: Orders) -> Complex | float:
        """Return the symbol of a derivative; odd ones vanish at the highest wavenumber."""
        made: Complex | float = 1.0
        for axis, order in orders:
            power = self._waves[axis] ** order
            n = self.shape[list(self.axes).index(axis)]
            if order % 2 and n % 2 == 0:
                highest = np.abs(self._waves[axis]) > (n - 1) * np.pi / (n * self.spacings[axis])
                power = np.where(highest, 0.0, power)
            made = made * power
        return made

    @cached_property
    def _others(self) -> list[Placed]:
        return [one for one in self.rates.pieces if not self._is_linear(one)]

    def _is_linear(self, placed: Placed) -> bool:
        part = placed.piece.linear
        return part is not None and state_name(part.variable, part.rate) in self.rates.rows

    @cached_property
    def _linear(self) -> Complex:
        """The linear part at each wavenumber, shape (m, ..., n_state, n_state)."""
        size, count = len(self.rates.law.state), self.rates.members.count
        grid = np.broadcast_shapes(*(one.shape for one in self._waves.values()))
        made = np.zeros((count, *grid, size, size), dtype=np.complex128)
        for row, source in self.rates.steps:
            made[..., row, source] = 1.0
        for one in self.rates.pieces:
            part = one.piece.linear
            if part is None or not self._is_linear(one):
                continue
            numbers = self.rates.numbers(one, len(self.axes))
            size_of = self.rates.coefficient(one, len(self.axes)) * one.piece.factor(numbers)
            column = self.rates.rows[state_name(part.variable, part.rate)]
            made[..., one.row, column] += size_of * self._power(total_orders(one.piece, part))
        return made

    def _half(self, step: float) -> Complex:
        """Return the exact change by the linear part over half a step."""
        from scipy.linalg import expm

        key = float(f"{step:.12g}")
        if key not in self._factors:
            matrices = 0.5 * step * self._linear
            one = matrices.shape[-1] == 1
            self._factors[key] = np.exp(matrices) if one else np.asarray(expm(matrices))
        return self._factors[key]

    def _stepped(self, modes: Complex, t: float, step: float) -> Complex:
        half = self._half(step)
        if half.shape[-1] == 1:
            alone = np.moveaxis(half[..., 0], -1, 1)

            def advance(values: Complex) -> Complex:
                return values * alone
        else:

            def advance(values: Complex) -> Complex:
                moved = np.moveaxis(values, 1, -1)[..., None]
                return np.moveaxis((half @ moved)[..., 0], -1, 1)

        middle = advance(modes)
        a = self._rest(modes, t)
        b = self._rest(middle + 0.5 * step * advance(a), t + 0.5 * step)
        c = self._rest(middle + 0.5 * step * b, t + 0.5 * step)
        d = self._rest(advance(middle + step * c), t + step)
        mixed = middle + step * (advance(a) + 2.0 * b + 2.0 * c) / 6.0
        return np.asarray(advance(mixed) + step * d / 6.0)

    def _rest(self, modes: Complex, t: float) -> Complex:
        """Return the explicitly integrated terms in Fourier space."""
        total = np.zeros_like(modes)
        if not self._others:
            return total
        spectra = {name: modes[:, row] for name, row in self.rates.rows.items()}
        spectra |= {name: self._forward(values)[None] for name, values in self.inputs(t).items()}
        known: dict[tuple[str, Orders], FloatArray] = {}

        def read(name: str, orders: Orders, rate: int) -> FloatArray:
            key = (state_name(name, rate), orders)
            if key not in known:
                known[key] = self._back(spectra[key[0]] * self._power(orders))
            return known[key]

        shape = (len(modes), *self.shape)
        for one in self._others:
            numbers = self.rates.numbers(one, len(self.axes))
            product = np.broadcast_to(one.piece.product(read, numbers), shape)
            size = self.rates.coefficient(one, len(self.axes))
            total[:, one.row] += size * self._power(one.piece.outer) * self._forward(product)
        return np.asarray(total * self._kept)

    def _places(self) -> tuple[int, ...]:
        return tuple(range(-len(self.axes), 0))

    def _forward(self, values: FloatArray) -> Complex:
        return np.asarray(np.fft.rfftn(values, axes=self._places()))

    def _back(self, modes: Complex) -> FloatArray:
        return np.asarray(np.fft.irfftn(modes, s=self.shape, axes=self._places()))
