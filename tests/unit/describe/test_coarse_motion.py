"""Motion along a coarse path: the same in every frame of reference, and told by the path that moved."""

from typing import Literal

import numpy as np
import pytest

from glasses import glass
from mechanist.core.typing import FloatArray
from mechanist.describe.coarse_motion import CoarseMotion
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.loads import simple_shear, strain_of
from mechanist.simulate.coarse_paths import CoarsePath, coarse_states
from mechanist.simulate.newton import NewtonRelaxer

GRADIENT = simple_shear("xy")


def moved(dimension: Literal[2, 3], sense: float = 1.0) -> tuple[Configuration, Configuration]:
    c, _ = glass(dimension)
    path = CoarsePath(steps=1, force_tolerance=1e-2)
    (state,) = coarse_states(c, sense * GRADIENT, [0.04], path, relaxer=NewtonRelaxer(c))
    return c, state.configuration


def turn(dimension: int, rng: np.random.Generator) -> FloatArray:
    matrix = np.eye(3)
    matrix[:dimension, :dimension] = np.linalg.qr(rng.normal(size=(dimension, dimension)))[0]
    return matrix


@pytest.mark.parametrize("dimension", [2, 3])
def test_structure_and_path_turn_shift_and_permute_together(dimension: Literal[2, 3]) -> None:
    c, end = moved(dimension)
    describe, load = CoarseMotion(), strain_of(GRADIENT)
    plain = describe(c, load=load, probe=end).values
    rng = np.random.default_rng(5)
    q = turn(dimension, rng)
    turned = describe(c.rotated(q), load=q @ load @ q.T, probe=end.rotated(q)).values
    assert turned == pytest.approx(plain, abs=1e-6)
    shift = np.zeros(3)
    shift[:dimension] = rng.normal(size=dimension)
    shifted = describe(
        c.moved(c.positions + shift, c.cell),
        load=load,
        probe=end.moved(end.positions + shift, end.cell),
    ).values
    assert shifted == pytest.approx(plain, abs=1e-6)
    other = describe(c, load=-load, probe=moved(dimension, -1.0)[1]).values
    assert not np.allclose(other, plain, atol=0.5)  # the path matters, or nothing could change


def test_particles_that_moved_stand_out() -> None:
    c, _ = glass(2)
    positions = c.positions.copy()
    positions[7, :2] += 0.4
    found = CoarseMotion()(c, load=strain_of(GRADIENT), probe=c.moved(positions, c.cell))
    column = found.values[:, found.names.index("coarse_displacement")]
    assert column.argmax() == 7
    assert found.values[7, found.names.index("coarse_d2min_high")] == 1.0


def test_the_end_of_the_path_is_needed() -> None:
    c, end = moved(2)
    with pytest.raises(ValueError, match="probe = None"):
        CoarseMotion()(c, load=strain_of(GRADIENT))
    with pytest.raises(ValueError, match="too few neighbours"):
        CoarseMotion(cutoff=0.5)(c, load=strain_of(GRADIENT), probe=end)
