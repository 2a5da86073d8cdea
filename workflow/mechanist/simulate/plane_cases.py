"""Partial differential equations in the plane: two examples of PDE-FIND at reduced size.

Rudy, Brunton, Proctor & Kutz (2017), https://doi.org/10.1126/sciadv.1602614. Accuracy: see
:meth:`mechanist.simulate.periodic_run.PeriodicRun.defect`.
"""

from functools import partial
from typing import Final

import numpy as np

from mechanist.core.seeds import generator
from mechanist.core.typing import FloatArray
from mechanist.formats.field_files import Truth
from mechanist.simulate.case import Realisation, same_in_both_forms
from mechanist.simulate.exponential import PeriodicBox
from mechanist.simulate.periodic_run import PeriodicRun
from mechanist.simulate.spectral_pdes import lambda_omega, velocity, vorticity

#: Longest wave vector of the initial vorticity, in periods per side.
FIRST_WAVES: Final = 3


def reaction_diffusion(
    *,
    points: int = 128,
    grid: int = 256,
    times: int = 101,
    settled: float = 2.0,
    substeps: int = 1,
    diffusivity: float = 0.1,
    beta: float = 1.0,
    seed: int = 0,
) -> Realisation:
    """Return a spiral wave of the lambda-omega system on [-10, 10)^2 to t = 10.

    ``grid`` points per side are integrated and ``points`` stored. Nothing is lost as long as
    ``points`` is at least half of ``grid``: higher modes contain no products. States before
    ``settled`` are left out: the spiral does not fit the periods and starts with a jump at the
    edges.
    """
    del seed
    box = PeriodicBox((grid, grid), (20.0, 20.0), (-10.0, -10.0))
    x, y = box.points
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    phase = angle - radius
    all_times = np.linspace(0.0, 10.0, times)
    run = PeriodicRun(
        problem=partial(lambda_omega, diffusivity=diffusivity, beta=beta),
        box=box,
        initial=np.tanh(radius) * np.stack([np.cos(phase), np.sin(phase)]),
        times=all_times,
        substeps=substeps,
        skipped=int(np.searchsorted(all_times, settled - 1e-9)),
    )
    states = run.states()
    spread_u, spread_v = ({f"{f}_xx": diffusivity, f"{f}_yy": diffusivity} for f in ("u", "v"))
    truth: Truth = {
        "u_t": {"u": 1.0, "u^3": -1.0, "u v^2": -1.0, "u^2 v": beta, "v^3": beta, **spread_u},
        "v_t": {"v": 1.0, "u^2 v": -1.0, "v^3": -1.0, "u^3": -beta, "u v^2": -beta, **spread_v},
    }
    return Realisation(
        data=[run.data(states, name="0", fields=("u", "v"), shape=(points, points))],
        truth=same_in_both_forms(truth),
        accuracy=partial(run.defect, states),
    )


def navier_stokes(
    *,
    points: int = 96,
    grid: int = 128,
    times: int = 101,
    substeps: int = 4,
    viscosity: float = 0.01,
    seed: int = 0,
) -> Realisation:
    """Return decaying plane turbulence on [0, 2 pi)^2 to t = 10: vorticity w, known velocity (u, v).

    The initial vorticity is a random sum of long waves with unit variance. ``grid`` points per side
    are integrated and ``points`` stored. Nothing is lost as long as ``points`` is at least two
    thirds of ``grid``.
    """
    box = PeriodicBox((grid, grid), (2 * np.pi, 2 * np.pi), (0.0, 0.0))
    run = PeriodicRun(
        problem=partial(vorticity, viscosity=viscosity),
        box=box,
        initial=_long_waves(box, seed)[None],
        times=np.linspace(0.0, 10.0, times),
        substeps=substeps,
    )
    states = run.states()
    data = run.data(states, name="0", fields=("w",), shape=(points, points))
    stored = PeriodicBox((points, points), box.lengths, box.origins)
    flow = velocity(stored, np.moveaxis(data.fields["w"], -1, 0))
    data.inputs.update({name: np.moveaxis(part, 0, -1).copy() for name, part in zip("uv", flow, strict=True)})  # fmt: skip
    spread = {"w_xx": viscosity, "w_yy": viscosity}
    truth: dict[str, Truth] = {
        "divergence": {"w_t": {"(u w)_x": -1.0, "(v w)_y": -1.0, **spread}},
        "product": {"w_t": {"u w_x": -1.0, "v w_y": -1.0, **spread}},
    }
    return Realisation(data=[data], truth=truth, accuracy=partial(run.defect, states))


def _long_waves(box: PeriodicBox, seed: int) -> FloatArray:
    """Return a random field of unit variance with at most ``FIRST_WAVES`` periods per side."""
    rng = generator(seed, "navier_stokes", "vorticity")
    x, y = box.points
    field = np.zeros(box.shape)
    for i in range(-FIRST_WAVES, FIRST_WAVES + 1):
        for j in range(FIRST_WAVES + 1):
            if 0 < i * i + j * j <= FIRST_WAVES**2:
                field += rng.normal() * np.cos(i * x + j * y + rng.uniform(0, 2 * np.pi))
    return np.asarray(field / field.std())
