"""Crystals that follow the strain of a Taylor aggregate turn as in it, alone or in groups."""

import numpy as np

from crystals import copper, voce
from mechanist.core.rotations import random_rotations, rotation_angle
from mechanist.simulate.crystal_law_follow import follow
from mechanist.simulate.crystal_law_point import drive
from mechanist.simulate.polycrystal_load import Loading


def test_crystals_follow_the_strain_of_their_aggregate() -> None:
    crystal = copper()
    law = voce(crystal)
    start = random_rotations(9, np.random.default_rng(2))
    history = drive(
        crystal, law, start, Loading.uniaxial("z", 1e-3), strain=0.04, steps=6, coupling="taylor",
        tolerance=1e-5,
    )  # fmt: skip
    path, dt = history.strain[:, 0], float(history.times[1])
    turned = rotation_angle(history.orientations[-1], start)
    assert turned.mean() > 0.5
    for group in (slice(0, 9), slice(2, 5)):
        states = list(follow(crystal, law, start[group], path, dt=dt, tolerance=1e-5))
        assert len(states) == 6
        for k, state in enumerate(states, start=1):
            apart = rotation_angle(state.orientations, history.orientations[k, group])
            assert apart.max() < 0.005
            np.testing.assert_allclose(
                state.stress[2], history.stress[k, group, 2, 2], rtol=2e-3, atol=0.5
            )
    # Another strain turns them otherwise.
    flat = path + 0.3 * path[:, :1, :1] * np.diag([1.0, -1.0, 0.0])
    (*_, other) = follow(crystal, law, start, flat, dt=dt)
    assert rotation_angle(other.orientations, history.orientations[-1]).max() > 0.1
