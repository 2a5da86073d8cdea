"""A target that belongs to no load: the tutorial does what it says, and its results name the target."""

import json
from pathlib import Path

import pandas as pd
import pytest

from checkouts import ROOT, copy_tree
from mechanist.formats.tables import column_metadata, read_table
from mechanist.learn.splits import read_splits
from tutorials import follow

PAGE = ROOT / "docs/tutorials/own_targets.md"
#: What must not be said of a target that belongs to no load.
STRANGE = ("strain", "plastic", "gamma")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("own_targets") / "repository"
    copy_tree(root)
    follow(PAGE, root)
    return root / "results"


def score(results: Path, system: str, metric: str) -> float:
    """Return a score of the local indicators over all samples."""
    records = json.loads((results / f"glass/{system}/scores/local_structure.json").read_text())
    (found,) = [
        r["value"]
        for r in records
        if (r["metric"], r["target"], r["subset"]) == (metric, system, "all")
    ]
    return float(found)


@pytest.mark.slow
def test_what_the_structure_determines_is_learnt_and_what_is_shuffled_is_not(results: Path) -> None:
    for metric, least in (("pearson", 0.8), ("r2_within", 0.6), ("auc_top10", 0.9)):
        assert score(results, "mobility", metric) > least
    assert abs(score(results, "shuffled", "pearson")) < 0.25
    assert score(results, "shuffled", "r2_within") < 0.1
    assert abs(score(results, "shuffled", "auc_top10") - 0.5) < 0.2


@pytest.mark.slow
def test_whole_glasses_are_held_out_and_gaps_left_out(results: Path) -> None:
    glass = results / "glass/mobility"
    told = read_table(glass / "predictions/local_structure.parquet")
    rows = told[told["target"] == "mobility"]
    assert rows.groupby("sample", observed=True).size().to_dict() == dict.fromkeys("abcd", 95)
    assert rows["object"].min() == 5
    folds = rows.groupby("sample", observed=True)["fold"].agg(["min", "max"])
    assert (folds["min"] == folds["max"]).all()
    assert sorted(folds["min"]) == [0, 1, 2, 3]
    assert len(read_splits(glass / "splits.json").folds) == 4


@pytest.mark.slow
def test_tables_and_figures_name_the_target_and_no_strain(results: Path) -> None:
    targets = results / "glass/mobility/targets.parquet"
    assert list(read_table(targets).columns) == ["sample", "load", "object", "mobility"]
    assert column_metadata(targets)["mobility"]["unit"] == "sigma^2"
    records = pd.DataFrame(json.loads((results / "glass/mobility/scores/dummy.json").read_text()))
    assert set(records["subset"]) == {"all"}
    assert set(records.loc[records["metric"] == "mae", "unit"]) == {"sigma^2"}
    assert all(target.split("|")[0] == "mobility" for target in records["target"])
    figures = results / "figures"
    drawn = [*sorted(figures.glob("mobility/*.svg")), figures / "models/glass_mobility.svg"]
    assert [path.stem for path in drawn] == ["definition", "glass", "parity", "glass_mobility"]
    for path in drawn:
        text = path.read_text()
        assert "mobility" in text, path
        assert not [word for word in STRANGE if word in text], path
    assert "mobility (sigma^2)" in (figures / "mobility/parity.svg").read_text()
    assert not [
        word for word in STRANGE if word in (results / "glass/mobility/models.md").read_text()
    ]
