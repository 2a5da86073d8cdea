"""Chaotic systems: their solutions obey their equations, and they are chaotic."""

import numpy as np
import pytest

from mechanist.discover.terms import parse_term
from mechanist.simulate.chaos import find_system, slope_of, trajectory
from mechanist.simulate.chaotic_systems import SYSTEMS, parse_polynomial


def test_there_are_at_least_twenty():
    assert len(SYSTEMS) >= 20
    assert all(len(s.start) == len(s.equations) in (3, 4) for s in SYSTEMS.values())


def test_terms_have_their_canonical_names():
    for system in SYSTEMS.values():
        for terms in system.truth.values():
            assert all(parse_term(name).name == name for name in terms)
            assert all(np.isfinite(value) and value for value in terms.values())


def test_polynomials_are_parsed():
    assert parse_polynomial("-z + 7.91 y x - 2 x^2 + 1") == {
        "z": -1.0, "x y": 7.91, "x^2": -2.0, "1": 1.0,
    }  # fmt: skip
    with pytest.raises(ValueError, match="twice"):
        parse_polynomial("x y - y x")


def test_slopes_are_those_of_the_papers():
    x, y, z = state = np.array([1.3, -0.7, 2.1])
    lorenz = [10 * (y - x), x * (28 - z) - y, x * y - 2.667 * z]
    np.testing.assert_allclose(slope_of(find_system("Lorenz"))(0.0, state), lorenz)
    halvorsen = [-1.4 * x - 4 * y - 4 * z - y**2, -1.4 * y - 4 * z - 4 * x - z**2,
                 -1.4 * z - 4 * x - 4 * y - x**2]  # fmt: skip
    np.testing.assert_allclose(slope_of(find_system("Halvorsen"))(0.0, state), halvorsen)


@pytest.mark.parametrize("name", ["Lorenz", "Chen", "SprottB", "Arneodo"])
def test_trajectories_solve_the_equations_and_stay_bounded(name):
    data = trajectory(name, points=1000, per_period=200)
    states = np.stack(list(data.fields.values()))
    step = data.spacings["t"]
    slope = slope_of(find_system(name))
    i = np.arange(4, 996)
    # an eighth-order finite difference
    weights = [4 / 5, -1 / 5, 4 / 105, -1 / 280]
    derivative = sum(w * (states[:, i + k] - states[:, i - k]) for k, w in enumerate(weights, 1))
    expected = np.stack([slope(0.0, states[:, j]) for j in i], axis=1)
    scale = np.abs(expected).max(axis=1, keepdims=True)
    assert (np.abs(derivative / step - expected) / scale).max() < 1e-4
    late = np.abs(states[:, 500:]).max(axis=1)
    assert (late < 10 * np.abs(states[:, :500]).max(axis=1)).all()


def test_noise_has_the_size_asked_for_and_its_own_seed():
    clean = trajectory("SprottA", points=2000)
    first = trajectory("SprottA", points=2000, noise=0.05, seed=1)
    second = trajectory("SprottA", points=2000, noise=0.05, seed=2)
    for name, values in clean.fields.items():
        error = first.fields[name] - values
        assert error.std() == pytest.approx(0.05 * values.std(), rel=0.08)
        assert abs(np.corrcoef(error, second.fields[name] - values)[0, 1]) < 0.1
    again = trajectory("SprottA", points=2000, noise=0.05, seed=1)
    assert all((again.fields[n] == v).all() for n, v in first.fields.items())


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="unknown chaotic system 'Lorentz'"):
        trajectory("Lorentz")
    with pytest.raises(ValueError, match="noise = -1"):
        trajectory("Lorenz", noise=-1)
