"""Curves of data efficiency: symmetric features, images, and augmented images learn by one rule."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from figure_inputs import glass
from mechanist.describe.shared.raw_images import rings
from mechanist.formats.sample import write_sample
from mechanist.formats.tables import keyed, stacked, write_table
from mechanist.learn.splits import make_splits, write_splits
from pair_systems import systems
from scripts.trust import efficiency_dislocation, efficiency_glass


def test_glasses_are_learnt_from_rings_pixels_and_turned_pixels(tmp_path: Path) -> None:
    samples = [glass(number, n=30) for number in range(4)]
    files, tables, spread = [], [], {}
    for sample in samples:
        files.append(tmp_path / f"{sample.name}.h5")
        write_sample(files[-1], sample)
        centred = []
        for name, load in sample.loads.items():
            features = rings(sample.reference, load.tensor, np.arange(30)).astype(float)
            target = features @ np.linspace(-1, 1, features.shape[1])
            centred.append(target - target.mean())
            column = keyed(target[:, None], ["log10_d2min@0.040"], sample=sample.name, load=name)
            tables.append(column)
        spread[sample.name] = float(np.mean(np.square(centred)))
    write_table(tmp_path / "targets.parquet", stacked(tables))
    splits = make_splits([sample.name for sample in samples], folds=2, seed=0)
    write_splits(tmp_path / "splits.json", splits)
    efficiency_glass.main(
        files, tmp_path / "targets.parquet", tmp_path / "splits.json", tmp_path / "out.parquet",
        quantity="log10_d2min", strain=0.04, objects=30, sizes=[1, 2], draws=1, seed=1,
    )  # fmt: skip
    found = pd.read_parquet(tmp_path / "out.parquet")
    assert len(found) == 3 * 2 * 4
    assert set(found["model"]) == {"pixels", "pixels_turned", "rings"}
    for name, value in found.groupby("sample")["spread"]:
        np.testing.assert_allclose(value, spread[str(name)], rtol=1e-9)
    ends = found[found["n_train"] == 2].groupby("model")[["error", "spread"]].sum()
    left = ends["error"] / ends["spread"]
    assert left["rings"] < 0.02  # the target is linear in them
    assert left["pixels_turned"] != left["pixels"]
    assert left["rings"] < min(left["pixels"], left["pixels_turned"])


def test_dislocations_are_learnt_from_features_images_and_moved_images(tmp_path: Path) -> None:
    files = systems(tmp_path, 16)[0]["a"]
    truth = pd.read_parquet(files.targets).set_index("sample")["stress@0.002"]
    table = tmp_path / "known.parquet"
    known = [
        keyed(
            np.array([[value, value**2]]), ["stress", "square"], sample=str(name), load="undeformed"
        )
        for name, value in truth.items()
    ]
    write_table(table, stacked(known))
    entry = {"estimator": "linear", "features": ["known"]}
    arguments = {"strain": 0.002, "branch": "undeformed", "cells": 4, "sizes": [5, 100],
                 "draws": 2, "seed": 1}  # fmt: skip
    out = tmp_path / "out.parquet"
    efficiency_dislocation.main(
        files.samples, {"known": table}, files.targets, files.splits, out,
        models={"told": entry}, **arguments,
    )  # fmt: skip
    found = pd.read_parquet(out)
    assert set(found["model"]) == {"image", "image_moved", "told"}
    assert sorted(found["n_train"].unique()) == [5, 8]
    assert len(found) == 3 * 2 * 2 * 16
    expected = (truth - truth.mean()) ** 2
    for name, value in found.groupby("sample")["spread"]:
        np.testing.assert_allclose(value, expected[name], rtol=1e-9)
    left = found.groupby("model")["error"].sum()
    assert left["told"] < 1e-6 * left["image"]
    assert left["image"] != left["image_moved"]
    with pytest.raises(ValueError, match=r"no feature tables of \['known'\] were given"):
        efficiency_dislocation.main(
            files.samples, {}, files.targets, files.splits, out, models={"told": entry}, **arguments
        )
