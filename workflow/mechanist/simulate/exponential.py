"""Periodic problems integrated in Fourier space: the linear part exactly, the rest to fourth order.

The scheme is ETDRK4 of Kassam & Trefethen (2005), https://doi.org/10.1137/S1064827502410633, with its
coefficients averaged over a circle in the complex plane, which avoids cancellation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray

Spectrum = NDArray[np.complex128]
#: Real or complex numbers: fields on a grid, or factors of their spectra.
Fields: TypeAlias = NDArray[np.inexact]

#: Points on the circle over which coefficients are averaged.
CIRCLE_POINTS: Final = 32


@dataclass(frozen=True, eq=False)
class PeriodicBox:
    """A periodic grid of one or two axes and the transforms of fields on it.

    Parameters
    ----------
    shape : tuple of int
        Points along each axis, even numbers.
    lengths : tuple of float
        Periods.
    origins : tuple of float
        First coordinates.
    real : bool
        Whether fields are real; only half of their spectrum is then kept.
    """

    shape: tuple[int, ...]
    lengths: tuple[float, ...]
    origins: tuple[float, ...]
    real: bool = True

    def __post_init__(self) -> None:
        if any(n < 4 or n % 2 for n in self.shape):
            raise ValueError(f"shape = {self.shape}; expected even numbers of at least 4 points")

    @cached_property
    def axes(self) -> tuple[FloatArray, ...]:
        """Coordinates along each axis."""
        return tuple(
            start + length * np.arange(n) / n
            for start, length, n in zip(self.origins, self.lengths, self.shape, strict=True)
        )

    @cached_property
    def points(self) -> tuple[FloatArray, ...]:
        """Coordinates as arrays that broadcast to ``shape``."""
        return tuple(np.meshgrid(*self.axes, indexing="ij", sparse=True))

    @cached_property
    def wavenumbers(self) -> tuple[FloatArray, ...]:
        """Angular wave numbers as arrays that broadcast to the shape of a spectrum."""
        frequencies = [np.fft.fftfreq(n, length / n) for n, length in zip(self.shape, self.lengths, strict=True)]  # fmt: skip
        if self.real:
            n, length = self.shape[-1], self.lengths[-1]
            frequencies[-1] = np.fft.rfftfreq(n, length / n)
        return tuple(np.meshgrid(*(2 * np.pi * f for f in frequencies), indexing="ij", sparse=True))

    def derivative(self, order: int = 1, axis: int = 0) -> Spectrum:
        """Return the factor that differentiates a spectrum, zero at Nyquist for odd orders."""
        k = self.wavenumbers[axis]
        factor: Spectrum = np.power(1j * k, order)
        if order % 2:
            nyquist = np.pi * self.shape[axis] / self.lengths[axis]
            factor[np.isclose(np.abs(k), nyquist)] = 0.0
        return factor

    @cached_property
    def laplacian(self) -> FloatArray:
        """Factor of the Laplacian of a spectrum."""
        return -np.asarray(sum(k**2 for k in self.wavenumbers))

    def retained(self, degree: int) -> FloatArray:
        """Return 1 for modes that stay free of aliasing in products of ``degree`` factors, else 0."""
        mask = np.ones(1)
        for k, n, length in zip(self.wavenumbers, self.shape, self.lengths, strict=True):
            largest = 2 * np.pi / length * n / (degree + 1)
            mask = mask * (np.abs(k) < largest)
        return mask

    def forward(self, fields: Fields) -> Spectrum:
        """Transform fields of shape (..., *shape)."""
        over = tuple(range(-len(self.shape), 0))
        return np.fft.rfftn(fields, axes=over) if self.real else np.fft.fftn(fields, axes=over)

    def back(self, spectrum: Spectrum) -> Fields:
        """Transform spectra back to fields of shape (..., *shape)."""
        over = tuple(range(-len(self.shape), 0))
        if self.real:
            return np.fft.irfftn(spectrum, s=self.shape, axes=over)
        return np.fft.ifftn(spectrum, axes=over)

    def refined(self, factor: int) -> "PeriodicBox":
        """Return the same box with ``factor`` times as many points along each axis."""
        shape = tuple(factor * n for n in self.shape)
        return PeriodicBox(shape, self.lengths, self.origins, self.real)


class Problem(NamedTuple):
    """A right-hand side split into a linear part, diagonal in Fourier space, and the rest.

    ``linear`` has a shape that broadcasts to spectra of shape (n_fields, ...), ``rest`` maps a
    spectrum and a time to a spectrum.
    """

    box: PeriodicBox
    linear: Fields
    rest: Callable[[Spectrum, float], Spectrum]


class _Coefficients(NamedTuple):
    """Factors of one ETDRK4 step."""

    whole: Fields
    half: Fields
    stage: Fields
    first: Fields
    middle: Fields
    last: Fields


def _coefficients(linear: Fields, step: float) -> _Coefficients:
    """Return the factors of a step as means over a unit circle around each ``step * linear``."""
    z = step * np.asarray(linear, dtype=complex)
    stage, first, middle, last = (np.zeros_like(z) for _ in range(4))
    for root in np.exp(2j * np.pi * (np.arange(CIRCLE_POINTS) + 0.5) / CIRCLE_POINTS):
        r = z + root
        e = np.exp(r)
        stage += (np.exp(r / 2) - 1) / r
        first += (-4 - r + e * (4 - 3 * r + r**2)) / r**3
        middle += (2 + r + e * (r - 2)) / r**3
        last += (-4 - 3 * r - r**2 + e * (4 - r)) / r**3
    means = [step / CIRCLE_POINTS * total for total in (stage, first, middle, last)]
    factors = [np.exp(z), np.exp(z / 2), *means]
    if not np.iscomplexobj(linear):
        factors = [factor.real for factor in factors]  # halves the work of every step
    return _Coefficients(*factors)


def integrate(problem: Problem, initial: Fields, times: FloatArray, *, substeps: int) -> Fields:  # fmt: skip
    """Integrate a periodic problem and keep its fields at equally spaced times.

    Parameters
    ----------
    problem : Problem
        What to integrate.
    initial : ndarray of shape (n_fields, *shape)
        Fields at ``times[0]``.
    times : ndarray of shape (n_times,)
        Equally spaced output times.
    substeps : int
        Steps of the scheme between two output times.

    Returns
    -------
    ndarray of shape (n_fields, *shape, n_times)

    Raises
    ------
    FloatingPointError
        If the solution is no longer finite; more substeps are the remedy.
    """
    interval = float(times[1] - times[0])
    step = interval / substeps
    c = _coefficients(problem.linear, step)
    v = problem.box.forward(initial)
    kept = np.empty((*initial.shape, len(times)), dtype=initial.dtype)
    kept[..., 0] = initial
    for i in range(1, len(times)):
        with np.errstate(over="ignore", invalid="ignore"):  # a blow-up is reported below
            for j in range(substeps):
                v = _advance(problem.rest, v, float(times[i - 1]) + j * step, step, c)
        kept[..., i] = problem.box.back(v)
        if not np.isfinite(kept[..., i]).all():
            raise FloatingPointError(
                f"the solution blew up before t = {times[i]:g} with {substeps} steps in an interval"
                f" of {interval:g}; take more substeps"
            )
    return kept


def _advance(
    rest: Callable[[Spectrum, float], Spectrum],
    v: Spectrum,
    time: float,
    step: float,
    c: _Coefficients,
) -> Spectrum:
    """Take one step."""
    n0 = rest(v, time)
    decayed = c.half * v
    a = decayed + c.stage * n0
    n1 = rest(a, time + step / 2)
    n2 = rest(decayed + c.stage * n1, time + step / 2)
    n3 = rest(c.half * a + c.stage * (2 * n2 - n0), time + step)
    result: Spectrum = c.whole * v + c.first * n0 + 2 * c.middle * (n1 + n2) + c.last * n3
    return result
