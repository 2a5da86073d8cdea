"""Choice of test-function widths from the spectrum."""

from pathlib import Path

import numpy as np
import pytest
import scipy.io

from field_writers import solitons
from mechanist.core.typing import FloatArray
from mechanist.discover.library import divergence_library
from mechanist.discover.regression_data import as_terms
from mechanist.discover.weak import weak_system
from mechanist.discover.widths import changepoint, choose_test_functions, corner_frequency
from mechanist.formats.field_files import FieldData

KDV = Path(__file__).parents[4] / "shared/data/pde/kdv.mat"


@pytest.mark.parametrize("at", [3, 10, 25])
def test_the_changepoint_of_two_lines(at: int) -> None:
    k = np.arange(40)
    assert changepoint(np.where(k < at, 2.0 * k, 2.0 * at + 0.1 * (k - at))) == at


@pytest.mark.parametrize(
    ("curve", "corner"),
    [
        ([0, 5, 6, 7, 8], 1),  # the first inner point
        ([0, 1, 2, 3, 9], 3),  # the last inner point
        ([0, 0, 4], 1),  # the only one
        ([2, 7, 8, 9], 1),  # a curve need not start at zero
        ([0, 6, 8, 8, 12], 1),  # squares of 0 + 4, 4 + 4 and 164/9 + 0 off the two lines
    ],
)
def test_the_changepoint_of_few_points_by_hand(curve: list[float], corner: int) -> None:
    assert changepoint(np.array(curve, float)) == corner


def band(limit: int, *, noise: float, n: int = 256, seed: int = 0) -> FloatArray:
    """Return random waves along axis 0 up to a wave number, plus white noise."""
    rng = np.random.default_rng(seed)
    x = np.arange(n) * 2 * np.pi / n
    modes = [np.cos(k * x[:, None] + rng.uniform(0, 6, 40)) for k in range(1, limit + 1)]
    signal: FloatArray = np.sum(modes, axis=0)
    noisy: FloatArray = signal + noise * signal.std() * rng.normal(size=signal.shape)
    return noisy


@pytest.mark.parametrize("limit", [6, 12, 30])
@pytest.mark.parametrize("noise", [0.0, 0.05, 0.2])
def test_the_corner_is_where_the_band_ends(limit: int, noise: float) -> None:
    corner = corner_frequency(band(limit, noise=noise), 0, periodic=True)
    assert corner * 256 == pytest.approx(limit, abs=1.01)


def test_the_corner_does_not_see_offsets_scales_or_different_ends() -> None:
    values = band(8, noise=0.05)[:200]
    expected = corner_frequency(values, 0, periodic=False)
    assert corner_frequency(1e3 + 7 * values, 0, periodic=False) == pytest.approx(expected)
    assert corner_frequency(values[::-1], 0, periodic=False) == pytest.approx(expected)
    # waves that do not end with the axis leak into the next four frequencies, which are 1/400 apart
    assert corner_frequency(band(8, noise=0.05), 0, periodic=True) == 8 / 256
    assert 8 / 256 <= expected <= 8 / 256 + 4 / 400


def data(limit: int) -> FieldData:
    axes = {"x": np.arange(256.0), "t": np.arange(40.0)}
    return FieldData("band", axes, {"u": band(limit, noise=0.05)}, periodic=frozenset("x"))


def test_higher_derivatives_and_slower_fields_get_wider_test_functions() -> None:
    def width(limit: int, term: str) -> int:
        chosen = choose_test_functions([data(limit)], as_terms([term, "u_t"]))
        return chosen["x"].half_width

    # sqrt(19 order) / (2 pi f), rounded up, with 8 waves on 256 points: 22.2 for the first order
    found = {(8, "u_x"): 23, (16, "u_x"): 12, (32, "u_x"): 6, (4, "u_x"): 45, (8, "u_xx"): 32,
             (8, "u_xxxx"): 45, (16, "u_xxxx"): 23}  # fmt: skip
    assert {key: width(*key) for key in found} == found


def test_widths_leave_room_on_the_axis() -> None:
    chosen = choose_test_functions([data(1)], as_terms(["u_xx", "u_t"]))
    assert chosen["x"].support <= 256 // 2 + 1
    assert chosen["t"].support <= 40 // 2 + 1


@pytest.mark.parametrize("periodic", [frozenset(), frozenset({"x"})])
def test_an_axis_shorter_than_any_test_function_is_named(periodic: frozenset[str]) -> None:
    def cut(n: int) -> FieldData:
        axes = {"x": np.arange(float(n)), "t": np.arange(64.0)}
        field = np.random.default_rng(0).normal(size=(n, 64))
        return FieldData("short", axes, {"u": field}, periodic=periodic)

    terms = as_terms(["u_xx", "u_t"])
    for n in (2, 4, 8):
        with pytest.raises(ValueError, match=f"'short', axis 'x': {n} points, .* need 9"):
            choose_test_functions([cut(n)], terms)
    assert choose_test_functions([cut(9)], terms)["x"].support == 9


# twin: discover/test_widths.py::test_solitons_keep_their_coefficients_at_twenty_percent_noise
@pytest.mark.skipif(not KDV.exists(), reason="the published KdV file is not beside the repository")
def test_kdv_keeps_its_coefficients_at_twenty_percent_noise() -> None:
    file = scipy.io.loadmat(KDV)
    axes = {"x": file["x"].ravel().astype(float), "t": file["t"].ravel().astype(float)}
    field = np.real(file["usol"])
    one = FieldData("kdv", axes, {"u": field}, periodic=frozenset("x"))
    assert coefficient_error(one, 0.0) < 1e-8
    assert coefficient_error(one, 0.2) < 1e-2


# the last is the control: noise of ten times the field hides the equation
@pytest.mark.parametrize(("noise", "low", "high"), [(0, 0, 1e-8), (0.2, 0, 1e-2), (10, 0.1, 1e3)])
def test_solitons_keep_their_coefficients_at_twenty_percent_noise(
    noise: float, low: float, high: float
) -> None:
    """The twin of the test on the published file, on an exact solution."""
    assert low <= coefficient_error(solitons(), noise) < high


def coefficient_error(data: FieldData, noise: float) -> float:
    """Return the mean relative error of both coefficients, with noise in spreads of the field."""
    field = data.fields["u"]
    noisy = field + noise * field.std() * np.random.default_rng(0).normal(size=field.shape)
    one = FieldData(data.name, data.axes, {"u": noisy}, periodic=data.periodic)
    library = divergence_library(["u"], ["x"], degree=3, order=4)
    matrix, target = weak_system([one], library, ["u_t"]).subset(["u_xxx", "(u^2)_x"]).problem()
    found = np.linalg.lstsq(matrix, target, rcond=None)[0]
    return float(np.abs(found / [-1, -3] - 1).mean())


def cosines(n: int, limit: int) -> FloatArray:
    """Return waves whose crests stand at both ends of an axis, all wave numbers up to a limit alike."""
    k = np.arange(1, limit + 1)
    values: FloatArray = np.cos(np.pi * k * (np.arange(n)[:, None] + 0.5) / n).sum(axis=1)
    return np.stack([values, values[::-1]], axis=1)


@pytest.mark.parametrize(("n", "limit"), [(64, 6), (100, 15)])
def test_frequencies_of_cosines_are_multiples_of_half_a_turn(n: int, limit: int) -> None:
    corner = corner_frequency(cosines(n, limit), 0, periodic=False)
    assert corner == pytest.approx(limit / (2 * n))


def test_corners_of_trajectories_are_averaged_and_the_shortest_sets_the_room() -> None:
    """Corners at 8 and 16 waves on 256 points have the mean of 12: sqrt(19) / (2 pi 12 / 256)."""
    terms = as_terms(["u_x", "u_t"])
    both = choose_test_functions([data(8), data(16)], terms)
    assert both["x"].half_width == 15
    slow = FieldData("slow", data(1).axes, {"u": band(1, noise=0.0)}, periodic=frozenset("x"))
    # a quarter of 255 steps along x, and of 39 in time
    assert choose_test_functions([slow], as_terms(["u_xxxx", "u_tttt"]))["x"].half_width == 63
    short = FieldData(
        "short", {"x": np.arange(101.0), "t": np.arange(40.0)}, {"u": band(1, noise=0.0)[:101]},
        periodic=frozenset("x"),
    )  # fmt: skip
    assert choose_test_functions([slow, short], as_terms(["u_xxxxxx", "u_t"]))["x"].half_width == 25


def test_powers_and_least_widths_follow_the_order() -> None:
    fast = FieldData(
        "fast", {"x": np.arange(64.0), "t": np.arange(64.0)},
        {"u": np.cos(np.pi * np.arange(64))[:, None] * np.ones(64)}, periodic=frozenset("x"),
    )  # fmt: skip
    chosen = choose_test_functions([fast], as_terms(["u_xx", "u_t"]))
    assert chosen["x"].half_width == 4  # two more than the order, though the corner allows 2
    assert chosen["x"].power == 8
    wide = choose_test_functions([fast], as_terms(["u_xxxxxxxx", "u_t"]))
    assert (wide["x"].power, wide["t"].power) == (10, 8)
    assert choose_test_functions([fast], as_terms(["u_x", "u_t"]), power=12)["x"].power == 12
    assert list(choose_test_functions([fast], as_terms(["u_x", "u_t"]), snapshots=True)) == ["x"]


@pytest.mark.parametrize(("n", "enough"), [(5, False), (6, True)])
def test_six_points_have_a_corner_even_where_nothing_is_differentiated(
    n: int, enough: bool
) -> None:
    axes = {"x": np.arange(float(n)), "t": np.arange(64.0)}
    one = FieldData("few", axes, {"u": np.random.default_rng(0).normal(size=(n, 64))})
    if enough:
        assert choose_test_functions([one], as_terms(["u", "u_t"]))["x"].half_width == 2
    else:
        with pytest.raises(ValueError, match=r"5 points, but derivatives of order 0 .* need 6"):
            choose_test_functions([one], as_terms(["u", "u_t"]))
