"""Single crystals and Taylor aggregates: closed forms, symmetry, lattice rotation, errors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crystals import copper, magnesium, voce
from helpers import random_rotation
from mechanist.core import rotations as rot
from mechanist.mechanics.crystal_elasticity import from_mandel, mandel_rotation, to_mandel
from mechanist.mechanics.misorientations import misorientation, point_group
from mechanist.simulate.crystal_law_flow import Crystal, Voxels
from mechanist.simulate.crystal_law_point import drive
from mechanist.simulate.polycrystal_load import LoadError, Loading

IDENTITY = np.array([[1.0, 0, 0, 0]])
TENSION = Loading.uniaxial("z", 1e-3)
Z = np.array([0.0, 0.0, 1.0])


def test_the_local_problem_is_solved() -> None:
    crystal = copper(exponent=7.5)  # not an integer: the other branch
    rng = np.random.default_rng(0)
    q = rot.random_rotations(5, rng)
    matrices, resistance = rot.quaternion_to_matrix(q), rng.uniform(10, 30, (5, 12))
    drive_field = 1e-3 * rng.normal(size=(6, 5))
    voxels = Voxels(crystal, 5)
    voxels.turn(matrices)
    found = voxels.solve(
        drive_field, matrices, resistance, dt=2.0, reference=(1e-6, 2e-6), tolerance=1e-12
    )
    assert found.worst == -1
    for v in range(5):
        to_crystal = mandel_rotation(matrices[v].T)
        stress = to_crystal @ voxels.stress[:, v]
        ratio = crystal.schmid @ stress / resistance[v]
        slip = 2.0 * 1e-3 * np.abs(ratio) ** 7.5 * np.sign(ratio)
        np.testing.assert_allclose(voxels.slip[v], slip, rtol=1e-9, atol=1e-15)
        pressure, deviator = np.zeros(6), stress.copy()
        pressure[:3] = stress[:3].mean()
        deviator -= pressure
        strain = crystal.compliance @ stress + slip @ crystal.schmid
        strain += 1e-6 * pressure + 2e-6 * deviator
        np.testing.assert_allclose(strain, to_crystal @ drive_field[:, v], atol=1e-11)


def test_a_local_problem_without_solution_is_reported() -> None:
    voxels = Voxels(copper(), 3)
    resistance = np.full((3, 12), 20.0)
    resistance[1] = np.nan
    matrices = np.tile(np.eye(3), (3, 1, 1))
    found = voxels.solve(
        np.full((6, 3), 1e-3), matrices, resistance, dt=1.0, reference=(0.0, 0.0), tolerance=1e-9
    )
    assert found.worst == 1
    assert np.isnan(found.residual)


def test_a_cube_crystal_in_tension_by_hand() -> None:
    crystal = copper()
    history = drive(crystal, voce(crystal, h0=0.0), IDENTITY, TENSION, strain=0.05, steps=25)
    assert history.status == "ok"
    strain, stress = history.curve(Z)
    # first elastic: the modulus along a cube edge
    elastic = drive(crystal, voce(crystal), IDENTITY, TENSION, strain=1e-6, steps=1)
    modulus = elastic.stress[-1, 0, 2, 2] / elastic.strain[-1, 0, 2, 2]
    assert modulus == pytest.approx(1 / crystal.compliance[2, 2], rel=1e-3)
    # then eight systems of Schmid factor 1/sqrt(6) share the strain
    ratio = (np.sqrt(6) / 8) ** (1 / 10)
    assert stress[-1, 0] == pytest.approx(np.sqrt(6) * 16.0 * ratio, rel=1e-4)
    assert strain[-1, 0] == pytest.approx(0.05)
    np.testing.assert_allclose(rot.rotation_angle(history.orientations[-1], IDENTITY), 0, atol=1e-3)
    assert np.abs(history.stress[-1, 0] - np.diag([0, 0, stress[-1, 0]])).max() < 0.05


def test_slip_turns_the_axis_towards_the_slip_direction() -> None:
    crystal = copper(exponent=50.0)
    # an axis in the middle of the standard triangle: single slip
    axis = np.array([-1.0, 3.0, 5.0]) / np.sqrt(35.0)
    history = drive(
        crystal, voce(crystal), IDENTITY, Loading.uniaxial(axis, 1e-3), strain=0.02, steps=10
    )
    most = int(np.abs(history.slip.sum(axis=0))[0].argmax())
    share = np.abs(history.slip[:, 0, most]).sum() / np.abs(history.slip).sum()
    assert share > 0.9
    matrices = rot.quaternion_to_matrix(history.orientations[:, 0])
    in_crystal = np.swapaxes(matrices, -1, -2) @ axis
    to_direction = np.abs(in_crystal @ crystal.systems.directions[most])
    to_normal = np.abs(in_crystal @ crystal.systems.normals[most])
    assert (np.diff(to_direction) > 0).all()
    assert (np.diff(to_normal) < 0).all()


@pytest.mark.parametrize("crystal", [copper(), copper(systems="bcc24"), magnesium()])
@pytest.mark.parametrize("coupling", ["apart", "taylor"])
def test_equivalent_orientations_respond_alike(crystal: Crystal, coupling: str) -> None:
    rng = np.random.default_rng(1)
    q = rot.random_rotations(3, rng)
    group = point_group(crystal.systems.lattice)
    equivalent = rot.compose(q, group[rng.integers(1, len(group), size=3)])
    law = voce(crystal)
    first, second = (
        drive(crystal, law, o, TENSION, strain=0.02, steps=2, coupling=coupling, tolerance=1e-7)
        for o in (q, equivalent)
    )
    np.testing.assert_allclose(first.stress, second.stress, atol=1e-3)
    angles = misorientation(
        first.orientations[-1], second.orientations[-1], crystal.systems.lattice
    )
    assert angles.max() < 1e-5
    other = drive(crystal, law, rot.random_rotations(3, rng), TENSION, strain=0.02, steps=2,
                  coupling=coupling)  # fmt: skip
    assert np.abs(other.stress[-1] - first.stress[-1]).max() > 1.0


@given(st.integers(0, 2**31 - 1))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_turning_crystal_and_load_turns_the_response(seed: int) -> None:
    rng = np.random.default_rng(seed)
    turn, q, crystal = random_rotation(rng), rot.random_rotations(2, rng), copper()
    axis = rng.normal(size=3)
    moved = rot.compose(rot.matrix_to_quaternion(turn), q)
    first, second = (
        drive(
            crystal,
            voce(crystal),
            o,
            Loading.uniaxial(a, -1e-3),
            strain=0.01,
            steps=2,
            tolerance=1e-7,
        )
        for o, a in ((q, axis), (moved, turn @ axis))
    )
    expected = np.einsum("ik,tnkl,jl->tnij", turn, first.stress, turn)
    np.testing.assert_allclose(second.stress, expected, atol=1e-3)
    expected_orientations = rot.compose(rot.matrix_to_quaternion(turn), first.orientations)
    assert rot.rotation_angle(second.orientations, expected_orientations).max() < 1e-5


def test_steps_may_be_long() -> None:
    crystal = copper()
    q = rot.random_rotations(8, np.random.default_rng(2))
    ends = [
        drive(crystal, voce(crystal), q, TENSION, strain=0.1, steps=n, tolerance=1e-5).stress[-1]
        for n in (10, 20, 160)
    ]
    mean = ends[2][:, 2, 2].mean()
    errors = [np.abs(end - ends[2])[:, 2, 2].mean() / mean for end in ends[:2]]
    assert errors[0] < 0.02
    assert errors[1] < 0.6 * errors[0]


def test_taylor_keeps_one_strain_and_a_free_side() -> None:
    crystal = copper()
    q = rot.random_rotations(10, np.random.default_rng(3))
    history = drive(crystal, voce(crystal), q, TENSION, strain=0.02, steps=4, coupling="taylor")
    np.testing.assert_allclose(history.strain - history.strain[:, :1], 0.0, atol=1e-15)
    mean = history.stress[-1].mean(axis=0)
    off_axis = mean - np.diag([0, 0, mean[2, 2]])
    assert np.abs(off_axis).max() < 2e-3 * np.sqrt(
        (history.stress[-1] ** 2).sum(axis=(1, 2)).mean()
    )
    apart = drive(crystal, voce(crystal), q, TENSION, strain=0.02, steps=4)
    assert apart.stress[-1, :, 2, 2].mean() < mean[2, 2]


def test_a_prescribed_strain_rate_is_followed() -> None:
    rate = 1e-3 * np.array([[1.0, 0.5, 0], [0.5, -1.0, 0], [0, 0, 0]])
    crystal = copper()
    load = Loading.strain_rate(rate)
    history = drive(crystal, voce(crystal), IDENTITY, load, strain=0.01, steps=2)
    np.testing.assert_allclose(history.strain[-1, 0], rate * history.times[-1], atol=1e-12)
    assert np.linalg.norm(history.strain[-1, 0]) == pytest.approx(0.01)


def test_a_law_that_breaks_down_ends_the_history_with_a_reason() -> None:
    crystal = copper()

    class Breaking(type(voce(crystal))):  # type: ignore[misc]
        def resistance(self, state: np.ndarray) -> np.ndarray:
            return np.where(state > 25.0, np.nan, state)

    base = voce(crystal)
    law = Breaking(base.tau0, base.tau_sat, base.h0, base.a, base.latent)
    history = drive(crystal, law, IDENTITY, TENSION, strain=0.05, steps=10)
    assert history.status.startswith("failed in step")
    assert "voxel 0" in history.status
    assert 1 < len(history.times) == len(history.stress) == len(history.slip) + 1 < 11
    assert np.isfinite(history.stress).all()


def test_free_strains_keep_the_volume_at_the_start() -> None:
    for load in (TENSION, Loading.mixed(np.diag([0, 1e-3, 0]), np.diag([True, False, True]))):
        guess = from_mandel(load.increment(2.0))
        assert np.trace(guess) == pytest.approx(0.0, abs=1e-15)
        np.testing.assert_allclose(load.driven.T @ to_mandel(guess), 2.0 * load.rates)


NO_RATE = np.zeros((3, 3))
ALL_FREE = np.ones((3, 3), dtype=bool)


@pytest.mark.parametrize(
    "build",
    [
        lambda: Loading.uniaxial("z", 0.0),
        lambda: Loading.uniaxial([0.0, 0.0, 0.0], 1e-3),
        lambda: Loading.uniaxial("x", np.nan),
        lambda: Loading.strain_rate(NO_RATE),
        lambda: Loading.strain_rate(np.diag([1e-3, 0.0, 0.0])),
        lambda: Loading.strain_rate(np.triu(np.ones((3, 3)), 1)),
        lambda: Loading.mixed(np.diag([1e-3, 0, 0]), ALL_FREE),
        lambda: Loading.mixed(np.diag([1e-3, 0, 0]), np.diag([True, False, False])),
        lambda: Loading(np.eye(6)[:, :2] * 2.0, np.ones(2)),
    ],
)
def test_singular_loads_are_refused(build) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LoadError, match="singular load"):
        build()


@pytest.mark.parametrize(
    "change", [{"strain": 0.0}, {"steps": 0}, {"coupling": "sachs"}, {"tolerance": 0.0}]
)
def test_impossible_histories_are_refused(change: dict) -> None:
    options = {"strain": 0.01, "steps": 1} | change
    with pytest.raises(ValueError, match="expected"):
        drive(copper(), voce(copper()), IDENTITY, TENSION, **options)
    with pytest.raises(rot.RotationError):
        drive(copper(), voce(copper()), 2 * IDENTITY, TENSION, strain=0.01, steps=1)


def test_impossible_crystals_are_refused() -> None:
    with pytest.raises(ValueError, match="exponent"):
        copper(exponent=0.5)
