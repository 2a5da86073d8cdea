"""The rate at which a load softens a glass, against differences of the Hessian along the path."""

from dataclasses import replace

import numpy as np
import pytest

import relaxed
from helpers import disordered, planar_rotation, random_rotation
from mechanist.describe.elasticity import LinearResponse, hessian
from mechanist.describe.pairs import PairStiffness
from mechanist.describe.softening import Softening, compliance, hessian_rate
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.loads import random_load
from mechanist.typing import FloatArray

DIMENSIONS = (2, 3)


def along_path(
    c: Configuration, load: FloatArray, field: FloatArray, strain: float
) -> Configuration:
    """Follow the affine strain plus the non-affine field."""
    moved = relaxed.strained(c, load, strain)
    positions = moved.positions.copy()
    positions[:, : c.dimension] += strain * field
    return moved.moved(positions, moved.cell)


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_rate_is_the_derivative_of_the_hessian_and_of_the_vibrality(dimension: int) -> None:
    c = relaxed.glass(dimension)
    load = random_load(dimension, np.random.default_rng(5))
    response = LinearResponse(PairStiffness.of(c))
    field = response.displacement(load)
    rate = hessian_rate(response.pairs, load, field).toarray()
    step = 1e-6
    ahead, behind = (
        hessian(PairStiffness.of(along_path(c, load, field, s))).toarray() for s in (step, -step)
    )
    scale = np.abs(rate).max()
    np.testing.assert_allclose(rate, (ahead - behind) / (2 * step), atol=1e-4 * scale)

    inverse = compliance(response)
    np.testing.assert_allclose(
        inverse, np.linalg.pinv(response.hessian.toarray(), rcond=1e-10), atol=1e-8
    )
    own = -np.diagonal(inverse @ rate @ inverse)
    differences = [np.diagonal(np.linalg.pinv(h, rcond=1e-10)) for h in (ahead, behind)]
    np.testing.assert_allclose(
        own, (differences[0] - differences[1]) / (2 * step), atol=1e-3 * np.abs(own).max()
    )


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_reversing_the_load_flips_softening_and_keeps_acceleration(dimension: int) -> None:
    c = relaxed.glass(dimension)
    load = random_load(dimension, np.random.default_rng(6))
    forward, backward = Softening()(c, load=load), Softening()(c, load=-load)
    signs = np.array([forward.parity[name] for name in forward.names])
    assert set(signs) == {1, -1}
    np.testing.assert_allclose(backward.values, forward.values * signs, atol=1e-6)
    assert np.abs(backward.values - forward.values).max() > 0.5


@pytest.mark.parametrize("proper", [True, False])
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_structure_and_load_turn_together(dimension: int, proper: bool) -> None:
    c = relaxed.glass(dimension)
    rng = np.random.default_rng(7)
    load = random_load(dimension, rng)
    turn = (
        planar_rotation(0.7, proper=proper)
        if dimension == 2
        else random_rotation(rng, proper=proper)
    )
    here = Softening()(c, load=load).values
    together = Softening()(c.rotated(turn), load=turn @ load @ turn.T).values
    alone = Softening()(c.rotated(turn), load=load).values
    np.testing.assert_allclose(together, here, atol=1e-6)
    assert np.abs(alone - here).max() > 0.5


def test_configurations_out_of_equilibrium_and_missing_loads_are_refused() -> None:
    c = relaxed.glass(2)
    with pytest.raises(ValueError, match="load = None"):
        Softening()(c)
    with pytest.raises(ValueError, match="minimise the configuration first"):
        Softening()(disordered(np.random.default_rng(0), dimension=2), load=np.diag([0.5, -0.5, 0]))


def test_a_saddle_is_refused() -> None:
    response = LinearResponse(PairStiffness.of(relaxed.glass(2)))
    response.hessian = -response.hessian
    with pytest.raises(ValueError, match="saddle"):
        compliance(response)
    assert replace(Softening(), cutoff=1.8).cutoff == 1.8
