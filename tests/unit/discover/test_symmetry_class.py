"""Symmetry classes are found by significance tests, but not by the lasso."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation
from scipy.stats import chi2

from mechanist.discover import symmetry_class
from mechanist.discover.symmetry_class import (
    _ROTATIONS,
    _SPINS,
    _turning,
    classify,
    classify_unoriented,
)
from mechanist.mechanics.crystal_elasticity import mandel_rotation
from mechanist.mechanics.strain_invariants import (
    INVARIANTS,
    NAMES,
    class_of,
    cubic,
    hexagonal,
    invariants_of,
    isotropic,
    quadratic_forms,
    stress_library,
)
from mechanist.simulate.elastic_tests import CRYSTALS, ElasticTest, elastic_test


def loaded(crystal: str, *, n: int = 60, noise: float = 0.05, seed: int = 0) -> ElasticTest:
    return elastic_test(CRYSTALS[crystal], n=n, noise=noise, rng=np.random.default_rng(seed))


def random_strain(seed: int) -> np.ndarray:
    raw = np.random.default_rng(seed).standard_normal((3, 3))
    return np.asarray(0.5 * (raw + raw.T))


def test_stress_is_the_derivative_of_the_energy() -> None:
    strain, step = random_strain(0), 1e-6
    forms = quadratic_forms()
    stress = stress_library(strain[None])[0]
    for i in range(3):
        for j in range(3):
            change = np.zeros((3, 3))
            change[i, j] += 0.5 * step
            change[j, i] += 0.5 * step
            ends = [
                np.einsum("ij,kijmn,mn->k", e, forms, e) for e in (strain - change, strain + change)
            ]
            np.testing.assert_allclose((ends[1] - ends[0]) / (2 * step), stress[i, j], atol=1e-8)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(angle=st.floats(-3, 3), seed=st.integers(0, 99))
def test_families_are_invariant_under_their_group_and_no_other(angle: float, seed: int) -> None:
    strain = random_strain(seed)
    forms = quadratic_forms()

    def energies(turn: np.ndarray) -> np.ndarray:
        turned = turn @ strain @ turn.T
        return np.asarray(np.einsum("ij,kijmn,mn->k", turned, forms, turned))

    still = energies(np.eye(3))
    quarter = energies(Rotation.from_euler("z", 90, degrees=True).as_matrix())
    about_z = energies(Rotation.from_euler("z", angle).as_matrix())
    any_turn = energies(Rotation.random(rng=np.random.default_rng(seed)).as_matrix())
    families = np.array([invariant.family for invariant in INVARIANTS])
    np.testing.assert_allclose(any_turn[families == "isotropic"], still[families == "isotropic"])
    np.testing.assert_allclose(
        about_z[families == "axis_z"], still[families == "axis_z"], atol=1e-12
    )
    np.testing.assert_allclose(quarter[families == "cubic"], still[families == "cubic"])
    assert not np.allclose(quarter[families == "axis_x"], still[families == "axis_x"])


def test_elastic_constants_come_back() -> None:
    """W = C_ijkl e_ij e_kl / 2 for unit strains reproduces c11, c33 and c44."""
    weights = np.array(
        [hexagonal(c11=160, c12=90, c13=66, c33=181, c44=46).get(n, 0) for n in NAMES]
    )
    unit = np.zeros((3, 3, 3))
    unit[0, 0, 0] = unit[1, 2, 2] = 1.0
    unit[2, 1, 2] = unit[2, 2, 1] = 0.5
    stress = stress_library(unit) @ weights
    assert stress[0, 0, 0] == pytest.approx(160)
    assert stress[0, 1, 1] == pytest.approx(90)
    assert stress[0, 2, 2] == pytest.approx(66)
    assert stress[1, 2, 2] == pytest.approx(181)
    assert stress[2, 1, 2] == pytest.approx(46)
    same = cubic(c11=250, c12=110, c44=70)
    assert same["sum e_ii^2"] == pytest.approx(0)
    assert {k: same[k] for k in same if k != "sum e_ii^2"} == isotropic(lame=110, shear=70)


def test_classes_are_nested() -> None:
    names = ["isotropic", "cubic", "hexagonal", "tetragonal", "orthotropic", "monoclinic"]
    assert [class_of([NAMES[k] for k in invariants_of(name)]) for name in names] == names
    assert class_of([]) == "isotropic"
    with pytest.raises(ValueError, match="unknown invariants"):
        class_of(["e_yy^2"])


@pytest.mark.parametrize("crystal", list(CRYSTALS))
def test_significance_finds_every_class(crystal: str) -> None:
    for seed in range(3):
        test = loaded(crystal, seed=seed)
        fit = classify(test.strains, test.stresses, method="significance")
        assert set(fit.coefficients) == set(test.truth)
        for name, value in test.truth.items():
            assert abs(fit.coefficients[name] - value) < 5 * fit.errors[name]


def test_lasso_keeps_false_invariants() -> None:
    """The published procedure, taken literally, classifies an isotropic solid as anisotropic."""
    found = []
    for seed in range(5):
        test = loaded("steel", seed=seed)
        found.append(classify(test.strains, test.stresses, method="lasso").symmetry)
    assert found.count("isotropic") <= 2


def test_thresholds_miss_weak_anisotropy_but_not_strong() -> None:
    weak, strong = loaded("titanium", noise=0.01), loaded("zinc", noise=0.01)
    assert classify(weak.strains, weak.stresses, method="threshold").symmetry != "hexagonal"
    assert classify(strong.strains, strong.stresses, method="threshold").symmetry == "hexagonal"


@pytest.mark.parametrize("crystal", ["steel", "copper"])
def test_unknown_axes(crystal: str) -> None:
    rng = np.random.default_rng(3)
    axes = Rotation.random(rng=rng).as_matrix()
    test = elastic_test(CRYSTALS[crystal], n=40, noise=0.02, rng=rng, axes=axes)
    fit = classify_unoriented(test.strains, test.stresses, rng=rng, starts=4)
    assert fit.symmetry == class_of(test.truth)
    for name, value in test.truth.items():
        assert fit.coefficients[name] == pytest.approx(value, abs=5 * fit.errors[name])


def test_rotations_of_a_class_are_those_that_lead_out_of_it() -> None:
    """The rank of small rotations of stresses, beyond what constants of the class can do."""
    strains = np.array([random_strain(k) for k in range(12)])
    step = 1e-4

    def stresses(turn: np.ndarray, weights: np.ndarray) -> np.ndarray:
        turned = turn.T @ strains @ turn
        return np.asarray(turn @ (stress_library(turned) @ weights) @ turn.T).ravel()

    for name, expected in _ROTATIONS.items():
        inside = list(invariants_of(name))
        weights = np.zeros(len(NAMES))
        weights[inside] = np.random.default_rng(1).uniform(1, 2, len(inside))
        library = stress_library(strains)[..., inside].reshape(-1, len(inside))
        turns = [[Rotation.from_rotvec(s * step * axis).as_matrix() for s in (1, -1)]
                 for axis in np.eye(3)]  # fmt: skip
        slopes = [stresses(a, weights) - stresses(b, weights) for a, b in turns]
        columns = np.column_stack([library, np.array(slopes).T / (2 * step)])
        rank = np.linalg.matrix_rank(columns, tol=1e-5)
        assert rank - len(inside) == expected, name


def test_a_turned_crystal_is_not_taken_for_an_upright_one() -> None:
    axes = Rotation.from_euler("xyz", [0.4, 0.7, 0.2]).as_matrix()
    test = elastic_test(
        CRYSTALS["copper"], n=60, noise=0.01, rng=np.random.default_rng(0), axes=axes
    )
    assert classify(test.strains, test.stresses, method="significance").symmetry != "cubic"


def test_refusals() -> None:
    test = loaded("copper", n=3)
    with pytest.raises(ValueError, match="do not determine 21 elastic constants"):
        classify_unoriented(test.strains, test.stresses, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="expected both"):
        classify(test.strains[:2], test.stresses, method="lasso")
    same = np.repeat(test.strains[:1], 5, axis=0)
    with pytest.raises(ValueError, match="linearly dependent"):
        classify(same, same, method="significance")
    with pytest.raises(ValueError, match="unknown invariants"):
        elastic_test({"e_yy": 1.0}, n=1, noise=0, rng=np.random.default_rng(0))


@given(st.lists(st.floats(-3, 3), min_size=3, max_size=3))
def test_turning_is_what_a_rotation_goes_on_by(vector: list[float]) -> None:
    at, step = np.array(vector), 1e-6
    here = mandel_rotation(Rotation.from_rotvec(at).as_matrix())
    for change, spin in zip(step * np.eye(3), _turning(at).T, strict=True):
        ends = [Rotation.from_rotvec(at + sign * change).as_matrix() for sign in (1, -1)]
        measured = (mandel_rotation(ends[0]) - mandel_rotation(ends[1])) / (2 * step)
        np.testing.assert_allclose(np.tensordot(spin, _SPINS, 1) @ here, measured, atol=1e-8)


#: Rotational freedom that data must pay for, beside the constants of the class, of 21 in all.
FREE = {"isotropic": 19, "cubic": 15, "hexagonal": 14, "tetragonal": 12, "orthotropic": 9,
        "monoclinic": 6}  # fmt: skip


@pytest.mark.parametrize("name", list(FREE))
@pytest.mark.parametrize(("tail", "taken"), [(1.1e-3, True), (0.9e-3, False)])
def test_a_class_is_rejected_at_one_in_a_thousand(
    name: str, tail: float, taken: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def best(symmetry: str, *_: object) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
        seen.append(_[-1])
        n = len(invariants_of(symmetry))  # type: ignore[arg-type]
        loss = 2.0 * chi2.isf(tail, FREE[symmetry]) if symmetry == name else 1e9
        return loss, 3 * np.eye(3), np.arange(1.0, n + 1), np.ones(n)

    monkeypatch.setattr(symmetry_class, "_best_rotation", best)
    general = (np.zeros(21), np.eye(21), 2.0)
    monkeypatch.setattr(symmetry_class, "_general_law", lambda *_: general)
    zero = np.zeros((7, 3, 3))
    found = classify_unoriented(zero, zero, rng=np.random.default_rng(0))
    assert found.symmetry == (name if taken else "triclinic")
    if taken:
        assert list(found.coefficients.values()) == list(range(1, len(invariants_of(name)) + 1))  # type: ignore[arg-type]
        assert list(found.errors.values()) == pytest.approx([np.sqrt(2.0)] * len(found.errors))
        assert (found.axes == 3 * np.eye(3)).all()
    else:
        assert (found.coefficients, found.axes.tolist()) == ({}, np.eye(3).tolist())
    assert set(seen) == {12}  # rotations to start from


def test_errors_of_an_isotropic_solid_are_those_of_plain_least_squares() -> None:
    """Six components of stress a case are fitted by two constants; 21 give the variance."""
    test = loaded("steel", n=30, noise=0.05)
    found = classify_unoriented(test.strains, test.stresses, rng=np.random.default_rng(0), starts=1)
    assert found.symmetry == "isotropic"
    upper = np.triu_indices(3)
    traces = np.trace(test.strains, axis1=1, axis2=2)[:, None, None] * np.eye(3)
    columns = np.stack([2 * traces[:, *upper].ravel(), 2 * test.strains[:, *upper].ravel()], axis=1)
    target = test.stresses[:, *upper].ravel()
    weights, *_ = np.linalg.lstsq(columns, target, rcond=None)
    assert list(found.coefficients.values()) == pytest.approx(weights, rel=1e-6)
    ratio = np.array(list(found.errors.values())) / np.sqrt(
        np.diag(np.linalg.inv(columns.T @ columns))
    )
    deviation = np.sqrt(((target - columns @ weights) ** 2).sum() / (len(target) - 2))
    assert ratio[0] == pytest.approx(ratio[1], rel=1e-6)
    assert ratio[0] == pytest.approx(deviation, rel=0.1)
