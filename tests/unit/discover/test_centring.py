"""Laws of variables whose mean is large beside their spread."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mechanist.core.typing import FloatArray
from mechanist.discover.attenuation import corrected_fit
from mechanist.discover.candidate_library import Library
from mechanist.discover.centring import (
    centred,
    expansion,
    lacking,
    large_offsets,
    shifted,
    usable_offsets,
)
from mechanist.discover.found_equations import discover
from mechanist.discover.priors import Priors
from mechanist.discover.search import Search
from mechanist.discover.terms import parse_term
from mechanist.formats.equation_files import (
    Equation,
    EquationFile,
    read_equations,
    write_equations,
)
from mechanist.formats.field_files import FieldData


def solved(
    start: FloatArray, rate: Callable[[FloatArray], FloatArray], step: float, every: int, count: int
) -> FloatArray:
    """Return states at even times, by Runge-Kutta steps of fourth order, time last."""
    state, states = start, [start]
    for k in range(1, every * (count - 1) + 1):
        a = rate(state)
        b = rate(state + step / 2 * a)
        c = rate(state + step / 2 * b)
        state = state + step / 6 * (a + 2 * b + 2 * c + rate(state + step * c))
        if k % every == 0:
            states.append(state)
    return np.array(states).T


def fisher(offset: float, noise: float = 0.0, seed: int = 0) -> FieldData:
    """Return u + offset, where u_t = 0.05 u_xx + u - u^2 on a ring of length 20."""
    x = np.arange(96) * 20 / 96
    k = 2 * np.pi * np.fft.rfftfreq(96, 20 / 96)

    def rate(u: FloatArray) -> FloatArray:
        spread = np.fft.irfft(-0.05 * k**2 * np.fft.rfft(u), 96)
        return np.asarray(spread + u - u**2)

    start = 0.05 + 0.4 * np.exp(-((x - 5) ** 2) / 2) + 0.7 * np.exp(-((x - 14) ** 2))
    u = solved(start, rate, 0.02, 3, 101)
    u = u + noise * u.std() * np.random.default_rng(seed).normal(size=u.shape)
    return FieldData(
        "ring",
        {"x": x, "t": np.linspace(0.0, 6.0, 101)},
        {"u": u + offset},
        periodic=frozenset(["x"]),
    )


def stream(noise: float = 0.0) -> FieldData:
    """Return u with u_t = -u u_x + 0.1 u_xx and a mean near 30, which no change of zero simplifies."""
    x = np.arange(256) * 16 / 256
    k = 2 * np.pi * np.fft.rfftfreq(256, 16 / 256)

    def rate(v: FloatArray) -> FloatArray:
        return np.fft.irfft(-0.5j * k * np.fft.rfft(v**2) - 0.1 * k**2 * np.fft.rfft(v), 256)

    v = solved(np.exp(-((x - 6) ** 2)) + 0.5 * np.exp(-((x - 11) ** 2) / 2), rate, 0.005, 1, 401)
    t = np.linspace(0.0, 2.0, 401)
    u = 30 + np.fft.irfft(np.fft.rfft(v, axis=0) * np.exp(-30j * k[:, None] * t), 256, axis=0)
    u = u + noise * u.std() * np.random.default_rng(0).normal(size=u.shape)
    return FieldData("stream", {"x": x, "t": t}, {"u": u}, periodic=frozenset(["x"]))


def found(data: FieldData, **library: object) -> Equation:
    search = Search(library=Library(**({"degree": 3, "order": 2} | library)))  # type: ignore[arg-type]
    (equation,) = discover(search, [data])
    return equation


def series(**values: FloatArray) -> FieldData:
    n = len(next(iter(values.values())))
    return FieldData("series", {"t": np.arange(float(n))}, values)


def test_a_mean_counts_as_large_from_ten_times_the_spread_on() -> None:
    wave = np.tile([-1.0, 1.0], 8)
    data = [series(small=9.9 + wave, large=310.47 + wave, below=-0.04123 + 0.001 * wave)]
    assert large_offsets(data) == {"large": 310.0, "below": -0.041}
    # the spread is that of all trajectories together
    assert large_offsets([*data, series(small=wave, large=wave, below=wave)]) == {}
    assert large_offsets([series(still=np.full(16, 7.0))]) == {}


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("u^3", {"u^3": 1.0, "u^2": 6.0, "u": 12.0, "1": 8.0}),
        ("(u^2)_x", {"(u^2)_x": 1.0, "u_x": 4.0}),
        ("u u_x", {"u u_x": 1.0, "u_x": 2.0}),
        ("u v", {"u v": 1.0, "v": 2.0, "u": -3.0, "1": -6.0}),
        ("u_x^2", {"u_x^2": 1.0}),
        ("1", {"1": 1.0}),
    ],
)
def test_terms_of_shifted_variables(term: str, expected: dict[str, float]) -> None:
    made = shifted(parse_term(term), {"u": 2.0, "v": -3.0})
    assert {one.name: value for one, value in made.items()} == expected


def test_a_library_is_used_in_deviations_only_if_it_holds_the_lower_powers() -> None:
    whole = tuple((parse_term(name),) for name in ("u_x", "(u^2)_x", "sin(v)"))
    matrix = expansion(whole[:2], {"u": 5.0})
    assert matrix is not None
    assert matrix.tolist() == [[1.0, 0.0], [10.0, 1.0]]
    part = whole[1:]
    assert expansion(part, {"u": 5.0}) is None
    assert lacking(part, {"u": 5.0}) == ["u_x"]
    assert lacking(whole, {"u": 5.0}) == []
    assert usable_offsets([whole], {"u": 5.0, "v": 50.0}) == {"u": 5.0}
    assert usable_offsets([whole, part], {"u": 5.0}) == {}


def test_sums_of_terms_are_shifted_as_sums() -> None:
    names = (("u_xx", "u_yy"), ("(u^2)_xx", "(u^2)_yy"))
    groups = tuple(tuple(parse_term(name) for name in group) for group in names)
    matrix = expansion(groups, {"u": 3.0})
    assert matrix is not None
    assert matrix.tolist() == [[1.0, 0.0], [6.0, 1.0]]
    # unequal shares of the two axes are no multiple of the sum
    assert expansion((groups[0], groups[1][:1]), {"u": 3.0}) is None


def test_data_without_a_large_mean_are_passed_on_as_they_are() -> None:
    data = [fisher(0.0)]
    assert Search(library=Library(degree=3, order=2)).offsets(data) == {}
    assert centred(data, {}) is data
    (equation,) = discover(Search(library=Library(degree=3, order=2)), data)
    assert equation.near is None


@pytest.mark.parametrize("offset", [30.0, 1000.0, -273.0])
def test_a_law_is_the_same_whatever_the_zero_of_its_variable(offset: float) -> None:
    """With w = u + c: w_t = 0.05 w_xx - w^2 + (1 + 2 c) w - c - c^2."""
    equation = found(fisher(offset, noise=0.01))
    true = {"1": -offset - offset**2, "u": 1 + 2 * offset, "u^2": -1.0, "u_xx": 0.05}
    assert set(equation.coefficients) == set(true)
    assert equation.verdict == "complete"
    plain = {term.name: term for term in found(fisher(0.0, noise=0.01)).terms}
    for term in equation.terms:
        assert abs(term.coefficient - true[term.name]) < 3 * term.error
        # no more digits are certain than those of the slope
        assert term.error < 3e-3 * abs(term.coefficient) or term.name == "u_xx"
    diffusion = equation.terms[-1]
    assert diffusion.error == pytest.approx(plain["u_xx"].error, rel=0.1)
    assert diffusion.coefficient == pytest.approx(plain["u_xx"].coefficient, abs=1e-4)


def test_the_law_of_deviations_stands_beside_that_of_the_variable() -> None:
    equation = found(fisher(1000.0))
    assert equation.near is not None
    (zero,) = equation.near.offsets.values()
    assert zero == pytest.approx(1000.5, abs=0.2)
    a = zero - 1000.0
    near = {term.name: term.coefficient for term in equation.near.terms}
    expected = {"1": a - a * a, "u'": 1 - 2 * a, "u'^2": -1.0, "u'_xx": 0.05}
    assert near == pytest.approx(expected, rel=1e-5)
    assert equation.near.text.startswith("u'_t = ")
    assert equation.near.to_text().endswith(f", with u' = u - {zero:g}")


def test_errors_hold_the_truth_at_a_large_offset() -> None:
    """Of 4 coefficients in each of 20 draws of the noise, two errors hold about 95 %."""
    true = {"1": -300.0 - 300.0**2, "u": 601.0, "u^2": -1.0, "u_xx": 0.05}
    ratios = []
    for seed in range(20):
        equation = found(fisher(300.0, noise=0.02, seed=seed))
        assert set(equation.coefficients) == set(true)
        ratios += [(t.coefficient - true[t.name]) / t.error for t in equation.terms]
    assert np.mean(np.abs(ratios) < 2) > 0.88
    assert 0.5 < np.sqrt(np.mean(np.square(ratios))) < 1.5


@pytest.mark.parametrize("noise", [0.0, 0.01])
def test_a_law_that_is_sparse_in_the_variable_itself_stays_so(noise: float) -> None:
    equation = found(stream(noise), order=3)
    assert set(equation.coefficients) == {"(u^2)_x", "u_xx"}
    assert equation.coefficients["(u^2)_x"] == pytest.approx(-0.5, abs=1e-4)
    assert equation.coefficients["u_xx"] == pytest.approx(0.1, abs=2e-3)
    # in deviations, the stream is a term of its own
    assert equation.near is not None
    assert {term.name for term in equation.near.terms} == {"u'_x", "(u'^2)_x", "u'_xx"}


def test_a_library_that_lacks_the_lower_powers_is_told_which() -> None:
    equation = found(fisher(1000.0, noise=0.01), kind="custom", terms=["u^2", "u_xx"])
    assert equation.near is None
    assert equation.verdict in ("incomplete", "nothing found")
    assert "with the terms ['u', '1'] the library could be searched" in equation.reason
    # control: where the zero is near, nothing is said of it
    equation = found(fisher(0.0), kind="custom", terms=["u^2", "u_xx"])
    assert equation.verdict == "incomplete"
    assert "deviation" not in equation.reason


def test_dependent_powers_are_refused_with_the_terms_that_would_help() -> None:
    terms = ["u", "u^2", "u^3", "u^4"]
    search = Search(library=Library(kind="custom", terms=terms))
    with pytest.raises(ValueError, match=r"\['1'\] the library could be searched"):
        search.systems([fisher(1000.0)])
    complete = Search(library=Library(kind="custom", terms=["1", *terms]))
    complete.systems([fisher(1000.0)])


def test_variables_in_functions_and_declared_units_keep_their_zero() -> None:
    library = Library(kind="custom", terms=["1", "u", "u^2", "sin(u)"])
    assert Search(library=library).offsets([fisher(1000.0)]) == {}
    units = {"u": "K", "x": "m", "t": "s"}
    search = Search(library=Library(degree=2, order=2), priors=Priors(units=units))
    # a pure number times u/s: all terms but derivatives of u in time are excluded
    with pytest.raises(ValueError, match="priors exclude all"):
        search.offsets([fisher(1000.0)])
    rate = replace(search.priors, constants={"k": "s^-1"})
    assert replace(search, priors=rate).offsets([fisher(1000.0)]) == {}


def test_maps_keep_their_zero() -> None:
    data = [series(x=1000.0 + np.sin(np.arange(40.0)))]
    assert Search(method="map", library=Library(kind="polynomial", degree=1)).offsets(data) == {}
    weak = Search(library=Library(kind="polynomial", degree=1))
    assert weak.offsets(data) == {"x": 1000.0}


def test_mixed_columns_have_the_coefficients_of_the_same_law() -> None:
    """(u^2)_xx = (w^2)_xx + 2 c w_xx for u = w + c, on data near zero, where both can be fitted."""
    data, c = [fisher(0.0, noise=0.01)], 2.0
    groups = [["u"], ["u^2"], ["u_xx"], ["(u^2)_xx"]]
    plain = corrected_fit(data, groups, "u_t")
    shares = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 2 * c, 1]]).T
    mixed = corrected_fit(data, groups, "u_t", mixing=shares)
    assert plain is not None
    assert mixed is not None
    w = plain.weights
    assert mixed.weights == pytest.approx([w[0], w[1], w[2] - 2 * c * w[3], w[3]], rel=1e-6)
    assert mixed.errors[[0, 1, 3]] == pytest.approx(plain.errors[[0, 1, 3]], rel=1e-6)
    assert mixed.loss == pytest.approx(plain.loss, rel=1e-6)
    assert mixed.noise_share == pytest.approx(plain.noise_share, rel=1e-6)


def test_the_true_law_is_scored_in_the_variable_itself() -> None:
    true = {"u_t": {"1": -930.0, "u": 61.0, "u^2": -1.0, "u_xx": 0.05}}
    search = Search(library=Library(degree=3, order=2))
    equations = discover(search, [fisher(30.0)], rules=["auto", "oracle"], truth=true)
    for equation in equations:
        assert equation.coefficients == pytest.approx(true["u_t"], rel=1e-4)
        assert equation.truth == true["u_t"]


def test_files_hold_the_law_of_deviations(tmp_path: Path) -> None:
    equation = found(fisher(30.0, noise=0.01))
    file = EquationFile("ring", "weak", 0.0, 0, (equation,))
    write_equations(tmp_path / "a.json", file)
    (read,) = read_equations(tmp_path / "a.json").equations
    assert equation.near is not None
    assert read.near is not None
    assert read.near.to_text() == equation.near.to_text()
    assert [t.name for t in read.near.terms] == [t.name for t in equation.near.terms]


@pytest.mark.parametrize(("mean", "offset"), [(9.5, False), (10.5, True)])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_mean_of_ten_standard_deviations_is_an_offset(
    mean: float, offset: bool, sign: float
) -> None:
    values = sign * mean + np.tile([1.0, -1.0], 20)
    data = FieldData("a", {"t": np.arange(40.0)}, {"u": values})
    assert ("u" in large_offsets([data])) == offset
