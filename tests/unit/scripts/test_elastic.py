"""Scripts of elastic energies: what they write, and what the figure shows."""

import json
from pathlib import Path
from typing import Final

import pandas as pd
import pytest
import yaml

from mechanist.simulate.rubber_samples import ENERGIES
from scripts.equations import elastic, elastic_recovery, figure_elastic

ROOT = Path(__file__).parents[3]
SETTINGS = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
ELASTIC: Final = SETTINGS["equations"]["elastic"]
NAMES: Final = ("laws.json", "laws.md", "misfits.parquet", "curves.parquet")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("elastic")
    materials = json.loads(json.dumps(ELASTIC["materials"]))
    for entry in materials.values():
        entry["tests"] = {kind: str(ROOT / path) for kind, path in entry["tests"].items()}
    elastic.main(*(folder / name for name in NAMES), materials=materials, most_terms=3)
    elastic_recovery.main(
        folder / "recovery.parquet", levels=[0.0, 0.5], seeds=2, most_terms=3, seed=1
    )
    return folder


def test_laws_hold_errors_and_inclusion(written: Path) -> None:
    laws = json.loads((written / "laws.json").read_text(encoding="utf-8"))
    assert set(laws) == set(ELASTIC["materials"])
    treloar = laws["treloar_1944"]
    assert [term["term"] for term in treloar["terms"]] == ["I1", "(I1-3)^4", "sqrt(I2)"]
    assert all(0 < term["error"] < abs(term["value"]) for term in treloar["terms"])
    assert [size["n_terms"] for size in treloar["sizes"]] == [1, 2, 3]
    chosen = treloar["sizes"][2]
    assert treloar["held_out_misfit"] == chosen["held_out_misfit"]
    text = (written / "laws.md").read_text(encoding="utf-8")
    assert (
        "| Natural rubber (Treloar 1944) | sqrt(I2) | 0.1059 MPa | 0.002 | 100 % of the fits |"
        in text
    )


def test_every_law_is_tested_on_what_it_was_not_fitted_to(written: Path) -> None:
    table = pd.read_parquet(written / "misfits.parquet")
    assert set(table["model"]) == set(ELASTIC["models"])
    assert (table.groupby(["material", "model"])["test"].nunique() == 3).all()
    treloar = table[table["material"] == "treloar_1944"]
    assert treloar.groupby("model")["misfit"].max().idxmin() == "found"


def test_predicted_and_fitted_curves_differ(written: Path) -> None:
    table = pd.read_parquet(written / "curves.parquet")
    assert set(table["series"]) == {"measured", "fitted", "predicted"}
    one = table[(table["material"] == "kawabata_1981") & (table["test"] == "pure_shear")]
    fitted, predicted = (
        one.loc[one["series"] == name, "stress"].to_numpy() for name in ("fitted", "predicted")
    )
    assert fitted[0] == predicted[0] == 0
    assert abs(fitted[-1] - predicted[-1]) > 0.02


def test_known_energies_are_found_without_noise_and_not_in_strong_noise(written: Path) -> None:
    table = pd.read_parquet(written / "recovery.parquet")
    assert set(table["energy"]) == set(ENERGIES)
    assert table.loc[table["noise"] == 0, "exact"].all()
    assert not table.loc[table["noise"] == 0.5, "exact"].all()


def test_the_figure_draws_every_law_and_every_material(written: Path, tmp_path: Path) -> None:
    materials = {
        name: {"label": entry["label"], "unit": entry["unit"]}
        for name, entry in ELASTIC["materials"].items()
    }
    figure_elastic.main(
        laws=written / "laws.json",
        curves=written / "curves.parquet",
        misfits=written / "misfits.parquet",
        recovery=written / "recovery.parquet",
        stem=tmp_path / "elastic",
        materials=materials,
        models=ELASTIC["models"],
    )
    drawn = pd.read_csv(tmp_path / "elastic.csv")
    assert set(drawn["panel"]) == {"curves", "misfits", "known"}
    assert set(drawn.loc[drawn["panel"] == "misfits", "model"]) == set(ELASTIC["models"])
    assert (tmp_path / "elastic.png").stat().st_size > 10_000
