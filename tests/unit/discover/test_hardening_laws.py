"""Hardening laws: exact data, laws found under noise, and laws that one curve cannot identify."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from mechanist.discover.elimination import (
    eliminate,
    messenger_bortz,
    smallest_subset,
    threshold_path,
)
from mechanist.discover.hardening_laws import (
    LIBRARIES,
    Curve,
    FoundLaw,
    discover_law,
    rows_of,
    weak_curves,
)
from mechanist.formats.field_files import FieldData
from mechanist.simulate.hardening_tests import LAWS, ArmstrongFrederick, KocksMecking, noisy_tests

HALF_WIDTH = 15


def found(name: str, tests: list[FieldData]) -> FoundLaw:
    library = LIBRARIES[name]
    return discover_law(weak_curves(tests, library, half_width=HALF_WIDTH), list(library.terms))


def truth(name: str) -> dict[str, float]:
    return next(iter(LAWS[name].truth.values()))


@pytest.mark.parametrize("name", list(LAWS))
def test_closed_solutions_obey_their_law(name: str) -> None:
    library = LIBRARIES[name]
    for test in LAWS[name].tests():
        time = test.axes["t"]

        def slope(at: float, state: np.ndarray, test: FieldData = test) -> list[float]:
            inputs = {k: np.interp([at], test.axes["t"], v) for k, v in test.inputs.items()}
            values = {library.target: state, **inputs}
            return [sum(c * library.terms[k](values)[0] for k, c in truth(name).items())]

        solved = solve_ivp(slope, (0, time[-1]), [test.fields[library.target][0]], t_eval=time,
                           rtol=1e-8, atol=1e-10, max_step=0.01)  # fmt: skip
        np.testing.assert_allclose(test.fields[library.target], solved.y[0], atol=2e-3)


@pytest.mark.parametrize("name", list(LAWS))
@pytest.mark.parametrize("noise", [0.0, 0.01, 0.1])
def test_laws_are_found_with_errors_that_hold(name: str, noise: float) -> None:
    right = 0
    for seed in range(4):
        tests = noisy_tests(LAWS[name], noise=noise, rng=np.random.default_rng(seed))
        law = found(name, tests)
        right += set(law.coefficients) == set(truth(name))
        for term, value in truth(name).items():
            assert law.coefficients[term] == pytest.approx(value, rel=5e-3 + 0.5 * noise)
            if noise:
                assert abs(law.coefficients[term] - value) < 5 * law.errors[term]
    assert right == 4


def test_significance_alone_keeps_false_terms_of_clean_data() -> None:
    curves = weak_curves(LAWS["voce"].tests(), LIBRARIES["voce"], half_width=HALF_WIDTH)
    matrix, target = rows_of(curves)
    assert len(eliminate(matrix, target, gain=0.0).support) > 2
    assert eliminate(matrix, target, gain=1e-3).support == (1, 2)


def test_gain_alone_keeps_false_terms_of_noisy_data() -> None:
    rng = np.random.default_rng(1)
    matrix = rng.standard_normal((60, 8))
    target = matrix[:, 2] + rng.standard_normal(60)
    assert len(eliminate(matrix, target, significance=0.0, gain=1e-3).support) > 1
    assert eliminate(matrix, target).support == (2,)


def test_all_subsets_do_not_lose_their_way() -> None:
    """Two columns sum to the target; a third, close to their sum, is the best single column."""
    rng = np.random.default_rng(0)
    matrix = rng.standard_normal((80, 4))
    matrix[:, 2] = matrix[:, 0] + matrix[:, 1] + 0.1 * matrix[:, 2]
    target = matrix[:, 0] + matrix[:, 1] + 0.05 * rng.standard_normal(80)
    assert smallest_subset(matrix, target).support == (0, 1)
    assert smallest_subset(matrix, target, gain=0.2).support == (2,)
    assert smallest_subset(matrix, rng.standard_normal(80)).support == ()
    with pytest.raises(ValueError, match=r"13 columns have 2\^13 subsets"):
        smallest_subset(rng.standard_normal((40, 13)), rng.standard_normal(40))


def test_pure_noise_gives_no_law() -> None:
    rng = np.random.default_rng(0)
    fit = eliminate(rng.standard_normal((200, 6)), rng.standard_normal(200))
    assert fit.support == ()


def test_starts_and_reversals_tell_columns_apart() -> None:
    def condition(law: KocksMecking) -> float:
        curves = weak_curves(law.tests(), LIBRARIES["kocks_mecking"], half_width=HALF_WIDTH)
        matrix, _ = rows_of(curves)
        return float(np.linalg.cond(matrix / np.linalg.norm(matrix, axis=0)))

    assert condition(replace(KocksMecking(), starts=(1.0,))) > 30 * condition(KocksMecking())


def test_reversals_turn_the_back_stress() -> None:
    test = ArmstrongFrederick(amplitudes=(0.4,), points=1201).tests()[0]
    stress, rate = test.fields["X"], test.inputs["rate"]
    limit = ArmstrongFrederick().hardening / ArmstrongFrederick().recall
    assert np.abs(stress).max() < limit
    flowing = np.abs(rate) > 0.5
    assert (np.sign(np.gradient(stress))[flowing] == np.sign(rate)[flowing]).all()
    assert (stress > 0).any()
    assert (stress < 0).any()


def test_thresholds_recover_a_plain_sparse_model() -> None:
    rng = np.random.default_rng(0)
    matrix = rng.standard_normal((100, 6)) * [1, 10, 100, 1, 1, 1]
    target = matrix @ [2.0, 0, 0.05, 0, 0, 0] + 0.01 * rng.standard_normal(100)
    fit = messenger_bortz(matrix, target, threshold_path(matrix, target))
    assert fit.support == (0, 2)
    assert fit.coefficients[2] == pytest.approx(0.05, rel=0.01)


def test_blocks_widen_errors_of_correlated_rows() -> None:
    rng = np.random.default_rng(0)
    matrix = np.repeat(rng.standard_normal((40, 2)), 10, axis=0)
    target = matrix[:, 0] + np.repeat(rng.standard_normal(40), 10)
    blocks = np.repeat(np.arange(40), 10)
    alone = eliminate(matrix, target, significance=0, gain=0).errors
    honest = eliminate(matrix, target, significance=0, gain=0, blocks=blocks).errors
    assert (honest > 2 * alone).all()


def test_refusals() -> None:
    tests = LAWS["voce"].tests()
    with pytest.raises(ValueError, match="fewer than the 401 of a test function"):
        weak_curves(tests, LIBRARIES["voce"], half_width=200)
    with pytest.raises(ValueError, match="expected a curve over 't' with field 'rho'"):
        weak_curves(tests, LIBRARIES["kocks_mecking"], half_width=HALF_WIDTH)
    with pytest.raises(ValueError, match=r"columns \[1\] of 2 are zero"):
        eliminate(np.array([[1.0, 0.0], [2.0, 0.0]]), np.ones(2))


def kept(weight: float, noise: float, rows: int = 102) -> set[str]:
    """Return which of two orthonormal terms of weights 1 and ``weight`` are kept.

    The noise is white, so that whitening changes nothing; outside of the terms the target has the norm
    ``noise``.
    """
    basis = np.linalg.qr(np.random.default_rng(0).normal(size=(rows, 3)))[0]
    target = basis @ np.array([1.0, weight, noise])
    curve = Curve(basis[:, :2], target, np.eye(rows), np.zeros((2, rows, rows)), 1.0)
    return set(discover_law([curve], ["a", "b"]).coefficients)


@pytest.mark.parametrize(("weight", "terms"), [(0.0395, {"a"}), (0.0405, {"a", "b"})])
def test_a_term_must_be_four_times_its_error(weight: float, terms: set[str]) -> None:
    """The error of a weight is 0.1 / sqrt(102 rows - 2 columns) = 0.01."""
    assert kept(weight, 0.1) == terms


@pytest.mark.parametrize(("share", "terms"), [(2.9e-3, {"a"}), (3.1e-3, {"a", "b"})])
def test_without_noise_a_term_must_hold_three_thousandths_of_the_target(
    share: float, terms: set[str]
) -> None:
    assert kept(share / np.sqrt(1 - share**2), 0.0) == terms
