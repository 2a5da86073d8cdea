"""Samples like those seen are inside, others outside."""

from dataclasses import replace

import numpy as np
import pytest

from kept_models import SHEAR, kept_model
from mechanist.mechanics.loads import uniaxial
from mechanist.predict.known_range import (
    FeatureRange,
    KnownRange,
    feature_range,
    outside_reasons,
    principal_strains,
)

SIZE = 200


def sample(rng: np.random.Generator, *, shift: float = 0.0, size: int = SIZE) -> np.ndarray:
    """Thirty features that share a part, as neighbouring shells do."""
    common = rng.normal(size=(size, 1))
    return (common + rng.normal(size=(size, 30)) + shift).astype(np.float32)


def distance(known: KnownRange, features: np.ndarray) -> float:
    return known.distance(features.mean(axis=0, dtype=float), len(features))


def known_of(seen: FeatureRange) -> KnownRange:
    known = kept_model("rotation_invariants").known
    return replace(
        known, particles=SIZE, mean=seen.mean, deviation=seen.deviation, limit=seen.limit
    )


def learnt(rng: np.random.Generator, n: int = 60) -> KnownRange:
    X = np.vstack([sample(rng) for _ in range(n)])
    return known_of(feature_range(X, [slice(k * SIZE, (k + 1) * SIZE) for k in range(n)], range(n)))


def test_false_alarms_are_one_in_twenty_and_a_shift_is_caught() -> None:
    rng = np.random.default_rng(0)
    false, caught = [], []
    for _ in range(25):
        known = learnt(rng)
        false += [distance(known, sample(rng)) > known.limit for _ in range(20)]
        caught += [distance(known, sample(rng, shift=0.6)) > known.limit for _ in range(20)]
    assert 0.01 <= np.mean(false) <= 0.1
    assert np.mean(caught) > 0.95


def test_a_smaller_sample_fluctuates_more_without_being_outside() -> None:
    rng = np.random.default_rng(1)
    known = learnt(rng)
    small = [distance(known, sample(rng, size=SIZE // 8)) > known.limit for _ in range(200)]
    assert np.mean(small) < 0.12


def test_distance_by_hand() -> None:
    known = replace(
        kept_model("rotation_invariants").known,
        particles=4.0,
        mean=np.array([1.0, 2.0]),
        deviation=np.array([0.5, 2.0]),
    )
    four = np.array([[1.0, 0.0], [2.0, 0.0], [3.0, 0.0], [2.0, 0.0]])  # means 2 and 0
    assert distance(known, four) == pytest.approx(np.sqrt((2.0**2 + 1.0**2) / 2))
    assert distance(known, four[[1]]) == pytest.approx(0.5 * np.sqrt((2.0**2 + 1.0**2) / 2))


def test_a_sample_is_measured_against_the_others() -> None:
    """Otherwise an odd sample among few would widen its own range."""
    X = np.repeat([[0.0], [1.0], [2.0], [90.0]], 10, axis=0).astype(np.float32)
    X += np.tile([[-0.5], [0.5]], (20, 1)).astype(np.float32)
    frames = [slice(10 * k, 10 * k + 10) for k in range(4)]
    # With four samples no limit is finite; with the last one repeated as a group it stays alone.
    assert feature_range(X, frames, [0, 1, 2, 3]).limit == np.inf
    with pytest.raises(ValueError, match=r"2 independent samples; expected at least 3"):
        feature_range(X, frames, [0, 0, 1, 1])


def test_loads_are_compared_by_their_principal_strains() -> None:
    known = kept_model("rotation_invariants").known
    turned = 0.5 * np.array(
        [[np.sin(0.3), np.cos(0.3), 0], [np.cos(0.3), -np.sin(0.3), 0], [0, 0, 0]]
    )
    assert known.knows_load(SHEAR)
    assert known.knows_load(turned)
    assert not known.knows_load(uniaxial("z", 3))
    assert principal_strains(SHEAR) == pytest.approx((-0.5, 0.0, 0.5))


def test_reasons_name_density_and_composition_with_both_values() -> None:
    known = replace(
        kept_model("rotation_invariants").known,
        density=(1.2, 1.2),
        composition={"A": (0.65, 0.65), "B": (0.35, 0.35)},
        limit=2.0,
    )
    inside = outside_reasons(known, density=1.0, composition={"A": 1.0}, distance=2.0)
    assert inside == []
    found = outside_reasons(known, density=1.1, composition={"A": 0.8, "B": 0.2}, distance=9.0)
    assert len(found) == 4
    assert "9 standard deviations" in found[0]
    assert "density is 1.1, those seen have 1.2" in found[1]
    assert "fraction of A is 0.8, those seen have 0.65" in found[2]
    assert not any("another way" in reason for reason in found)
    same = outside_reasons(known, density=1.2, composition={"A": 0.65, "B": 0.35}, distance=9.0)
    assert len(same) == 1
    assert "density and composition are like theirs, so it was made in another way" in same[0]


def test_deviations_between_samples_by_hand() -> None:
    """Means 0, 3 and 6 deviate by 3; what all share deviates by its digits, and zero by next to none."""
    X = np.zeros((30, 4), np.float32)
    X[:, 0] = np.repeat([0.0, 3.0, 6.0], 10) + np.tile([-0.5, 0.5], 15)
    X[:, 1] = 4.0
    X[:, 2] = np.tile([-2.0, 2.0], 15)  # equal means: one particle of ten moves them by 2 / 10
    seen = feature_range(X, [slice(10 * k, 10 * k + 10) for k in range(3)], range(3))
    assert seen.mean.tolist() == [3.0, 4.0, 0.0, 0.0]
    np.testing.assert_allclose(seen.deviation[:3], [3.0, 4e-6, 0.2], rtol=1e-6)
    assert 0.0 < seen.deviation[3] < 1e-30


@pytest.mark.parametrize(("change", "same"), [(0.0195, True), (0.0205, False)])
def test_principal_strains_of_a_known_load_may_differ_by_a_fiftieth(
    change: float, same: bool
) -> None:
    known = kept_model("rotation_invariants").known
    assert known.knows_load(SHEAR + np.diag([0.0, 0.0, change])) == same
