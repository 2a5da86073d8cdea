"""Partial differential equations on a line with published parameters: the examples of PDE-FIND.

Rudy, Brunton, Proctor & Kutz (2017), https://doi.org/10.1126/sciadv.1602614. Initial states are summed
over the periods of the box, so that the periodic problem is smooth. Accuracy: see
:meth:`mechanist.simulate.periodic_run.PeriodicRun.defect`.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.field_files import FieldData, Truth
from mechanist.simulate.case import Realisation, same_in_both_forms
from mechanist.simulate.exponential import PeriodicBox, Problem
from mechanist.simulate.periodic_run import PeriodicRun
from mechanist.simulate.spectral_pdes import (
    burgers as burgers_problem,
)
from mechanist.simulate.spectral_pdes import (
    korteweg_de_vries,
    kuramoto_sivashinsky,
    nonlinear_schroedinger,
)
from mechanist.simulate.spectral_pdes import (
    schroedinger as schroedinger_problem,
)

#: Periods on either side over which initial states are summed.
IMAGES: Final = 4


def line(points: int, start: float, length: float, *, real: bool = True) -> PeriodicBox:
    """Return a periodic line."""
    return PeriodicBox((points,), (length,), (start,), real)


def periodic_sum(shape: Callable[[FloatArray], FloatArray], box: PeriodicBox) -> FloatArray:
    """Return the sum of a function over periods, shape (1, points)."""
    x, period = box.axes[0], box.lengths[0]
    total = np.sum([shape(x - period * k) for k in range(-IMAGES, IMAGES + 1)], axis=0)
    return np.asarray(total)[None]


def soliton(x: FloatArray, t: FloatArray | float, speed: float, start: float) -> FloatArray:
    """Return the soliton of ``u_t + 6 u u_x + u_xxx = 0``."""
    return 0.5 * speed / np.cosh(0.5 * np.sqrt(speed) * (x - speed * t - start)) ** 2


def burgers(*, points: int = 256, times: int = 101, viscosity: float = 0.1, substeps: int = 16,
            seed: int = 0) -> Realisation:  # fmt: skip
    """Return Burgers' equation, ``u_t = -u u_x + viscosity u_xx``, on [-8, 8) to t = 10."""
    del seed
    box = line(points, -8.0, 16.0)
    run = PeriodicRun(
        problem=partial(burgers_problem, viscosity=viscosity),
        box=box,
        initial=periodic_sum(lambda x: np.exp(-((x + 2) ** 2)), box),
        times=np.linspace(0.0, 10.0, times),
        substeps=substeps,
    )
    truth = _forms({"(u^2)_x": -0.5, "u_xx": viscosity}, {"u u_x": -1.0, "u_xx": viscosity})
    return _real(run, truth)


def kdv(*, points: int = 512, times: int = 201, substeps: int = 32, seed: int = 0) -> Realisation:
    """Return the Korteweg-de Vries equation with two colliding solitons, on [-30, 30) to t = 20."""
    del seed
    box = line(points, -30.0, 60.0)
    initial = periodic_sum(lambda x: soliton(x, 0, 1.0, -20.0) + soliton(x, 0, 0.5, 5.0), box)
    run = PeriodicRun(
        problem=korteweg_de_vries,
        box=box,
        initial=initial,
        times=np.linspace(0.0, 20.0, times),
        substeps=substeps,
    )
    return _real(run, KDV)


KDV: Final[dict[str, Truth]] = {
    "divergence": {"u_t": {"(u^2)_x": -3.0, "u_xxx": -1.0}},
    "product": {"u_t": {"u u_x": -6.0, "u_xxx": -1.0}},
}


def kdv_solitons(
    *, speeds: tuple[float, ...] = (1.0, 5.0), points: int = 256, times: int = 50, seed: int = 0
) -> Realisation:
    """Return Korteweg-de Vries solitons in closed form, one trajectory per speed.

    Data of a single speed also satisfy ``u_t = -c u_x``, which is then listed in ``alternatives``;
    data of two speeds do not. The grid is not periodic.
    """
    del seed
    x, t = np.linspace(-10.0, 12.0, points), np.linspace(0.025, 0.025 * times, times)
    starts = {1.0: -1.0, 5.0: -3.0}
    data = [
        FieldData(
            f"speed {c:g}",
            {"x": x, "t": t},
            {"u": soliton(x[:, None], t, c, starts.get(c, -2.0))},
        )
        for c in speeds
    ]
    alone = same_in_both_forms({"u_t": {"u_x": -speeds[0]}}) if len(set(speeds)) == 1 else {}
    return Realisation(data=data, truth=KDV, accuracy=lambda: 0.0, alternatives=alone)


def ks(*, points: int = 1024, times: int = 251, substeps: int = 32, seed: int = 0) -> Realisation:
    """Return the Kuramoto-Sivashinsky equation on [0, 32 pi) to t = 100."""
    del seed
    box = line(points, 0.0, 32 * np.pi)
    x = box.axes[0]
    run = PeriodicRun(
        problem=kuramoto_sivashinsky,
        box=box,
        initial=(np.cos(x / 16) * (1 + np.sin(x / 16)))[None],
        times=np.linspace(0.0, 100.0, times),
        substeps=substeps,
    )
    linear = {"u_xx": -1.0, "u_xxxx": -1.0}
    return _real(run, _forms({"(u^2)_x": -0.5, **linear}, {"u u_x": -1.0, **linear}))


def nls(*, points: int = 512, times: int = 501, substeps: int = 8, seed: int = 0) -> Realisation:
    """Return the nonlinear Schroedinger equation, ``psi = u + i v``, on [-5, 5) to t = pi."""
    del seed
    box = line(points, -5.0, 10.0, real=False)
    run = PeriodicRun(
        problem=nonlinear_schroedinger,
        box=box,
        initial=periodic_sum(lambda x: 2 / np.cosh(x), box).astype(complex),
        times=np.linspace(0.0, np.pi, times),
        substeps=substeps,
    )
    truth: Truth = {
        "u_t": {"v_xx": -0.5, "u^2 v": -1.0, "v^3": -1.0},
        "v_t": {"u_xx": 0.5, "u^3": 1.0, "u v^2": 1.0},
    }
    return _complex(run, truth, {})


def schroedinger(
    *, points: int = 512, times: int = 401, substeps: int = 8, seed: int = 0
) -> Realisation:
    """Return the Schroedinger equation in the potential ``V = x^2 / 2``, a known input, to t = 10.

    The wave packet starts as ``exp(-(x - 1)^2)`` and oscillates and breathes on [-10, 10).
    """
    del seed
    box = line(points, -10.0, 20.0, real=False)
    run = PeriodicRun(
        problem=_in_harmonic_well,
        box=box,
        initial=periodic_sum(lambda x: np.exp(-((x - 1) ** 2)), box).astype(complex),
        times=np.linspace(0.0, 10.0, times),
        substeps=substeps,
    )
    potential = np.repeat(0.5 * box.axes[0][:, None] ** 2, times, axis=1)
    truth: Truth = {"u_t": {"v_xx": -0.5, "V v": 1.0}, "v_t": {"u_xx": 0.5, "V u": -1.0}}
    return _complex(run, truth, {"V": potential})


def _in_harmonic_well(box: PeriodicBox) -> Problem:
    return schroedinger_problem(box, potential=0.5 * box.axes[0] ** 2)


def _forms(divergence: dict[str, float], product: dict[str, float]) -> dict[str, Truth]:
    return {"divergence": {"u_t": divergence}, "product": {"u_t": product}}


def _real(run: PeriodicRun, truth: dict[str, Truth]) -> Realisation:
    states = run.states()
    data = run.data(states, name="0", fields=("u",))
    return Realisation(data=[data], truth=truth, accuracy=partial(run.defect, states))


def _complex(run: PeriodicRun, truth: Truth, inputs: dict[str, FloatArray]) -> Realisation:
    states = run.states()
    return Realisation(
        data=[run.data(states, name="0", fields=("u", "v"), inputs=inputs)],
        truth=same_in_both_forms(truth),
        accuracy=partial(run.defect, states),
    )
