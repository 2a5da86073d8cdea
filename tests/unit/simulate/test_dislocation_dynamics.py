"""Dislocations glide down in energy to the positions found by an independent integrator."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from edge_dislocations import dislocations
from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import planar, signs
from mechanist.mechanics.edge_kernel import edge_stress
from mechanist.mechanics.edge_system import EdgeSystem, Well
from mechanist.simulate.dislocation_dynamics import ConvergenceError, Glide, Integration, survey
from mechanist.simulate.dislocation_loading import relax

REST = 1e-8
EXACT = Integration(tolerance=1e-5, relative_tolerance=1e-5, annihilation=0.0)
KEEPING = Integration(annihilation=0.0)
WELL = Well(strength=0.2, radius=2.0)
few = settings(max_examples=12, deadline=None, derandomize=True)
seeds = st.integers(0, 10_000)


def relaxed(
    c: Configuration, integration: Integration | None = None, well: Well | None = None
) -> Glide:
    glide = Glide(c, integration or Integration(), well)
    relax(glide, REST)
    return glide


def independent(c: Configuration, times: list[float]) -> FloatArray:
    """Integrate by an implicit Runge-Kutta method with the closed form of the stress."""
    sign, length = signs(c), c.cell[0, 0]
    y = c.positions[:, 1] / length
    off = ~np.eye(len(c), dtype=bool)
    dy = y[:, None] - y

    def velocity(_: float, x: FloatArray) -> FloatArray:
        stress = np.zeros(dy.shape)
        stress[off] = edge_stress((x[:, None] - x)[off] / length, dy[off])
        return sign * (stress @ sign) / length

    return solve_ivp(
        velocity, (0, times[-1]), c.positions[:, 0], method="Radau", t_eval=times, rtol=1e-9,
        atol=1e-9,
    ).y.T  # fmt: skip


@pytest.mark.parametrize("seed", [0, 1])
def test_trajectories_are_those_of_an_independent_integrator(seed: int) -> None:
    c = dislocations(seed, n=8, apart=1.5)
    times = [10.0, 100.0, 1000.0]
    glide = Glide(c, EXACT)
    for time, expected in zip(times, independent(c, times), strict=True):
        while time - glide.time > 1e-9:
            glide.advance(within=time - glide.time)
        np.testing.assert_allclose(glide.system.x, expected, atol=1e-4)
        assert np.abs(glide.system.x - c.positions[:, 0]).max() > 0.1


@pytest.mark.parametrize("seed", [0, 1])
def test_relaxed_positions_are_those_of_an_independent_integrator(seed: int) -> None:
    c = dislocations(seed, n=8, apart=1.5)
    expected = independent(c, [1e6])[-1]
    for integration, accuracy in ((EXACT, 1e-4), (KEEPING, 0.05)):
        glide = relaxed(c, integration)
        np.testing.assert_allclose(glide.system.x, expected, atol=accuracy)
        assert glide.speed < REST


@few
@given(seeds, st.sampled_from([0, 40]), st.sampled_from([0.0, 0.05]))
def test_energy_never_rises_at_fixed_load(seed: int, pins: int, stress: float) -> None:
    glide = Glide(dislocations(seed, n=12, pins=pins, apart=0.3), KEEPING, WELL)
    glide.apply(stress)
    energies = []
    for _ in range(60):
        energies.append(glide.system.energy(stress))
        glide.advance()
    drops = -np.diff(energies)
    assert drops.min() >= -1e-9 * np.abs(energies).max()
    assert drops.sum() > 1e-3


def test_energy_rises_where_the_load_does_work() -> None:
    glide = relaxed(dislocations(1, n=12, apart=0.3))
    before = glide.system.energy()
    glide.reset()
    glide.apply(0.02)
    for _ in range(20):
        glide.advance()
    assert glide.system.energy() > before
    assert glide.strain > 0


@few
@given(seeds)
def test_annihilation_conserves_the_burgers_vector(seed: int) -> None:
    c = dislocations(seed, n=24)
    glide = relaxed(c)
    sign = glide.system.sign
    assert sign.sum() == 0
    assert len(sign) == len(c) - 2 * glide.annihilated
    left = glide.system.configuration()
    places = left.positions[:, :2] / c.cell[0, 0]
    offsets = places[:, None] - places
    distance = np.linalg.norm(offsets - np.round(offsets), axis=2) * c.cell[0, 0]
    assert distance[sign[:, None] != sign].min() >= 1.0
    assert len(relaxed(c, KEEPING).system) == len(c)


def test_the_closest_pair_annihilates_first() -> None:
    x = np.array([5.0, 5.9, 4.5, 12.0])
    c = planar(x, np.full(4, 5.0), np.array([1, -1, -1, 1]), 20.0)
    glide = Glide(c, Integration())
    assert sorted(glide.system.x.round(6)) == [5.9, 12.0]
    assert glide.annihilated == 1


def test_of_two_partners_at_one_distance_the_first_annihilates() -> None:
    x = np.array([5.0, 5.75, 4.25, 12.0])  # in a box of 16 these distances are exact
    c = planar(x, np.full(4, 5.0), np.array([1, -1, -1, 1]), 16.0)
    glide = Glide(c, Integration())
    assert sorted(glide.system.x.round(6)) == [4.25, 12.0]


def test_survey_finds_what_a_search_of_all_pairs_finds() -> None:
    c = dislocations(3, n=20)
    lines = EdgeSystem.of(c).lines
    tolerance, force = np.empty(20), np.linspace(-1, 1, 20)
    speed, distance, i, j = survey(lines, force, 0.5, 0.003, 0.05, tolerance)
    places = lines[:2].T
    offsets = places[:, None] - places
    distances = np.linalg.norm(offsets - np.round(offsets), axis=2) + 9 * np.eye(20)
    np.testing.assert_allclose(tolerance, np.minimum(0.003, 0.05 * distances.min(axis=1)))
    opposite = np.where(signs(c)[:, None] != signs(c), distances, np.inf)
    assert distance == pytest.approx(opposite.min())
    assert opposite[i, j] == opposite.min()
    assert speed == pytest.approx(np.abs(force + 0.5 * signs(c)).mean())


def test_strain_is_the_area_that_was_swept() -> None:
    glide = relaxed(dislocations(2, n=16, apart=1.0), KEEPING)
    before, sign, length = glide.system.x, glide.system.sign, glide.system.length
    glide.reset()
    glide.apply(0.03)
    for _ in range(40):
        glide.advance()
    swept = float(np.dot(sign, glide.system.x - before)) / length**2
    assert glide.strain == pytest.approx(swept, rel=1e-10)
    assert glide.strain > 1e-4


def test_strain_rate_is_the_derivative_of_strain() -> None:
    glide = relaxed(dislocations(2, n=16, apart=1.0), KEEPING)
    glide.reset()
    glide.apply(0.03)
    rate = glide.strain_rate
    glide.advance(within=1e-5)
    assert glide.strain / glide.time == pytest.approx(rate, rel=1e-3)


MIRRORS = {
    "translation": (np.array([3.0, -7.0]), np.array([1.0, 1.0]), 1.0),
    "y -> -y": (np.zeros(2), np.array([1.0, -1.0]), 1.0),
    "(x, s) -> (-x, -s)": (np.zeros(2), np.array([-1.0, 1.0]), -1.0),
}


@pytest.mark.parametrize("name", MIRRORS)
def test_symmetries_of_the_loaded_system_leave_trajectories(name: str) -> None:
    shift, mirror, flip = MIRRORS[name]
    c = dislocations(7, n=16, pins=30, apart=1.0)
    places = c.positions[:, :2] * mirror + shift
    other = planar(*places.T, signs(c) * flip, c.cell[0, 0])
    one, two = (relaxed(state, EXACT, WELL) for state in (c, other))
    for glide in (one, two):
        glide.reset()
        glide.apply(0.02)
        relax_under_load(glide)
    assert one.strain > 1e-4
    assert two.strain == pytest.approx(one.strain, rel=1e-4)
    np.testing.assert_allclose(two.system.x, one.system.x * mirror[0] + shift[0], atol=1e-3)


def test_reversing_the_load_is_no_symmetry() -> None:
    c = dislocations(7, n=16, pins=30, apart=1.0)
    strains = []
    for stress in (0.02, -0.02):
        glide = relaxed(c, EXACT, WELL)
        glide.reset()
        glide.apply(stress)
        relax_under_load(glide)
        strains.append(abs(glide.strain))
    assert strains[0] != pytest.approx(strains[1], rel=1e-2)


def relax_under_load(glide: Glide) -> None:
    while glide.time < 300:
        glide.advance(within=300 - glide.time + 1e-12)


def test_failure_says_where() -> None:
    c = dislocations(0, n=24)
    with pytest.raises(ConvergenceError, match="after 5 steps at stress 0 D/b"):
        relaxed(c, Integration(max_steps=5))
    pair = planar(np.array([1.0, 1.5]), np.array([1.0, 1.0]), np.array([1, -1]), 10.0)
    with pytest.raises(ConvergenceError, match="all dislocations have annihilated"):
        Glide(pair, Integration())
    glide = relaxed(c)
    glide.apply(np.nan)
    with pytest.raises(ConvergenceError, match="time step fell below"):
        glide.advance()


def test_impossible_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="positive tolerances"):
        Integration(tolerance=0.0)
    with pytest.raises(ValueError, match="annihilation = -1"):
        Integration(annihilation=-1)
