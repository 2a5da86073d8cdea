"""Dislocation figures draw the data of the batches, and write the same data to their tables."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from edge_dislocations import dislocations
from mechanist.draw.style import SUFFIXES
from mechanist.formats.dislocation_batches import Branch, DislocationSample, signs, write_batch
from mechanist.simulate.dislocation_samples import simulate_batch
from mechanist.simulate.dislocation_system import DislocationSystem
from scripts.dislocation import figure_bursts as dislocation_figure_bursts
from scripts.dislocation import figure_configuration as dislocation_figure_configuration
from scripts.dislocation.figure_bursts import bursts_of

PINS = {"density": 0.05, "strength": 0.1, "radius": 1.0}
RAMP = {"kind": "ramp", "strain": 0.1}


@lru_cache
def samples(pinned: bool) -> tuple[DislocationSample, ...]:
    entry: dict[str, Any] = {"dislocations": 16, "prestrain": 0.005, "loading": RAMP}
    if pinned:
        entry |= {"pinning": PINS, "prestrain": None}
    system = DislocationSystem.from_entry("small", entry)
    return tuple(simulate_batch(system, range(4), seed=3))


@pytest.mark.parametrize("pinned", [False, True])
def test_configuration(pinned: bool, tmp_path: Path) -> None:
    write_batch(tmp_path / "b.h5", samples(pinned))
    stem = tmp_path / "figure"
    name = "small-00002"
    dislocation_figure_configuration.main(samples=[tmp_path / "b.h5"], stem=stem, sample=name)
    assert all(stem.with_suffix(suffix).is_file() for suffix in SUFFIXES)
    table = pd.read_csv(stem.with_suffix(".csv"))
    branches = samples(pinned)[2].branches
    expected = ["undeformed"] if pinned else ["undeformed", "prestrained"]
    assert list(table["panel"].unique()) == expected
    for branch, state in branches.items():
        drawn = table[(table["panel"] == branch) & (table["what"] == "particle")]
        np.testing.assert_allclose(drawn[["x", "y"]], state.start.positions[:, :2], rtol=1e-6)
        np.testing.assert_array_equal(drawn["value"], signs(state.start))


def test_configuration_refuses_samples_that_are_not_there(tmp_path: Path) -> None:
    write_batch(tmp_path / "b.h5", samples(False))
    draw = dislocation_figure_configuration.main
    with pytest.raises(ValueError, match="other-00000"):
        draw(samples=[tmp_path / "b.h5"], stem=tmp_path / "f", sample="other-00000")
    failed = DislocationSample("small-00000", "small", 3, {}, status="failed", reason="none")
    write_batch(tmp_path / "b.h5", [failed])
    for call in (draw, dislocation_figure_bursts.main):
        with pytest.raises(ValueError, match="completed in"):
            call(samples=[tmp_path / "b.h5"], stem=tmp_path / "f")


def test_bursts(tmp_path: Path) -> None:
    write_batch(tmp_path / "b.h5", samples(False))
    stem = tmp_path / "figure"
    dislocation_figure_bursts.main(samples=[tmp_path / "b.h5"], stem=stem, shown=2)
    assert all(stem.with_suffix(suffix).is_file() for suffix in SUFFIXES)
    table = pd.read_csv(stem.with_suffix(".csv"))
    ensemble = table[(table["panel"] == "ensemble") & (table["branch"] == "prestrained")]
    row = ensemble.iloc[len(ensemble) // 2]
    stresses = [s.branches["prestrained"].stress_at([row["strain"]])[0] for s in samples(False)]
    assert row["mean"] == pytest.approx(np.mean(stresses))
    assert row["low"] < row["mean"] < row["high"]
    bursts = table[table["panel"] == "bursts"]
    expected = sum(len(bursts_of(b)) for s in samples(False) for b in s.branches.values())
    assert len(bursts) == expected > 4


def test_curves_without_bursts_are_drawn(tmp_path: Path) -> None:
    strain = np.linspace(0.0, 0.01, 5)
    branch = Branch(dislocations(0), strain, strain)
    write_batch(tmp_path / "b.h5", [DislocationSample("a", "a", 0, {"undeformed": branch})])
    dislocation_figure_bursts.main(samples=[tmp_path / "b.h5"], stem=tmp_path / "f")
    table = pd.read_csv(tmp_path / "f.csv")
    assert set(table["panel"]) == {"single curves", "ensemble"}


def test_bursts_are_what_was_gained_while_the_stress_waited() -> None:
    strain = np.array([0.0, 0.001, 0.002, 0.004, 0.005, 0.006, 0.009])
    stress = np.array([0.0, 0.1, 0.1, 0.1, 0.2, 0.3, 0.3])
    start = dislocations(0)
    np.testing.assert_allclose(bursts_of(Branch(start, strain, stress)), [0.003, 0.003])
    assert len(bursts_of(Branch(start, strain, np.arange(7.0)))) == 0
