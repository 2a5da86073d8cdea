"""Execute the notebooks against a finished smoke run, and check what they compute."""

import os
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from checkouts import ROOT, Checkout

NOTEBOOKS = ROOT / "docs/notebooks"


def executed(name: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return the variables of a notebook that was run in the folder of a repository."""
    monkeypatch.chdir(root)
    monkeypatch.setenv("MPLBACKEND", "agg")
    return runpy.run_path(str(NOTEBOOKS / f"{name}.py"))


@pytest.mark.slow
def test_the_redrawn_figure_shows_the_scores_of_the_records(
    finished: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = executed("redraw_a_figure", finished.root, monkeypatch)
    shown, records = found["shown"], found["of_auc"].set_index("target")["value"]
    of_joint = shown[(shown["model"] == "joint") & (shown["strain"] == 0.02)]["value"].item()
    assert of_joint == pytest.approx(records["log10_d2min@0.020"], rel=1e-6)
    (axes,) = found["figure"].axes
    assert len(axes.lines) == shown["model"].nunique() + 1
    np.testing.assert_allclose(np.sort(shown["strain"].unique()), axes.lines[0].get_xdata() / 100)
    assert (finished.root / "results/smoke/redrawn.png").stat().st_size > 10_000


@pytest.mark.slow
def test_the_map_shows_probabilities_of_every_particle(
    finished: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = executed("apply_a_kept_model", finished.root, monkeypatch)
    sample, probability = found["sample"], found["probability"]
    assert len(probability) == len(sample)
    assert probability.mean() == pytest.approx(0.1, abs=0.03)
    assert probability.max() > 3 * probability.min()
    assert set(found["weakest"]) <= set(np.arange(0.0, 180.0, 5.0))
    assert (finished.root / "results/smoke/map.png").stat().st_size > 10_000


@pytest.mark.slow
def test_ours_is_compared_with_the_published_value_of_the_same_case(
    finished: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = executed("compare_with_published", finished.root, monkeypatch)["compared"]
    board = pd.read_csv(finished.root / "results/smoke/scoreboard.csv")
    row = compared[compared["case"] == "salmenjoki_2018_undeformed stress@0.010 undeformed"].iloc[0]
    of_case = board[(board["case"] == row["case"]) & (board["metric"] == "r2")]
    published, ours = (
        of_case[of_case["kind"] == kind]["value"].dropna().item() for kind in ("published", "ours")
    )
    assert row["difference"] == pytest.approx(ours - published)
    assert row["published_within_interval"] == (row["low"] <= published <= row["high"])


def test_every_notebook_is_executed_and_named_on_the_page_of_tutorials() -> None:
    tests, page = Path(__file__).read_text(), (ROOT / "docs/tutorials/README.md").read_text()
    names = sorted(path.stem for path in NOTEBOOKS.glob("*.py"))
    assert len(names) == 3
    for name in names:
        assert f'"{name}"' in tests
        assert f"../notebooks/{name}.py" in page
    assert os.fspath(NOTEBOOKS.relative_to(ROOT)) == "docs/notebooks"
