"""Quantities of gliding dislocations in units of b, D and time, and the radius of annihilation."""

import numpy as np
import pytest

from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import planar
from mechanist.mechanics.edge_kernel import edge_stress
from mechanist.simulate.dislocation_dynamics import ConvergenceError, Glide, Integration

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


def scripted(errors: list[float], monkeypatch: pytest.MonkeyPatch) -> Glide:
    """Return dislocations whose steps have the errors that are told, one by one."""
    told = iter(errors)
    monkeypatch.setattr("mechanist.simulate.rodas.finish", lambda *_: next(told))
    return Glide(pair(3.0, 1.0), Integration())


#: The first step, in units of time: a millionth of the square of the box.
FIRST = 1e-6 * LENGTH**2


@pytest.mark.parametrize(
    ("error", "factor"),
    [
        (0.729, 1.0),  # 0.9 over the third root of the error
        (0.027, 3.0),
        (1e-3, 5.0),  # never more than fivefold
        (0.0, 5.0),
    ],
)
def test_the_next_step_follows_from_the_error(
    error: float, factor: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    glide = scripted([error, 0.5], monkeypatch)
    glide.advance()
    assert glide.time == pytest.approx(FIRST)
    glide.advance()
    assert glide.time == pytest.approx(FIRST * (1 + factor))
    assert (glide.steps, glide.rejected) == (2, 0)


@pytest.mark.parametrize(
    ("error", "factor"),
    [(1.0, None), (1.331, 0.9 / 1.1), (8.0, 0.45), (1e6, 0.2), (float("inf"), 0.3)],
)
def test_a_step_of_too_large_an_error_is_repeated(
    error: float, factor: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    glide = scripted([error, 0.5], monkeypatch)
    glide.advance()
    assert glide.time == pytest.approx(FIRST * (factor or 1.0))
    assert (glide.steps, glide.rejected) == (1, 0 if factor is None else 1)


def test_a_step_that_is_cut_short_does_not_shorten_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    glide = scripted([0.729] * 3, monkeypatch)
    glide.advance(within=FIRST / 100)
    assert glide.time == pytest.approx(FIRST / 100)
    glide.advance()
    assert glide.time == pytest.approx(FIRST * 1.01)
    # a long one that is not asked for is not taken either
    glide.advance(within=1e9)
    assert glide.time == pytest.approx(FIRST * 2.01)


def test_steps_that_shrink_for_ever_end_the_integration(monkeypatch: pytest.MonkeyPatch) -> None:
    """0.3 to the 19th of the first step is just above the last one, to the 20th below."""
    glide = scripted([float("inf")] * 40, monkeypatch)
    with pytest.raises(ConvergenceError, match="the time step fell below 1e-16 of the box's unit"):
        glide.advance()
    assert glide.rejected == 20


def test_the_number_of_steps_is_limited_and_starts_anew_after_a_reset(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = iter([0.5] * 20)
    monkeypatch.setattr("mechanist.simulate.rodas.finish", lambda *_: next(told))
    glide = Glide(pair(3.0, 1.0), Integration(max_steps=3))
    glide.advance()
    glide.advance()
    glide.reset()
    assert (glide.time, glide.strain, glide.steps, glide.rejected) == (0.0, 0.0, 0, 0)
    glide.advance()
    glide.advance()
    with pytest.raises(ConvergenceError, match="not done after 3 steps"):
        glide.advance()


@pytest.mark.parametrize(
    "settings",
    [{"tolerance": 0.0}, {"relative_tolerance": 0.0}, {"max_steps": 0}, {"annihilation": -0.1}],
)
def test_settings_without_extent_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="expected"):
        Integration(**settings)  # type: ignore[arg-type]
    assert vars(Integration()) == {
        "tolerance": 5e-3, "relative_tolerance": 0.05, "annihilation": 1.0, "max_steps": 40_000,
    }  # fmt: skip
    assert Integration(annihilation=0.0, max_steps=1).max_steps == 1
