"""Partial differential equations whose coefficients vary in time or space.

Rudy, Alla, Brunton & Kutz (2019), https://doi.org/10.1137/18M1191944, with the parameters of its public
notebooks. Accuracy: see :meth:`mechanist.simulate.periodic_run.PeriodicRun.defect`.
"""

from functools import partial

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.field_files import Truth
from mechanist.simulate.case import Curves, Realisation
from mechanist.simulate.line_cases import line, periodic_sum
from mechanist.simulate.periodic_run import PeriodicRun
from mechanist.simulate.spectral_pdes import (
    advection_diffusion as advection_diffusion_problem,
)
from mechanist.simulate.spectral_pdes import (
    burgers as burgers_problem,
)
from mechanist.simulate.spectral_pdes import (
    varying_kuramoto_sivashinsky,
)

#: Values along the axis of the case, by form and term.
Coefficients = dict[str, dict[str, FloatArray]]


def parametric_burgers(*, points: int = 256, times: int = 256, viscosity: float = 0.1,
                       swing: float = 0.25, substeps: int = 16, seed: int = 0) -> Realisation:  # fmt: skip
    """Return ``u_t = -(1 + swing sin t) u u_x + viscosity u_xx`` on [-8, 8) to t = 10."""
    del seed
    box = line(points, -8.0, 16.0)
    run = PeriodicRun(
        problem=partial(
            burgers_problem,
            viscosity=viscosity,
            advection=lambda t: 1 + swing * float(np.sin(t)),
        ),
        box=box,
        initial=periodic_sum(lambda x: np.exp(-((x + 1) ** 2)), box),
        times=np.linspace(0.0, 10.0, times),
        substeps=substeps,
    )
    speed, spread = -(1 + swing * np.sin(run.times)), np.full(times, viscosity)
    forms = {
        "divergence": {"(u^2)_x": speed / 2, "u_xx": spread},
        "product": {"u u_x": speed, "u_xx": spread},
    }
    return _realised(run, "t", forms)


def parametric_advection_diffusion(
    *,
    points: int = 256,
    times: int = 256,
    diffusivity: float = 0.1,
    substeps: int = 4,
    seed: int = 0,
) -> Realisation:
    """Return ``u_t = (c(x) u)_x + diffusivity u_xx`` on [-5, 5) to t = 5.

    ``c = -1.5 + cos(2 pi x / 5)``; as a sum of terms, ``c u_x + c' u + diffusivity u_xx``.
    """
    del seed
    box = line(points, -5.0, 10.0)
    k = 2 * np.pi / 5
    run = PeriodicRun(
        problem=partial(
            advection_diffusion_problem,
            speed=lambda x: -1.5 + np.cos(k * x),
            diffusivity=diffusivity,
        ),
        box=box,
        initial=np.cos(k * box.axes[0])[None],
        times=np.linspace(0.0, 5.0, times),
        substeps=substeps,
    )
    x = box.axes[0]
    terms = {
        "u_x": -1.5 + np.cos(k * x),
        "u": -k * np.sin(k * x),
        "u_xx": np.full(points, diffusivity),
    }
    return _realised(run, "x", {"divergence": terms, "product": terms})


def parametric_ks(
    *, points: int = 512, grid: int = 256, times: int = 512, substeps: int = 16, seed: int = 0
) -> Realisation:
    """Return ``u_t = a(x) u u_x + b(x) u_xx + c(x) u_xxxx`` on [-20, 20), the second half of t = 0..200.

    ``a = 1 + sin(2 pi x / 20) / 4``, ``b = -1 + exp(-(x - 2)^2 / 5) / 4`` and
    ``c = -1 - exp(-(x + 2)^2 / 5) / 4``. ``grid`` points are integrated, ``points`` stored.
    """
    del seed
    box = line(grid, -20.0, 40.0)
    run = PeriodicRun(
        problem=partial(varying_kuramoto_sivashinsky, advection=_a, second=_b, fourth=_c),
        box=box,
        initial=periodic_sum(lambda x: np.exp(-(x**2)), box),
        times=np.linspace(0.0, 200.0, 2 * times),
        substeps=substeps,
        skipped=times,
    )
    x = line(points, -20.0, 40.0).axes[0]
    linear = {"u_xx": _b(x), "u_xxxx": _c(x)}
    forms = {
        "divergence": {"(u^2)_x": _a(x) / 2, **linear},
        "product": {"u u_x": _a(x), **linear},
    }
    return _realised(run, "x", forms, shape=(points,))


def _a(x: FloatArray) -> FloatArray:
    return 1 + 0.25 * np.sin(2 * np.pi * x / 20)


def _b(x: FloatArray) -> FloatArray:
    return -1 + 0.25 * np.exp(-((x - 2) ** 2) / 5)


def _c(x: FloatArray) -> FloatArray:
    return -1 - 0.25 * np.exp(-((x + 2) ** 2) / 5)


def _realised(
    run: PeriodicRun, axis: str, forms: Coefficients, shape: tuple[int, ...] | None = None
) -> Realisation:
    """Run the case and add its truth: curves along ``axis``, with their means as coefficients."""
    states = run.states()
    truth: dict[str, Truth] = {
        form: {"u_t": {term: float(values.mean()) for term, values in terms.items()}}
        for form, terms in forms.items()
    }
    curves: dict[str, Curves] = {
        form: {"u_t": {t: {"axis": axis, "values": v.tolist()} for t, v in terms.items()}}
        for form, terms in forms.items()
    }
    return Realisation(
        data=[run.data(states, name="0", fields=("u",), shape=shape)],
        truth=truth,
        accuracy=partial(run.defect, states),
        curves=curves,
    )
