"""Feature and target tables from batches of dislocation samples, and figures of their scores."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from edge_dislocations import dislocations
from mechanist.core.errors import FormatError
from mechanist.draw.style import SUFFIXES
from mechanist.formats.dislocation_batches import Branch, DislocationSample, write_batch
from mechanist.formats.tables import read_table, write_table
from scripts.dislocation import describe as dislocation_describe
from scripts.dislocation import figure_learning_curve as dislocation_figure_learning_curve
from scripts.dislocation import figure_parity as dislocation_figure_parity
from scripts.dislocation import figure_sizes as dislocation_figure_sizes
from scripts.dislocation import figure_strain as dislocation_figure_strain
from scripts.dislocation import targets as dislocation_targets

STRAINS = (0.001, 0.01)
BRANCHES = ("undeformed", "prestrained")
#: Fields of the made-up scores.
PARTS = {"unit": "1", "level": 0.95, "n_samples": 9}
MODELS = {
    "taylor": {"label": "Taylor scaling", "role": "mechanism"},
    "hand": {"label": "Hand features (ridge)", "role": "data"},
    "elastic": {"label": "Load-aware elastic", "role": "hybrid"},
}


def sample(number: int, *, last: float = 0.02, failed: str = "", **about: str) -> DislocationSample:
    strain = np.linspace(0, last, 5)
    branches = {
        name: Branch(
            dislocations(number, n=8),
            strain,
            (1 + number) * strain,
            status="failed" if name == failed else "ok",
        )
        for name in BRANCHES
    }
    return DislocationSample(f"toy-{number:05d}", "toy", 0, branches, **about)


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    path = tmp_path / "0000.h5"
    write_batch(
        path,
        [sample(0), sample(1, failed="prestrained"), sample(2, status="failed", reason="test")],
    )
    return path


def test_features_have_a_row_a_sample_and_good_branch(batch: Path, tmp_path: Path) -> None:
    dislocation_describe.main(
        [batch], tmp_path / "out.parquet", descriptor={"kind": "dislocation_density"}
    )
    table = read_table(tmp_path / "out.parquet")
    assert set(zip(table["sample"], table["load"], table["object"], strict=True)) == {
        ("toy-00000", "undeformed", 0),
        ("toy-00000", "prestrained", 0),
        ("toy-00001", "undeformed", 0),
    }
    np.testing.assert_allclose(table["root_density"], 0.2)


def test_targets_are_stresses_on_the_curve(batch: Path, tmp_path: Path) -> None:
    dislocation_targets.main([batch], tmp_path / "out.parquet", strains=STRAINS)
    table = read_table(tmp_path / "out.parquet").set_index(["sample", "load"])
    assert len(table) == 3
    assert table.loc[("toy-00000", "undeformed"), "stress@0.001"] == pytest.approx(0.001)
    assert table.loc[("toy-00001", "undeformed"), "stress@0.010"] == pytest.approx(0.02)


def test_a_curve_that_ends_too_soon_is_refused(tmp_path: Path) -> None:
    write_batch(tmp_path / "0000.h5", [sample(0, last=0.005)])
    with pytest.raises(FormatError, match=r"toy-00000, .* ends at strain 0\.005, before 0\.01"):
        dislocation_targets.main([tmp_path / "0000.h5"], tmp_path / "out", strains=STRAINS)


def test_descriptors_of_particles_and_empty_systems_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "0000.h5"
    write_batch(path, [sample(0, status="failed", reason="test")])
    with pytest.raises(ValueError, match="has the subject 'particle'"):
        dislocation_describe.main([path], path, descriptor={"kind": "structure_functions"})
    with pytest.raises(ValueError, match="no completed branch"):
        dislocation_describe.main([path], path, descriptor={"kind": "dislocation_density"})
    with pytest.raises(ValueError, match="no completed branch"):
        dislocation_targets.main([path], path, strains=STRAINS)


@pytest.fixture
def learnt(tmp_path: Path) -> Path:
    """Write made-up outputs of training and assessment."""
    rng = np.random.default_rng(0)
    (tmp_path / "scores").mkdir()
    for level, model in enumerate(MODELS):
        records = [
            {"metric": metric, "target": f"stress@{strain:.3f}", "subset": branch,
             "value": 0.3 * level, "low": 0.3 * level - 0.05, "high": 0.3 * level + 0.05, **PARTS}
            for metric in ("r2", "pearson") for strain in STRAINS for branch in BRANCHES
        ]  # fmt: skip
        (tmp_path / "scores" / f"{model}.json").write_text(json.dumps(records))
        about = {"model": model, "target": "stress@0.010", "metric": "r2", "low": 0.0, "high": 1.0,
                 **PARTS}  # fmt: skip
        curve = [
            {**about, "n_train": n, "draw": draw, "load": branch, "value": rng.random()}
            for n in (10, 20) for draw in (0, 1) for branch in BRANCHES
        ]  # fmt: skip
        sizes = [
            {**about, "train": a, "test": b, "load": branch, "value": rng.random() - 0.2}
            for a in ("n36", "n100") for b in ("n36", "n100") for branch in BRANCHES
        ]  # fmt: skip
        truth = rng.random(30)
        said = pd.DataFrame({"sample": [f"toy-{k:05d}" for k in range(30)], "load": "undeformed",
                             "target": "stress@0.010", "truth": truth,
                             "prediction": truth + 0.1 * level})  # fmt: skip
        for folder, table in (("curve", curve), ("sizes", sizes), ("predictions", said)):
            (tmp_path / folder).mkdir(exist_ok=True)
            write_table(tmp_path / folder / f"{model}.parquet", pd.DataFrame(table), check=False)
    return tmp_path


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def drawn(stem: Path) -> pd.DataFrame:
    for suffix in SUFFIXES:
        assert stem.with_name(stem.name + suffix).stat().st_size > 0
    return pd.read_csv(stem.with_name(f"{stem.name}.csv"))


def test_scores_against_strain(learnt: Path) -> None:
    dislocation_figure_strain.main(
        scores=files(learnt / "scores"), stem=learnt / "f", models=MODELS, branches=BRANCHES
    )
    table = drawn(learnt / "f")
    assert len(table) == len(MODELS) * len(STRAINS) * len(BRANCHES)
    assert (table.loc[table["model"] == "elastic", "value"] == 0.6).all()


def test_learning_curve(learnt: Path) -> None:
    dislocation_figure_learning_curve.main(
        curves=files(learnt / "curve"), stem=learnt / "f", models=MODELS, branches=BRANCHES,
        target="stress@0.010",
    )  # fmt: skip
    assert len(drawn(learnt / "f")) == len(MODELS) * 8


def test_sizes_are_shown_in_their_order(learnt: Path) -> None:
    table = read_table(learnt / "sizes" / "hand.parquet")
    part = table[table["load"] == "undeformed"]
    cells = dislocation_figure_sizes.square(part, {"n36": 36, "n100": 100})
    expected = part[(part["train"] == "n36") & (part["test"] == "n100")]["value"].item()
    assert cells.loc["36", "100"] == expected
    dislocation_figure_sizes.main(
        transfer=files(learnt / "sizes"), stem=learnt / "f", models=MODELS, branches=BRANCHES,
        target="stress@0.010", systems={"n36": 36, "n100": 100},
    )  # fmt: skip
    assert len(drawn(learnt / "f")) == len(MODELS) * 8


def test_parity_keeps_the_residual_of_every_sample(learnt: Path) -> None:
    dislocation_figure_parity.main(
        predictions=files(learnt / "predictions"), scores=files(learnt / "scores"),
        stem=learnt / "f", models=MODELS, branch="undeformed", target="stress@0.010",
    )  # fmt: skip
    table = drawn(learnt / "f")
    np.testing.assert_allclose(table.loc[table["model"] == "hand", "residual"], 0.1, rtol=1e-6)
    first = table[table["model"] == "hand"]
    assert first["truth"].is_monotonic_increasing
    with pytest.raises(ValueError, match="no rows"):
        dislocation_figure_parity.main(
            predictions=files(learnt / "predictions"), scores=files(learnt / "scores"),
            stem=learnt / "g", models=MODELS, branch="creep", target="stress@0.010",
        )  # fmt: skip
