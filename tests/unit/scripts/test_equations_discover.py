"""The discovery scripts, from a field file to equations and the table of runs."""

import numpy as np
import pandas as pd
import pytest

from mechanist.assess.equation_scores import RUN_COLUMNS
from mechanist.discover.candidate_library import Library
from mechanist.discover.found_equations import discover
from mechanist.discover.search import Search
from mechanist.formats.equation_files import read_equations
from mechanist.formats.field_files import FieldData, write_fields
from mechanist.simulate.chaos import trajectory
from mechanist.simulate.chaotic_systems import SYSTEMS
from scripts.equations import chaos as equations_chaos
from scripts.equations import discover as equations_discover

POLYNOMIAL = {"kind": "polynomial", "degree": 3}


@pytest.fixture(scope="module")
def lorenz(tmp_path_factory):
    path = tmp_path_factory.mktemp("fields") / "lorenz.h5"
    data = trajectory("Lorenz", points=1500)
    truth = SYSTEMS["Lorenz"].truth
    write_fields(path, [data], truth={"divergence": truth, "product": truth})
    return path


@pytest.mark.parametrize("method", ["weak", "derivative:finite_difference"])
def test_lorenz_is_found_and_scored(lorenz, tmp_path, method):
    out, runs = tmp_path / "found.json", tmp_path / "runs.parquet"
    equations_discover.main(
        lorenz, out, runs, tmp_path / "laws", case="lorenz", method=method, library=POLYNOMIAL,
        rules=["auto", "oracle"], levels=[0.0, 0.01], seeds=2, seed=0, resamples=2,
    )  # fmt: skip
    table = pd.read_parquet(runs)
    assert list(table.columns) == list(RUN_COLUMNS)
    # two rules, three targets, one clean run and two noisy runs
    assert len(table) == 2 * 3 * 3
    clean = table[(table["noise"] == 0) & (table["rule"] == "oracle")]
    assert clean["exact"].all()
    file = read_equations(out)
    assert (file.noise, file.method) == (0.0, method)
    assert {e.rule for e in file.equations} == {"auto", "oracle"}
    if method == "weak":
        assert table["exact"].all()
        assert clean["error_percent"].max() < 1e-6
        assert file.equations[0].to_text() == "x_t = -10 x + 10 y"


def test_files_are_the_same_again_but_for_costs(lorenz, tmp_path):
    tables = []
    for k in (1, 2):
        equations_discover.main(
            lorenz, tmp_path / f"{k}.json", tmp_path / f"{k}.parquet", tmp_path / f"{k}", case="lorenz",
            method="weak", library=POLYNOMIAL, rules=["auto"], levels=[0.05], seeds=1, seed=3,
            resamples=2,
        )  # fmt: skip
        table = pd.read_parquet(tmp_path / f"{k}.parquet")
        tables.append(table.drop(columns=["cpu_s", "memory_mb"]))
    assert (tmp_path / "1.json").read_bytes() == (tmp_path / "2.json").read_bytes()
    pd.testing.assert_frame_equal(*tables)


def test_data_without_truth_still_give_equations(tmp_path):
    write_fields(tmp_path / "own.h5", [trajectory("SprottA", points=1200)])
    equations_discover.main(
        tmp_path / "own.h5", tmp_path / "own.json", tmp_path / "own.parquet", tmp_path / "laws", case="own",
        method="weak", library=POLYNOMIAL, rules=["auto", "oracle"], levels=[0.0], seeds=1,
        seed=0, resamples=0,
    )  # fmt: skip
    found = read_equations(tmp_path / "own.json").equations
    assert [e.to_text() for e in found] == ["x_t = y", "y_t = -x + y z", "z_t = 1 - y^2"]
    assert pd.read_parquet(tmp_path / "own.parquet").empty


def test_pure_noise_is_said_to_have_no_equation(tmp_path):
    rng = np.random.default_rng(0)
    times = np.arange(1500) * 0.1
    fields = {name: rng.normal(size=1500) for name in "xy"}
    equations = discover(
        Search(library=Library(**POLYNOMIAL)), [FieldData("n", {"t": times}, fields)]
    )
    assert [e.to_text() for e in equations] == ["x_t: no equation found", "y_t: no equation found"]


def test_priors_reach_the_search():
    data = [trajectory("SprottA", points=1200)]
    free = Search(library=Library(**POLYNOMIAL))
    search = Search.from_settings(
        "weak", POLYNOMIAL, {"priors": {"units": {"x": "m", "y": "s", "z": "1", "t": "1"}}}
    )
    system, groups = search.systems(data)["y_t"]
    # only y, y z and y z^2 have the unit of y_t
    assert system.names == ("y", "y z", "y z^2")
    assert len(groups) == 3
    assert len(free.systems(data)["y_t"][0].names) == 20


def test_rotation_invariance_halves_the_columns_and_keeps_the_equation():
    rng = np.random.default_rng(1)
    n = 24
    x = np.arange(n) * 2 * np.pi / n
    t = np.linspace(0.0, 1.0, 41)
    u = np.zeros((n, n, len(t)))
    for kx in range(4):
        for ky in range(-3, 4):
            a, phase = rng.normal(), rng.uniform(0, 7)
            wave = np.cos(kx * x[:, None] + ky * x[None, :] + phase)
            u += a * wave[..., None] * np.exp(-0.2 * (kx**2 + ky**2) * t)
    data = [FieldData("d", {"x": x, "y": x, "t": t}, {"u": u}, periodic=frozenset("xy"))]
    library = {"kind": "divergence", "degree": 2, "order": 2}
    tied = Search.from_settings("weak", library, {"priors": {"scalars": ["u"]}})
    (equation,) = discover(tied, data)
    assert set(equation.coefficients) == {"u_xx", "u_yy"}
    assert equation.coefficients["u_xx"] == equation.coefficients["u_yy"]
    assert equation.coefficients["u_xx"] == pytest.approx(0.2, rel=1e-5)


def test_reflected_data_give_the_reflected_equation():
    x = np.arange(64) * 2 * np.pi / 64
    t = np.linspace(0.0, 1.0, 61)
    waves = [(1, 1.0, 0.3), (2, 0.7, 1.0), (3, 0.5, 2.0)]
    u = sum(
        a * np.exp(-0.1 * k**2 * t) * np.cos(k * (x[:, None] - 0.8 * t) + p) for k, a, p in waves
    )
    search = Search(library=Library(kind="divergence", degree=2, order=3))
    found = {}
    for name, values in (("u", u), ("mirror", np.roll(u[::-1], 1, axis=0))):
        data = FieldData(name, {"x": x, "t": t}, {"u": values}, periodic=frozenset("x"))
        found[name] = discover(search, [data])[0].coefficients
    assert found["u"] == pytest.approx({"u_x": -0.8, "u_xx": 0.1}, rel=1e-6)
    assert found["mirror"] == pytest.approx({"u_x": 0.8, "u_xx": 0.1}, rel=1e-6)


def test_chaotic_systems_are_benchmarked(tmp_path):
    out = tmp_path / "chaos.parquet"
    equations_chaos.main(
        out, systems=["SprottA", "Lorenz"], points=1500, per_period=100, library=POLYNOMIAL,
        rules=["auto", "oracle"], levels=[0.0, 0.05], seeds=1, seed=0,
    )  # fmt: skip
    table = pd.read_parquet(out)
    assert len(table) == 2 * 2 * 2 * 3
    assert table["exact"].all()
    assert set(table["case"]) == {"SprottA", "Lorenz"}


@pytest.mark.parametrize(
    ("method", "library", "settings", "message"),
    [
        ("strong", POLYNOMIAL, {}, "no method 'strong'"),
        ("weak", {"kind": "fourier"}, {}, "library of kind 'fourier'"),
        ("weak", {"kind": "custom"}, {}, "terms for 'custom'"),
        ("weak", {"degrees": 2}, {}, r"\['degrees'\] are unknown"),
        ("weak", POLYNOMIAL, {"width": 3}, r"\['width'\] are unknown"),
        ("weak", POLYNOMIAL, {"priors": {"unit": {}}}, r"priors \['unit'\]"),
    ],
)
def test_settings_that_make_no_sense_are_refused(method, library, settings, message):
    with pytest.raises(ValueError, match=message):
        Search.from_settings(method, library, settings)


def test_custom_libraries_and_widths_are_taken():
    data = [trajectory("SprottA", points=1200)]
    search = Search.from_settings(
        "weak",
        {"kind": "custom", "terms": ["x", "y", "y z"]},
        {"half_widths": {"t": 20}, "targets": ["y_t"], "max_terms": 3},
    )
    (equation,) = discover(search, data)
    assert equation.coefficients == pytest.approx({"x": -1.0, "y z": 1.0}, rel=1e-6)


def wave(speeds):
    """Return sine waves of given speeds on one grid; each obeys u_tt = c^2 u_xx."""
    x, t = np.linspace(0, 2 * np.pi, 64, endpoint=False), np.linspace(0, 5, 81)
    u = sum(np.sin((k + 1) * (x[:, None] - c * t)) for k, c in enumerate(speeds))
    return FieldData("wave", {"x": x, "t": t}, {"u": u}, periodic=frozenset({"x"}))


def test_terms_that_the_data_cannot_tell_apart_are_refused_by_name():
    library = Library(kind="custom", terms=["u", "u_x", "u_xxx"])
    with pytest.raises(ValueError, match=r"\['u_xxx'\] are linear.*u_xxx = -1 u_x\).*dependent"):
        discover(Search(library=library), [wave([1.0])])
    # On request, the search returns the sparsest of the valid equations.
    (allowed,) = discover(Search(library=library, dependent=True), [wave([1.0])])
    assert len(allowed.coefficients) == 1
    # Two waves of different speed give a unique answer: dispersion by the third derivative.
    (decided,) = discover(Search(library=library), [wave([1.0, 4.0])])
    assert set(decided.coefficients) == {"u_xxx"}


def test_equations_are_written_at_a_level_or_without_noise():
    assert equations_discover.level_written([0.01, 0.05], None) == 0.01
    assert equations_discover.level_written([0.01, 0.05], 0.05) == 0.05
    assert equations_discover.level_written([0.01, 0.05], 0.0) == 0.0
    with pytest.raises(ValueError, match=r"noise = 0\.2; expected zero or one of"):
        equations_discover.level_written([0.01, 0.05], 0.2)
