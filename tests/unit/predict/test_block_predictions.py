"""Predictions in blocks equal those of the whole sample, and those of features of double precision."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from glasses import glass
from kept_models import SHEAR, kept_model
from mechanist.core.code_hash import LIBRARY
from mechanist.describe.descriptor import load_descriptor
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.loads import uniaxial
from mechanist.mechanics.spatial_blocks import blocks_of
from mechanist.predict.block_predictions import predicted_values
from mechanist.predict.kept_files import read_kept
from mechanist.predict.kept_model import KeptDescriptor, KeptModel

#: Descriptors that reach three lengths, so that samples of some thousand particles can be divided.
NEAR: Mapping[str, object] = {"last_shell": 1.2, "shells": 3, "averaging": (1.2, 0.9)}
RELEASED = LIBRARY.parent / "models/ka2d/joint"


def large(dimension: int, copies: int) -> Configuration:
    """Return a glass repeated in all directions, with particles moved a little and out of order."""
    one, rng = glass(dimension)[0], np.random.default_rng(2)
    steps = np.indices((copies,) * dimension).reshape(dimension, -1).T
    shifts = steps @ one.cell[:dimension]
    positions = (one.positions + shifts[:, None]).reshape(-1, 3)
    positions[:, :dimension] += rng.normal(scale=0.02, size=(len(positions), dimension))
    cell = one.cell.copy()
    cell[:dimension] *= copies
    order = rng.permutation(len(positions))
    species = np.tile(one.species, len(steps))
    return replace(one, positions=positions[order], cell=cell, species=species[order])


def near_model(dimension: int) -> KeptModel:
    """Return a model with random weights on short-ranged features."""
    base = kept_model("rotation_invariants", "joint_invariants", dimension=dimension)
    c = glass(dimension)[0]
    kinds = ("rotation_invariants", "joint_invariants")
    found = [load_descriptor(kind, NEAR)(c, load=SHEAR) for kind in kinds]
    descriptors = tuple(
        KeptDescriptor(kind, NEAR, tuple(one.names)) for kind, one in zip(kinds, found, strict=True)
    )
    n = sum(one.values.shape[1] for one in found)
    slopes = np.random.default_rng(1).normal(size=(n, 2))
    known = replace(base.known, mean=np.zeros(n), deviation=np.ones(n))
    return replace(base, descriptors=descriptors, slopes=slopes, known=known)


@pytest.mark.parametrize(("dimension", "copies", "sizes"), [(2, 4, (101, 650)), (3, 4, (777,))])
def test_blocks_equal_the_whole_and_the_averaged_features(
    dimension: int, copies: int, sizes: tuple[int, ...]
) -> None:
    model, c = near_model(dimension), large(dimension, copies)
    loads = [SHEAR, uniaxial("x", dimension)]
    features = [
        np.hstack([one.load()(c, load=load).values for one in model.descriptors]) for load in loads
    ]
    expected = np.array([model.constant + X @ model.slopes for X in features])
    spread = expected.std()
    for particles in (10**9, *sizes):
        blocks = list(blocks_of(c, 1.8 + 1.2, particles))
        assert len(blocks) >= 4 or particles == 10**9
        assert len(c) % particles
        values, means = predicted_values(model, c, loads, particles=particles)
        np.testing.assert_allclose(values, expected, atol=1e-11 * spread, rtol=1e-11)
        np.testing.assert_allclose(means, [X.mean(axis=0) for X in features], atol=1e-11)


def test_a_sample_is_read_in_blocks_only_if_all_descriptors_are_local(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import mechanist.predict.block_predictions as module

    asked: list[float] = []

    def watched(configuration: Configuration, reach: float, particles: int) -> object:
        asked.append(reach)
        return real(configuration, reach, particles)

    real = module.blocks_of
    monkeypatch.setattr(module, "blocks_of", watched)
    c = glass(2)[0]
    predicted_values(kept_model("rotation_invariants", "joint_invariants"), c, [SHEAR])
    # The last shell ends at 2.2 * (2.2 / 0.8)**(2 / 7), and 3.5 is the longest average.
    assert asked == [pytest.approx(2.2 * 2.75 ** (2 / 7) + 3.5)]
    predicted_values(kept_model("joint_invariants", "linear_response"), c, [SHEAR])
    assert len(asked) == 1


def test_single_precision_moves_the_released_model_by_its_rounding_only() -> None:
    model, c = read_kept(Path(RELEASED)), large(2, 2)
    X = np.hstack([one.load()(c, load=SHEAR).values for one in model.descriptors])
    ((found,), _) = predicted_values(model, c, [SHEAR])
    rounded = model.constant + X.astype(np.float32).astype(float) @ model.slopes
    np.testing.assert_allclose(found, model.constant + X @ model.slopes, rtol=1e-11)
    # Half a unit of the last of 24 digits, of every term of the sum.
    bound = np.abs(X) @ np.abs(model.slopes) * 2.0**-24
    assert (np.abs(found - rounded) <= bound).all()
    assert np.abs(found - rounded).max() < 1e-5 * found.std()
