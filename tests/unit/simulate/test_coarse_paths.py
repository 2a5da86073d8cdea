"""Coarse paths: fine ones are the full simulation, coarse ones cost less, kicks change nothing elastic."""

import numpy as np
import pytest

from glasses import FLAT, glass
from loaded_glasses import Refusing, deformed
from mechanist.describe.shared.nonaffine import nonaffine_displacement
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.loads import simple_shear
from mechanist.simulate.coarse_paths import CoarsePath, CoarseState, coarse_states
from mechanist.simulate.minimisation import MinimisationError
from mechanist.simulate.newton import NewtonRelaxer

GRADIENT = simple_shear("xy")


def walked(
    dimension: int, strains: list[float], path: CoarsePath, seed: int | None = None
) -> tuple[Configuration, list[CoarseState]]:
    c, _ = glass(dimension)
    rng = None if seed is None else np.random.default_rng(seed)
    return c, coarse_states(c, GRADIENT, strains, path, relaxer=NewtonRelaxer(c), rng=rng)


@pytest.mark.parametrize("dimension", [2, 3])
def test_all_steps_at_full_tolerance_are_the_full_path(dimension: int) -> None:
    c, states = walked(dimension, [0.01, 0.03], CoarsePath(steps=6, force_tolerance=1e-6))
    truth = deformed(c, GRADIENT, FLAT.deformation)
    for state in states:
        frame = truth.frame(state.strain).configuration
        moved = nonaffine_displacement(frame, state.configuration)
        assert np.abs(moved).max() < 1e-6
    one = walked(dimension, [0.03], CoarsePath(steps=1, force_tolerance=0.1))[1][-1]
    assert one.evaluations < states[-1].evaluations / 2
    apart = nonaffine_displacement(states[-1].configuration, one.configuration)
    assert np.abs(apart).max() > 1e-3


def test_one_walk_passes_strains_on_its_grid_and_others_have_their_own() -> None:
    shared = CoarsePath(steps=3, force_tolerance=0.01).walks([0.06, 0.02, 0.04])
    assert [kept for _, kept in shared] == [[1, 2, 3]]
    assert shared[0][0] == pytest.approx([0.02, 0.04, 0.06])
    own = CoarsePath(steps=4, force_tolerance=0.01).walks([0.02, 0.04, 0.06])
    assert [kept for _, kept in own] == [[2], [3], [4]]
    assert own[0][0] == pytest.approx([0.01, 0.02])
    straight = CoarsePath(steps=1, force_tolerance=0.01).walks([0.02, 0.06])
    assert [grid.tolist() for grid, _ in straight] == [[0.02], [0.06]]


def test_costs_count_from_the_reference() -> None:
    _, states = walked(2, [0.01, 0.02, 0.03], CoarsePath(steps=3, force_tolerance=1e-3))
    assert [state.steps for state in states] == [1, 2, 3]
    used = [state.evaluations for state in states]
    assert 0 < used[0] < used[1] < used[2]
    spent = [state.cpu_seconds for state in states]
    assert 0 <= spent[0] <= spent[1] <= spent[2]


def test_extrapolated_starts_need_fewer_evaluations_on_an_elastic_branch() -> None:
    tolerance, strains = 1e-4, [0.004]
    plain = walked(2, strains, CoarsePath(steps=8, force_tolerance=tolerance))[1][-1]
    ahead = walked(2, strains, CoarsePath(steps=8, force_tolerance=tolerance, extrapolate=True))[1][
        -1
    ]
    assert ahead.evaluations < plain.evaluations
    moved = nonaffine_displacement(plain.configuration, ahead.configuration)
    assert np.abs(moved).max() < 1e-2


def test_kicks_are_forgotten_on_an_elastic_branch_and_large_ones_are_not() -> None:
    path = CoarsePath(steps=2, force_tolerance=1e-8)
    plain = walked(2, [0.002], path)[1][-1].configuration
    for kick, same in ((0.01, True), (0.3, False)):
        kicked = CoarsePath(steps=2, force_tolerance=1e-8, kick=kick)
        twin = walked(2, [0.002], kicked, seed=3)[1][-1].configuration
        assert (np.abs(nonaffine_displacement(plain, twin)).max() < 1e-4) == same


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="steps = 0"):
        CoarsePath(steps=0, force_tolerance=0.1)
    c, _ = glass(2)
    good = CoarsePath(steps=1, force_tolerance=0.1)
    for strains in ([], [0.0]):
        with pytest.raises(ValueError, match="expected at least one, each positive"):
            coarse_states(c, GRADIENT, strains, good, relaxer=NewtonRelaxer(c))
    with pytest.raises(ValueError, match="rng = None"):
        coarse_states(
            c, GRADIENT, [0.01], CoarsePath(steps=1, force_tolerance=0.1, kick=0.1),
            relaxer=NewtonRelaxer(c),
        )  # fmt: skip
    with pytest.raises(MinimisationError):
        coarse_states(c, GRADIENT, [0.01], good, relaxer=Refusing(c, good_for=0))
