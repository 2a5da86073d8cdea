"""Relaxed dislocations as functions of plane heights: at rest, smooth and reversible."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanist.audit import glide_states
from mechanist.audit.glide_states import LOAD, at_rest, balanced, resting_path
from mechanist.audit.step_ladder import roughness
from mechanist.describe.shared.glide import read_glide
from mechanist.describe.shared.glide_balance import Balance
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import signs
from mechanist.simulate.dislocation_dynamics import Integration

few = settings(max_examples=8, deadline=None, derandomize=True)
SEEDS = st.integers(0, 10_000)


def largest_force(c: Configuration) -> float:
    """Return the largest force, in units of the force at the mean spacing."""
    glide = read_glide(c, LOAD)
    return float(np.abs(Balance(glide).linearised(glide.x)[0]).max() * glide.spacing)


@given(seed=SEEDS)
@few
def test_probes_are_at_rest_and_resist(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for make in (glide_states.random_state, glide_states.dipole_state):
        c = at_rest(20, rng, make)
        assert largest_force(c) < 1e-8
        assert glide_states.is_stable(c)
        assert signs(c).sum() == 0
    assert largest_force(glide_states.random_state(20, rng)) > 1e-2  # control


@given(seed=SEEDS)
@few
def test_planes_lead_there_and_back(seed: int) -> None:
    rng = np.random.default_rng(seed)
    c = at_rest(20, rng)
    y = c.positions[:, 1]
    there = balanced(c, y + 1e-3 * rng.normal(size=len(c)))
    assert largest_force(there) < 1e-8
    back = balanced(there, y)
    np.testing.assert_allclose(back.positions, c.positions, atol=1e-9)
    shifted = balanced(c, y + 3.0)
    np.testing.assert_allclose(shifted.positions[:, 0], c.positions[:, 0], atol=1e-9)


@given(seed=SEEDS)
@few
def test_paths_of_relaxed_states_are_smooth_and_stay_at_rest(seed: int) -> None:
    rng = np.random.default_rng(seed)
    path, length = resting_path(at_rest(20, rng), rng)
    assert 0 <= length <= 1
    for s in (0.0, 0.37, 1.0):
        assert largest_force(path(s)) < 1e-6
        assert glide_states.is_stable(path(s))
    found = roughness(
        lambda s: path(s).positions[:, :1].T, 0.4, 0.5, steps=40, noise=np.full(1, 1e-9)
    )
    assert found.steps.max() < 0.15


def test_what_would_annihilate_or_merge_or_moves_is_not_stable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    c = at_rest(20, np.random.default_rng(5))
    assert glide_states.is_stable(c)
    pushed = c.moved(c.positions + 1e-3 * np.arange(len(c))[:, None] * [1, 0, 0], c.cell)
    assert not glide_states.is_stable(pushed)
    half = 0.5 * c.cell[0, 0]
    with monkeypatch.context() as patch:
        patch.setattr(glide_states, "INTEGRATION", Integration(annihilation=half))
        assert not glide_states.is_stable(c)
    monkeypatch.setattr(glide_states, "CORE", half)
    assert not glide_states.is_stable(c)


def test_copies_are_at_rest_at_the_same_density() -> None:
    c = at_rest(20, np.random.default_rng(3))
    copy = glide_states.replicated(c)
    assert len(copy) == 4 * len(c)
    assert read_glide(copy, LOAD).density == pytest.approx(read_glide(c, LOAD).density)
    assert largest_force(copy) < 1e-8


def test_distances_forgive_translations_and_mirrors_of_planes_only() -> None:
    y = np.random.default_rng(4).random(12)
    assert glide_states.distance(y, 2.0 - y) == pytest.approx(0, abs=1e-12)
    assert glide_states.distance(y, y + 7.0) == pytest.approx(0, abs=1e-12)
    assert glide_states.distance(y, y[::-1]) > 0.1
    both = y.reshape(-1, 2)
    assert glide_states.plane_distance(y, (both * [1, -1]).ravel()) == pytest.approx(0, abs=1e-12)
    assert glide_states.plane_distance(y, (both * [-1, 1]).ravel()) > 0.1
