"""Descriptors of creeping dislocations: symmetries, handmade states, and blindness to pins."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import load_descriptor
from mechanist.describe.relaxation import creep_exponent, held_share
from mechanist.describe.shared.trajectories import State, TrajectoryDescriptor, states_of
from mechanist.formats.dislocation_batches import Branch, Frame, planar

SIDE = 20.0
STRUCTURAL = ("gnd_waves", "spacings", "dipoles")
KINDS = (*STRUCTURAL, "relaxation")


def states(seed: int, count: int = 5) -> list[State]:
    rng = np.random.default_rng(seed)
    sign = np.repeat([1.0, -1.0], 15)
    start = SIDE * rng.random((30, 2))
    walk = np.zeros((30, 2))
    made = []
    for k in range(count):
        walk[:, 0] += rng.normal(size=30)
        made.append(State(start + walk, sign, SIDE, 0.01 * k))
    return made


def described(descriptor: TrajectoryDescriptor, made: list[State]) -> FloatArray:
    return descriptor(made).values[0]


def transformed(made: list[State], matrix: FloatArray, step: FloatArray, flip: int) -> list[State]:
    return [State(s.places @ matrix + step, flip * s.sign, s.length, s.strain) for s in made]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_symmetries_of_the_loaded_system_change_nothing(kind: str, seed: int) -> None:
    descriptor, made = load_descriptor(kind), states(seed)
    rng = np.random.default_rng(seed)
    reference = described(descriptor, made)
    order = rng.permutation(30)
    operations = {
        "translation": transformed(made, np.eye(2), SIDE * rng.normal(size=2), 1),
        "y -> -y": transformed(made, np.diag([1.0, -1]), np.zeros(2), 1),
        "(x, s) -> (-x, -s)": transformed(made, np.diag([-1.0, 1]), np.zeros(2), -1),
        "relabelling": [State(s.places[order], s.sign[order], SIDE, s.strain) for s in made],
        "unwrapping": [
            State(s.places + SIDE * rng.integers(-2, 3, (30, 2)), s.sign, SIDE, s.strain)
            for s in made
        ],
    }
    for what, after in operations.items():
        np.testing.assert_allclose(described(descriptor, after), reference, atol=1e-9, err_msg=what)


@pytest.mark.parametrize("kind", STRUCTURAL)
def test_x_and_y_are_not_interchangeable(kind: str) -> None:
    descriptor, made = load_descriptor(kind), states(1)
    turned = transformed(made, np.array([[0.0, 1], [1, 0]]), np.zeros(2), 1)
    assert np.abs(described(descriptor, turned) - described(descriptor, made)).max() > 0.05


@pytest.mark.parametrize("kind", STRUCTURAL)
def test_a_larger_copy_with_the_same_pattern_has_the_same_features(kind: str) -> None:
    descriptor, made = load_descriptor(kind), states(2)
    scaled = [State(3 * s.places, s.sign, 3 * s.length, s.strain) for s in made]
    np.testing.assert_allclose(
        described(descriptor, scaled), described(descriptor, made), atol=1e-9
    )


def branch(pins: int) -> Branch:
    rng = np.random.default_rng(3)
    x, y = SIDE * rng.random((2, 12))
    px, py = SIDE * rng.random((2, pins))
    sign = np.concatenate([np.repeat([1, -1], 6), np.zeros(pins)])
    first = planar(np.concatenate([x, px]), np.concatenate([y, py]), sign, SIDE)
    last = planar(np.concatenate([x + 1, px]), np.concatenate([y, py]), sign, SIDE)
    return Branch(first, np.zeros(1), np.zeros(1), (Frame(0.02, 0.05, last),))


@pytest.mark.parametrize("kind", KINDS)
def test_pins_are_not_seen(kind: str) -> None:
    descriptor = load_descriptor(kind)
    bare, pinned = (described(descriptor, states_of(branch(pins))) for pins in (0, 40))
    np.testing.assert_array_equal(bare, pinned)


def pairs(offset: tuple[float, float], other: float) -> State:
    """Return distant pairs on a lattice, with the second member at ``offset`` of sign ``other``."""
    places, sign = [], []
    for i in range(3):
        for j in range(3):
            corner = np.array([7.0 * i + 2.4 * j, 7.0 * j])
            places += [corner, corner + offset]
            first = 1.0 if other < 0 or i % 2 else -1.0
            sign += [first, first * np.sign(other)]
    return State(np.array(places), np.array(sign), 21.0)


def feature(kind: str, state: State, name: str) -> float:
    features = load_descriptor(kind)([state, state])
    return float(features.values[0, features.names.index(name)])


def test_dipoles_and_walls_by_hand() -> None:
    dipoles, walls = pairs((1.0, 1.0), -1.0), pairs((0.2, 1.5), 1.0)
    assert feature("dipoles", dipoles, "last_dipole_share") == 1.0
    assert feature("dipoles", dipoles, "last_dipole_angle") == pytest.approx(np.pi / 4)
    assert feature("dipoles", dipoles, "last_dipole_height") == pytest.approx(1 / dipoles.spacing)
    assert feature("dipoles", walls, "last_dipole_share") == 0.0
    assert feature("dipoles", walls, "last_wall_links") >= 1.0
    assert feature("dipoles", dipoles, "last_wall_links") < 1.0


def test_spacings_of_independent_places_are_one() -> None:
    rng = np.random.default_rng(4)
    sign = np.repeat([1.0, -1.0], 500)
    state = State(SIDE * rng.random((1000, 2)), sign, SIDE)
    values = described(load_descriptor("spacings"), [state, state])
    np.testing.assert_allclose(values, 1.0, atol=0.6)
    assert values.mean() == pytest.approx(1.0, abs=0.03)


def test_a_wave_shows_in_its_own_mode_alone() -> None:
    x = np.arange(20) + 0.5
    sign = np.where(x < 10, 1.0, -1.0)
    grid = np.array([[a, b] for a in x for b in x])
    state = State(grid, np.repeat(sign, 20), SIDE)
    strong, weak = (feature("gnd_waves", state, f"state0_{k}") for k in ("10", "01"))
    assert strong > 4
    assert weak < 1e-9
    assert feature("gnd_waves", state, "change_10") == 0.0


def test_creep_exponents_and_held_shares_by_hand() -> None:
    time = np.geomspace(1, 1e4, 9)
    assert creep_exponent(time, 0.01 * time ** (1 / 3), (10, 1e3)) == pytest.approx(1 / 3)
    assert creep_exponent(time, np.full(9, 0.02), (10, 1e3)) == pytest.approx(0, abs=1e-12)
    with pytest.raises(ValueError, match="expected at least two"):
        creep_exponent(time, time, (2, 3))
    c = planar(
        np.array([1.0, 19.9, 10, 0]), np.array([0.0, 0, 0, 0]), np.array([1, -1, 1, 0]), SIDE
    )
    assert held_share(c, 0.5) == pytest.approx(1 / 3)
    assert held_share(c, 1.5) == pytest.approx(2 / 3)
    assert held_share(planar(np.ones(2), np.zeros(2), np.array([1, -1]), SIDE), 5.0) == 0.0


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="not found; expected a file"):
        load_descriptor("junctions")
    alone = planar(np.ones(2), np.zeros(2), np.array([1, 1]), SIDE)
    with pytest.raises(ValueError, match="expected both"):
        states_of(Branch(alone, np.zeros(1), np.zeros(1)))


def test_a_state_without_pairs_of_a_kind_has_no_spacings_of_that_kind():
    lonely = State(np.array([[1.0, 2.0], [4.0, 3.0]]), np.array([1.0, -1.0]), 6.0)
    features = load_descriptor("spacings")([lonely, lonely])
    assert np.isfinite(features.values).all()
    like = [name.split("_")[1] == "like" for name in features.names]
    assert not features.values[0, like].any()
    assert features.values.any()
