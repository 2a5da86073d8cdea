"""Quantities of gliding dislocations in units of b, D and time, and the radius of annihilation."""

import numpy as np
import pytest

from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import planar
from mechanist.mechanics.edge_kernel import edge_stress
from mechanist.simulate.dislocation_dynamics import Glide, Integration

LENGTH = 40.0


def pair(dx: float, dy: float, *, length: float = LENGTH) -> Configuration:
    """Return a dipole in a box of this length, the positive dislocation at (10, 10)."""
    return planar(
        np.array([10.0, 10.0 + dx]), np.array([10.0, 10.0 + dy]), np.array([1, -1]), length
    )


def pull(dx: float, dy: float) -> float:
    """Return the velocity of the positive dislocation: minus the stress of the negative one, D/b."""
    return -float(edge_stress(np.array([-dx / LENGTH]), np.array([-dy / LENGTH]))[0]) / LENGTH


@pytest.mark.parametrize(("dx", "dy"), [(3.0, 1.0), (-7.0, 2.0), (0.5, 6.0)])
@pytest.mark.parametrize("stress", [0.0, 0.03, -0.2])
def test_speed_and_rates_by_the_closed_form(dx: float, dy: float, stress: float) -> None:
    glide = Glide(pair(dx, dy), Integration())
    glide.apply(stress)
    # both move with the same velocity apart from its sign, so the mean of |v| is |v|
    v = pull(dx, dy) + stress
    assert glide.speed == pytest.approx(abs(v), rel=1e-9)
    assert glide.strain_rate == pytest.approx(2 * v / LENGTH**2, rel=1e-9)
    assert glide.stress == pytest.approx(stress)


def test_a_short_step_moves_by_speed_times_time() -> None:
    glide = Glide(pair(3.0, 1.0), Integration())
    v, before = pull(3.0, 1.0), glide.system.x.copy()
    glide.advance(within=1e-3)
    assert glide.time == pytest.approx(1e-3)
    np.testing.assert_allclose(glide.system.x - before, [v * 1e-3, -v * 1e-3], rtol=1e-3)
    assert glide.strain == pytest.approx(2 * v * 1e-3 / LENGTH**2, rel=1e-3)


def test_a_stress_that_rises_and_yields_in_units_of_b() -> None:
    glide = Glide(pair(3.0, 1.0), Integration())
    glide.apply(0.1)
    glide.advance(rate=2.0, stiffness=50.0, within=1e-3)
    assert glide.stress == pytest.approx(0.1 + 2.0 * 1e-3 - 50.0 * glide.strain, rel=1e-9)


@pytest.mark.parametrize(
    ("radius", "distance", "left"),
    [(1.0, 1.01, 4), (1.0, 0.99, 2), (2.5, 2.51, 4), (2.5, 2.49, 2), (0.0, 0.01, 4)],
)
@pytest.mark.parametrize("angle", [0.0, 0.6, np.pi / 2])
def test_opposite_dislocations_annihilate_within_the_radius(
    radius: float, distance: float, left: int, angle: float
) -> None:
    x = np.array([10.0, 10.0 + distance * np.cos(angle), 30.0, 30.0])
    y = np.array([10.0, 10.0 + distance * np.sin(angle), 10.0, 30.0])
    glide = Glide(planar(x, y, np.array([1, -1, 1, -1]), LENGTH), Integration(annihilation=radius))
    assert len(glide.system) == left
    assert sorted(glide.system.x)[-2:] == [30.0, 30.0]  # the distant ones are left
    assert glide.annihilated == (4 - left) // 2


def test_dislocations_of_one_sign_never_annihilate() -> None:
    x, y = np.array([10.0, 10.3, 30.0, 35.0]), np.array([10.0, 10.0, 10.0, 30.0])
    glide = Glide(planar(x, y, np.array([1, 1, -1, -1]), LENGTH), Integration(annihilation=1.0))
    assert len(glide.system) == 4
