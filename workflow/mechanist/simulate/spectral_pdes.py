"""Partial differential equations on periodic boxes, split for the exponential integrator.

Each function returns the :class:`Problem` of one equation on a given grid. Products are formed on the
grid, without the modes that would alias.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray
from mechanist.simulate.exponential import PeriodicBox, Problem, Spectrum


def burgers(
    box: PeriodicBox, *, viscosity: float, advection: Callable[[float], float] | None = None
) -> Problem:
    """Return ``u_t = -a(t) u u_x + viscosity u_xx``, with ``a = 1`` unless ``advection`` is given."""
    factor = -0.5 * box.derivative() * box.retained(2)

    def rest(v: Spectrum, time: float) -> Spectrum:
        strength = 1.0 if advection is None else advection(time)
        square: Spectrum = strength * factor * box.forward(box.back(v) ** 2)
        return square

    return Problem(box, viscosity * box.laplacian, rest)


def korteweg_de_vries(box: PeriodicBox) -> Problem:
    """Return ``u_t = -6 u u_x - u_xxx``."""
    factor = -3.0 * box.derivative() * box.retained(2)

    def rest(v: Spectrum, _: float) -> Spectrum:
        flux: Spectrum = factor * box.forward(box.back(v) ** 2)
        return flux

    return Problem(box, -box.derivative(3), rest)


def kuramoto_sivashinsky(box: PeriodicBox) -> Problem:
    """Return ``u_t = -u u_x - u_xx - u_xxxx``."""
    factor = -0.5 * box.derivative() * box.retained(2)

    def rest(v: Spectrum, _: float) -> Spectrum:
        flux: Spectrum = factor * box.forward(box.back(v) ** 2)
        return flux

    k2 = -box.laplacian
    return Problem(box, k2 - k2**2, rest)


def varying_kuramoto_sivashinsky(
    box: PeriodicBox,
    *,
    advection: Callable[[FloatArray], FloatArray],
    second: Callable[[FloatArray], FloatArray],
    fourth: Callable[[FloatArray], FloatArray],
) -> Problem:
    """Return ``u_t = a(x) u u_x + b(x) u_xx + c(x) u_xxxx``; means of b and c are integrated exactly."""
    x = box.axes[0]
    a, b, c = advection(x), second(x), fourth(x)
    k2 = -box.laplacian
    mask = box.retained(2)
    orders = np.stack([np.ones_like(k2), box.derivative(), -k2, k2**2])
    varying_b, varying_c = b - b.mean(), c - c.mean()

    def rest(v: Spectrum, _: float) -> Spectrum:
        u, u_x, u_xx, u_xxxx = box.back(orders * v)
        value = a * u * u_x + varying_b * u_xx + varying_c * u_xxxx
        result: Spectrum = mask * box.forward(value)
        return result

    return Problem(box, -b.mean() * k2 + c.mean() * k2**2, rest)


def advection_diffusion(
    box: PeriodicBox, *, speed: Callable[[FloatArray], FloatArray], diffusivity: float
) -> Problem:
    """Return ``u_t = (c(x) u)_x + diffusivity u_xx``."""
    c = speed(box.axes[0])
    factor = box.derivative()

    def rest(v: Spectrum, _: float) -> Spectrum:
        flux: Spectrum = factor * box.forward(c * box.back(v))
        return flux

    return Problem(box, diffusivity * box.laplacian, rest)


def schroedinger(box: PeriodicBox, *, potential: FloatArray) -> Problem:
    """Return ``i psi_t = -psi_xx / 2 + V psi``."""

    def rest(v: Spectrum, _: float) -> Spectrum:
        turned: Spectrum = -1j * box.forward(potential * box.back(v))
        return turned

    return Problem(box, 0.5j * box.laplacian, rest)


def nonlinear_schroedinger(box: PeriodicBox) -> Problem:
    """Return ``i psi_t = -psi_xx / 2 - |psi|^2 psi``."""
    mask = box.retained(3)

    def rest(v: Spectrum, _: float) -> Spectrum:
        psi = box.back(v)
        turned: Spectrum = 1j * mask * box.forward(np.abs(psi) ** 2 * psi)
        return turned

    return Problem(box, 0.5j * box.laplacian, rest)


def lambda_omega(box: PeriodicBox, *, diffusivity: float, beta: float) -> Problem:
    """Return the lambda-omega system, ``A^2 = u^2 + v^2``.

    ``u_t = (1 - A^2) u + beta A^2 v + diffusivity (u_xx + u_yy)`` and
    ``v_t = -beta A^2 u + (1 - A^2) v + diffusivity (v_xx + v_yy)``.
    """
    mask = box.retained(3)

    def rest(spectra: Spectrum, _: float) -> Spectrum:
        u, v = box.back(spectra)
        amplitude = u**2 + v**2
        cubic = np.stack([beta * v - u, -beta * u - v]) * amplitude
        result: Spectrum = mask * box.forward(cubic)
        return result

    return Problem(box, 1.0 + diffusivity * box.laplacian, rest)


def vorticity(box: PeriodicBox, *, viscosity: float) -> Problem:
    """Return ``w_t = -u w_x - v w_y + viscosity (w_xx + w_yy)`` of an incompressible plane flow."""
    gradient = np.stack(np.broadcast_arrays(box.derivative(axis=0), box.derivative(axis=1)))
    mask = box.retained(2)

    def rest(spectra: Spectrum, _: float) -> Spectrum:
        (w,) = spectra
        u, v, w_x, w_y = box.back(np.concatenate([_flow(box, w), gradient * w]))
        advected: Spectrum = -mask * box.forward(u * w_x + v * w_y)[None]
        return advected

    return Problem(box, viscosity * box.laplacian, rest)


def velocity(box: PeriodicBox, w: FloatArray) -> FloatArray:
    """Return the velocity of a flow, shape (2, *shape) and zero on average, from its vorticity."""
    return np.asarray(box.back(_flow(box, box.forward(w))), dtype=np.float64)


def _flow(box: PeriodicBox, w: Spectrum) -> NDArray[np.complex128]:
    """Return spectra of ``u = psi_y`` and ``v = -psi_x``, where ``-laplacian psi = w``."""
    laplacian = np.where(box.laplacian == 0, 1.0, box.laplacian)
    stream = np.where(box.laplacian == 0, 0.0, -w / laplacian)
    return np.stack([box.derivative(axis=1) * stream, -box.derivative(axis=0) * stream])
