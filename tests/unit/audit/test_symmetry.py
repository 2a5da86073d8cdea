"""Criterion i of the audit: broken symmetries fail, load-blind features are over-symmetric."""

import numpy as np
import pytest

import audit_toys as toys
from mechanist.audit.card import Finding, Verdict
from mechanist.audit.glass_symmetry import load_group, rotation
from mechanist.audit.symmetry import symmetry
from mechanist.mechanics.loads import random_load


def findings(columns: toys.Columns, **options: bool) -> tuple[Verdict, dict[str, Finding]]:
    criterion = symmetry(toys.view(columns, **options), np.random.default_rng(1))
    return criterion.verdict, {f.name: f for f in criterion.findings}


def test_a_joint_invariant_passes_everything() -> None:
    verdict, found = findings(toys.stretch, aware=True)
    assert verdict is Verdict.PASS
    assert {f.verdict for f in found.values()} == {Verdict.PASS}


def test_pixels_that_never_turn_fail_rotations_alone() -> None:
    verdict, found = findings(toys.pixels)
    assert verdict is Verdict.FAIL
    assert found["joint rotation"].verdict is Verdict.FAIL
    for name in ("permutation", "translation", "periodic images", "cell basis"):
        assert found[name].verdict is Verdict.PASS


def test_a_handed_feature_fails_reflections_alone() -> None:
    _, found = findings(toys.handed)
    assert found["joint rotation"].verdict is Verdict.PASS
    assert found["joint reflection"].verdict is Verdict.FAIL


def test_what_knows_no_load_is_over_symmetric() -> None:
    verdict, found = findings(toys.smooth_count)
    assert verdict is Verdict.WARN
    assert "over-symmetric: cannot resolve" in found["structure rotated alone"].note
    assert found["joint rotation"].verdict is Verdict.PASS


def test_what_is_even_in_the_load_cannot_tell_its_sense() -> None:
    _, found = findings(toys.stretch_squared, aware=True)
    assert found["structure rotated alone"].verdict is Verdict.PASS
    assert found["load reversed"].verdict is Verdict.WARN


@pytest.mark.parametrize(
    ("columns", "broken"),
    [
        (lambda c, _: np.arange(len(c)), "permutation"),
        (lambda c, _: c.positions[:, 0], "translation"),
        (lambda c, _: c.positions[:, 0], "periodic images"),
        (lambda c, _: toys.smooth_count(c, _) * np.linalg.norm(c.cell.sum(axis=0)), "cell basis"),
    ],
    ids=["labels", "place", "image", "basis"],
)
def test_every_operation_can_fail(columns: toys.Columns, broken: str) -> None:
    _, found = findings(columns)
    assert found[broken].verdict is Verdict.FAIL


@pytest.mark.parametrize("size", [1e-10, 1e-7, 1e-4])
def test_thresholds_lie_where_they_are_said_to(size: float) -> None:
    """Break rotational symmetry by a known share of the spread."""

    def nearly(c: toys.Configuration, load: np.ndarray) -> np.ndarray:
        count, frame = toys.smooth_count(c, load), toys.pixels(c, load)[:, 0]
        return count + size * frame * count.std() / frame.std()

    _, found = findings(nearly)
    expected = {1e-10: Verdict.PASS, 1e-7: Verdict.INCONCLUSIVE, 1e-4: Verdict.FAIL}[size]
    assert found["joint rotation"].verdict is expected


@pytest.mark.parametrize("dimension", [2, 3])
def test_the_group_of_a_load_maps_it_to_itself(dimension: int) -> None:
    rng = np.random.default_rng(3)
    load = random_load(dimension, rng)
    members = load_group(load, dimension)
    assert len(members) == 2**dimension
    for member in members:
        np.testing.assert_allclose(member @ load @ member.T, load, atol=1e-12)
        np.testing.assert_allclose(member @ member.T, np.eye(3), atol=1e-12)
    other = rotation(dimension, rng, proper=True)
    assert np.abs(other @ load @ other.T - load).max() > 0.1
    assert np.linalg.det(other) == pytest.approx(1)
    assert np.linalg.det(rotation(dimension, rng, proper=False)) == pytest.approx(-1)
