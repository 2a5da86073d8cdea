"""A scan equals the predictions for each direction, whether it interpolates or not."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import norm, qmc

from glasses import glass
from kept_models import kept_model
from mechanist.mechanics.loads import UNIT_NORM
from mechanist.predict import load_scan
from mechanist.predict.load_scan import LoadScan, directions_of_load, scan_loads, scan_with_mean
from mechanist.predict.particle_predictions import predict_particles


@pytest.mark.parametrize("dimension", [2, 3])
def test_directions_are_traceless_of_one_strength_and_even(dimension: int) -> None:
    tensors = directions_of_load(dimension)
    np.testing.assert_allclose(np.trace(tensors, axis1=1, axis2=2), 0, atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(tensors, axis=(1, 2)), UNIT_NORM)
    np.testing.assert_allclose(tensors, tensors.swapaxes(1, 2))
    assert np.abs(tensors.mean(axis=0)).max() < 0.03
    assert bool(tensors[:, 2].any()) == (dimension == 3)


def test_the_axis_of_tension_turns_by_equal_steps_in_the_plane() -> None:
    axes = np.linalg.eigh(directions_of_load(2)[:, :2, :2])[1][:, :, 1]
    angles = np.degrees(np.arctan2(axes[:, 1], axes[:, 0])) % 180
    np.testing.assert_allclose(angles, np.arange(0, 180, 5), atol=1e-9)


@pytest.mark.parametrize("dimension", [2, 3])
def test_interpolated_scan_equals_every_direction(dimension: int) -> None:
    model = kept_model("rotation_invariants", "joint_invariants", dimension=dimension)
    c = glass(dimension)[0]
    found = scan_loads(model, c)
    assert found.interpolated
    for k in (3, 17, 30):
        direct = predict_particles(model, c, {"asked": found.tensors[k]}).table
        for s, target in enumerate(model.targets):
            np.testing.assert_allclose(
                found.predictions[:, k, s], direct[target], atol=2e-4 * direct[target].std()
            )


def test_features_that_are_no_polynomial_are_computed_for_every_direction() -> None:
    model, c = kept_model("linear_response"), glass(2)[0]
    found = scan_loads(model, c)
    assert not found.interpolated
    direct = predict_particles(model, c, {"asked": found.tensors[11]}).table
    np.testing.assert_allclose(found.predictions[:, 11, 1], direct["log10_d2min@0.040"], rtol=1e-6)


def test_weakest_direction_turns_with_the_sample() -> None:
    model, c = kept_model("joint_invariants"), glass(2)[0]
    turn = np.radians(30)
    rotation = np.array(
        [[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]]
    )
    before, after = scan_loads(model, c), scan_loads(model, c.rotated(rotation))
    # 30 degrees are six of the steps of five degrees.
    assert np.mean((before.weakest[:, 0] + 6) % 36 == after.weakest[:, 0]) > 0.99
    np.testing.assert_allclose(before.anisotropy, after.anisotropy, rtol=1e-3)
    assert before.anisotropy.min() > 0


def test_a_model_that_does_not_read_the_load_has_nothing_to_scan() -> None:
    with pytest.raises(ValueError, match="does not read the load"):
        scan_loads(kept_model("rotation_invariants"), glass(2)[0])


@pytest.mark.parametrize(
    "kinds", [("rotation_invariants", "joint_invariants"), ("linear_response",)]
)
def test_directions_and_extremes_are_those_of_all_predictions(
    kinds: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mechanist.predict.load_scan._AT_ONCE", 50)  # of 120 particles
    found = scan_loads(kept_model(*kinds), glass(2)[0])
    every = found.predictions
    assert every.shape == (120, 36, 2)
    for k in (0, 7, 35):
        np.testing.assert_allclose(found.along(k), every[:, k], rtol=1e-9)
    np.testing.assert_array_equal(found.largest, every.max(axis=1))
    np.testing.assert_array_equal(found.weakest, every.argmax(axis=1))
    np.testing.assert_array_equal(found.anisotropy, np.ptp(every, axis=1))


def test_directions_in_space_are_those_of_a_sobol_sequence() -> None:
    """Products of two loads are those of their points, in whatever basis."""
    points = norm.ppf(qmc.Sobol(5, rng=20211).random(128))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    tensors = directions_of_load(3) / UNIT_NORM
    assert tensors.shape == (128, 3, 3)
    np.testing.assert_allclose(
        np.einsum("kab,lab->kl", tensors, tensors), points @ points.T, atol=1e-9
    )


@pytest.mark.parametrize(("share", "interpolated"), [(0.7e-3, True), (1.4e-3, False)])
def test_a_polynomial_may_be_off_by_a_thousandth_of_the_spread(
    share: float, interpolated: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def predicted(
        model: object, c: object, tensors: list[np.ndarray]
    ) -> tuple[np.ndarray, np.ndarray]:
        values = np.array([[[10 * t[0, 0]], [t[0, 0] ** 2 - 3 * t[0, 1]]] for t in tensors])
        if not asked:  # the last direction tests the others
            values[-1, 0] += share * values.std()
        asked.append(len(tensors))
        return values, np.arange(float(len(tensors)))[:, None] + 5

    monkeypatch.setattr(load_scan, "predicted_values", predicted)
    model = SimpleNamespace(name="m", load_aware=True, trees=None)
    scan, mean = scan_with_mean(model, SimpleNamespace(dimension=2))  # type: ignore[arg-type]
    assert scan.interpolated == interpolated
    assert asked == ([6] if interpolated else [6, 36])
    assert mean.tolist() == [5.0]
    assert scan.predictions.shape == (2, 36, 1)
    trees = SimpleNamespace(name="m", load_aware=True, trees=object())
    scan, mean = scan_with_mean(trees, SimpleNamespace(dimension=2))  # type: ignore[arg-type]
    assert not scan.interpolated
    assert asked[-1] == 36
    assert mean.tolist() == [5.0]


def test_no_particles_have_no_predictions() -> None:
    tensors = directions_of_load(2)
    scan = LoadScan(tensors, np.eye(36), np.empty((36, 0, 2)), interpolated=False)
    assert scan.predictions.shape == (0, 36, 2)
