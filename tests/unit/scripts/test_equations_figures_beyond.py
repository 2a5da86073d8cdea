"""Varying coefficients, material laws and symmetry classes: scripts, scores and figures."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mechanist.assess.equation_records import default_rule, score_records
from mechanist.assess.scoreboard import Scores
from mechanist.assess.varying_scores import score_varying
from mechanist.discover.grouped import VaryingEquation
from mechanist.draw.style import SUFFIXES
from mechanist.formats.field_files import write_fields
from mechanist.formats.tables import read_table
from scripts.equations import figure_materials as equations_figure_materials
from scripts.equations import figure_parametric as equations_figure_parametric
from scripts.equations import figure_symmetry as equations_figure_symmetry
from scripts.equations import materials as equations_materials
from scripts.equations import parametric as equations_parametric
from scripts.equations import scores as equations_scores
from scripts.equations import simulate as equations_simulate
from scripts.equations import symmetry as equations_symmetry

CASE = "parametric_advection_diffusion"


def drawn(stem: Path) -> pd.DataFrame:
    for suffix in SUFFIXES:
        assert stem.with_name(stem.name + suffix).stat().st_size > 0
    return pd.read_csv(stem.with_name(f"{stem.name}.csv"))


@pytest.fixture(scope="module")
def varying(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("equations") / "equations" / CASE
    equations_simulate.main(
        folder / "data.h5", case=CASE, parameters={"points": 128, "times": 128}, seed=0
    )
    equations_parametric.main(
        folder / "data.h5",
        folder / "runs/varying.parquet",
        folder / "curves.parquet",
        case=CASE,
        library={"degree": 2, "order": 2},
        n_basis=9,
        windows={"half_width": 6, "degree": 4},
        methods={
            "weak": {"levels": [0.0, 0.01], "seeds": 2},
            "sgtr": {"levels": [0.0], "seeds": 1},
        },
        seed=0,
    )
    return folder


def test_runs_and_curves(varying: Path) -> None:
    runs, curves = (
        read_table(varying / "runs/varying.parquet"),
        read_table(varying / "curves.parquet"),
    )
    assert len(runs) == 4
    assert runs["exact"].all()
    assert (runs.loc[runs["method"] == "weak", "mse"] < 1e-4).all()
    assert set(curves["term"]) == {"u", "u_x", "u_xx"}
    assert np.abs(curves["value"] - curves["truth"]).max() < 0.1


def test_figure_of_curves(varying: Path, tmp_path: Path) -> None:
    published = [{"case": CASE, "noise": 0.01, "method": "sgtr", "mse": 1e-3}]
    equations_figure_parametric.main(
        runs=[varying / "runs/varying.parquet"],
        curves=[varying / "curves.parquet"],
        stem=tmp_path / "parametric",
        shown_noise=0.02,
        published=published,
    )
    table = drawn(tmp_path / "parametric")
    assert set(table["panel"]) == {f"curves of {CASE}", f"error of {CASE}"}
    assert table.loc[table["panel"] == f"curves of {CASE}", "noise"].eq(0.01).all()


def test_scores_are_those_the_scoreboard_reads(varying: Path) -> None:
    path = varying / "scores/weak.json"
    equations_scores.main([varying / "runs/varying.parquet"], [path], level=0.95, resamples=50)
    found = Scores.read([path]).find(("equations", CASE, "weak"), "mse", "noise@0.01", "all")
    assert found is not None
    assert 0 < found["value"] < 1e-4
    assert found["n_samples"] == 2
    assert json.loads(path.read_text())[0]["base_rate"] is None
    with pytest.raises(ValueError, match="no runs of 'weak' on 'scores'"):
        equations_scores.main([], [path.parent / "x/weak.json"], level=0.95, resamples=50)


def runs_table(exact: list[bool], error: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "case": "toy", "method": "weak", "rule": "auto", "noise": 0.01, "seed": [0, 0, 1, 1], "target": ["u_t", "v_t"] * 2,
            "exact": exact, "error_percent": error,
        }
    )  # fmt: skip


def test_a_system_is_exact_only_with_all_its_equations() -> None:
    records = score_records(
        runs_table([True, True, True, False], [1.0, 3.0, 1.0, np.nan]), level=0.95, resamples=50
    )
    by_metric = {record["metric"]: record for record in records}
    assert by_metric["exact_share"]["value"] == 0.5
    assert by_metric["error_percent"]["value"] == 2.0
    assert by_metric["error_percent"]["n_samples"] == 1
    assert by_metric["error_percent"]["low"] is None
    nothing = score_records(runs_table([False] * 4, [np.nan] * 4), level=0.95, resamples=50)
    assert [record["metric"] for record in nothing] == ["exact_share"]


def test_the_error_of_all_coefficients_counts_systems_with_wrong_terms() -> None:
    table = runs_table([True, True, True, False], [1.0, 3.0, 1.0, np.nan])
    table = table.assign(difference=[0.3, 0.4, 6.0, 8.0], size=[3.0, 4.0, 3.0, 4.0])
    records = score_records(table, level=0.95, resamples=50)
    (found,) = [one for one in records if one["metric"] == "median_vector_error_percent"]
    # 0.5 of 5 in the first system, 10 of 5 in the second
    assert found["value"] == pytest.approx((10 + 200) / 2)
    assert (found["unit"], found["n_samples"], found["n_objects"]) == ("%", 2, 4)


def test_every_method_is_heard_at_its_best_rule() -> None:
    def runs(method: str, **exact: bool) -> pd.DataFrame:
        return pd.DataFrame({"method": method, "rule": list(exact), "exact": list(exact.values())})

    assert default_rule(runs("weak", auto=False, messenger_bortz=True, oracle=True)) == "auto"
    rival = {"auto": True, "default": False, "messenger_bortz": True, "oracle": True}
    assert default_rule(runs("pysindy_fd", **rival)) == "messenger_bortz"
    rival["messenger_bortz"] = False
    assert default_rule(runs("pysindy_fd", **rival)) == "auto"
    assert default_rule(runs("sgtr", sgtr=True)) == "sgtr"


def test_errors_of_curves_are_measured_in_product_form() -> None:
    grid = np.linspace(0, 1, 11)
    truth = {"(u^2)_x": 1 + grid, "u_xx": np.ones(11)}
    curves = {"(u^2)_x": 1.1 + grid, "u_xx": np.ones(11)}
    zero = dict.fromkeys(curves, np.zeros(11))
    found = VaryingEquation("x", grid, curves, zero, dict.fromkeys(curves, 1))
    score, _ = score_varying(found, truth, grid)
    assert score["exact"]
    assert score["mse"] == pytest.approx(0.5 * 0.2**2)
    wrong = VaryingEquation("x", grid, {"u": grid}, {"u": grid}, {"u": 1})
    score, table = score_varying(wrong, truth, grid)
    assert not score["exact"]
    assert np.isnan(score["mse"])
    assert table["truth"].isna().all()


def test_a_file_without_curves_is_refused(varying: Path, tmp_path: Path) -> None:
    from mechanist.formats.field_files import read_fields

    write_fields(tmp_path / "plain.h5", read_fields(varying / "data.h5"))
    with pytest.raises(ValueError, match="no coefficient curves"):
        equations_parametric.main(
            tmp_path / "plain.h5", tmp_path / "a", tmp_path / "b", case=CASE, library={}, n_basis=3,
            windows={}, methods={}, seed=0,
        )  # fmt: skip


@pytest.mark.filterwarnings("ignore:Objective did not converge")
def test_laws(tmp_path: Path) -> None:
    equations_materials.main(
        tmp_path / "runs.parquet", tmp_path / "terms.parquet", laws=["voce"], half_width=15,
        levels=[0.0, 0.05], seeds=2, seed=0,
    )  # fmt: skip
    runs, terms = read_table(tmp_path / "runs.parquet"), read_table(tmp_path / "terms.parquet")
    shares = runs.groupby("rule")["exact"].mean()
    assert shares["auto"] == 1.0
    assert shares["lasso"] < 0.5
    assert set(terms["term"]) == {"1", "tau"}
    equations_figure_materials.main(
        runs=tmp_path / "runs.parquet", stem=tmp_path / "materials", shown_noise=0.05, seed=0
    )
    assert set(drawn(tmp_path / "materials")["rule"]) == set(equations_materials.RULES)


def test_classes(tmp_path: Path) -> None:
    equations_symmetry.main(
        tmp_path / "found.parquet", crystals=["steel", "copper"], cases=[12], levels=[0.01],
        seeds=2, unoriented_seeds=1, seed=0,
    )  # fmt: skip
    found = read_table(tmp_path / "found.parquet")
    assert len(found) == 2 * (2 * 3 + 1)
    assert found.loc[found["method"] == "significance", "right"].all()
    equations_figure_symmetry.main(found=tmp_path / "found.parquet", stem=tmp_path / "symmetry")
    table = drawn(tmp_path / "symmetry")
    assert table["draws"].sum() == len(found)
