"""Found equations: rendering, file, schema, and integration compared with the data."""

import json
import math
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import yaml

from mechanist.assess.forecasts import forecast_errors, valid_until
from mechanist.core.errors import FormatError
from mechanist.discover.equation import equation_of
from mechanist.discover.forward import forecast
from mechanist.discover.selection import select
from mechanist.discover.terms import parse_term, parse_terms
from mechanist.formats.equation_files import (
    Equation,
    EquationFile,
    FoundTerm,
    read_equations,
    write_equations,
)
from mechanist.formats.field_files import FieldData
from mechanist.simulate.chaos import trajectory
from sparse_systems import compressed, sparse_problem

SCHEMA = Path(__file__).parents[3] / "workflow/schemas/equations.schema.yaml"


def written(target, terms, **errors):
    return Equation(
        target=target,
        latex=target,
        rule="auto",
        terms=tuple(
            FoundTerm(name, parse_term(name).latex, value, errors.get(name, math.nan))
            for name, value in terms.items()
        ),
        loss=0.1,
        held_out=0.2,
        smallest_gain=0.3,
    )


@pytest.mark.parametrize(
    ("terms", "errors", "text"),
    [
        ({"u_xx": 0.1, "u": -1.0}, {}, "u_t = 0.1 u_xx - u"),
        ({"u": -2.0}, {}, "u_t = -2 u"),
        ({"1": 1.0, "u": 1.0}, {}, "u_t = 1 + u"),
        ({"u": -0.40312}, {"u": 0.0047}, "u_t = -(0.4031 ± 0.0047) u"),
        ({"u": 1234.5}, {"u": 123.0}, "u_t = (1.23e+03 ± 1e+02) u"),
        ({}, {}, "u_t: no equation found"),
    ],
)
def test_equations_read_well(terms, errors, text):
    equation = written("u_t", terms, **errors)
    assert equation.to_text() == text
    assert equation.found == bool(terms)


def test_latex_has_no_plain_plus_minus():
    latex = written("u_t", {"u_xx": 0.1}, u_xx=0.01).to_latex()
    assert latex == r"u_t = (0.100 \pm 0.010)\,u_{xx}"


@pytest.fixture
def found():
    rows, target, weights = sparse_problem(np.random.default_rng(0), noise=0.1)
    system = compressed(rows, target)
    truth = {f"f{k}": float(w) for k, w in enumerate(weights) if w}
    selection = select(system, resamples=3, rng=np.random.default_rng(1), max_terms=5)
    nothing = select(compressed(rows, np.random.default_rng(2).normal(size=len(rows))), max_terms=5)
    equations = (equation_of(system, selection, truth=truth), equation_of(system, nothing))
    return EquationFile("case", "weak", 0.1, 0, equations, {"library": {"degree": 2}})


def test_files_come_back_and_fit_the_schema(found, tmp_path):
    path = tmp_path / "weak.json"
    write_equations(path, found)
    again = read_equations(path)
    judged = replace(again.equations[0], noise_share=math.nan)
    assert repr(judged) == repr(found.equations[0])
    assert again.equations[0].verdict
    assert not again.equations[1].found
    write_equations(tmp_path / "again.json", again)
    assert path.read_bytes() == (tmp_path / "again.json").read_bytes()
    schema = yaml.safe_load(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    content = json.loads(path.read_text())
    jsonschema.validate(content, schema)
    for spoil in (
        lambda c: c["equations"][0]["terms"][0].pop("error"),
        lambda c: c["equations"][0].update(found=False),
        lambda c: c["equations"][1].update(found=True),
        lambda c: c.update(schema="mechanist.equations/0"),
    ):
        spoilt = json.loads(path.read_text())
        spoil(spoilt)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(spoilt, schema)


@pytest.mark.parametrize(
    ("content", "problem"),
    [("{", "not a readable"), ("[]", "not a readable"), ('{"schema": "x"}', "schema is 'x'"),
     ('{"schema": "mechanist.equations/2"}', "KeyError")],
)  # fmt: skip
def test_damaged_files_are_refused(tmp_path, content, problem):
    path = tmp_path / "weak.json"
    path.write_text(content)
    with pytest.raises(FormatError, match=problem):
        read_equations(path)


def test_groups_are_written_out_with_their_counts():
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(100, 2))
    system = compressed(rows, 0.5 * rows[:, 0])
    members = {"f0": parse_terms(["u_xxxx"]) + 2 * parse_terms(["u_xxyy"])}
    equation = equation_of(system, select(system, max_terms=2), groups=members)
    assert equation.coefficients == pytest.approx({"u_xxxx": 0.5, "u_xxyy": 1.0})


def test_ordinary_equations_follow_the_data():
    data = trajectory("Rossler", points=300)
    right = {
        "x_t": {"y": -1.0, "z": -1.0},
        "y_t": {"x": 1.0, "y": 0.2},
        "z_t": {"1": 0.2, "z": -5.7, "x z": 1.0},
    }
    result = forecast([written(t, terms) for t, terms in right.items()], data)
    assert result.diverged_at is None
    close = forecast_errors(result, data)
    assert close.max() < 1e-4
    wrong = right | {"y_t": {"x": 1.0, "y": 0.3}}
    off = forecast([written(t, terms) for t, terms in wrong.items()], data)
    times = data.axes["t"]
    held = valid_until(times, forecast_errors(off, data), 0.1)
    assert held < valid_until(times, close, 0.1) == times[-1]


def test_divergence_is_reported_not_raised():
    times = np.linspace(0.0, 3.0, 61)
    data = FieldData("d", {"t": times}, {"x": 1.0 + times})
    result = forecast([written("x_t", {"x^2": 1.0})], data)
    # x = 1 / (1 - t) passes 100 times the largest value just before t = 1
    assert result.diverged_at == pytest.approx(1.0)
    assert np.isnan(result.fields["x"][times > 1.0]).all()


def test_maps_are_iterated_with_their_inputs():
    steps = np.arange(40.0)
    mu = np.full(40, 3.7)
    x = [0.2]
    for k in range(39):
        x.append(mu[k] * x[-1] * (1 - x[-1]))
    data = FieldData("m", {"t": steps}, {"x": np.array(x)}, inputs={"mu": mu})
    equation = written("x_next", {"mu x": 1.0, "mu x^2": -1.0})
    assert forecast_errors(forecast([equation], data), data)[:20].max() < 1e-6


def periodic(n=64, times=21, end=1.0):
    x = np.arange(n) * 2 * np.pi / n
    return x, np.linspace(0.0, end, times)


def test_linear_waves_are_exact():
    x, t = periodic()
    u = np.exp(-0.3 * 4 * t) * np.sin(2 * (x[:, None] - 1.5 * t))
    data = FieldData("l", {"x": x, "t": t}, {"u": u}, periodic=frozenset("x"))
    result = forecast([written("u_t", {"u_xx": 0.3, "u_x": -1.5})], data)
    assert forecast_errors(result, data).max() < 1e-10


def test_coupled_fields_and_products_are_integrated():
    # A plane wave of the nonlinear Schroedinger equation, split into real and imaginary parts.
    x, t = periodic()
    size, k = 0.7, 2.0
    phase = k * x[:, None] - (0.5 * k**2 - size**2) * t
    data = FieldData(
        "n",
        {"x": x, "t": t},
        {"u": size * np.cos(phase), "v": size * np.sin(phase)},
        periodic=frozenset("x"),
    )
    equations = [
        written("u_t", {"v_xx": -0.5, "u^2 v": -1.0, "v^3": -1.0}),
        written("v_t", {"u_xx": 0.5, "u^3": 1.0, "u v^2": 1.0}),
    ]
    assert forecast_errors(forecast(equations, data), data).max() < 1e-6
    without = [equations[0], written("v_t", {"u_xx": 0.5})]
    assert forecast_errors(forecast(without, data), data).max() > 0.01


def test_product_and_divergence_form_agree():
    x, t = periodic(times=11, end=0.5)
    u = np.repeat(np.sin(x)[:, None], len(t), axis=1)
    data = FieldData("b", {"x": x, "t": t}, {"u": u}, periodic=frozenset("x"))
    a = forecast([written("u_t", {"(u^2)_x": -0.5, "u_xx": 0.1})], data)
    b = forecast([written("u_t", {"u u_x": -1.0, "u_xx": 0.1})], data)
    np.testing.assert_allclose(a.fields["u"], b.fields["u"], atol=1e-8)


def test_ill_posed_equations_diverge_politely():
    x, t = periodic(end=20.0)
    u = 1e-3 * np.sin(3 * x[:, None]) * np.ones_like(t)
    data = FieldData("i", {"x": x, "t": t}, {"u": u}, periodic=frozenset("x"))
    result = forecast([written("u_t", {"u_xx": -0.1})], data)
    assert 0 < result.diverged_at < 20.0


def test_what_cannot_be_integrated_is_refused():
    x, t = periodic()
    u = np.sin(x[:, None] - t)
    data = FieldData("r", {"x": x, "t": t}, {"u": u, "v": u})
    equations = [written("u_t", {"u_x": -1.0}), written("v_t", {"v_x": -1.0})]
    with pytest.raises(ValueError, match="one periodic axis"):
        forecast(equations, data)
    with pytest.raises(ValueError, match="'v' has no found equation"):
        forecast([equations[0], written("v_t", {})], data)
    line = FieldData("r", {"t": t}, {"u": t, "v": t})
    with pytest.raises(ValueError, match="contain derivatives"):
        forecast(equations, line)
    with pytest.raises(ValueError, match="all u_t or all u_next"):
        forecast([equations[0], written("v_next", {"v": 1.0})], line)


@pytest.mark.parametrize(("factor", "lost"), [(99.0, 2.0), (101.0, 1.0)])
def test_a_state_of_a_hundred_times_the_largest_value_has_diverged(factor, lost):
    data = FieldData("map", {"t": np.arange(4.0)}, {"u": np.array([1.0, -0.5, 0.3, 0.2])})
    assert forecast([written("u_next", {"u": factor})], data).diverged_at == lost
