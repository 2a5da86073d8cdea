"""Find the elastic energy of an incompressible solid as a sum of few terms of its invariants.

The stress of a homogeneous test is linear in the coefficients of the energy, so that measured curves
are fitted directly and nothing is differentiated. Every set of terms of a given size is tried. The
number of terms is chosen by predicting one kind of test from the others, because a law that is only
fitted to simple tension may fail in other tests (Treloar 1944, 10.1039/TF9444000059).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.mechanics.rubber_energies import TERMS, energy_stress
from mechanist.mechanics.rubber_tests import Kinematics, Test, kinematics, unstretched

#: A smaller law is preferred if its held-out misfit exceeds the least one by at most this share.
TOLERANCE: Final = 0.1
#: Least singular value, relative to the largest, of normalised columns that data can separate.
SEPARABLE: Final = 1e-6
#: Largest misfit, in standard errors, of a law that is said to describe or to predict tests.
AGREES: Final = 2.0
#: Points of the curves on which the slope of the stress is examined.
POINTS: Final = 200


@dataclass(frozen=True, eq=False)
class ElasticTest:
    """A measured curve.

    Parameters
    ----------
    test : str
        Kind of the test, as in :mod:`mechanist.mechanics.rubber_tests`.
    stretch, stress : ndarray of shape (n,)
        Stretch (amount of shear in simple shear) and nominal stress.
    error : ndarray of shape (n,)
        Standard error of each stress, positive.
    """

    test: Test
    stretch: FloatArray
    stress: FloatArray
    error: FloatArray

    @property
    def kinematics(self) -> Kinematics:
        """Kinematics of every point."""
        return kinematics(self.test, self.stretch)

    def misfit(self, predicted: FloatArray) -> float:
        """Return the root-mean-square deviation of a prediction, in standard errors."""
        return float(np.sqrt(np.mean(((self.stress - predicted) / self.error) ** 2)))


@dataclass(frozen=True)
class SizedLaw:
    """The best law of one number of terms.

    Parameters
    ----------
    terms : tuple of str
        Terms of the fit to all tests.
    coefficients : tuple of float
        Their coefficients, in units of the stress.
    fitted : float
        Misfit to all tests, in standard errors.
    held_out : dict of str to float
        For each kind of test, the misfit of the law found without it.
    found : tuple of tuple of str
        Terms found without each kind of test, in the order of ``held_out``.
    """

    terms: tuple[str, ...]
    coefficients: tuple[float, ...]
    fitted: float
    held_out: dict[str, float]
    found: tuple[tuple[str, ...], ...]

    @property
    def overall(self) -> float:
        """Root-mean-square of the held-out misfits over kinds of tests."""
        return float(np.sqrt(np.mean(np.square(list(self.held_out.values())))))

    def stress(self, k: Kinematics) -> FloatArray:
        """Return the nominal stress."""
        return energy_stress(dict(zip(self.terms, self.coefficients, strict=True)), k)


@dataclass(frozen=True)
class ElasticLaw:
    """An energy, with what supports it.

    Parameters
    ----------
    law : SizedLaw
        The chosen law.
    errors : tuple of float
        Jackknife standard error of each coefficient over kinds of tests, with the terms kept.
    inclusion : tuple of float
        Share of the fits without one kind of test in which each term is found.
    sizes : tuple of SizedLaw
        The best law of every number of terms that was tried.
    stable : dict of str to bool
        For each kind of test, whether the stress rises with the stretch up to the largest one
        that was measured.
    """

    law: SizedLaw
    errors: tuple[float, ...]
    inclusion: tuple[float, ...]
    sizes: tuple[SizedLaw, ...]
    stable: dict[str, bool]

    @property
    def verdict(self) -> str:
        """What the data say for or against the law, in words."""
        problems = []
        if self.law.fitted > AGREES:
            problems.append(
                "it does not describe the curves within their errors: other terms, or the true size"
                " of the errors, are needed"
            )
        if self.law.overall > AGREES:
            problems.append(
                "it does not predict a kind of test that was left out: add tests of another kind"
            )
        if min(self.inclusion) < 1:
            problems.append(
                "its terms change when a kind of test is left out: larger stretches or another kind"
                " of test would decide between them"
            )
        falling = [kind.replace("_", " ") for kind, rises in self.stable.items() if not rises]
        if falling:
            problems.append(f"its stress falls with the stretch in {', '.join(falling)}")
        return "; ".join(problems) or "supported: found, and predictive, whichever test is left out"


def discover_energy(tests: Sequence[ElasticTest], *, most: int) -> ElasticLaw:
    """Find the energy from tests of at least two kinds.

    Parameters
    ----------
    tests : sequence of ElasticTest
    most : int
        Largest number of terms.

    Raises
    ------
    ValueError
        If there are fewer than two kinds of tests.
    """
    kinds = kinds_of(tests)
    sizes = tuple(_sized(tests, kinds, size) for size in range(1, most + 1))
    least = min(law.overall for law in sizes)
    law = next(law for law in sizes if law.overall <= (1 + TOLERANCE) * least)
    without = [
        fit_terms([test for test in tests if test.test != kind], law.terms) for kind in kinds
    ]
    spread = np.std(without, axis=0) * np.sqrt(len(kinds) - 1)
    inclusion = [np.mean([term in found for found in law.found]) for term in law.terms]
    return ElasticLaw(
        law=law,
        errors=tuple(spread.tolist()),
        inclusion=tuple(map(float, inclusion)),
        sizes=sizes,
        stable={kind: _rises(law, kind, tests) for kind in kinds},
    )


def kinds_of(tests: Sequence[ElasticTest]) -> tuple[Test, ...]:
    """Return the kinds of tests, each once.

    Raises
    ------
    ValueError
        If there are fewer than two.
    """
    kinds = tuple(dict.fromkeys(test.test for test in tests))
    if len(kinds) < 2:
        raise ValueError(
            f"only tests of the kind {', '.join(kinds) or 'none'} are given; expected at least two"
            " kinds, since one kind of test cannot separate the invariants I1 and I2. Add curves of"
            " another kind, such as equibiaxial tension"
        )
    return kinds


def fit_terms(tests: Sequence[ElasticTest], terms: Sequence[str]) -> FloatArray:
    """Return the coefficients of given terms by weighted least squares, shape (p,)."""
    matrix, target = _rows(tests, terms)
    return np.asarray(np.linalg.lstsq(matrix, target, rcond=None)[0], float)


def energy_without(tests: Sequence[ElasticTest], kind: Test, size: int) -> SizedLaw:
    """Return the best law of a number of terms that is found without one kind of test."""
    others = [test for test in tests if test.test != kind]
    law = SizedLaw(*_best(others, size), math.nan, {}, ())
    return replace(law, fitted=misfit_of(others, law.stress))


def _sized(tests: Sequence[ElasticTest], kinds: Sequence[Test], size: int) -> SizedLaw:
    without = {kind: energy_without(tests, kind, size) for kind in kinds}
    held_out = {
        kind: misfit_of([test for test in tests if test.test == kind], law.stress)
        for kind, law in without.items()
    }
    found = tuple(law.terms for law in without.values())
    law = SizedLaw(*_best(tests, size), math.nan, {str(k): v for k, v in held_out.items()}, found)
    return replace(law, fitted=misfit_of(tests, law.stress))


def misfit_of(tests: Sequence[ElasticTest], stress: Callable[[Kinematics], FloatArray]) -> float:
    """Return the root-mean-square misfit of a law over the points of tests, in standard errors."""
    squares = [test.misfit(stress(test.kinematics)) ** 2 for test in tests]
    return float(np.sqrt(np.average(squares, weights=[len(test.stress) for test in tests])))


def _best(tests: Sequence[ElasticTest], size: int) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Return the terms with the least misfit among all sets whose columns the data separate."""
    names = list(TERMS)
    matrix, target = _rows(tests, names)
    norms = np.linalg.norm(matrix, axis=0)
    factor = np.asarray(np.linalg.qr(np.column_stack([matrix / norms, target]), mode="r"))
    columns, goal = factor[:, :-1], factor[:, -1]
    best: tuple[float, tuple[int, ...]] = (np.inf, ())
    for chosen in combinations(range(len(names)), size):
        weights, _, _, values = np.linalg.lstsq(columns[:, chosen], goal, rcond=None)
        if values[-1] <= SEPARABLE * values[0]:
            continue
        left = goal - columns[:, chosen] @ weights
        best = min(best, (float(left @ left), chosen))
    terms = tuple(names[k] for k in best[1])
    return terms, tuple(fit_terms(tests, terms).tolist())


def _rows(tests: Sequence[ElasticTest], terms: Sequence[str]) -> tuple[FloatArray, FloatArray]:
    """Return columns of stresses and the measured stress, both in standard errors."""
    parts = []
    for test in tests:
        k = test.kinematics
        columns = [TERMS[term].stress(k) / test.error for term in terms]
        parts.append(np.column_stack([*columns, test.stress / test.error]))
    table = np.concatenate(parts)
    return table[:, :-1], table[:, -1]


def _rises(law: SizedLaw, kind: Test, tests: Sequence[ElasticTest]) -> bool:
    """Return whether the stress of a law rises over the measured range of a kind of test."""
    largest = max(float(test.stretch.max()) for test in tests if test.test == kind)
    stretch = np.linspace(unstretched(kind), largest, POINTS)
    return bool(np.all(np.diff(law.stress(kinematics(kind, stretch))) > 0))
