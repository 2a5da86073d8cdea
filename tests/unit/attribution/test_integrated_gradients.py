"""Integrated gradients are complete, and identify the modes that cause a response."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from glides import relaxed
from mechanist.attribution.integrated_gradients import (
    Average,
    integrated_gradients,
    response_attributions,
)
from mechanist.learn.estimators.pair_network import FittedPairModel, PairModel
from mechanist.learn.pair_geometry import NODE_FEATURES
from mechanist.learn.pair_layers import PairNetwork, calibrated

RANKS = {"soft": (0, 3), "stiff": (3, 10**6)}


def test_a_function_whose_attributions_are_known() -> None:
    """For x y along a line from 0, each factor gets half, and an unused input gets zero."""
    point = {"x": np.array(2.0), "y": np.array(3.0), "z": np.array(5.0)}
    nowhere = {name: np.array(0.0) for name in point}
    with jax.enable_x64(True):
        found, gap = integrated_gradients(lambda p: p["x"] * p["y"], point, nowhere)
    assert {name: float(v) for name, v in found.items()} == pytest.approx({"x": 3, "y": 3, "z": 0})
    np.testing.assert_allclose(gap, [6.0, 0.0], atol=1e-12)


def test_a_jump_on_the_line_is_a_gap() -> None:
    with jax.enable_x64(True):
        _, gap = integrated_gradients(
            lambda p: jnp.where(p > 0.5, 1.0, 0.0) + p, np.array(1.0), np.array(0.0)
        )
    np.testing.assert_allclose(gap, [2.0, 1.0])


def untrained() -> tuple[FittedPairModel, PairModel]:
    model = PairModel(width=4, channels=2)
    network = PairNetwork("response", 2, width=4, channels=2, depth=1, key=jax.random.key(0))
    one = np.ones(2)
    return FittedPairModel(network, 0 * one, one, one, 0 * one, 8), model


def test_attributions_of_a_response_network_are_complete_and_move_with_the_spectrum() -> None:
    fitted, model = untrained()
    states = [relaxed(seed, 16) for seed in range(6)]
    inputs = model.inputs(states, senses=[1.0] * len(states))
    network = calibrated(fitted.network, jax.tree.map(lambda v: v.astype(np.float32), inputs))
    fitted = replace(fitted, network=network)
    average = Average.of(inputs)
    found = response_attributions(fitted, inputs, average, output=0, ranks=RANKS)
    assert set(found) == {*RANKS, "density", "asymmetry", *(f"node: {n}" for n in NODE_FEATURES)}
    assert all(values.shape == (6,) for values in found.values())
    softer = replace(inputs, stiffness=0.5 * inputs.stiffness)
    moved = response_attributions(fitted, softer, average, output=0, ranks=RANKS)
    change = {name: np.abs(moved[name] - found[name]).mean() for name in found}
    assert change["soft"] + change["stiff"] > 5 * change["density"]
    whole = sum(moved.values()) - sum(found.values())
    said = [fitted.logarithms(state, double=True)[:, 0] for state in (softer, inputs)]
    np.testing.assert_allclose(whole, said[0] - said[1], atol=0.02 * np.abs(whole).max())


def test_the_average_sample_owes_nothing_to_its_spectrum() -> None:
    fitted, model = untrained()
    inputs = model.inputs([relaxed(1, 16)], senses=[1.0])
    found = response_attributions(fitted, inputs, Average.of(inputs), output=1, ranks=RANKS)
    assert found["density"][0] == pytest.approx(0, abs=1e-9)
    assert found["asymmetry"][0] == pytest.approx(0, abs=1e-9)
    assert abs(found["soft"][0]) + abs(found["stiff"][0]) < 0.2
