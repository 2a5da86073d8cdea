"""Latent coordinates: tables of every method, and the figure of all."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mechanist.formats.tables import column_metadata, read_table
from scripts.equations import figure_latent, latent

ROOT = Path(__file__).parents[3]
DESCENT = {"steps": 500, "batch": 64, "learning_rate": 1e-2}
CASE: Any = {
    "label": "Spiral",
    "kind": "rotating_spiral",
    "size": 40,
    "held": 20,
    "latents": 2,
    "autoencoder": {"width": 4, "free": DESCENT, "kept": DESCENT, "starts": 2},
    "gradient": {"width": 2, "steps": 500, "batch": 8, "learning_rate": 1e-3},
}
MODELS: Any = {
    "autoencoder": {"label": "Ours", "role": "data"},
    "principal": {"label": "Components", "role": "baseline"},
}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    folder = tmp_path_factory.mktemp("latent") / "spiral"
    found: dict[str, list[Path]] = {"runs": [], "terms": [], "latents": []}
    for method in MODELS:
        paths = [folder / kind / f"{method}.parquet" for kind in found]
        for path, listed in zip(paths, found.values(), strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            listed.append(path)
        latent.main(*paths, name="spiral", case=CASE, method=method, seeds=2, seed=1)
    return found


def test_tables_say_what_was_found(tables: dict[str, list[Path]]) -> None:
    runs = read_table(tables["runs"][1])
    assert set(runs.columns) == set(column_metadata(tables["runs"][1]))
    assert runs["terms"].tolist() == [2, 2]
    assert (runs["latent_rates"] < 1e-3).all()
    terms = read_table(tables["terms"][1])
    assert terms.groupby(["seed", "equation"])["kept"].sum().tolist() == [1, 1, 1, 1]
    shown = read_table(tables["latents"][0])
    assert list(shown.columns) == ["series", "z1", "z2"]
    assert len(shown) == 20


def test_a_series_of_ones_own_is_learnt_from(tmp_path: Path) -> None:
    """Two oscillations in four channels: components alone find the law of a rotation."""
    t = 0.05 * np.arange(200)
    hidden = np.stack([np.cos(t), np.sin(t)], axis=1)
    np.savez(
        tmp_path / "mine.npz", values=hidden @ [[1.0, 0.5, 0.0, 2.0], [0.0, 1.0, -1.0, 0.3]], time=t
    )
    case = {**CASE, "kind": "series", "path": str(tmp_path / "mine.npz"), "held": 40}
    paths = [tmp_path / f"{kind}.parquet" for kind in ("runs", "terms", "latents")]
    latent.main(*paths, name="mine", case=case, method="principal", seeds=1, seed=1)
    terms = read_table(paths[1])
    kept = terms[terms["kept"]]
    assert kept["term"].tolist() == ["z2", "z1"]
    assert kept["coefficient"].prod() == pytest.approx(-1, rel=1e-3)
    assert (kept["error"] < 1e-4).all()
    assert read_table(paths[0])["latent_rates"].item() < 1e-6
    assert len(read_table(paths[2])) == 40


PENDULUM: Any = {
    "label": "Pendulum",
    "kind": "pendulum_video",
    "order": 2,
    "size": 2,
    "held": 1,
    "latents": 1,
    "curve": {"components": 20, "landmarks": 100, "pieces": 30, "half_width": 40, "power": 6, "window": 5, "most_terms": 1},
    "gradient": {"width": 2, "steps": 500, "batch": 8, "learning_rate": 1e-3},
}  # fmt: skip
MOVING: Any = {
    "curve": {"label": "Curve", "role": "mechanism"},
    "dummy": {"label": "At rest", "role": "baseline"},
}


@pytest.fixture(scope="module")
def moving(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    folder = tmp_path_factory.mktemp("latent") / "pendulum"
    found: dict[str, list[Path]] = {"runs": [], "terms": [], "latents": []}
    for method in MOVING:
        paths = [folder / kind / f"{method}.parquet" for kind in found]
        for path, listed in zip(paths, found.values(), strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            listed.append(path)
        latent.main(*paths, name="pendulum", case=PENDULUM, method=method, seeds=1, seed=1)
    return found


def test_the_law_of_second_order_is_listed(moving: dict[str, list[Path]]) -> None:
    terms = read_table(moving["terms"][0])
    assert terms.loc[terms["kept"], "term"].tolist() == ["sin z1"]
    assert terms.loc[terms["kept"], "coefficient"].item() == pytest.approx(-1, rel=0.1)
    ours, dummy = (read_table(path) for path in moving["runs"])
    assert ours["latent_rates"].item() < 0.05 < dummy["latent_rates"].item() == 1
    assert dummy["terms"].item() == 0
    shown = read_table(moving["latents"][0])
    assert list(shown.columns) == ["series", "z1", "hidden1", "rate1"]
    assert read_table(moving["terms"][1])["kept"].sum() == 0


def test_the_figure_names_accelerations_and_shows_the_rate(
    moving: dict[str, list[Path]], tmp_path: Path
) -> None:
    stem = tmp_path / "latent"
    figure_latent.main(
        runs=moving["runs"], terms=moving["terms"], latents=moving["latents"], stem=stem,
        models=MOVING, cases={"pendulum": PENDULUM}, published=[],
    )  # fmt: skip
    drawn = pd.read_csv(stem.with_suffix(".csv"))
    path = drawn[drawn["panel"] == "coordinates"]
    assert set(path["kind"]) == {"found"}
    shown = read_table(moving["latents"][0])
    np.testing.assert_allclose(path["up"], shown["rate1"], atol=1e-6)


def test_rates_are_computed_where_the_case_says_so() -> None:
    case: Any = {"kind": "lorenz_channels", "size": 2, "held": 1, "noise": 0.0}
    given, held = latent.data_of("lorenz", case, 1)
    derivative = {"method": "finite_difference", "accuracy": 8}
    computed, same = latent.data_of("lorenz", {**case, "derivative": derivative}, 1)
    # Four snapshots at either end of a run are left out, but what is scored on keeps the true rates.
    assert len(computed.series) == len(given.series) - 2 * 8
    np.testing.assert_array_equal(same.rates, held.rates)
    middle, true = computed.rates[100:242], given.rates[104:246]
    assert 0 < np.abs(middle - true).max() < 3e-3 * np.abs(true).max()


def test_starts_are_the_same_again(tables: dict[str, list[Path]], tmp_path: Path) -> None:
    again = [tmp_path / f"{kind}.parquet" for kind in tables]
    latent.main(*again, name="spiral", case=CASE, method="autoencoder", seeds=1, seed=1)
    first = read_table(tables["terms"][0])
    pd.testing.assert_frame_equal(read_table(again[1]), first[first["seed"] == 0])


def test_the_figure_shows_every_start_and_what_was_published(
    tables: dict[str, list[Path]], tmp_path: Path
) -> None:
    stem = tmp_path / "latent"
    published: Any = [
        {"case": "spiral", "label": "Theirs", "terms": 2, "values": 0.1, "rates": 0.2, "latent_rates": 0.3},
        {"case": "other", "label": "Not here", "terms": 2, "values": 1, "rates": 1, "latent_rates": 1},
    ]  # fmt: skip
    figure_latent.main(
        runs=tables["runs"], terms=tables["terms"], latents=tables["latents"], stem=stem,
        models=MODELS, cases={"spiral": CASE}, published=published,
    )  # fmt: skip
    drawn = pd.read_csv(stem.with_suffix(".csv"))
    errors = drawn[drawn["panel"] == "errors"]
    assert errors[errors["model"] == "Theirs"]["error"].tolist() == [0.1, 0.2, 0.3]
    assert (errors["model"] == "autoencoder").sum() == 6
    assert "Not here" not in set(errors["model"])
    assert json.loads(Path(f"{stem}.csv-metadata.json").read_text())["url"] == "latent.csv"
