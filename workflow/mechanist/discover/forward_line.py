"""Integrate partial differential equations on one periodic axis by a pseudo-spectral method.

The scheme is fourth-order Runge-Kutta with an integrating factor (Lawson 1967, 10.1137/0704033).
Linear terms with constant coefficients, which couple the fields at each wavenumber and may be
stiff, are integrated exactly by the matrix exponential; all other terms are integrated explicitly,
without aliasing of quadratic terms.
"""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray
from mechanist.discover.terms import Term
from mechanist.formats.field_files import TIME, FieldData

#: Share of the wavenumbers kept in products, to avoid aliasing.
_KEPT: Final = 2.0 / 3.0
_DOUBLINGS: Final = 3
Complex = NDArray[np.complex128]
Right = Mapping[str, list[tuple[Term, float]]]
Inputs = Callable[[float], Mapping[str, FloatArray]]


def integrate_line(
    right: Right, data: FieldData, inputs: Inputs, *, substeps: int, limits: FloatArray
) -> FloatArray:
    """Integrate from the first state of the data.

    Parameters
    ----------
    right : mapping of str to list of (Term, float)
        Right-hand side of each field.
    data : FieldData
        Trajectory on one periodic axis and time.
    inputs : callable
        Returns the values of all inputs at a time, each of shape (n_x,).
    substeps : int
        Steps between two times; doubled while the solution diverges.
    limits : ndarray of shape (n_fields,)
        Largest magnitude of each field; beyond it the solution has diverged.

    Returns
    -------
    ndarray of shape (n_fields, n_x, n_t)
        NaN after divergence.

    Raises
    ------
    ValueError
        If a term differentiates in time or ``substeps`` is not positive.
    """
    if substeps < 1:
        raise ValueError(f"substeps = {substeps}; expected a positive number")
    timed = [term.name for terms in right.values() for term, _ in terms if TIME in term.axes]
    if timed:
        raise ValueError(f"terms {timed} differentiate in time; only left-hand sides may")
    line = _Line(right, data, inputs)
    states = line.run(substeps, limits)
    for doubling in range(1, _DOUBLINGS + 1):
        if np.isfinite(states).all():
            break
        states = line.run(substeps * 2**doubling, limits)
    return states


class _Line:
    """Right-hand sides in Fourier space."""

    def __init__(self, right: Right, data: FieldData, inputs: Inputs) -> None:
        self.data, self.inputs = data, inputs
        self.axis = next(iter(data.axes))
        self.n = data.shape[0]
        self.names = list(right)
        spacing = data.spacings[self.axis]
        self.waves = 1j * 2.0 * np.pi * np.fft.rfftfreq(self.n, spacing)
        self.kept = np.arange(len(self.waves)) <= _KEPT * (self.n // 2)
        self.linear = np.zeros((len(self.waves), len(right), len(right)), dtype=np.complex128)
        self.others: list[list[tuple[Term, float]]] = []
        for row, terms in enumerate(right.values()):
            rest = []
            for term, coefficient in terms:
                name = term.factors[0].variable if term.bare else ""
                if name in self.names:
                    order = term.order
                    self.linear[:, row, self.names.index(name)] += coefficient * self._power(order)
                else:
                    rest.append((term, coefficient))
            self.others.append(rest)

    def run(self, substeps: int, limits: FloatArray) -> FloatArray:
        """Return states at all times of the data, shape (n_fields, n_x, n_t)."""
        from scipy.linalg import expm

        times = self.data.axes[TIME]
        fields = np.stack(list(self.data.fields.values()))
        states = np.full(fields.shape, np.nan)
        states[..., 0] = fields[..., 0]
        step = self.data.spacings[TIME] / substeps
        half = expm(0.5 * step * self.linear)
        uneven = bool(self.data.uneven)
        modes = np.fft.rfft(states[..., 0])
        with np.errstate(over="ignore", invalid="ignore"):
            for k in range(1, len(times)):
                if uneven:
                    step = float(times[k] - times[k - 1]) / substeps
                    half = expm(0.5 * step * self.linear)
                for i in range(substeps):
                    modes = self._step(modes, float(times[k - 1]) + i * step, step, half)
                values = np.fft.irfft(modes, self.n)
                if not (np.abs(values) <= limits[:, None]).all():
                    break
                states[..., k] = values
        return states

    def _step(self, modes: Complex, t: float, step: float, half: Complex) -> Complex:
        def advance(values: Complex) -> Complex:
            return np.asarray(np.einsum("kij,jk->ik", half, values))

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
        if not any(self.others):
            return total
        spectra = dict(zip(self.names, modes, strict=True))
        spectra |= {name: np.fft.rfft(values) for name, values in self.inputs(t).items()}
        for row, terms in enumerate(self.others):
            for term, coefficient in terms:
                product = np.ones(self.n)
                for factor in term.factors:
                    inside = spectra[factor.variable] * self._power(factor.order)
                    product = product * factor.value(np.fft.irfft(inside, self.n))
                outside = self._power(sum(n for _, n in term.outer))
                total[row] += coefficient * outside * np.fft.rfft(product)
        return np.asarray(total * self.kept)

    def _power(self, order: int) -> Complex:
        """Return ``(i k)^order``; odd derivatives vanish at the highest wavenumber."""
        power = self.waves**order
        if order % 2 and self.n % 2 == 0:
            power[-1] = 0.0
        return np.asarray(power)
