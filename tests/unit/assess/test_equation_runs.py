"""Discovery runs are summarised by whole systems, and rivals use their best rule."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from equation_run_rows import run_row, write_runs
from mechanist.assess.equation_runs import read_runs, summarised, whole_systems, with_best
from mechanist.core.errors import FormatError
from mechanist.formats.tables import write_table


def test_a_system_is_exact_only_if_all_of_its_equations_are() -> None:
    rows = [
        run_row(target="u_t", error=1.0),
        run_row(target="v_t", error=3.0),
        run_row(seed=1, target="u_t", error=1.0),
        run_row(seed=1, target="v_t", error=None),
    ]
    systems = whole_systems(pd.DataFrame(rows))
    assert systems["exact"].tolist() == [True, False]
    np.testing.assert_array_equal(systems["error_percent"], [2.0, np.nan])


def test_summary_takes_errors_of_exact_runs_only() -> None:
    rows = [run_row(seed=k, error=error) for k, error in enumerate([1.0, 5.0, None, 2.0])]
    (row,) = summarised(whole_systems(pd.DataFrame(rows))).to_dict("records")
    assert (row["n_runs"], row["share"]) == (4, 0.75)
    assert (row["low"], row["error"], row["high"]) == (1.0, 2.0, 5.0)


def test_summary_without_exact_runs_has_no_error() -> None:
    (row,) = summarised(whole_systems(pd.DataFrame([run_row(error=None)]))).to_dict("records")
    assert row["share"] == 0.0
    assert np.isnan([row["error"], row["low"], row["high"]]).all()


def test_best_rule_is_the_automatic_one_that_is_exact_most_often() -> None:
    rows = [
        run_row(rule="default", error=None),
        run_row(rule="messenger_bortz", error=4.0),
        run_row(rule="auto", error=3.0),
        run_row(rule="oracle", error=1.0),
        run_row(rule="default", noise=0.1, error=None),
    ]
    table = with_best(summarised(whole_systems(pd.DataFrame(rows))))
    best = table[table["rule"] == "best"].set_index("noise")
    assert best.loc[0.0, "error"] == 3.0  # neither the worse rule nor the oracle counts
    assert best.loc[0.1, "share"] == 0.0  # a method keeps its row even if all of its rules fail


def test_read_runs_unifies_names_and_skips_empty_tables(tmp_path: Path) -> None:
    write_runs(tmp_path / "a.parquet", [run_row(method="derivative:spectral", rule="oracle")])
    write_runs(tmp_path / "b.parquet", [run_row(method="sgtr", rule="sgtr")])
    write_runs(tmp_path / "c.parquet", [])
    runs = read_runs([tmp_path / f"{name}.parquet" for name in "abc"])
    assert runs["method"].tolist() == ["spectral", "sgtr"]
    assert runs["rule"].tolist() == ["oracle", "auto"]


def test_read_runs_refuses_what_is_no_table_of_runs(tmp_path: Path) -> None:
    write_runs(tmp_path / "empty.parquet", [])
    with pytest.raises(ValueError, match="no runs"):
        read_runs([tmp_path / "empty.parquet"])
    table = pd.DataFrame([run_row()]).drop(columns="cpu_s")
    write_table(tmp_path / "short.parquet", table, check=False)
    with pytest.raises(FormatError, match="cpu_s"):
        read_runs([tmp_path / "short.parquet"])
