"""Scripts of kept models of curves: keep, predict, draw."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from curve_models import SLOPES, STRAINS, at_rest, band, curve_model, fit
from mechanist.draw.figure_data import check_written
from mechanist.formats.configuration import Configuration
from mechanist.formats.described_columns import Column
from mechanist.formats.dislocation_batches import (
    Branch,
    DislocationSample,
    read_batch,
    signs,
    write_batch,
)
from mechanist.formats.predictions import write_predictions
from mechanist.formats.tables import column_metadata, keyed, stacked, write_table
from mechanist.learn.splits import make_splits, write_splits
from mechanist.learn.study import Study, StudyFiles
from mechanist.learn.whole_samples import open_whole_samples
from mechanist.predict.curve_files import read_curve_model, write_curve_model
from mechanist.predict.predict_dislocation import predict_dislocation
from scripts.dislocation import figure_predicted, keep

MODELS: Any = {
    "steep": {"label": "Twice Taylor", "role": "data"},
    "taylor": {"label": "Taylor scaling", "role": "mechanism"},
}


def entry(path: Path, **changes: object) -> Any:
    side = float(at_rest().cell[0, 0])
    return {"path": str(path), "format": "csv", "box": [side, side], **changes}


def written(path: Path, c: Configuration) -> Path:
    """Write the table of a user's dislocations; return its path."""
    rows = [
        f"{x!r},{y!r},{s:.0f}" for (x, y, _), s in zip(c.positions.tolist(), signs(c), strict=True)
    ]
    path.write_text("\n".join(["x,y,b", *rows]) + "\n")
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return written(tmp_path / "mine.csv", at_rest())


def predicted(tmp_path: Path, table: Path, **changes: object) -> Path:
    """Predict by a model of twice Taylor's slopes, beside Taylor's law; return the folder."""
    steep = fit(1, slopes=2 * np.array([SLOPES]), band=band())
    write_curve_model(
        tmp_path / "steep",
        curve_model(name="steep", label="Twice Taylor", branches={"undeformed": steep}),
    )
    write_curve_model(tmp_path / "taylor", curve_model())
    out = tmp_path / "out"
    out.mkdir()
    predict_dislocation(
        tmp_path / "steep", [tmp_path / "taylor"], out / "curve.parquet", out / "summary.json",
        out / "state.h5", entry=entry(table, **changes), place="predict.tsv:2",
    )  # fmt: skip
    return out


def test_a_curve_is_written_beside_that_of_a_rival(tmp_path: Path, table: Path) -> None:
    out = predicted(tmp_path, table)
    c = at_rest()
    root = (len(c) / float(c.cell[0, 0]) ** 2) ** 0.5
    curve = pd.read_parquet(out / "curve.parquet")
    assert curve["strain"].tolist() == list(STRAINS)
    np.testing.assert_allclose(curve["taylor"], np.array(SLOPES) * root, rtol=1e-6)
    np.testing.assert_allclose(curve["stress"], 2 * np.array(SLOPES) * root, rtol=1e-6)
    np.testing.assert_allclose(curve["upper"] - curve["stress"], [0.003, 0.02], rtol=1e-6)
    assert column_metadata(out / "curve.parquet")["stress"]["unit"] == "D/b"
    said = json.loads((out / "summary.json").read_text())
    assert (said["model"], said["dislocations"], said["rivals"]) == (
        "flat/steep",
        len(c),
        {"taylor": "Taylor scaling"},
    )
    (sample,) = read_batch(out / "state.h5")
    np.testing.assert_allclose(sample.branches["undeformed"].start.positions, c.positions)


@pytest.mark.parametrize(("dislocations", "warned"), [(16, False), (26, True)])
def test_table_and_figure_warn_of_a_configuration_outside(
    tmp_path: Path, dislocations: int, warned: bool
) -> None:
    """The model has seen 8 to 20 dislocations."""
    state = at_rest(0, dislocations)
    side = float(state.cell[0, 0])
    out = predicted(tmp_path, written(tmp_path / "mine.csv", state), box=[side, side])
    said = json.loads((out / "summary.json").read_text())
    assert bool(said["outside"]) == warned
    assert pd.read_parquet(out / "curve.parquet")["outside"].tolist() == [warned] * len(STRAINS)
    figure_predicted.main(
        state=out / "state.h5", table=out / "curve.parquet", summary=out / "summary.json",
        stem=tmp_path / "figure", models=MODELS,
    )  # fmt: skip
    drawn = (tmp_path / "figure.svg").read_text()
    assert ("Outside what the model has seen" in drawn) == warned


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"state": "prestrained"}, r"predict\.tsv:2.*prestrained"),
        ({"load": {"type": "uniaxial", "axis": "x"}}, r"predict\.tsv:2.*expected simple_shear xy"),
    ],
)
def test_what_cannot_be_predicted_is_named(
    tmp_path: Path, table: Path, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        predicted(tmp_path, table, **changes)
    assert not (tmp_path / "out/curve.parquet").exists()


def test_the_figure_holds_curve_band_and_rivals(tmp_path: Path, table: Path) -> None:
    out = predicted(tmp_path, table)
    stem = tmp_path / "figure"
    figure_predicted.main(
        state=out / "state.h5", table=out / "curve.parquet", summary=out / "summary.json",
        stem=stem, models=MODELS,
    )  # fmt: skip
    check_written(tmp_path / "figure.csv")
    rows = pd.read_csv(tmp_path / "figure.csv")
    drawn = rows[rows["what"].notna()]
    bands = {"lower", "upper", "curve_lower", "curve_upper"}
    assert set(drawn["what"]) == {"particle", "stress", "taylor"} | bands
    known = pd.read_parquet(out / "curve.parquet")
    np.testing.assert_allclose(
        drawn.loc[drawn["what"] == "taylor", "value"], known["taylor"], rtol=1e-6
    )


def test_a_model_is_kept_with_its_card(tmp_path: Path) -> None:
    """A world whose stress is 0.1 + 2 x at both strains; the model that is kept has this law."""
    rng = np.random.default_rng(0)
    names = [f"flat-{k:05d}" for k in range(40)]
    features, targets = [], []
    for name in names:
        x = rng.normal(size=(1, 1))
        features.append(keyed(x.astype(np.float32), ["x"], sample=name, load="undeformed"))
        columns = [f"stress@{strain:.3f}" for strain in STRAINS]
        stress = 0.1 + 2 * np.hstack([x, x]).astype(np.float32)
        targets.append(keyed(stress, columns, sample=name, load="undeformed"))
    write_table(tmp_path / "field.parquet", stacked(features))
    units = {f"stress@{strain:.3f}": Column("D/b", "Stress.") for strain in STRAINS}
    write_table(tmp_path / "targets.parquet", stacked(targets), columns=units)
    write_splits(tmp_path / "splits.json", make_splits(names, folds=4, seed=1))
    files = StudyFiles(
        targets=tmp_path / "targets.parquet", splits=tmp_path / "splits.json",
        features={"field": tmp_path / "field.parquet"},
    )  # fmt: skip
    study = Study(subject="samples", quantity="stress", strains=STRAINS)
    model: Any = {"label": "Line", "role": "data", "estimator": "linear", "features": ["field"]}
    learner = open_whole_samples(study, model, files)
    write_predictions(tmp_path / "predictions.parquet", learner.train(seed=1))
    (tmp_path / "scores.json").write_text("[]")
    start = Branch(at_rest(), np.empty(0), np.empty(0))
    other = replace(start, start=at_rest(1, 8))
    samples = [
        DislocationSample(names[0], "flat", 0, {"undeformed": start}),
        DislocationSample("not-learnt", "flat", 0, {"undeformed": other}),
    ]
    write_batch(tmp_path / "0000.h5", samples)
    keep.main(
        files, [tmp_path / "0000.h5"], tmp_path / "predictions.parquet", tmp_path / "scores.json",
        tmp_path / "kept", tmp_path / "card.md", study=study, system="flat", name="line",
        label="Line", model=model, descriptors={"field": {"kind": "dislocation_density"}},
        level=0.9, seed=1, facts={"code": "abc"},
    )  # fmt: skip
    kept = read_curve_model(tmp_path / "kept")
    found = kept.branches["undeformed"]
    np.testing.assert_allclose(found.slopes, [[2.0, 2.0]], atol=1e-5)
    np.testing.assert_allclose(found.constant, 0.1, atol=1e-5)
    assert kept.known.dislocations == (len(at_rest()), len(at_rest()))  # of what it has learnt
    assert kept.facts["code"] == "abc"
    assert (tmp_path / "card.md").read_text().startswith("# Line")
