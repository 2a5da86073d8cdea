"""Models of degraded views see the training glasses alone, also for the range of their features."""

from dataclasses import replace

import numpy as np

from mechanist.learn.degraded_training import ViewRows, predicted

SAMPLES, SIZE = 8, 40
FOLDS = np.arange(SAMPLES) % 4
MODEL = {"label": "Ridge", "role": "data", "estimator": "ridge", "features": ["structure"]}


def views(seed: int, noise: float) -> ViewRows:
    rng = np.random.default_rng(7)
    truth = rng.normal(size=SAMPLES * SIZE)
    errors = noise * np.random.default_rng(seed).normal(size=(len(truth), 2))
    sample = np.repeat(np.arange(SAMPLES), SIZE)
    return ViewRows(
        {"structure": (np.column_stack([truth, truth**2]) + errors).astype(np.float32)},
        truth, sample, sample, np.tile(np.arange(SIZE), SAMPLES), np.ones(len(truth), bool),
    )  # fmt: skip


def test_what_is_learnt_from_clean_views_holds_in_noisy_ones() -> None:
    clean, noisy = views(0, 0.0), views(1, 0.1)
    found = predicted(MODEL, noisy, FOLDS, seed=0, training=clean)
    assert np.corrcoef(found, noisy.truth)[0, 1] > 0.95


def test_clean_views_of_the_tested_glasses_do_not_matter() -> None:
    clean, noisy = views(0, 0.0), views(1, 0.1)
    tested = FOLDS[clean.sample] == 0
    wild = clean.features["structure"].copy()
    wild[tested] *= 50.0
    truth = np.where(tested, -clean.truth, clean.truth)
    # The views of the tested glasses leave the range that training glasses have.
    far = noisy.features["structure"].copy()
    far[tested] *= 3.0
    asked = replace(noisy, features={"structure": far})
    before, after = (
        predicted(MODEL, asked, FOLDS, seed=0, training=training)
        for training in (clean, replace(clean, features={"structure": wild}, truth=truth))
    )
    np.testing.assert_allclose(after[tested], before[tested], atol=1e-3)
    assert not np.allclose(after[~tested], before[~tested], atol=0.1)  # control: they train these


def test_noisy_views_do_not_train_a_model_of_clean_ones() -> None:
    clean, noisy = views(0, 0.0), views(1, 0.1)
    found, other = (
        predicted(MODEL, replace(noisy, truth=truth), FOLDS, seed=0, training=clean)
        for truth in (noisy.truth, -noisy.truth)
    )
    np.testing.assert_array_equal(found, other)


def test_features_far_outside_are_cut_to_the_range_of_training() -> None:
    clean, far = views(0, 0.0), views(1, 0.0)
    far.features["structure"][:, :] = 1e4
    found = predicted(MODEL, far, FOLDS, seed=0, training=clean)
    assert np.abs(found).max() < 2 * np.abs(clean.truth).max()
