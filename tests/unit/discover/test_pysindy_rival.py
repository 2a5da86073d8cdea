"""PySINDy is treated fairly: features under our names, pitfalls avoided, randomness seeded."""

import importlib
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mechanist.assess.equation_scores import RUN_COLUMNS
from mechanist.core.typing import FloatArray
from mechanist.discover.pointwise import pointwise_system
from mechanist.discover.pysindy_rival import (
    DOMAINS,
    METHODS,
    Rival,
    RivalLibrary,
    _term,
    default_selection,
)
from mechanist.discover.regression import Problem
from mechanist.discover.selection_rules import messenger_bortz
from mechanist.formats.field_files import FieldData, write_fields
from mechanist.simulate.equation_cases import CASES
from scripts.equations.rival_pysindy import RULES, main

#: PySINDy and its dependencies issue deprecation warnings on import.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
LIBRARY = RivalLibrary(degree=2, order=2, half_widths={"x": 20, "t": 10}, power=6)


@pytest.fixture(autouse=True)
def few_domains(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use a tenth of the domains; benchmarks cover the full cost."""
    monkeypatch.setitem(DOMAINS, "pysindy_weak_tuned", 100)
    monkeypatch.setitem(DOMAINS, "pysindy_weak_default", 60)


@pytest.fixture(scope="module")
def burgers() -> list[FieldData]:
    return CASES["burgers"].realise({"points": 128, "times": 81, "substeps": 4}).data


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("1", "1"),
        ("u^2 v", "u^2 v"),
        ("u_11", "u_xx"),
        ("u^2u_1", "u^2 u_x"),
        ("u v^2v_12", "u v^2 v_xy"),
        ("mumu_2", "mu mu_y"),
        ("v u_1", "v u_x"),
    ],
)
def test_their_names_become_ours(theirs: str, ours: str) -> None:
    assert _term(theirs, ["u", "v", "mu"], ["x", "y", "t"]).name == ours


def test_their_features_are_our_terms(burgers: list[FieldData]) -> None:
    theirs = Rival("pysindy_fd", LIBRARY).system(burgers)
    assert {"1", "u", "u^2", "u_x", "u_xx", "u u_x", "u^2 u_xx"} <= set(theirs.names)
    trim = {axis: max(6, int(0.03 * n)) for axis, n in zip("xt", burgers[0].shape, strict=True)}
    ours = pointwise_system(burgers, theirs.names, ["u_t"], trim=trim)
    a, b = (Problem.of(system) for system in (theirs, ours))
    np.testing.assert_allclose(a.norms, b.norms, rtol=0.05)
    np.testing.assert_allclose(a.matrix.T @ a.target, b.matrix.T @ b.target, atol=0.02)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_finds_burgers_without_noise(burgers: list[FieldData], method: str) -> None:
    system = Rival(method, LIBRARY).system(burgers)
    fit = messenger_bortz(Problem.of(system), (), 0.0)
    found = {system.names[i]: fit.weights[i] for i in fit.support}
    assert found == pytest.approx({"u_xx": 0.1, "u u_x": -1.0}, rel=0.2)


def slopes(method: str, data: FieldData) -> FloatArray:
    stacked = np.stack(list(data.fields.values()), axis=-1)
    return Rival(method, LIBRARY)._slopes(stacked, data.axes["t"])[..., 0]


def test_their_smoothing_still_runs_along_space_and_ours_of_it_along_time() -> None:
    import pysindy as ps

    rng = np.random.default_rng(0)
    x, t = np.linspace(0, 10, 200), np.linspace(0, 4, 150)
    u = np.sin(x[:, None] - t) + 0.02 * rng.normal(size=(200, 150))
    data = FieldData("0", {"x": x, "t": t}, {"u": u})
    exact = -np.cos(x[:, None] - t)
    trapped = ps.SmoothedFiniteDifference(axis=-2, smoother_kws={})._differentiate(u[..., None], t)
    as_shipped, mended, plain = (
        np.linalg.norm(v - exact)
        for v in (trapped[..., 0], slopes("pysindy_sfd", data), slopes("pysindy_fd", data))
    )
    assert mended < 0.7 * as_shipped
    assert mended < 0.5 * plain


def test_their_defaults_on_a_factor_are_their_defaults_on_all_rows() -> None:
    import pysindy as ps

    data = CASES["linear_2d"].realise({"duration": 10.0}).data
    system = Rival("pysindy_fd", RivalLibrary(degree=3)).system(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = ps.SINDy(feature_library=ps.PolynomialLibrary(degree=3))
        model.fit(
            np.stack([data[0].fields["x"], data[0].fields["y"]], axis=-1), t=data[0].axes["t"]
        )
    for k, target in enumerate(system.targets):
        np.testing.assert_allclose(
            default_selection(system, target), model.coefficients()[k], atol=1e-8
        )


def test_domains_depend_on_the_seed_and_the_global_state_is_left_alone() -> None:
    data = CASES["linear_2d"].realise({"duration": 5.0}).data
    library = RivalLibrary(degree=1, half_widths={"t": 50})
    importlib.import_module("pysindy")  # the first call draws the domains
    np.random.seed(7)  # noqa: NPY002
    expected = np.random.random()  # noqa: NPY002
    np.random.seed(7)  # noqa: NPY002
    once, again, other = (
        Rival("pysindy_weak_tuned", library, seed=s).system(data) for s in (1, 1, 2)
    )
    assert np.random.random() == expected  # noqa: NPY002
    assert np.array_equal(once.factors, again.factors)
    assert not np.array_equal(once.factors, other.factors)
    assert once.n_rows == 100
    assert once.overlap == pytest.approx(100 * 100 / 501)


@pytest.mark.parametrize("method", ["pysindy_sfd", "pysindy_weak_default"])
def test_trajectories_and_inputs_are_heard(method: str) -> None:
    data = CASES["hopf"].realise({"duration": 20.0, "step": 0.025}).data[::4]
    system = Rival(method, RivalLibrary(degree=3)).system(data)
    assert system.targets == ("x_t", "y_t")
    assert set(system.groups) == set(range(len(data)))
    truth = {"mu x": 1.0, "y": 1.0, "x^3": -1.0, "x y^2": -1.0}
    fit = Problem.of(system, "x_t").fit([system.index(name) for name in truth])
    found = {system.names[i]: fit.weights[i] for i in fit.support}
    assert found == pytest.approx(truth, rel=0.15)


def test_unknown_methods_and_missing_widths_are_refused() -> None:
    with pytest.raises(ValueError, match="no PySINDy method 'pysindy'"):
        Rival("pysindy", LIBRARY)
    with pytest.raises(ValueError, match="needs half_widths"):
        Rival("pysindy_weak_tuned", RivalLibrary())


def test_the_script_writes_a_row_for_every_run_and_rule(
    tmp_path: Path, burgers: list[FieldData]
) -> None:
    truth = {"product": {"u_t": {"u_xx": 0.1, "u u_x": -1.0}}}
    write_fields(tmp_path / "data.h5", burgers, truth=truth)
    library: dict[str, Any] = {"degree": 2, "order": 2}
    main(
        tmp_path / "data.h5",
        tmp_path / "runs.parquet",
        case="burgers",
        method="pysindy_weak_default",
        library=library,
        levels=[0.0, 0.01],
        seeds=1,
        seed=0,
    )
    table = pd.read_parquet(tmp_path / "runs.parquet")
    assert list(table.columns) == list(RUN_COLUMNS)
    assert len(table) == (1 + 1) * len(RULES)
    oracle = table[table["rule"] == "oracle"]
    assert oracle["exact"].all()
    assert (oracle["error_percent"] < 5).all()
    assert (table["true_positive_rate"] <= 1).all()
    assert (table[["cpu_s", "memory_mb"]] > 0).all(axis=None)
    write_fields(tmp_path / "unknown.h5", burgers)
    with pytest.raises(ValueError, match="no truth is known"):
        main(tmp_path / "unknown.h5", tmp_path / "x.parquet", case="a", method="pysindy_fd",
             library=library, levels=[0.0], seeds=1, seed=0)  # fmt: skip
