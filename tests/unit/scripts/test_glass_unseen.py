"""The scripts that test kept models on unseen glasses: table, figure, card."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from glasses import glass
from linear_world import LOAD, MODEL, STUDY, TARGET, glass_like, linear_world, sample_of
from mechanist.draw.figure_data import check_written
from mechanist.formats.configuration import Configuration
from mechanist.formats.predictions import write_predictions
from mechanist.formats.sample import Frame, write_sample
from mechanist.predict.kept_files import write_kept
from mechanist.predict.rivals import Rivals
from scripts.glass import card, figure_unseen
from scripts.glass import unseen as script

SCORING = {"subject": "objects", "level": 0.95, "resamples": 200, "seed": 1, "top_fractions": [0.1]}
KINDS = {"alike": "made alike", "solid": "three dimensions"}
MODELS = {
    "joint": {"label": "Structure (ridge)", "role": "data"},
    "blind": {"label": "Rival", "role": "mechanism"},
}


def write_strained(path: Path, c: Configuration, seed: int) -> Path:
    """Write a sample whose particles moved at random under the load."""
    moves = 0.02 * np.random.default_rng(seed).normal(size=c.positions.shape)
    moves[:, c.dimension :] = 0.0
    frame = Frame(0.02, c.moved(c.positions + moves, c.cell), np.eye(3))
    made = sample_of(c, path.stem)
    loaded = dataclasses.replace(made.loads[LOAD], frames=(frame,))
    path.parent.mkdir(exist_ok=True)
    write_sample(path, dataclasses.replace(made, loads={LOAD: loaded}))
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the table of a kept model and of a rival fitted to the same glasses."""
    folder = tmp_path_factory.mktemp("unseen")
    world = linear_world(folder, n=20)
    write_kept(folder / "kept/joint", world.model)
    for name in ("joint", "blind"):
        write_predictions(folder / f"told_{name}.parquet", world.predictions, units=world.units)
    own = [folder / f"own/{sample.name}.h5" for sample in world.samples]
    (folder / "own").mkdir()
    for path, sample in zip(own, world.samples, strict=True):
        write_sample(path, sample)
    rng = np.random.default_rng(3)
    alike = [write_strained(folder / f"alike/{k}.h5", glass_like(rng), k) for k in range(3)]
    solid = [write_strained(folder / "solid/0.h5", glass(3)[0], 5)]
    script.main(
        {"joint": folder / "kept/joint"},
        Rivals(
            system="flat",
            models={"blind": MODEL},
            descriptors={"blind": {"kind": "rotation_invariants"}},
            study=STUDY,
            files=world.files,
            samples=own,
            level=0.9,
            plastic_fraction=0.1,
        ),
        {name: folder / f"told_{name}.parquet" for name in ("joint", "blind")},
        {"alike": alike, "solid": solid},
        folder / "unseen.csv",
        load=LOAD,
        strains=[0.02],
        cutoff=2.0,
        probe=0.002,
        metrics=["auc_top10", "spearman"],
        scoring=SCORING,  # type: ignore[arg-type]
        seed=1,
    )
    return folder


def test_every_model_has_its_own_glasses_and_every_kind(folder: Path) -> None:
    table = pd.read_csv(folder / "unseen.csv")
    check_written(folder / "unseen.csv")
    found = {(row.model, row.test) for row in table.itertuples()}
    assert found == {(m, t) for m in ("joint", "blind") for t in ("flat", "alike", "solid")}
    rows = table.set_index(["model", "test", "metric"])
    assert rows.loc[("joint", "flat", "coverage"), "value"] == pytest.approx(0.91, abs=0.05)
    assert rows.loc[("joint", "alike", "spearman"), "n_samples"] == 3
    # Both are the same regression on the same features, one as kept, one as a rival.
    for metric in ("spearman", "coverage", "shift", "distance"):
        both = rows.loc[[("joint", "alike", metric), ("blind", "alike", metric)], "value"]
        assert both.iloc[0] == pytest.approx(both.iloc[1], rel=1e-4)
    # What moves at random lies far below what the model has learnt.
    assert rows.loc[("joint", "alike", "shift"), "value"] < -1
    assert rows.loc[("joint", "alike", "coverage"), "value"] < 0.3
    refused = table[table["metric"] == "refused"]
    assert set(refused["test"]) == {"solid"}
    reasons = dict(zip(refused["model"], refused["reason"], strict=True))
    assert "dimension 3; model 'joint' of system 'flat' has seen" in reasons["joint"]
    assert "has other features of 0 than of the glasses" in reasons["blind"]


def test_the_figure_shows_scores_coverage_reports_and_refusals(folder: Path) -> None:
    figure_unseen.main(
        folder / "unseen.csv",
        folder / "figure/unseen",
        system="flat",
        models=MODELS,  # type: ignore[arg-type]
        kinds=KINDS,
        target=TARGET,
        metric="auc_top10",
        level=0.9,
    )
    check_written(folder / "figure/unseen.csv")
    shown = pd.read_csv(folder / "figure/unseen.csv")
    assert set(shown["metric"]) == {"auc_top10", "coverage", "outside", "refused"}
    assert (folder / "figure/unseen.png").stat().st_size > 5000
    svg = (folder / "figure/unseen.svg").read_text()
    assert "three dimensions" in svg or len(svg) > 10_000


def test_the_card_tells_the_test(folder: Path) -> None:
    arguments = {"kinds": KINDS, "rivals": {"blind": "Rival"}}
    card.main(folder / "kept/joint", folder / "card.md", unseen=folder / "unseen.csv", **arguments)
    said = (folder / "card.md").read_text()
    assert "| made alike | 0.02 |" in said
    assert "| three dimensions | - | refused: dimension 3;" in said
    card.main(folder / "kept/joint", folder / "plain.md", **arguments)
    assert "On glasses that it has not seen" not in (folder / "plain.md").read_text()
