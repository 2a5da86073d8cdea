"""Heat maps of a network over pictures: what can be learnt is found on other glasses, and nothing else."""

from pathlib import Path
from typing import Any

import jax
import numpy as np
import pandas as pd
import pytest

from mechanist.assess.heat_map_scores import glass_means, heat_map_table, map_auc
from mechanist.learn.heat_maps import occlusion_map, smoothed, values_at
from mechanist.learn.out_of_fold import fit_states
from mechanist.learn.picture_network import PictureModel, PictureNetwork, like_loaded
from mechanist.learn.splits import make_splits
from mechanist.learn.state_estimator import StateInputs
from mechanist.pictures.whole_picture import whole_picture
from photographed import STRAIN, photographed_glass
from scripts.experiment import figure_heat_maps, heat_maps

CAMERA: Any = {"pixels": 4.0, "snr": 20.0, "blur": 0.7, "noise": 0.0, "multiple": 8}
METHODS: Any = {
    name: {"label": name, "role": "data"}
    for name in ("activation", "gradient", "occlusion", "untrained_activation", "brightness")
}


def test_a_whole_picture_is_one_period_with_every_particle_where_it_is_bright(
    tmp_path: Path,
) -> None:
    glass = photographed_glass(tmp_path / "g.h5").reference
    one = whole_picture(glass, [0.375, 0.3], np.random.default_rng(0), **CAMERA)
    assert one.brightness.shape == (48, 48)
    assert ((one.places >= 0) & (one.places < 1)).all()
    seen = values_at(one.brightness, one.places)
    elsewhere = values_at(one.brightness, (one.places + 0.5 / 12) % 1)
    assert seen.mean() > 2 * elsewhere.mean()
    other = one.mirrored()
    np.testing.assert_allclose(values_at(other.brightness, other.places), seen, atol=1e-4)
    with pytest.raises(ValueError, match="1 radii are stated, but the glass has 2 species"):
        whole_picture(glass, [0.375], np.random.default_rng(0), **CAMERA)


def test_operations_of_the_load_keep_places_on_their_particles() -> None:
    rng = np.random.default_rng(1)
    picture = rng.random((1, 8, 8)).astype(np.float32)
    places = ((rng.integers(8, size=(1, 20, 2)) + 0.5) / 8).astype(np.float32)
    before = values_at(picture[0], places[0])
    turned = [like_loaded((picture, places), np.random.default_rng(seed)) for seed in range(20)]
    for one, where in turned:
        np.testing.assert_allclose(values_at(one[0], where[0]), before, atol=1e-4)
    assert len({one.tobytes() for one, _ in turned}) == 4


def learnable(shuffled: bool) -> float:
    """Return the AUC on held-out pictures whose targets are the brightness at each place, or dealt anew."""
    rng = np.random.default_rng(2)
    pictures = np.stack([smoothed(rng.standard_normal((64, 64)), 4.0) for _ in range(16)])
    pictures = np.repeat(np.repeat(pictures, 2, 1), 2, 2).astype(np.float32)
    pictures /= pictures.std()
    places = rng.random((16, 60, 2)).astype(np.float32)
    truth = np.stack([values_at(one, where) for one, where in zip(pictures, places, strict=True)])
    if shuffled:
        truth = rng.permuted(truth, axis=1)
    names = [f"g{k:02d}" for k in range(16)]
    states: Any = StateInputs(pd.DataFrame({"sample": names}), truth, (pictures, places))
    model: Any = PictureModel(width=4, epochs=8, batch=4, learning_rate=0.01)
    found = fit_states(model, states, make_splits(names, folds=2, seed=0), seed=3)
    return float(np.mean([map_auc(t, p) for t, p in zip(truth, found.prediction, strict=True)]))


def test_a_network_finds_what_pictures_show_on_other_glasses_and_nothing_in_dealt_targets() -> None:
    assert learnable(shuffled=False) > 0.8
    assert 0.35 < learnable(shuffled=True) < 0.65


def test_hiding_a_spot_changes_a_network_only_there() -> None:
    network = PictureNetwork(jax.random.PRNGKey(0), 4)
    picture = np.zeros((32, 32), np.float32)
    picture[8:12, 20:24] = 3.0
    picture -= picture.mean()
    lost = np.abs(occlusion_map(network, picture, 4.0))
    assert lost.shape == (4, 4)
    assert np.unravel_index(lost.argmax(), lost.shape) == (1, 2)


def test_the_sign_of_a_map_comes_from_other_folds() -> None:
    scores = pd.DataFrame({"sample": ["a", "a", "b", "c", "d"], "auc": [0.2, 0.4, 0.3, 0.2, 0.9]})
    assert glass_means(scores, None)["a"] == pytest.approx(0.3)
    found = glass_means(scores, {"a": 0, "b": 0, "c": 1, "d": 1})
    # glasses a and b are judged by c and d, whose mean is above a half; the other way round it is below
    assert found.to_dict() == pytest.approx({"a": 0.3, "b": 0.3, "c": 0.8, "d": 0.1})
    table = heat_map_table({(0.0, "brightness"): found, (0.0, "gradient"): found[:2] + 0.1}, METHODS,
                           interval={"level": 0.9, "resamples": 50, "seed": 0})  # fmt: skip
    assert table.set_index("map")["change"].to_dict() == pytest.approx(
        {"brightness": 0, "gradient": 0.1}
    )
    assert table["n_samples"].tolist() == [4, 2]


def test_heat_maps_and_their_figure(tmp_path: Path) -> None:
    for k in range(4):
        photographed_glass(tmp_path / f"toy-000{k}.h5", seed=k)
    out, shown = tmp_path / "maps.csv", tmp_path / "maps.npz"
    every = METHODS | {f"untrained_{one}": {"label": one, "role": "control"} for one in ("gradient", "occlusion")}  # fmt: skip
    heat_maps.main(sorted(tmp_path.glob("*.h5")), out, shown, loads=["shear"], strain=STRAIN, cutoff=2.0,
                   radii=[0.375, 0.3], pixels=4.0, snr=20.0, blur=0.7, noise=[0.1], smooth=1.0,
                   hidden=1.0, occluded=2, network={"width": 4, "epochs": 1}, folds=2, methods=every,
                   seed=1, interval={"level": 0.9, "resamples": 50, "seed": 0})  # fmt: skip
    table = pd.read_csv(out)
    assert len(table) == len(every)
    assert (table.loc[table["map"] == "brightness", "change"] == 0).all()
    counts = table.groupby("map")["n_samples"].first()
    assert (counts["activation"], counts["occlusion"]) == (4, 2)
    assert table["value"].between(0, 1).all()
    figure_heat_maps.main(out, shown, tmp_path / "figure", methods=every)
    assert len(pd.read_csv(tmp_path / "figure.csv")) == len(table)
    assert (tmp_path / "figure.png").stat().st_size > 20_000
