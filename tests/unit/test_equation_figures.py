"""Figures of equation discovery show failures as such and draw what their tables hold."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import equations_figure_error
import equations_figure_structure
from equation_run_rows import run_row, write_runs
from mechanist.draw.discovery import noise_label, of_series, series_style
from mechanist.draw.style import SUFFIXES

NOISES = (0.0, 0.05)


def drawn(stem: Path) -> pd.DataFrame:
    """Return the data of a figure, once all of its files are seen to be there."""
    for suffix in SUFFIXES:
        assert stem.with_name(stem.name + suffix).stat().st_size > 0
    return pd.read_csv(stem.with_name(f"{stem.name}.csv"))


@pytest.fixture
def runs(tmp_path: Path) -> list[Path]:
    """Tables of two cases: the weak form is right, a rival never, another was not run on all."""
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
    # The published value stands among its case's marks; that of a case not shown is left out.
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
