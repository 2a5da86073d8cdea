"""The periodic stress equals two closed forms, and forces are the gradient of an energy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_dislocations import dislocations, stress_y_first
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import planar, signs
from mechanist.mechanics.edge_glide import stress_field, table_of
from mechanist.mechanics.edge_kernel import edge_stress, stress_on_grid
from mechanist.mechanics.edge_system import EdgeSystem, Well

WELL = Well(strength=0.3, radius=2.0)
few = settings(max_examples=15, deadline=None, derandomize=True)
seeds = st.integers(0, 10_000)


def pair_stress(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the simulated stress of a positive dislocation at the origin in a box of side 1."""
    out = []
    for place in zip(x, y, strict=True):
        # the negative dislocation makes the box neutral; the positive one causes all of its force
        pair = planar(np.array([0.0, place[0]]), np.array([0.0, place[1]]), np.array([1, -1]), 1.0)
        out.append(-EdgeSystem.of(pair).forces()[1])
    return np.array(out)


def system(seed: int, *, n: int = 10, pins: int = 0, apart: float = 0.5) -> EdgeSystem:
    return EdgeSystem.of(dislocations(seed, n=n, pins=pins, apart=apart), WELL)


def test_closed_forms_and_the_simulated_kernel_agree() -> None:
    x, y = np.random.default_rng(0).uniform(-0.5, 0.5, (2, 2000))
    one, other, ours = edge_stress(x, y), stress_y_first(x, y), pair_stress(x, y)
    scale = 1 + np.abs(one)
    assert np.max(np.abs(one - other) / scale) < 1e-8
    assert np.max(np.abs(ours - one) / scale) < 1e-8


def test_with_few_images_the_forms_would_not_agree() -> None:
    x, y = np.random.default_rng(0).uniform(-0.5, 0.5, (2, 2000))
    errors = [np.abs(edge_stress(x, y, images=n) - stress_y_first(x, y)).max() for n in range(4)]
    assert errors[0] > 1e-3
    assert np.all(np.diff(np.log(errors)) < -4)


def test_close_to_the_core_the_stress_is_that_of_one_dislocation() -> None:
    angle = np.linspace(0.1, 6.2, 40)
    x, y = 1e-3 * np.cos(angle), 1e-3 * np.sin(angle)
    alone = x * (x**2 - y**2) / (x**2 + y**2) ** 2
    np.testing.assert_allclose(pair_stress(x, y), alone, rtol=1e-5, atol=1e-2)


@few
@given(seeds, st.sampled_from([0, 30]))
def test_forces_are_minus_the_gradient_of_the_energy(seed: int, pins: int) -> None:
    state, stress, step = system(seed, pins=pins), 0.07, 1e-4
    for i in range(len(state)):
        shift = step * np.eye(len(state))[i]
        slope = state.at(state.x + shift).energy(stress) - state.at(state.x - shift).energy(stress)
        force = state.forces(stress)[i]
        assert -slope / (2 * step) == pytest.approx(force, abs=1e-6, rel=1e-6)


@few
@given(seeds, st.sampled_from([0, 30]))
def test_hessian_is_minus_the_derivative_of_the_forces(seed: int, pins: int) -> None:
    state, step = system(seed, pins=pins), 1e-5
    hessian = state.hessian()
    np.testing.assert_array_equal(hessian, hessian.T)
    shifts = step * np.eye(len(state))
    numeric = [
        (state.at(state.x - shift).forces() - state.at(state.x + shift).forces()) / (2 * step)
        for shift in shifts
    ]
    np.testing.assert_allclose(numeric, hessian, rtol=1e-6, atol=1e-7 * np.abs(hessian).max())


def test_pins_attract_within_their_reach_only() -> None:
    x, y = np.array([5.0, 5.0, 4.0]), np.array([5.0, 15.0, 5.0])
    pinned = planar(x, y, np.array([1, -1, 0]), 20.0)
    near, clean = (EdgeSystem.of(pinned, well).forces() for well in (WELL, None))
    assert near[0] < clean[0]
    assert near[1] == clean[1]
    repelled = EdgeSystem.of(pinned, Well(strength=-0.3, radius=2.0)).forces()
    assert repelled[0] - clean[0] == pytest.approx(clean[0] - near[0])


def test_without_applied_stress_forces_add_up_to_zero() -> None:
    clean = system(3).forces()
    assert abs(clean.sum()) < 1e-12 * np.abs(clean).sum()
    pinned = system(3, pins=60).forces()
    assert abs(pinned.sum()) > 1e-6 * np.abs(pinned).sum()


@few
@given(seeds, st.floats(-30, 30), st.floats(-30, 30))
def test_translations_leave_forces(seed: int, dx: float, dy: float) -> None:
    c = dislocations(seed, pins=20, apart=0.5)
    moved = c.moved(c.positions + np.array([dx, dy, 0.0]), c.cell)
    one, other = EdgeSystem.of(c, WELL), EdgeSystem.of(moved, WELL)
    np.testing.assert_allclose(other.forces(0.1), one.forces(0.1), rtol=1e-8, atol=1e-10)


@few
@given(seeds)
def test_mirrors_that_keep_the_load_keep_forces(seed: int) -> None:
    c = dislocations(seed, pins=20, apart=0.5)
    force, sign = EdgeSystem.of(c, WELL).forces(0.1), signs(c)
    up = EdgeSystem.of(c.moved(c.positions * np.array([1, -1, 1]), c.cell), WELL)
    np.testing.assert_allclose(up.forces(0.1), force, rtol=1e-8, atol=1e-10)
    x, y, _ = c.positions.T
    turned = EdgeSystem.of(planar(-x, y, -sign, c.cell[0, 0]), WELL)
    np.testing.assert_allclose(turned.forces(0.1), -force, rtol=1e-8, atol=1e-10)
    reversed_load = EdgeSystem.of(planar(x, y, -sign, c.cell[0, 0]), WELL)
    assert not np.allclose(reversed_load.forces(0.1), force, rtol=1e-3)


def field_of(system: EdgeSystem, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the shear stress of dislocations at points, in D/b."""
    out = np.empty(len(x))
    points = table_of(x / system.length, y / system.length, np.zeros(len(x)))
    stress_field(system.lines, points, out)
    return out / system.length


def test_field_at_a_dislocation_is_the_force_on_it() -> None:
    c = dislocations(4, n=12, apart=0.5)
    state, sign = EdgeSystem.of(c), signs(c)
    x, y, _ = c.positions.T
    for i in range(0, 12, 2):
        others = np.delete(np.arange(12), [i, i + 1])
        field = EdgeSystem.of(planar(x[others], y[others], sign[others], c.cell[0, 0]))
        pair = planar(x[[i, i + 1]], y[[i, i + 1]], sign[[i, i + 1]], c.cell[0, 0])
        stress = field_of(field, x[[i, i + 1]], y[[i, i + 1]])
        expected = EdgeSystem.of(pair).forces() + sign[[i, i + 1]] * stress
        np.testing.assert_allclose(state.forces()[[i, i + 1]], expected, rtol=1e-10)


def test_field_on_a_grid_is_that_at_its_points() -> None:
    c = dislocations(4, n=12, pins=5, apart=0.5)
    centres = (np.arange(8) + 0.5) * c.cell[0, 0] / 8
    columns, rows = np.meshgrid(centres, centres)
    field = field_of(EdgeSystem.of(c), columns.ravel(), rows.ravel())
    np.testing.assert_allclose(stress_on_grid(c, 8).ravel(), field, rtol=1e-8, atol=1e-9)
    assert not np.allclose(stress_on_grid(c, 8), stress_on_grid(c, 8).T)


def test_stress_has_the_units_of_the_configuration() -> None:
    c = dislocations(5, apart=0.5)
    larger = Configuration(2 * c.positions, 2 * c.cell, c.species, c.species_names, 2)
    larger.cell[2, 2] = 1.0
    np.testing.assert_allclose(
        EdgeSystem.of(larger).forces(), EdgeSystem.of(c).forces() / 2, rtol=1e-12
    )
    assert EdgeSystem.of(larger).energy() == pytest.approx(EdgeSystem.of(c).energy())


def test_systems_that_no_periodic_box_holds_are_refused() -> None:
    x, y = np.random.default_rng(0).random((2, 3)) * 10
    with pytest.raises(ValueError, match="2 positive and 1 negative"):
        EdgeSystem.of(planar(x, y, np.array([1, 1, -1]), 10.0))
    c = dislocations(0)
    with pytest.raises(ValueError, match="square"):
        EdgeSystem.of(c.moved(c.positions, c.cell * [[1.0], [2.0], [1.0]]))
    with pytest.raises(ValueError, match="half its side"):
        EdgeSystem.of(dislocations(0, pins=3), Well(strength=1.0, radius=11.0))
    with pytest.raises(ValueError, match="positive radius"):
        Well(strength=1.0, radius=0.0)
