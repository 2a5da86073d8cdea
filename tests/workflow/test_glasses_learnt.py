"""Users' glasses pass through the rules of simulated ones, from sheet to scores and figures."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from checkouts import Checkout
from mechanist.formats.tables import read_table
from mechanist.learn.splits import read_splits
from own_glasses import simulated, write_sheet, write_trajectory

#: Length unit of the files of each system.
UNITS = {"cuzr": 2.7, "nanometre": 0.27}
GLASS = Path("results/glass/cuzr")
FEATURES = "features/rotation_invariants.parquet"
OVERLAY = """
glass:
  own:
    cuzr: {models: [dummy, load_blind], strains: [0.02, 0.04]}
    nanometre: {strains: [0.02, 0.04]}
"""


@pytest.fixture
def place(checkout: Checkout) -> Iterator[Checkout]:
    """Yield a copy of the repository with a user's trajectories; restore its sheet afterwards."""
    sheet = checkout.root / "config/samples.tsv"
    before = sheet.read_bytes()
    rows = []
    for system, length in UNITS.items():
        for k in range(3):
            path = Path(f"data/{system}{k}.dump")
            write_trajectory(checkout.root / path, simulated(k), length=length)
            group = "melt" if k < 2 else "-"  # two glasses of one melt
            name = {"system": system, "sample": f"run{k}", "group": group}
            rows.append({**name, "path": str(path)})
    write_sheet(sheet, rows)
    (checkout.root / "own.yaml").write_text(OVERLAY)
    yield checkout
    sheet.write_bytes(before)
    shutil.rmtree(checkout.root / "results/imported", ignore_errors=True)


def test_own_glasses_get_scores_and_a_figure(place: Checkout) -> None:
    refused = place.snakemake(
        str(GLASS / "features/elastic_step.parquet"), "--dry-run", "--configfile", "own.yaml",
        check=False,
    )  # fmt: skip
    assert refused.returncode == 1
    said = refused.stdout + refused.stderr
    assert "descriptors/elastic_step is unavailable for system 'cuzr': it needs a tiny" in said
    assert not (place.root / "results/imported/cuzr").exists()

    other = "results/glass/nanometre"
    figure = "results/figures/models/glass_cuzr.pdf"
    targets = (figure, f"{other}/{FEATURES}", f"{other}/targets.parquet")
    place.snakemake(*targets, "--configfile", "own.yaml")

    glass = place.root / GLASS
    assert (place.root / figure).stat().st_size > 1000
    assert "Structure, load-blind" in (glass / "models.md").read_text()
    assert json.loads((glass / "own.json").read_text())["length"] == pytest.approx(2.7)
    # Two of the three glasses share a melt: they must never be split between training and test.
    splits = read_splits(glass / "splits.json")
    assert splits.folds in ((("run0", "run1"), ("run2",)), (("run2",), ("run0", "run1")))
    told = read_table(glass / "predictions/load_blind.parquet")
    folds = told.groupby("sample", observed=True)["fold"].agg(["min", "max"])
    assert folds.loc["run0"].tolist() == folds.loc["run1"].tolist() == [splits.fold_of["run0"]] * 2
    assert folds.loc["run2"].tolist() == [splits.fold_of["run2"]] * 2
    scores = json.loads((glass / "scores/load_blind.json").read_text())
    assert {r["n_samples"] for r in scores} == {2}
    assert {r["target"] for r in scores} >= {"log10_d2min@0.020", "log10_d2min@0.040"}

    # The same glasses in another length unit have the same features and targets.
    for name in (FEATURES, "targets.parquet"):
        one, same = (read_table(folder / name) for folder in (glass, place.root / other))
        keys = [column for column in ("sample", "load", "object") if column in one]
        assert one[keys].astype(str).equals(same[keys].astype(str))
        values = [table.drop(columns=keys).to_numpy(float) for table in (one, same)]
        assert np.ptp(values[0]) > 0
        np.testing.assert_allclose(values[0], values[1], rtol=1e-4, atol=1e-6)
