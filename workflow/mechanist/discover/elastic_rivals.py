"""Established elastic laws of rubber, fitted to the same tests as a discovered one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
from scipy.optimize import least_squares

from mechanist.core.typing import FloatArray
from mechanist.discover.elastic_energy import ElasticTest, fit_terms, kinds_of, misfit_of
from mechanist.mechanics.rubber_energies import energy_stress
from mechanist.mechanics.rubber_tests import Kinematics

Law = Callable[[Kinematics], FloatArray]
Fit = Callable[[Sequence[ElasticTest]], Law]
#: Smallest distance of the chain stretch from its limit, relative to the limit.
NEAREST: Final = 1e-3


def _of_terms(*terms: str) -> Fit:
    """Return the fit of a law that is linear in its coefficients."""

    def fit(tests: Sequence[ElasticTest]) -> Law:
        coefficients = dict(zip(terms, fit_terms(tests, terms).tolist(), strict=True))
        return lambda k: energy_stress(coefficients, k)

    return fit


def _mean(tests: Sequence[ElasticTest]) -> Law:
    """Return the mean stress of the tests, whatever the stretch."""
    mean = float(np.mean(np.concatenate([test.stress for test in tests])))
    return lambda k: np.full_like(k.first, mean)


def _hooke(tests: Sequence[ElasticTest]) -> Law:
    """Return incompressible linear elasticity, one shear modulus."""
    column = np.concatenate([test.kinematics.linear / test.error for test in tests])
    target = np.concatenate([test.stress / test.error for test in tests])
    modulus = float(column @ target / (column @ column))
    return lambda k: modulus * k.linear


def eight_chain(tests: Sequence[ElasticTest]) -> Law:
    """Fit the eight-chain network of Arruda and Boyce (1993), 10.1016/0022-5096(93)90013-6.

    Each chain has ``N`` rigid links and a Langevin force, here in Cohen's Pade form; the modulus
    and ``N`` are fitted. Stretches of chains beyond their limit are refused to the fit by growing
    residuals, and give the stress just below the limit in predictions.
    """
    largest = max(float(test.kinematics.first.max()) for test in tests)

    def law(parameters: FloatArray) -> Law:
        modulus, links = np.exp(parameters)

        def stress(k: Kinematics) -> FloatArray:
            square = np.minimum(k.first / (3 * links), (1 - NEAREST) ** 2)
            return np.asarray(k.drive * modulus / 6 * (3 - square) / (1 - square), float)

        return stress

    def residuals(parameters: FloatArray) -> FloatArray:
        stress = law(parameters)
        return np.concatenate([(stress(t.kinematics) - t.stress) / t.error for t in tests])

    starts = [np.log([0.3, factor * largest / 3]) for factor in (1.05, 1.5, 5.0)]
    fits = [least_squares(residuals, start) for start in starts]
    return law(min(fits, key=lambda fit: float(fit.cost)).x)


#: Rivals: a dummy, linear elasticity, networks of chains, and phenomenological laws.
RIVALS: Final[Mapping[str, Fit]] = {
    "mean": _mean,
    "hooke": _hooke,
    "neo_hooke": _of_terms("I1"),
    "eight_chain": eight_chain,
    "mooney_rivlin": _of_terms("I1", "I2"),
    "gent_thomas": _of_terms("I1", "ln(I2)"),
    "yeoh": _of_terms("I1", "(I1-3)^2", "(I1-3)^3"),
}


def held_out_misfits(tests: Sequence[ElasticTest], fit: Fit) -> dict[str, float]:
    """Return the misfit on each kind of test of a law that is fitted to the other kinds.

    Parameters
    ----------
    tests : sequence of ElasticTest
    fit : callable
        Fits a law to tests.

    Raises
    ------
    ValueError
        If there are fewer than two kinds of tests.
    """
    return {
        kind: misfit_of(
            [t for t in tests if t.test == kind], fit([t for t in tests if t.test != kind])
        )
        for kind in kinds_of(tests)
    }
