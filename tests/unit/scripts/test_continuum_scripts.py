"""Scripts of continuum laws: ensembles, rows of laws, scores and the figure."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mechanist.continuum.ensemble_tables import ensembles_of
from mechanist.continuum.flux_regression import FluxLaw
from mechanist.formats.tables import read_table, write_table
from scripts.equations import continuum_flow, continuum_laws, continuum_scores, figure_continuum


def test_each_law_has_a_file_and_one_that_blows_up_has_no_score(tmp_path: Path) -> None:
    table = pd.DataFrame({
        "law": ["good", "good", "good", "bad", "bad"],
        "held": [True, True, False, True, True],
        "stable": [True, True, True, True, False],
        "mode_error": [0.1, 0.3, 9.0, 0.2, float("nan")],
    })  # fmt: skip
    write_table(tmp_path / "forward.parquet", table, check=False)
    outs = [tmp_path / "good.json", tmp_path / "bad.json"]
    continuum_scores.main(tmp_path / "forward.parquet", outs, level=0.95, resamples=50)
    good, bad = (json.loads(out.read_text()) for out in outs)
    # The mean of 0.01 and 0.09; the third row is of the training set.
    assert [one["value"] for one in good] == [pytest.approx(0.05)]
    assert bad == []


def _law(draws: list[list[float]], terms: tuple[int, ...] = (1,)) -> FluxLaw:
    values = np.array(draws)
    return FluxLaw(terms, np.array([2.0] * len(terms)), values.std(axis=0), 0.9, (), values)


def test_intervals_of_terms_are_reflected_about_the_coefficient() -> None:
    # Draws from 1.0 to 1.8 lie below the coefficient of 2, since noise attenuates them.
    law = _law([[1.0], [1.2], [1.4], [1.6], [1.8]])
    (row,) = continuum_laws.law_rows(law, ["tau", "kappa"], "j", "all", "blindly", [], 1.0)
    assert row["term"] == "kappa"
    assert (row["low"], row["high"]) == (pytest.approx(2.2), pytest.approx(3.0))
    # Draws about the coefficient are left as they are.
    (row,) = continuum_laws.law_rows(_law([[1.5], [2.5]]), ["a", "b"], "j", "", "", [], 1.0)
    assert (row["low"], row["high"]) == (pytest.approx(1.5), pytest.approx(2.5))


def test_a_law_without_terms_has_one_row_without_numbers() -> None:
    empty = FluxLaw((), np.empty(0), np.empty(0), 0.0, (), np.empty((3, 0)))
    (row,) = continuum_laws.law_rows(empty, ["tau"], "j", "all", "blindly", [], 0.95)
    assert row["term"] == "none"
    assert np.isnan(float(str(row["coefficient"])))


def _flow(folder: Path, name: str, seed: int) -> pd.DataFrame:
    out = folder / f"{name}{seed}.parquet"
    continuum_flow.main(
        out, name=name, seed=seed,
        entry={"spacings": 4, "profiles": ["a"], "loads": [3.0], "runs": 2},
        waves={"a": {"amplitudes": [0.6, 0.6], "phases": [0.0, 3.14159]}},
    )  # fmt: skip
    return read_table(out)


def test_realisations_are_kept_whole_and_depend_on_seed_and_name(tmp_path: Path) -> None:
    table = _flow(tmp_path, "one", 1)
    (found,) = ensembles_of("one", table)
    assert (found.load, found.spacings, len(found.modes)) == (3.0, 4.0, 2)
    assert np.abs(found.modes[0] - found.modes[1]).max() > 1e-3
    pd.testing.assert_frame_equal(table, _flow(tmp_path, "one", 1))
    for name, seed in (("one", 2), ("other", 1)):
        assert not np.allclose(table["plus_real"], _flow(tmp_path, name, seed)["plus_real"])
    with pytest.raises(ValueError, match="each once"):
        ensembles_of("one", table.iloc[1:])


SETTINGS: Any = {
    "poisson": 0.3,
    "ensembles": {"small": {"spacings": 8}},
    "models": {"good": {"label": "Good", "role": "mechanism"}},
}


def test_the_figure_shows_the_taylor_coefficient_and_held_out_errors_only(tmp_path: Path) -> None:
    terms = ["rho^1/2", "rho^-1 d_kappa", "rho^1/2"]
    laws = pd.DataFrame({
        "equation": ["friction of j", "friction of j", "friction of q"],
        "term": terms, "part": "small, load 3", "coefficient": [-4.4, -0.3, -99.0],
        "low": [-5.0, -0.4, -99.0], "high": [-4.0, -0.2, -99.0],
    })  # fmt: skip
    forward = pd.DataFrame({
        "ensemble": "small", "profile": ["a", "c"], "load": 3.0, "spacings": 8.0,
        "held": [False, True], "law": "good", "stable": True, "mode_error": [0.7, 0.2],
        "noise": 0.1,
    })  # fmt: skip
    write_table(tmp_path / "laws.parquet", laws, check=False)
    write_table(tmp_path / "forward.parquet", forward, check=False)
    figure_continuum.main(laws=tmp_path / "laws.parquet", forward=tmp_path / "forward.parquet",
                          stem=tmp_path / "figure", settings=SETTINGS)  # fmt: skip
    shown = pd.read_csv(tmp_path / "figure.csv")
    friction = shown[shown["panel"] == "friction"]
    # 4.4 over 2 pi (1 - 0.3); the flux of rho, -99, is not shown.
    assert friction["coefficient"].tolist() == [pytest.approx(4.4 / (1.4 * np.pi), rel=1e-4)]
    back = shown[shown["panel"] == "back stress"]
    assert back["coefficient"].tolist() == [pytest.approx(0.3)]
    errors = shown[shown["law"] == "good"]
    assert errors["mode_error"].tolist() == [pytest.approx(0.2)]
