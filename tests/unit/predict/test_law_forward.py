"""Laws followed from a state: against exact solutions, and bands against errors that are known."""

import numpy as np
import pytest

from laws import equation, law
from mechanist.predict.law_draws import drawn
from mechanist.predict.law_forward import forward

T = np.linspace(0.0, 2.0, 9)
X = np.arange(32) * 2 * np.pi / 32


def test_decay_has_the_band_that_follows_by_hand() -> None:
    """u = exp(a t) with a = -1 +- 0.1: 95 % of the solutions lie within exp((a +- 0.196) t)."""
    found = forward(law(equation("u_t", {"u": -1.0}, errors=[0.1])), {"u": 2.0}, T, draws=4000)
    assert np.abs(found.central["u"] - 2 * np.exp(-T)).max() < 1e-7
    low, high = 2 * np.exp(-1.196 * T), 2 * np.exp(-0.804 * T)
    assert found.low["u"] == pytest.approx(low, rel=0.03)
    assert found.high["u"] == pytest.approx(high, rel=0.03)
    mean = 2 * np.exp(-T + 0.5 * (0.1 * T) ** 2)
    assert found.mean["u"] == pytest.approx(mean, rel=0.01)
    assert found.lost.max() == 0.0
    assert found.notes == ()


def test_draws_have_the_covariance() -> None:
    one = equation("u_t", {"u": -1.0, "u^2": 1e-6}, errors=[1.0, 1e-6])
    one.covariance[0, 1] = one.covariance[1, 0] = -0.9e-6
    members = drawn(law(one), 20000, seed=1)
    values = np.array([members.coefficients["u_t: u"], members.coefficients["u_t: u^2"]])
    assert values[:, 0].tolist() == [-1.0, 1e-6]
    found = np.cov(values[:, 1:])
    assert found == pytest.approx(one.covariance, rel=0.05)
    assert np.array_equal(drawn(law(one), 5, seed=1).coefficients["u_t: u"],
                          drawn(law(one), 5, seed=1).coefficients["u_t: u"])  # fmt: skip


def test_swing_of_second_order_with_a_known_field() -> None:
    """x_tt = -x + f with f = t: x = t + a cos t + b sin t."""
    swing = law(equation("x_tt", {"x": -1.0, "f": 1.0}))
    found = forward(swing, {"x": 0.5, "x_t": 0.0}, T, inputs={"f": T}, draws=0)
    assert np.abs(found.central["x"] - (T + 0.5 * np.cos(T) - np.sin(T))).max() < 1e-7
    assert found.central["x_t"][0] == 0.0
    assert found.mean == {}
    with pytest.raises(ValueError, match=r"inputs of \[\]; expected \['f'\]"):
        forward(swing, {"x": 0.5, "x_t": 0.0}, T, draws=0)
    with pytest.raises(ValueError, match=r"expected \['x', 'x_t'\]"):
        forward(swing, {"x": 0.5}, T, inputs={"f": T}, draws=0)


def test_number_inside_a_term_is_drawn_too() -> None:
    """At large u the rate -u/(K + u) is -1 whatever K; at small u it is -u/K."""
    one = equation("u_t", {"u/(2 + u)": -1.0}, errors=[0.0, 0.2], parameters={"K": 2.0},
                   held=["u/(2 + u)"])  # fmt: skip
    small = forward(law(one), {"u": 1e-3}, T, draws=2000)
    width = np.log(small.high["u"][-1] / small.low["u"][-1])
    # K within 2 +- 0.392: rates from 1 / 2.392 to 1 / 1.608 over a time of 2
    assert width == pytest.approx(2.0 * (1 / 1.608 - 1 / 2.392), rel=0.05)
    large = forward(law(one), {"u": 1e4}, T, draws=50)
    assert np.log(large.high["u"][-1] / large.low["u"][-1]) < 1e-6


def test_stiff_equations_are_followed() -> None:
    """Robertson's reactions, whose rates differ by nine orders of magnitude, at t = 40."""
    robertson = law(
        equation("x_t", {"x": -0.04, "y z": 1e4}),
        equation("y_t", {"x": 0.04, "y z": -1e4, "y^2": -3e7}),
        equation("z_t", {"y^2": 3e7}),
    )
    found = forward(robertson, {"x": 1.0, "y": 0.0, "z": 0.0}, np.array([0.0, 4.0, 40.0]), draws=1)
    # Hairer and Wanner, Solving Ordinary Differential Equations II
    assert found.central["x"][-1] == pytest.approx(0.7158271, abs=1e-5)
    assert found.central["y"][-1] == pytest.approx(9.185535e-6, rel=1e-3)


def test_map_is_iterated() -> None:
    logistic = law(equation("n_next", {"n": 3.2, "n^2": -3.2}, errors=[0.0, 0.0]), kind="map")
    found = forward(logistic, {"n": 0.5}, np.arange(5.0), draws=3)
    by_hand = [0.5]
    for _ in range(4):
        by_hand.append(3.2 * by_hand[-1] * (1 - by_hand[-1]))
    assert found.central["n"] == pytest.approx(by_hand, rel=1e-14)
    assert found.high["n"] == pytest.approx(by_hand, rel=1e-14)


def test_offsets_are_added_again() -> None:
    near = law(equation("u_t", {"u": -1.0}), offsets={"u": 1000.0}, ranges={"u": (999.0, 1001.0)})
    found = forward(near, {"u": 1000.5}, T, draws=0)
    assert np.abs(found.central["u"] - (1000 + 0.5 * np.exp(-T))).max() < 1e-7


def test_heat_and_waves_on_a_periodic_line() -> None:
    heat = law(equation("u_t", {"u_xx": 0.3, "u_x": -1.0}, errors=[0.03, 0.0]), space="x")
    found = forward(heat, {"u": np.sin(X)}, T, axes={"x": X}, draws=400)
    exact = np.exp(-0.3 * T) * np.sin(X[:, None] - T)
    assert np.abs(found.central["u"] - exact).max() < 1e-10
    crest = np.abs(exact[:, -1]).argmax()
    width = found.high["u"][crest, -1] - found.low["u"][crest, -1]
    assert width == pytest.approx(2 * 1.96 * 0.03 * 2 * np.exp(-0.6), rel=0.15)
    wave = law(equation("h_tt", {"h_xx": 4.0}), space="x")
    found = forward(wave, {"h": np.cos(X), "h_t": 0.0}, T, axes={"x": X}, draws=0)
    assert np.abs(found.central["h"] - np.cos(X)[:, None] * np.cos(2 * T)).max() < 1e-9


def test_burgers_against_the_exact_shock_layer() -> None:
    """u_t = -(u^2)_x / 2 + nu u_xx by the Cole-Hopf transformation, on 128 points."""
    nu, n = 0.1, 128
    x = np.arange(n) * 2 * np.pi / n
    burgers = law(equation("u_t", {"(u^2)_x": -0.5, "u_xx": nu}), space="x")
    found = forward(burgers, {"u": np.sin(x)}, np.array([0.0, 1.0, 2.0]), axes={"x": x}, draws=0)
    k = np.fft.rfftfreq(n, 1 / n)
    start = np.fft.rfft(np.exp(np.cos(x) / (2 * nu)))
    potential = np.fft.irfft(start * np.exp(-nu * k**2 * 2.0), n)
    slope = np.fft.irfft(1j * k * start * np.exp(-nu * k**2 * 2.0), n)
    assert np.abs(found.central["u"][:, -1] + 2 * nu * slope / potential).max() < 1e-4
    assert found.step_change < 1e-5


def test_diffusion_in_a_plane_between_walls() -> None:
    """Along y the ends are walls, where cos(y) has no slope; its period is twice the distance."""
    y = np.linspace(0.0, np.pi, 17)
    plane = law(equation("u_t", {"u_xx": 0.2, "u_yy": 0.5, "(u_x^2)_y": 0.0}), space="xy",
                periodic="x")  # fmt: skip
    start = np.sin(X)[:, None] * np.cos(y)
    with pytest.raises(ValueError, match="edges of axis 'y': not stated"):
        forward(plane, {"u": start}, T, axes={"x": X, "y": y}, draws=0)
    with pytest.raises(ValueError, match=r"'u_t: \(u_x\^2\)_y' changes its sign in a mirror"):
        forward(plane, {"u": start}, T, axes={"x": X, "y": y}, edges={"y": "closed"}, draws=0)
    even = law(equation("u_t", {"u_xx": 0.2, "u_yy": 0.5}), space="xy", periodic="x")
    found = forward(even, {"u": start}, T, axes={"x": X, "y": y}, edges={"y": "closed"}, draws=0)
    exact = start[..., None] * np.exp(-0.7 * T)
    assert np.abs(found.central["u"] - exact).max() < 1e-10


def test_divergence_ends_the_band_and_is_told() -> None:
    """u_t = a u^2 from 1 is infinite at 1/a: draws with larger a are lost first."""
    burst = law(equation("u_t", {"u^2": 1.0}, errors=[0.2]), ranges={"u": (0.0, 1.0)})
    times = np.linspace(0.0, 1.5, 16)
    found = forward(burst, {"u": 1.0}, times, draws=200)
    early = times < 0.55
    assert found.central["u"][early] == pytest.approx(1 / (1 - times[early]), rel=1e-6)
    assert np.isfinite(found.high["u"][early]).all()
    assert np.isnan(found.central["u"][-1])
    assert np.isnan(found.high["u"][-1])
    assert found.lost[early].max() == 0.0
    assert found.lost[-1] > 0.9
    assert [line.split(" ")[0] for line in found.notes] == ["u", "the"]
    assert "diverges before t = 1" in found.notes[1]


@pytest.mark.parametrize(
    ("terms", "sign"),
    [({"u_xx": -0.1}, 1), ({"(u^2)_xx": 0.1}, -1), ({"u_xxxx": 0.1}, 1), ({"u_xxx": 1.0, "u u_xx": 1.0}, -1)],
)  # fmt: skip
def test_laws_that_are_not_well_posed_are_refused(terms: dict[str, float], sign: int) -> None:
    backwards = law(equation("u_t", terms), space="x")
    with pytest.raises(ValueError, match="not well posed: waves along 'x' grow"):
        forward(backwards, {"u": sign * (2 + np.sin(X))}, T, axes={"x": X}, draws=0)


def test_elliptic_systems_are_refused_and_their_partners_are_not() -> None:
    waves = [law(equation("h_tt", {"h_xx": sign}), space="x") for sign in (1.0, -1.0)]
    forward(waves[0], {"h": np.sin(X), "h_t": 0.0}, T, axes={"x": X}, draws=0)
    with pytest.raises(ValueError, match="not well posed"):
        forward(waves[1], {"h": np.sin(X), "h_t": 0.0}, T, axes={"x": X}, draws=0)
    pairs = [law(equation("u_t", {"v_x": 1.0}), equation("v_t", {"u_x": sign}), space="x")
             for sign in (1.0, -1.0)]  # fmt: skip
    forward(pairs[0], {"u": np.sin(X), "v": 0.0}, T, axes={"x": X}, draws=0)
    with pytest.raises(ValueError, match="not well posed"):
        forward(pairs[1], {"u": np.sin(X), "v": 0.0}, T, axes={"x": X}, draws=0)
    oblique = law(equation("u_t", {"u_xx": 0.1, "u_yy": 0.1, "u_xy": 0.5}), space="xy")
    plane = np.sin(X)[:, None] * np.sin(X)
    with pytest.raises(ValueError, match="waves along 'x' and 'y' grow"):
        forward(oblique, {"u": plane}, T, axes={"x": X, "y": X}, draws=0)


@pytest.mark.parametrize(
    "terms",
    [
        {"(u^2)_x": -0.5, "u_xx": -1.0, "u_xxxx": -1.0},
        {"(u^2)_xx": 0.1},
        {"u_xxx": -0.2},
        {"u u_x": -1.0, "u_xx": 0.05},
    ],
    ids=["kuramoto", "porous medium", "dispersion", "burgers"],
)
def test_well_posed_laws_are_followed(terms: dict[str, float]) -> None:
    start = 2 + np.sin(X)
    found = forward(law(equation("u_t", terms), space="x"), {"u": start}, T, axes={"x": X}, draws=0)
    assert np.isfinite(found.central["u"]).all()


@pytest.mark.parametrize(
    ("initial", "axes", "times", "said"),
    [
        ({"u": np.zeros(31)}, {"x": X}, T, r"initial u has the shape \(31,\); expected \(32,\)"),
        ({"u": X * np.nan}, {"x": X}, T, "initial u holds a value that is not finite"),
        ({"u": X * 1j}, {"x": X}, T, "initial u holds complex128"),
        ({"u": X}, {}, T, r"axes \[\]; expected \['x'\]"),
        ({"u": X}, {"x": X**2}, T, "axis 'x': spacings run from"),
        ({"u": X}, {"x": X}, T[::-1], "at least two that increase"),
        ({"u": X, "v": X}, {"x": X}, T, r"initial state of \['u', 'v'\]; expected \['u'\]"),
    ],
)
def test_states_that_do_not_fit_are_refused(
    initial: dict[str, np.ndarray], axes: dict[str, np.ndarray], times: np.ndarray, said: str
) -> None:
    heat = law(equation("u_t", {"u_xx": 0.3}), space="x")
    with pytest.raises(ValueError, match=said):
        forward(heat, initial, times, axes=axes, draws=0)


def test_laws_that_lack_an_equation_or_a_covariance_are_refused() -> None:
    half = law(equation("u_t", {"u": -1.0}))
    object.__setattr__(half, "not_found", ("v_t",))
    with pytest.raises(ValueError, match="no equation for v_t"):
        forward(half, {"u": 1.0}, T, draws=0)
    blind = equation("u_t", {"u": -1.0})
    object.__setattr__(blind, "covariance", None)
    with pytest.raises(ValueError, match="u_t: the covariance of the coefficients is unknown"):
        forward(law(blind), {"u": 1.0}, T)
    assert forward(law(blind), {"u": 1.0}, T, draws=0).central["u"][-1] == pytest.approx(np.exp(-2))


def test_waves_that_the_grid_does_not_resolve_are_told() -> None:
    """A shock of a hundredth of the axis needs more than 32 points; without it, nothing is told."""
    notes = []
    for nu in (0.005, 0.5):
        shock = law(equation("u_t", {"(u^2)_x": -0.5, "u_xx": nu}), space="x")
        notes.append(forward(shock, {"u": np.sin(X)}, T, axes={"x": X}, draws=0).notes)
    assert notes[1] == ()
    assert len(notes[0]) == 1
    assert notes[0][0].startswith("u: the shortest waves along 'x' have 0.")


def test_a_line_is_followed_as_finely_as_its_state_is_known() -> None:
    """Growth of the fifteenth of 16 waves, 0.01, is kept; of its overtone, 0.0005, no grid of 32 points knows."""
    short = law(equation("u_t", {"u^2": 1.0}), space="x")
    start = 0.5 + 0.1 * np.cos(15 * X)
    found = forward(short, {"u": start}, np.array([0.0, 0.1]), axes={"x": X}, draws=0)
    assert np.abs(found.central["u"][:, 1] - start / (1 - 0.1 * start)).max() < 1e-3


@pytest.mark.parametrize(("size", "diverged"), [(99.0, False), (101.0, True)])
def test_a_state_of_a_hundred_times_the_largest_known_has_diverged(
    size: float, diverged: bool
) -> None:
    """Growth exp(t) from 1, which is the largest value in the data too."""
    growth = law(equation("u_t", {"u": 1.0}), ranges={"u": (-1.0, 0.5)})
    found = forward(growth, {"u": 1.0}, np.array([0.0, np.log(size)]), draws=0)
    assert np.isnan(found.central["u"][-1]) == diverged


@pytest.mark.parametrize(("share", "told"), [(0.019, False), (0.021, True)])
def test_short_waves_of_a_fiftieth_of_the_largest_are_not_resolved(
    share: float, told: bool
) -> None:
    still = law(equation("u_t", {"u_xx": 1e-9}), space="x")
    start = np.cos(X) + share * np.cos(15 * X)
    notes = forward(still, {"u": start}, np.array([0.0, 0.1]), axes={"x": X}, draws=0).notes
    assert any("the shortest waves along 'x' have" in note for note in notes) == told
