"""Energies of rubbers are found in curves, and judged by tests that were not fitted."""

from dataclasses import replace

import numpy as np
import pytest

from mechanist.core.typing import FloatArray
from mechanist.discover.elastic_energy import (
    ElasticLaw,
    ElasticTest,
    SizedLaw,
    discover_energy,
    energy_without,
    fit_terms,
    kinds_of,
)
from mechanist.discover.elastic_rivals import RIVALS, eight_chain, held_out_misfits
from mechanist.mechanics.rubber_tests import Test, kinematics

RANGES: dict[Test, tuple[float, float]] = {
    "uniaxial": (1.1, 6.0), "equibiaxial": (1.1, 4.0), "pure_shear": (1.1, 5.0),
}  # fmt: skip


def exact(test: Test, stretch: FloatArray, c1: float, c2: float) -> FloatArray:
    """Return Mooney and Rivlin's stress, written down as in textbooks."""
    if test == "uniaxial":
        return 2 * (stretch - stretch**-2.0) * (c1 + c2 / stretch)
    if test == "equibiaxial":
        return 2 * (stretch - stretch**-5.0) * (c1 + c2 * stretch**2)
    return 2 * (stretch - stretch**-3.0) * (c1 + c2)


def mooney(
    c1: float = 0.2, c2: float = 0.02, noise: float = 0.0, seed: int = 0
) -> list[ElasticTest]:
    rng = np.random.default_rng(seed)
    tests = []
    for test, (low, high) in RANGES.items():
        stretch = np.linspace(low, high, 25)
        stress = exact(test, stretch, c1, c2)
        error = 0.01 + 0.01 * stress
        tests.append(
            ElasticTest(test, stretch, stress + noise * error * rng.standard_normal(25), error)
        )
    return tests


def test_an_exact_law_is_found_with_its_coefficients() -> None:
    found = discover_energy(mooney(), most=3)
    assert set(found.law.terms) == {"I1", "I2"}
    coefficients = dict(zip(found.law.terms, found.law.coefficients, strict=True))
    assert coefficients == pytest.approx({"I1": 0.2, "I2": 0.02}, rel=1e-8)
    assert found.inclusion == (1.0, 1.0)
    assert found.law.overall < 1e-8
    assert found.verdict.startswith("supported")
    assert all(found.stable.values())


def test_a_law_with_one_term_is_not_given_a_second() -> None:
    found = discover_energy(mooney(c2=0.0, noise=1.0), most=4)
    assert found.law.terms == ("I1",)
    assert found.law.coefficients[0] == pytest.approx(0.2, rel=0.02)
    assert 0.7 < found.law.fitted < 1.3


def test_misfits_count_standard_errors() -> None:
    test = ElasticTest("uniaxial", np.array([2.0, 3.0]), np.array([1.0, 2.0]), np.array([0.1, 0.5]))
    # Deviations of 3 and 4 standard errors: sqrt((9 + 16) / 2).
    assert test.misfit(np.array([1.3, 0.0])) == pytest.approx(np.sqrt(12.5))


def test_a_held_out_test_does_not_influence_the_law_that_predicts_it() -> None:
    tests = mooney(noise=1.0)
    before = energy_without(tests, "equibiaxial", 2)
    stretched = [
        ElasticTest(
            t.test, t.stretch, 3 * t.stress if t.test == "equibiaxial" else t.stress, t.error
        )
        for t in tests
    ]
    after = energy_without(stretched, "equibiaxial", 2)
    assert (after.terms, after.coefficients) == (before.terms, before.coefficients)
    assert energy_without(stretched, "uniaxial", 2).coefficients != before.coefficients


def test_a_law_that_softens_within_the_data_is_marked() -> None:
    tests, largest = [], {"uniaxial": 5.5, "equibiaxial": 1.8, "pure_shear": 2.0}
    for test in RANGES:
        stretch = np.linspace(1.1, largest[test], 25)
        k = kinematics(test, stretch)
        # W = 0.2 I1 - 0.004 (I1 - 3)^2, whose stress falls at large stretches alone.
        stress = k.drive * (0.2 - 0.008 * (k.first - 3))
        tests.append(ElasticTest(test, stretch, stress, np.full(25, 0.01)))
    found = discover_energy(tests, most=2)
    assert set(found.law.terms) == {"I1", "(I1-3)^2"}
    assert found.stable == {"uniaxial": False, "equibiaxial": True, "pure_shear": True}
    assert found.verdict == "its stress falls with the stretch in uniaxial"


def test_curves_of_another_law_are_not_said_to_be_described() -> None:
    tests = []
    for test, (low, high) in RANGES.items():
        stretch = np.linspace(low, high, 25)
        steps = np.where(stretch < 2.5, 0.3, 1.2)
        tests.append(ElasticTest(test, stretch, steps, np.full(25, 0.01)))
    verdict = discover_energy(tests, most=2).verdict
    assert "does not describe the curves within their errors" in verdict
    assert "does not predict a kind of test that was left out" in verdict


def test_one_kind_of_test_is_refused() -> None:
    one = [test for test in mooney() if test.test == "pure_shear"]
    for tests in (one, one * 2):
        with pytest.raises(ValueError, match="only tests of the kind pure_shear") as caught:
            kinds_of(tests)
        assert "at least two" in str(caught.value)
        with pytest.raises(ValueError, match="cannot separate the invariants I1 and I2"):
            discover_energy(tests, most=2)
    assert kinds_of(mooney()) == ("uniaxial", "equibiaxial", "pure_shear")


def test_weights_are_the_stated_errors() -> None:
    stretch = np.array([2.0, 2.0])
    drive = 2 * (2.0 - 0.25)
    test = ElasticTest("uniaxial", stretch, drive * np.array([1.0, 2.0]), np.array([1.0, 2.0]))
    # Weighted mean of 1 and 2 with weights 1 and 1/4.
    assert fit_terms([test], ["I1"])[0] == pytest.approx((1 + 2 / 4) / (1 + 1 / 4))


def test_the_eight_chain_law_finds_its_own_parameters() -> None:
    modulus, links = 0.3, 26.0
    tests = []
    for test, (low, high) in RANGES.items():
        stretch = np.linspace(low, high, 20)
        k = kinematics(test, stretch)
        chain = np.sqrt(k.first / 3)
        x = chain / np.sqrt(links)
        langevin = x * (3 - x**2) / (1 - x**2)
        # dW/dI1 = (modulus / 6) sqrt(N) / chain * inverse Langevin(chain / sqrt(N)).
        stress = k.drive * modulus / 6 * np.sqrt(links) / chain * langevin
        tests.append(ElasticTest(test, stretch, stress, 0.01 + 0.01 * stress))
    law = eight_chain(tests)
    for test in tests:
        np.testing.assert_allclose(law(test.kinematics), test.stress, rtol=1e-5)
    assert max(held_out_misfits(tests, eight_chain).values()) < 1e-2
    assert max(held_out_misfits(tests, RIVALS["neo_hooke"]).values()) > 1


def test_rivals_predict_what_they_were_not_fitted_to() -> None:
    tests = mooney()
    assert max(held_out_misfits(tests, RIVALS["mooney_rivlin"]).values()) < 1e-8
    assert min(held_out_misfits(tests, RIVALS["neo_hooke"]).values()) > 1
    assert set(held_out_misfits(tests, RIVALS["mean"])) == set(RANGES)
    small = [
        ElasticTest(t, np.array([1.001, 1.002]), exact(t, np.array([1.001, 1.002]), 0.2, 0.05),
                    np.full(2, 1e-4))
        for t in RANGES
    ]  # fmt: skip
    assert max(held_out_misfits(small, RIVALS["hooke"]).values()) < 0.2


@pytest.mark.parametrize(
    ("c2", "ratio", "terms"),
    [(0.00134, (1.08, 1.1), ("I1",)), (0.00136, (1.1, 1.11), ("I1", "I2"))],
)
def test_a_smaller_law_may_predict_worse_by_a_tenth(
    c2: float, ratio: tuple[float, float], terms: tuple[str, ...]
) -> None:
    found = discover_energy(mooney(c2=c2, noise=1.0), most=2)
    low, high = ratio
    assert low < found.sizes[0].overall / found.sizes[1].overall < high
    assert found.law.terms == terms


@pytest.mark.parametrize(
    ("apart", "terms"), [(4.8e-7, ()), (5.3e-7, ("(I1-3)^5", "ln(I2)"))], ids=["below", "above"]
)
def test_columns_that_differ_by_a_millionth_are_separable(
    apart: float, terms: tuple[str, ...]
) -> None:
    """Near a stretch of 2, stresses of (I1-3)^5 and ln(I2) change most differently, by 7.912 a stretch.

    The ratio of singular values of two unit columns is the tangent of half their angle, here of
    7.912 / 2 times the difference of stretches: 1.978 times that is a millionth at 5.06e-7.
    """
    stretch = np.array([2.0, 2.0 + apart])
    tests = [ElasticTest(test, stretch, stretch, np.ones(2)) for test in RANGES]
    tests = [test for test in tests if test.test != "equibiaxial"]
    assert energy_without(tests, "pure_shear", 2).terms == terms


@pytest.mark.parametrize(("misfit", "agrees"), [(1.9, True), (2.1, False)])
def test_a_law_may_miss_by_two_standard_errors(misfit: float, agrees: bool) -> None:
    law = SizedLaw(("I1",), (0.2,), 1.0, {"uniaxial": 1.0, "pure_shear": 1.0}, (("I1",), ("I1",)))
    described = replace(law, fitted=misfit)
    predicted = replace(law, held_out=dict.fromkeys(law.held_out, misfit))
    for one, said in ((described, "does not describe"), (predicted, "does not predict")):
        verdict = ElasticLaw(one, (0.0,), (1.0,), (one,), {"uniaxial": True}).verdict
        assert verdict.startswith("supported") == agrees
        assert (said in verdict) != agrees
