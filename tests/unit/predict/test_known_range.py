"""Samples like those seen are inside, others outside."""

from dataclasses import replace

import numpy as np
import pytest

from helpers import disordered
from kept_models import SHEAR, kept_model
from mechanist.mechanics.loads import uniaxial
from mechanist.predict.known_range import (
    FeatureRange,
    KnownRange,
    feature_range,
    fraction_of,
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
    assert not any("at rest" in reason for reason in found)
    same = outside_reasons(known, density=1.2, composition={"A": 0.65, "B": 0.35}, distance=9.0)
    assert len(same) == 1
    assert "density and composition are like theirs, so it is not at rest" in same[0]
    assert "was made in another way" in same[0]


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


def test_a_larger_sample_is_not_nearer() -> None:
    known = replace(
        kept_model("rotation_invariants").known, particles=4.0, mean=np.zeros(1),
        deviation=np.ones(1),
    )  # fmt: skip
    assert known.distance(np.array([3.0]), 16) == known.distance(np.array([3.0]), 4) == 3.0
    assert known.distance(np.array([3.0]), 1) == 1.5


def test_the_limit_by_plain_loops() -> None:
    """Each sample, under two loads, is measured against the others; one of twenty may be further."""
    rng = np.random.default_rng(2)
    X = (rng.normal(size=(19 * 2, 10, 3)) + rng.normal(size=(19, 1, 3)).repeat(2, axis=0)).astype(
        np.float32
    )
    frames = [slice(10 * k, 10 * k + 10) for k in range(38)]
    found = feature_range(X.reshape(-1, 3), frames, [k // 2 for k in range(38)])
    means = X.astype(float).mean(axis=1)
    distances = []
    for k in range(19):
        rest = np.delete(means, [2 * k, 2 * k + 1], axis=0)
        spread = np.sqrt(((rest - rest.mean(axis=0)) ** 2).sum(axis=0) / 35)
        z = (means[2 * k : 2 * k + 2] - rest.mean(axis=0)) / spread
        distances.append(max(np.sqrt((row**2).sum() / 3) for row in z))
    assert found.limit == pytest.approx(max(distances), rel=1e-6)
    np.testing.assert_allclose(found.mean, means.mean(axis=0), rtol=1e-6)
    spread = np.sqrt(((means - means.mean(axis=0)) ** 2).sum(axis=0) / 37)
    np.testing.assert_allclose(found.deviation, spread, rtol=1e-6)


@pytest.mark.parametrize(
    ("density", "fraction", "reasons"),
    [
        (0.996, 0.3, []), (0.994, 0.3, ["density"]), (2.009, 0.3, []), (2.011, 0.3, ["density"]),
        (1.5, 0.296, []), (1.5, 0.294, ["fraction of B"]), (1.5, 0.404, []),
        (1.5, 0.406, ["fraction of B"]), (1.5, None, ["fraction of B is 0,"]),
    ],
)  # fmt: skip
def test_half_a_percent_more_or_less_is_as_seen(
    density: float, fraction: float | None, reasons: list[str]
) -> None:
    known = replace(
        kept_model("rotation_invariants").known, density=(1.0, 2.0), composition={"B": (0.3, 0.4)},
        limit=2.0,
    )  # fmt: skip
    composition = {} if fraction is None else {"B": fraction}
    _, *found = outside_reasons(known, density=density, composition=composition, distance=3.0)
    assert len(found) == len(reasons)
    assert all(part in line for part, line in zip(reasons, found, strict=True))
    for line in found:
        assert line.endswith(("those seen have 1 to 2", "those seen have 0.3 to 0.4"))


def test_fractions_of_species() -> None:
    c = replace(
        disordered(np.random.default_rng(0), n=8), species=np.array([0, 1, 1, 0, 1, 1, 1, 1]),
        species_names=("A", "B", "C"),
    )  # fmt: skip
    assert [fraction_of(c, name) for name in "ABCD"] == [0.25, 0.75, 0.0, 0.0]
