"""Cases of equation discovery: solvers against closed forms and invariants, data against truth."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mechanist.core.typing import FloatArray
from mechanist.discover.terms import Term, parse_term
from mechanist.formats.field_files import (
    FieldData,
    read_about,
    read_fields,
    read_truth,
    write_fields,
)
from mechanist.simulate import line_cases, odes
from mechanist.simulate.case import Realisation
from mechanist.simulate.equation_cases import CASES, find_case
from mechanist.simulate.exponential import PeriodicBox, integrate
from mechanist.simulate.periodic_run import PeriodicRun, resampled
from mechanist.simulate.random_walk import exact_density
from mechanist.simulate.spectral_pdes import (
    korteweg_de_vries,
    nonlinear_schroedinger,
    velocity,
    vorticity,
)
from scripts.equations.cases import main as list_cases
from scripts.equations.simulate import main as simulate

#: Parameters that keep a case cheap, and its maximum residual relative to the largest time
#: derivative; the residual comes from the finite difference in time.
SMALL: dict[str, tuple[dict[str, Any], float]] = {
    "linear_2d": ({"duration": 5.0}, 1e-8),
    "cubic_2d": ({"duration": 5.0}, 1e-5),
    "linear_3d": ({"duration": 5.0}, 1e-8),
    "lorenz": ({"duration": 2.0}, 1e-8),
    "hopf": ({"duration": 5.0}, 1e-4),
    "burgers": ({}, 1e-3),
    "kdv": ({"points": 256, "substeps": 8}, 1e-3),
    "kuramoto_sivashinsky": ({"points": 512, "substeps": 8}, 2e-2),
    "nls": ({"points": 256}, 1e-4),
    "schroedinger": ({"points": 256, "substeps": 4}, 1e-3),
    "reaction_diffusion": ({"points": 48, "grid": 96, "times": 201, "diffusivity": 0.8}, 1e-4),
    "navier_stokes": ({"points": 48, "grid": 64, "times": 201, "substeps": 2, "viscosity": 0.05}, 1e-4),
    "parametric_burgers": ({}, 1e-4),
    "parametric_advection_diffusion": ({"points": 128}, 1e-5),
    "parametric_kuramoto_sivashinsky": ({"points": 128, "grid": 128, "substeps": 8, "times": 256}, 4e-2),
}  # fmt: skip


def derivative(values: FloatArray, data: FieldData, letters: str) -> FloatArray:
    """Differentiate along periodic axes by Fourier series."""
    for axis, letter in enumerate(data.axes):
        order = letters.count(letter)
        if order:
            n = len(data.axes[letter])
            k = 2j * np.pi * np.fft.fftfreq(n, data.spacings[letter])
            if order % 2:
                k[n // 2] = 0
            shape = [-1 if a == axis else 1 for a in range(values.ndim)]
            values = np.fft.ifft(
                (k**order).reshape(shape) * np.fft.fft(values, axis=axis), axis=axis
            ).real
    return values


def value(term: Term, data: FieldData) -> FloatArray:
    """Evaluate a term on the grid."""
    result = np.ones(data.shape)
    for factor in term.factors:
        letters = "".join(a * n for a, n in factor.orders)
        result = result * derivative(data.variables[factor.variable], data, letters) ** factor.power
    return derivative(result, data, "".join(a * n for a, n in term.outer))


def residual(made: Realisation, form: str) -> float:
    """Return the residual of the equations against a sixth-order difference in time."""
    largest = 0.0
    weights = np.array([-1, 9, -45, 0, 45, -9, 1]) / 60
    for data in made.data:
        for target, terms in made.truth[form].items():
            u = data.fields[target.removesuffix("_t")]
            n = u.shape[-1] - 6
            u_t = sum(w * u[..., i : i + n] for i, w in enumerate(weights)) / data.spacings["t"]
            right: FloatArray = np.zeros(data.shape)
            curves = made.curves.get(form, {}).get(target, {})
            for name, coefficient in terms.items():
                factor = np.asarray(coefficient)
                if name in curves:
                    along = np.asarray(curves[name]["values"])
                    factor = along if curves[name]["axis"] == "t" else along[:, None]
                right = right + factor * value(parse_term(name), data)
            difference = np.abs(u_t - right[..., 3:-3])
            # the first steps are too steep for a finite difference
            settled = difference[..., n // 4 :]
            largest = max(largest, float(settled.max() / np.abs(u_t).max()))
    return largest


@pytest.mark.parametrize("name", SMALL)
def test_data_obey_the_equations_that_are_stated_as_true(name: str) -> None:
    parameters, tolerance = SMALL[name]
    made = CASES[name].realise(parameters)
    for form in ("divergence", "product"):
        assert residual(made, form) < tolerance
    # control: equations with one coefficient changed by a tenth fail
    for terms in made.truth.values():
        for coefficients in terms.values():
            first = next(iter(coefficients))
            coefficients[first] *= 1.1
    made.curves.clear()
    assert residual(made, "divergence") > tolerance


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_case_has_canonical_terms_in_both_forms(case: Any) -> None:
    smaller = {
        "random_walk": {"steps": 5000},
        "logistic": {"steps": 20},
        "parametric_kuramoto_sivashinsky": {"times": 64},
        "nls": {"times": 51},
    }
    parameters = dict(SMALL.get(case.name, ({}, 0.0))[0]) | smaller.get(case.name, {})
    made = case.realise(parameters)
    assert set(made.truth) == {"divergence", "product"}
    for form, equations in made.truth.items():
        fields = {target.rpartition("_")[0] for target in equations}
        assert fields == set(made.data[0].fields)
        for terms in equations.values():
            for name in terms:
                assert parse_term(name).name == name
                simple = all(not factor.orders for factor in parse_term(name).factors)
                assert simple if form == "divergence" else True


@pytest.mark.parametrize(
    ("name", "parameters", "bound"),
    [
        ("lorenz", {"duration": 2.0}, 1e-10),
        ("hopf", {"duration": 10.0}, 1e-10),
        ("burgers", {"times": 51}, 1e-7),
        ("kdv", {"points": 256, "substeps": 16}, 1e-7),
        ("nls", {"points": 256}, 1e-7),
    ],
)
def test_accuracy_is_measured(name: str, parameters: dict[str, Any], bound: float) -> None:
    assert CASES[name].realise(parameters).accuracy() < bound


def test_accuracy_tells_a_coarse_run() -> None:
    fine, coarse = (CASES["burgers"].realise({"substeps": n}).accuracy() for n in (8, 1))
    assert coarse > 100 * fine


def soliton_run(substeps: int) -> float:
    """Return the error of a soliton after it crosses half the box."""
    box = line_cases.line(128, -20.0, 40.0)
    shape = partial(line_cases.soliton, speed=1.0, start=0.0)
    initial = line_cases.periodic_sum(lambda x: shape(x, 0.0), box)
    times = np.linspace(0.0, 20.0, 21)
    states = integrate(korteweg_de_vries(box), initial, times, substeps=substeps)
    return float(np.abs(states[0, :, -1] - np.roll(states[0, :, 0], 64)).max())


def test_the_integrator_is_of_fourth_order() -> None:
    coarse, fine = soliton_run(40), soliton_run(80)
    assert fine < 1e-5
    assert 12 < coarse / fine < 20


def test_kdv_keeps_mass_momentum_and_energy() -> None:
    data = CASES["kdv"].realise({"points": 256, "substeps": 16}).data[0]
    u = data.fields["u"]
    u_x = derivative(u, data, "x")
    for density in (u, u**2, u**3 - u_x**2 / 2):
        kept = density.sum(axis=0)
        assert np.ptp(kept) < 1e-6 * np.abs(kept).max()


def test_nls_keeps_mass_and_energy_and_a_plane_wave_turns_at_its_frequency() -> None:
    data = CASES["nls"].realise({"points": 256}).data[0]
    u, v = data.fields["u"], data.fields["v"]
    mass = u**2 + v**2
    slopes = derivative(u, data, "x") ** 2 + derivative(v, data, "x") ** 2
    for density in (mass, slopes - mass**2):
        kept = density.sum(axis=0)
        assert np.ptp(kept) < 1e-6 * np.abs(kept).max()
    box = line_cases.line(32, 0.0, 2 * np.pi, real=False)
    wave = 0.5 * np.exp(2j * box.axes[0])[None]
    states = integrate(nonlinear_schroedinger(box), wave, np.array([0.0, 1.0]), substeps=50)
    np.testing.assert_allclose(states[..., 1], wave * np.exp(1j * (0.25 - 2.0)), atol=1e-8)


def test_the_schroedinger_packet_returns_after_a_period() -> None:
    data = CASES["schroedinger"].realise({"points": 256}).data[0]
    psi = data.fields["u"] + 1j * data.fields["v"]
    t = data.axes["t"]
    position = (data.axes["x"][:, None] * np.abs(psi) ** 2).sum(axis=0) / (np.abs(psi) ** 2).sum(
        axis=0
    )
    np.testing.assert_allclose(position, np.cos(t), atol=1e-6)


def test_taylor_green_vortices_decay_exponentially() -> None:
    box = PeriodicBox((32, 32), (2 * np.pi, 2 * np.pi), (0.0, 0.0))
    x, y = box.points
    w = 2 * np.cos(x) * np.cos(y)
    states = integrate(
        vorticity(box, viscosity=0.1), w[None], np.array([0.0, 1.0, 2.0]), substeps=4
    )
    np.testing.assert_allclose(states[0, ..., 2], w * np.exp(-0.4), atol=1e-12)
    u, v = velocity(box, w)
    np.testing.assert_allclose(u, -np.cos(x) * np.sin(y), atol=1e-12)
    np.testing.assert_allclose(v, np.sin(x) * np.cos(y), atol=1e-12)


def test_plane_turbulence_has_a_divergence_free_flow_and_loses_enstrophy() -> None:
    data = CASES["navier_stokes"].realise(SMALL["navier_stokes"][0], seed=4).data[0]
    u, v, w = (data.variables[name] for name in ("u", "v", "w"))
    assert np.abs(derivative(u, data, "x") + derivative(v, data, "y")).max() < 1e-10
    np.testing.assert_allclose(derivative(v, data, "x") - derivative(u, data, "y"), w, atol=1e-10)
    assert (np.diff((w**2).sum(axis=(0, 1))) < 0).all()


def test_one_soliton_is_ambiguous_and_two_are_not() -> None:
    one = CASES["kdv_solitons"].realise({"speeds": (5.0,)})
    two = CASES["kdv_solitons"].realise()
    assert one.alternatives["product"] == {"u_t": {"u_x": -5.0}}
    assert not two.alternatives
    data = one.data[0]
    moved = np.interp(data.axes["x"] - 5.0 * 0.5, data.axes["x"], data.fields["u"][:, 0])
    np.testing.assert_allclose(data.fields["u"][60:, 20], moved[60:], atol=2e-2)


def test_logistic_steps_follow_the_map_and_its_kicks() -> None:
    quiet, noisy = (CASES["logistic"].realise({"noise": n}, seed=2).data for n in (0.0, 0.01))
    for data, spread in ((quiet, 0.0), (noisy, 0.01)):
        kicks = np.concatenate([d.fields["x"][1:] - d.inputs["mu"][1:] * (d.fields["x"] * (1 - d.fields["x"]))[:-1] for d in data])  # fmt: skip
        assert np.std(kicks) == pytest.approx(spread, rel=0.05, abs=1e-15)


def test_the_hopf_cycle_has_radius_root_mu() -> None:
    made = CASES["hopf"].realise({"duration": 75.0, "step": 0.5})
    mu = np.array([data.inputs["mu"][0] for data in made.data])
    ends = [np.hypot(data.fields["x"], data.fields["y"])[-1] for data in made.data]
    assert (mu > 0.2).sum() >= 2
    assert (mu < 0).sum() >= 2
    np.testing.assert_allclose(np.array(ends)[mu > 0.2], np.sqrt(mu[mu > 0.2]), rtol=1e-6)
    assert np.array(ends)[mu < 0].max() < 0.1


def test_the_histogram_of_a_walk_nears_its_density() -> None:
    few, many = (CASES["random_walk"].realise({"steps": n}, seed=1) for n in (10_000, 160_000))
    assert many.accuracy() < few.accuracy() / 2
    p, t = many.data[0].fields["p"], many.data[0].axes["t"]
    x = many.data[0].axes["x"]
    mean = (x[:, None] * p).sum(axis=0) / p.sum(axis=0)
    np.testing.assert_allclose(mean, 2 * t, atol=0.05)
    edges = np.linspace(-10, 14, 481)
    exact = exact_density(edges, t, 2.0)
    np.testing.assert_allclose(exact.sum(axis=0) * (edges[1] - edges[0]), 1.0, atol=1e-9)
    with pytest.raises(ValueError, match="whole steps"):
        CASES["random_walk"].realise({"steps": 1000, "times": 50})


def test_resampling_is_exact_for_smooth_fields() -> None:
    coarse, fine = line_cases.line(32, 0.0, 2 * np.pi), line_cases.line(64, 0.0, 2 * np.pi)
    shape: Callable[[FloatArray], FloatArray] = lambda x: np.exp(np.sin(x))  # noqa: E731
    there = resampled(coarse, fine, shape(coarse.axes[0])[None])
    np.testing.assert_allclose(there[0], shape(fine.axes[0]), atol=1e-12)
    np.testing.assert_allclose(resampled(fine, coarse, there)[0], shape(coarse.axes[0]), atol=1e-12)


def test_a_blow_up_and_a_wrong_grid_are_refused() -> None:
    box = line_cases.line(64, -5.0, 10.0)
    steep = 50 * np.sin(2 * np.pi * box.axes[0] / 10)[None]
    with pytest.raises(FloatingPointError, match="more substeps"):
        integrate(korteweg_de_vries(box), steep, np.array([0.0, 5.0, 10.0]), substeps=4)
    with pytest.raises(ValueError, match="even numbers"):
        line_cases.line(63, 0.0, 1.0)


def test_simulated_files_hold_truth_and_origin_and_are_deterministic(tmp_path: Path) -> None:
    parameters = {"steps": 50}
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        simulate(tmp_path / f"{name}.h5", case="logistic", parameters=parameters, seed=seed)
    contents = [(tmp_path / f"{name}.h5").read_bytes() for name in "abc"]
    assert contents[0] == contents[1] != contents[2]
    about = read_about(tmp_path / "a.h5")
    assert about["case"] == "logistic"
    assert about["parameters"] == {"steps": 50, "noise": 0.025}
    assert read_truth(tmp_path / "a.h5") == {"x_next": {"mu x": 1.0, "mu x^2": -1.0}}
    assert len(read_fields(tmp_path / "a.h5")) == len(odes.LOGISTIC_RATES)


def test_unknown_cases_and_parameters_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown case 'kvd'; expected one of"):
        find_case("kvd")
    with pytest.raises(ValueError, match=r"no parameters \['size'\]; it takes"):
        CASES["kdv"].realise({"size": 3})


def test_skipped_times_are_left_out() -> None:
    box = line_cases.line(32, 0.0, 2 * np.pi)
    run = PeriodicRun(
        problem=korteweg_de_vries,
        box=box,
        initial=np.sin(box.axes[0])[None],
        times=np.linspace(0.0, 1.0, 11),
        substeps=20,
        skipped=4,
    )
    data = run.data(run.states(), name="0", fields=("u",))
    assert data.axes["t"][0] == pytest.approx(0.4)
    assert data.shape == (32, 7)


def test_cases_are_listed_with_size_and_accuracy(tmp_path: Path) -> None:
    simulate(tmp_path / "a.h5", case="linear_2d", parameters={"duration": 1.0}, seed=0)
    data = CASES["linear_2d"].realise({"duration": 1.0}).data
    write_fields(tmp_path / "b.h5", data, about={"title": "mine", "kind": "imported"})
    list_cases([tmp_path / "a.h5", tmp_path / "b.h5"], tmp_path / "t.csv", tmp_path / "t.md")
    table = pd.read_csv(tmp_path / "t.csv")
    assert list(table["case"]) == ["Linear 2D", "mine"]
    assert list(table["grid"].astype(str)) == ["101", "101"]
    assert table["accuracy"][0] < 1e-10
    assert np.isnan(table["accuracy"][1])
    assert (tmp_path / "t.md").read_text().count("\n") == 4
