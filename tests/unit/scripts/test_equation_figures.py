"""Figures of equation discovery show failures as failures, and draw the data of their tables."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from equation_run_rows import run_row, write_runs
from mechanist.discover.selection_rules import DEVELOPMENT
from mechanist.draw.discovery import noise_label, of_series, series_style
from mechanist.draw.style import SUFFIXES
from mechanist.formats.field_files import FieldData, read_fields, write_fields
from scripts.equations import figure_chaos as equations_figure_chaos
from scripts.equations import figure_costs as equations_figure_costs
from scripts.equations import figure_error as equations_figure_error
from scripts.equations import figure_lorenz as equations_figure_lorenz
from scripts.equations import figure_paths as equations_figure_paths
from scripts.equations import figure_structure as equations_figure_structure
from scripts.equations import forecast as equations_forecast
from scripts.equations import paths as equations_paths

NOISES = (0.0, 0.05)


def drawn(stem: Path) -> pd.DataFrame:
    """Return the data of a figure after checking that all its files exist."""
    for suffix in SUFFIXES:
        assert stem.with_name(stem.name + suffix).stat().st_size > 0
    return pd.read_csv(stem.with_name(f"{stem.name}.csv"))


@pytest.fixture
def runs(tmp_path: Path) -> list[Path]:
    """Return run tables of two cases: weak form right, one rival never right, one partly run."""
    rows: list[dict[str, Any]] = []
    for case in ("burgers", "nls"):
        for noise in NOISES:
            rows += [run_row(case=case, rule=rule, noise=noise, error=0.1 + noise)
                     for rule in ("auto", "messenger_bortz", "oracle")]  # fmt: skip
            rows.append(run_row(case=case, method="pysindy_fd", rule="default", noise=noise,
                                error=None, cpu=5.0, memory=200.0))  # fmt: skip
    rows.append(run_row(case="nls", method="pysindy_weak_tuned", rule="default", error=1.0))
    rows.append(run_row(case="lorenz", target="x_t", error=None))
    write_runs(tmp_path / "weak.parquet", rows)
    write_runs(tmp_path / "none.parquet", [])
    return [tmp_path / "weak.parquet", tmp_path / "none.parquet"]


def test_error_keeps_methods_that_are_never_exact(runs: list[Path], tmp_path: Path) -> None:
    published = {"burgers": [{"noise": 0.01, "value": 0.8}], "kdv": [{"noise": 0.0, "value": 1.0}]}
    equations_figure_error.main(
        runs=runs, stem=tmp_path / "f", cases=["burgers", "nls", "lorenz"], published=published
    )
    table = drawn(tmp_path / "f")
    rival = table[(table["series"] == "pysindy_fd/best") & (table["case"] == "burgers")]
    assert rival["noise"].tolist() == list(NOISES)
    assert (rival["share"] == 0).all()
    assert rival["error"].isna().all()
    ours = table[(table["series"] == "weak/auto") & (table["case"] == "nls")]
    np.testing.assert_allclose(ours["error"], [0.1, 0.15])
    # A published value is drawn with its case, and omitted if its case is not shown.
    stated = table[table["series"] == "published"]
    assert stated[["case", "noise", "error"]].to_numpy().tolist() == [["burgers", 0.01, 0.8]]


def test_error_refuses_cases_without_runs(runs: list[Path], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="kdv"):
        equations_figure_error.main(runs=runs, stem=tmp_path / "f", cases=["burgers", "kdv"])


def test_structure_shows_shares_and_leaves_out_what_was_not_run(
    runs: list[Path], tmp_path: Path
) -> None:
    equations_figure_structure.main(runs=runs, stem=tmp_path / "f")
    table = drawn(tmp_path / "f").set_index(["case", "series", "noise"])
    assert table.loc[("burgers", "weak/auto", 0.05), "share"] == 1.0
    assert table.loc[("lorenz", "weak/auto", 0.0), "share"] == 0.0
    assert table.loc[("burgers", "pysindy_fd/best", 0.0), "share"] == 0.0
    assert ("burgers", "pysindy_weak_tuned/best", 0.0) not in table.index
    assert ("lorenz", "pysindy_fd/best", 0.0) not in table.index


def test_structure_without_rivals_and_with_chosen_noise(tmp_path: Path) -> None:
    rows = [run_row(noise=noise, seed=seed, error=None if seed else 1.0)
            for noise in NOISES for seed in range(2)]  # fmt: skip
    write_runs(tmp_path / "runs.parquet", rows)
    equations_figure_structure.main(
        runs=[tmp_path / "runs.parquet"], stem=tmp_path / "f", noises=[0.05]
    )
    table = drawn(tmp_path / "f")
    assert table[["noise", "share"]].to_numpy().tolist() == [[0.05, 0.5]]


def test_series_name_rules_except_the_best() -> None:
    assert series_style("pysindy_fd/best").label == "PySINDy, differences"
    assert series_style("weak/auto").label == "weak form, our rule"
    assert series_style("new_way/other").label == "new way, other"
    assert series_style("weak/oracle").linestyle == "--"
    assert noise_label(0.005) == "0.5"


def test_series_that_are_all_missing_are_refused() -> None:
    table = pd.DataFrame([{"method": "weak", "rule": "auto"}])
    assert list(of_series(table, ["other/auto", "weak/auto"])) == ["weak/auto"]
    with pytest.raises(ValueError, match="weak/auto"):
        of_series(table, ["other/auto"])


@pytest.fixture
def oscillator(tmp_path: Path) -> Path:
    """Return data of a damped oscillator that every rule finds, except under strong noise."""
    t = np.linspace(0.0, 20.0, 400)
    x, y = np.exp(-0.1 * t) * np.cos(2 * t), -np.exp(-0.1 * t) * np.sin(2 * t)
    truth = {"x_t": {"x": -0.1, "y": 2.0}, "y_t": {"x": -2.0, "y": -0.1}}
    data = [FieldData("run", {"t": t}, {"x": x, "y": y})]
    write_fields(tmp_path / "data.h5", data, truth={"divergence": truth})
    return tmp_path / "data.h5"


@pytest.fixture
def line_paths(oscillator: Path, tmp_path: Path) -> Path:
    """Return its paths without noise and with noise of five standard deviations."""
    equations_paths.main(
        oscillator,
        tmp_path / "paths.parquet",
        case="linear_2d",
        library={"kind": "polynomial", "degree": 3},
        rules=["auto", "messenger_bortz", "oracle"],
        levels=[0.0, 5.0],
        seed=0,
    )
    return tmp_path / "paths.parquet"


def test_paths_hold_what_rules_take(line_paths: Path, tmp_path: Path) -> None:
    table = pd.read_parquet(line_paths)
    assert set(table["path"]) == {"size", "threshold"}
    clean = table[(table["noise"] == 0.0) & (table["path"] == "size")]
    taken = clean[clean["rules"].str.contains("auto")]
    assert taken["term"].tolist() == ["x", "y"]
    assert taken["right"].all()
    assert taken["true"].all()
    # Losses fall with model size; a model with more terms than the truth is never right.
    loss = clean.drop_duplicates("place").sort_values("place")["loss"].to_numpy()
    assert (np.diff(loss) <= 1e-12).all()
    assert not clean.loc[clean["size"] > 2, "right"].any()
    # With noise of five standard deviations, the automatic rule misses the true terms.
    noisy = table[table["noise"] == 5.0]
    assert not noisy.loc[noisy["rules"].str.contains("auto"), "right"].any()

    cells = [{"case": "linear_2d", "noise": noise} for noise in (0.0, 5.0)]
    equations_figure_paths.main(paths=[line_paths], stem=tmp_path / "f", cells=cells)
    assert set(drawn(tmp_path / "f")["noise"]) == {0.0, 5.0}


def test_paths_refuse_what_is_not_there(line_paths: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no path for"):
        equations_figure_paths.main(
            paths=[line_paths], stem=tmp_path / "f", cells=[{"case": "linear_2d", "noise": 0.2}]
        )
    write_fields(tmp_path / "bare.h5", read_fields(tmp_path / "data.h5"))
    with pytest.raises(ValueError, match="no truth"):
        equations_paths.main(
            tmp_path / "bare.h5", tmp_path / "out.parquet", case="bare",
            library={"kind": "polynomial"}, rules=["auto"], levels=[0.0], seed=0,
        )  # fmt: skip


def test_chaos_counts_systems_that_nothing_was_chosen_on(tmp_path: Path) -> None:
    chosen_on = DEVELOPMENT[0]
    rows = []
    for noise in NOISES:
        for target in ("x_t", "y_t"):
            lost = noise > 0 and target == "y_t"
            rows += [
                run_row(case="Lorenz", target=target, noise=noise, error=None if lost else 1.0),
                run_row(case="Rossler", target=target, noise=noise, memory=np.nan),
                run_row(case=chosen_on, target=target, noise=noise),
            ]
    write_runs(tmp_path / "runs.parquet", rows)
    equations_figure_chaos.main(runs=[tmp_path / "runs.parquet"], stem=tmp_path / "f")
    table = drawn(tmp_path / "f")
    # A system fails if one of its equations is missed; the development system is not counted.
    counts = table[table["panel"] == "all"]
    assert counts[["noise", "share"]].to_numpy().tolist() == [[0.0, 1.0], [0.05, 0.5]]
    assert set(table.loc[table["panel"] == "systems", "case"]) == {"Lorenz", "Rossler", chosen_on}


def test_costs_are_ratios_to_the_first_series(runs: list[Path], tmp_path: Path) -> None:
    equations_figure_costs.main(runs=runs, stem=tmp_path / "f", cases=["nls", "burgers"])
    table = drawn(tmp_path / "f").set_index(["case", "series"])
    assert table.loc[("burgers", "pysindy_fd/default"), "cpu_s_ratio"] == 10.0
    assert table.loc[("burgers", "pysindy_fd/default"), "memory_mb_ratio"] == 100.0
    assert table.loc[("nls", "weak/auto"), "cpu_s_ratio"] == 1.0
    # A method without runs on a case has no bar there.
    assert np.isnan(table.loc[("burgers", "pysindy_weak_tuned/default"), "cpu_s"])
    assert table.loc[("nls", "pysindy_weak_tuned/default"), "cpu_s_ratio"] == 1.0


def test_costs_need_what_their_ratios_refer_to(runs: list[Path], tmp_path: Path) -> None:
    draw = equations_figure_costs.main
    with pytest.raises(ValueError, match="kdv"):
        draw(runs=runs, stem=tmp_path / "f", cases=["burgers", "kdv"])
    with pytest.raises(ValueError, match="spectral/auto"):
        draw(runs=runs, stem=tmp_path / "f", cases=["burgers"],
             series=["spectral/auto", "weak/auto"])  # fmt: skip


FORECAST: dict[str, Any] = {
    "case": "linear_2d", "method": "weak", "library": {"kind": "polynomial", "degree": 2},
    "rule": "auto", "seed": 0, "every": 2,
}  # fmt: skip


def test_forecast_follows_the_truth_where_equations_are_found(
    oscillator: Path, tmp_path: Path
) -> None:
    out = tmp_path / "forecast.parquet"
    equations_forecast.main(oscillator, out, levels=[0.0, 50.0], share=0.75, **FORECAST)
    table = pd.read_parquet(out)
    assert table.groupby(["noise", "field"]).size().tolist() == [50] * 4
    clean = table[table["noise"] == 0.0]
    assert clean["time"].min() == 0.0
    assert clean["error"].max() < 1e-3
    np.testing.assert_allclose(clean["found"], clean["truth"], atol=1e-4)
    # Nothing is found in pure noise, and nothing is drawn.
    assert table.loc[table["noise"] == 50.0, ["found", "error"]].isna().all(axis=None)

    equations_figure_lorenz.main(forecast=out, stem=tmp_path / "f", plane=("x", "y"))
    assert len(drawn(tmp_path / "f")) == len(table)
    with pytest.raises(ValueError, match="'z'"):
        equations_figure_lorenz.main(forecast=out, stem=tmp_path / "f")


def test_forecast_refuses_what_it_cannot_split(oscillator: Path, tmp_path: Path) -> None:
    out = tmp_path / "forecast.parquet"
    with pytest.raises(ValueError, match="held out"):
        equations_forecast.main(oscillator, out, levels=[0.0], share=1.0, **FORECAST)
    grid = {"x": np.arange(4.0), "t": np.arange(30.0)}
    write_fields(tmp_path / "line.h5", [FieldData("line", grid, {"u": np.ones((4, 30))})])
    with pytest.raises(ValueError, match="time alone"):
        equations_forecast.main(tmp_path / "line.h5", out, levels=[0.0], share=0.5, **FORECAST)
