"""Confusion and classification, from simulation to figure, at the smallest size."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mechanist.assess.confusion import ConfusionOptions
from mechanist.draw.style import SUFFIXES
from mechanist.formats.dislocation_batches import (
    CREEP,
    PRESTRAINED,
    UNDEFORMED,
    Branch,
    DislocationSample,
    Frame,
    planar,
    write_batch,
)
from mechanist.formats.tables import read_table
from mechanist.learn.classification import ClassificationOptions
from scripts.dislocation import classify as dislocation_classify
from scripts.dislocation import confusion as dislocation_confusion
from scripts.dislocation import figure_confusion as dislocation_figure_confusion
from scripts.dislocation import figure_microstructures as dislocation_figure_microstructures
from scripts.dislocation import microstructures as dislocation_microstructures

SIDE = 30.0
DENSITIES = np.array([0.01, 0.03, 0.1, 0.3, 1.0])
CRITICAL = np.sqrt(0.1 * 0.3)


def crept(number: int) -> DislocationSample:
    """Return a made-up sample in which dislocations stay fixed above the critical pin density."""
    rng = np.random.default_rng(number)
    density = DENSITIES[number % len(DENSITIES)]
    pins = SIDE * rng.random((2, round(density * SIDE**2)))
    places = SIDE * rng.random((2, 16))
    sign = np.concatenate([np.repeat([1, -1], 8), np.zeros(pins.shape[1])])
    time, free = np.geomspace(1, 1000, 6), density < CRITICAL
    states = []
    for k in range(7):
        # Free dislocations gather in walls.
        x = places[0] * (1 - (k / 6 if free else 0)) + rng.normal(0, 0.3, 16)
        states.append(planar(np.append(x, pins[0]), np.append(places[1], pins[1]), sign, SIDE))
    strain = 0.01 * time ** (0.4 if free else 0.02)
    frames = tuple(Frame(e, 0.05, state) for e, state in zip(strain, states[1:], strict=True))
    return DislocationSample(
        name=f"pinned-{number:05d}",
        system="pinned",
        seed=1,
        branches={CREEP: Branch(states[0], np.zeros(1), np.zeros(1), frames)},
        provenance={"parameters": {"pinning": {"well": {"radius": 1.0}}}},
        series={"time": time, "strain": strain, "dislocations": np.full(6, 16.0)},
    )


def test_confusion_from_samples_to_figure(tmp_path: Path) -> None:
    batch = tmp_path / "0000.h5"
    write_batch(batch, [crept(k) for k in range(40)])
    out = {key: tmp_path / name for key, name in
           (("out_samples", "s.parquet"), ("out_curves", "c.parquet"), ("out_summary", "s.json"))}  # fmt: skip
    dislocation_confusion.main(
        [batch],
        **out,
        features=["gnd_waves", "dipoles"],
        window=(1.0, 1000.0),
        options=ConfusionOptions(repeats=1, permutations=5, resamples=5, folds=4),
    )
    table = read_table(out["out_samples"])
    np.testing.assert_allclose(table["exponent"].unique(), [0.4, 0.02], atol=1e-9)
    assert sorted(table["pin_density"].unique()) == pytest.approx(DENSITIES)
    found = json.loads(out["out_summary"].read_text())
    assert found["features"]["gnd_waves"]["location"] == pytest.approx(CRITICAL, rel=0.25)
    assert found["midpoints"]["exponent"]["location"] == pytest.approx(CRITICAL, rel=0.25)
    assert [pair["first"] for pair in found["agreement"]] == ["gnd_waves"]
    stem = tmp_path / "confusion"
    dislocation_figure_confusion.main(
        batches=[batch], samples=out["out_samples"], curves=out["out_curves"],
        summary=out["out_summary"], stem=stem,
    )  # fmt: skip
    assert all(stem.with_suffix(suffix).stat().st_size > 0 for suffix in SUFFIXES)


def test_a_batch_without_creep_is_refused(tmp_path: Path) -> None:
    write_batch(tmp_path / "0.h5", [DislocationSample("pinned-0", "pinned", 1, {})])
    out = tmp_path / "x"
    with pytest.raises(ValueError, match="completed the branch 'creep'"):
        dislocation_confusion.main(
            [tmp_path / "0.h5"], out_samples=out, out_curves=out, out_summary=out,
            features=["dipoles"], window=(1, 10), options=ConfusionOptions(),
        )  # fmt: skip


FIELD_SETS = ["rho", "rho_kappa", "rho_kappa_q"]


def loaded(number: int) -> DislocationSample:
    """Return a made-up sample in which pre-straining collects each sign in a wall."""
    rng = np.random.default_rng(number)
    x, y = SIDE * rng.random((2, 20))
    sign = np.repeat([1, -1], 10)
    states = {UNDEFORMED: (x, y), PRESTRAINED: (np.where(sign > 0, 5.0, 20.0), y)}
    branches = {name: Branch(planar(*place, sign, SIDE), np.zeros(1), np.zeros(1))
                for name, place in states.items()}  # fmt: skip
    return DislocationSample(f"n-{number:05d}", "n", 1, branches)


def test_classification_from_samples_to_figure(tmp_path: Path) -> None:
    batch, edges = tmp_path / "m.h5", tmp_path / "e.h5"
    dislocation_microstructures.main(batch, parameters={"background": 0.1}, samples=6, seed=2)
    write_batch(edges, [loaded(k) for k in range(8)])
    table, summary = tmp_path / "a.parquet", tmp_path / "a.json"
    dislocation_classify.main(
        [batch], [edges], out_table=table, out_summary=summary, descriptors=FIELD_SETS,
        nested=FIELD_SETS, voxels=[4, 16],
        options=ClassificationOptions(folds=3, repeats=2),
    )  # fmt: skip
    rows = pd.read_parquet(table).set_index(["problem", "voxels", "fields"])["accuracy"]
    assert set(rows.loc["edges"].index.get_level_values("fields")) == {"rho", "rho+kappa"}
    assert rows["edges", 16, "rho"] > 0.8
    assert rows["curved", 16, "rho+kappa+q"] > rows["curved", 1, "rho"]
    assert rows["curved", 1, "rho"] < 0.5
    found = json.loads(summary.read_text())["problems"]
    assert found["curved"]["dummy"] == pytest.approx(1 / 7)
    assert found["curved"]["scalars"]["accuracy"] == rows["curved", 1, "rho+kappa+q"]
    np.testing.assert_allclose(np.sum(found["curved"]["matrix"], axis=1), 1)
    assert found["edges"]["samples"] == 8
    stem = tmp_path / "microstructures"
    dislocation_figure_microstructures.main(
        microstructures=batch, accuracy=table, summary=summary, stem=stem
    )
    assert all(stem.with_suffix(suffix).stat().st_size > 0 for suffix in SUFFIXES)


def test_uneven_voxels_and_no_samples_are_refused(tmp_path: Path) -> None:
    out = tmp_path / "x"
    with pytest.raises(ValueError, match="do not divide 16"):
        dislocation_classify.main(
            [], [], out_table=out, out_summary=out, descriptors=FIELD_SETS, nested=FIELD_SETS,
            voxels=[6, 16],
            options=ClassificationOptions(),
        )  # fmt: skip
    with pytest.raises(ValueError, match="expected at least one per class"):
        dislocation_microstructures.main(out, parameters={}, samples=0, seed=1)
