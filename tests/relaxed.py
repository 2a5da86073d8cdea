"""Relaxed Kob-Andersen glasses for tests, and the tools for finite differences on them."""

from functools import lru_cache

import numpy as np
from scipy.optimize import minimize

from helpers import disordered
from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.interacting_pairs import PairStiffness
from mechanist.mechanics.linear_elasticity import hessian


def energy(c: Configuration) -> float:
    """Return the potential energy."""
    return float(PairStiffness.of(c).energy.sum() / 2)


def with_coordinates(c: Configuration, x: FloatArray) -> Configuration:
    """Return the configuration at flat coordinates ``x`` of shape (n d,)."""
    positions = np.zeros((len(c), 3))
    positions[:, : c.dimension] = x.reshape(len(c), c.dimension)
    return c.moved(positions, c.cell)


def coordinates(c: Configuration) -> FloatArray:
    """Return the coordinates in the sample's dimensions, flat."""
    return c.positions[:, : c.dimension].ravel()


def relaxed(c: Configuration) -> Configuration:
    """Return the nearest energy minimum, to rounding error."""

    def objective(x: FloatArray) -> tuple[float, FloatArray]:
        pairs = PairStiffness.of(with_coordinates(c, x))
        return pairs.energy.sum() / 2, -pairs.forces().ravel()

    options = {"maxiter": 5000, "maxfun": 10000, "ftol": 1e-15, "gtol": 1e-4}
    x = minimize(objective, coordinates(c), jac=True, method="L-BFGS-B", options=options).x
    return settled(with_coordinates(c, x))


def settled(c: Configuration) -> Configuration:
    """Return the energy minimum by Newton steps from a nearby state."""
    x = coordinates(c)
    for _ in range(5):
        pairs = PairStiffness.of(with_coordinates(c, x))
        step = np.linalg.pinv(hessian(pairs).toarray(), rcond=1e-9) @ pairs.forces().ravel()
        x = x + step * min(1.0, 0.1 / np.abs(step).max())
        if np.abs(step).max() < 1e-13:
            break
    return with_coordinates(c, x)


def strained(c: Configuration, load: FloatArray, strain: float) -> Configuration:
    """Return the configuration under the affine map ``I + strain load``."""
    f = np.eye(3) + strain * load
    return c.moved(c.positions @ f.T, c.cell @ f.T)


@lru_cache
def glass(dimension: int) -> Configuration:
    """Return a small relaxed glass whose box is smaller than twice the potential's range."""
    n = {2: 49, 3: 48}[dimension]
    return relaxed(disordered(np.random.default_rng(dimension), n=n, dimension=dimension))
