"""The full-field solver: closed forms, bounds, symmetry, and recorded failures."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crystals import blocks, copper, magnesium, turned, voce
from mechanist.core import rotations as rot
from mechanist.mechanics.crystal_elasticity import from_mandel, mandel_rotation, to_mandel
from mechanist.mechanics.green_operator import GreenOperator
from mechanist.mechanics.misorientations import misorientation, point_group
from mechanist.mechanics.point_groups import proper_rotations
from mechanist.simulate.anderson import Anderson
from mechanist.simulate.crystal_law import Voce, latent_matrix
from mechanist.simulate.crystal_law_flow import Crystal
from mechanist.simulate.crystal_law_point import drive
from mechanist.simulate.polycrystal import Microstructure, StrainPath, simulate
from mechanist.simulate.polycrystal_load import LoadError, Loading
from mechanist.simulate.voronoi import MicrostructureError, check_grains, voronoi

TIGHT = 1e-6
REAL = Path(__file__).parents[4] / "shared/data/damask/6grains6x7x8_single_phase_tensionY.hdf5"


def run(micro: Microstructure, *, strain: float = 0.01, frames: int = 1, **options):  # type: ignore[no-untyped-def]
    crystal = options.pop("crystal", copper())
    law = options.pop("law", voce(crystal))
    path = StrainPath.even(strain, frames, substeps=options.pop("substeps", 1))
    return simulate("r-0000", micro, crystal, law, path, **options)


def stress_of(result) -> np.ndarray:  # type: ignore[no-untyped-def]
    plain = result.stress[-1]
    return from_mandel(plain * [1, 1, 1, 2**0.5, 2**0.5, 2**0.5])


def test_a_crystal_of_one_grain_is_a_single_crystal() -> None:
    q = rot.random_rotations(1, np.random.default_rng(0))
    shape = (3, 4, 5)
    micro = Microstructure(np.zeros(shape, dtype=int), np.broadcast_to(q, (*shape, 4)))
    field = run(micro, strain=0.04, frames=2, tolerance=TIGHT)
    point = drive(copper(), voce(copper()), q, Loading.uniaxial("z", 1e-3), strain=0.04, steps=2,
                  tolerance=TIGHT)  # fmt: skip
    np.testing.assert_allclose(stress_of(field), np.broadcast_to(point.stress[-1, 0], (*shape, 3, 3)),
                               atol=1e-3)  # fmt: skip
    assert rot.rotation_angle(field.orientations[-1], point.orientations[-1, 0]).max() < 1e-4


@pytest.mark.parametrize("layers", [(4, 5), (2, 2)])
def test_an_elastic_laminate_by_hand(layers: tuple[int, int]) -> None:
    q = rot.random_rotations(2, np.random.default_rng(1))
    n = sum(layers)
    grains = np.repeat([0, 1], layers)[:, None, None] * np.ones((1, 2, 1), dtype=int)
    strain = 1e-6  # hardly any slip
    field = run(Microstructure(grains, q[grains], np.array([n, 2.0, 1.0])), strain=strain,
                tolerance=TIGHT, axis=1)  # fmt: skip
    turn = mandel_rotation(rot.quaternion_to_matrix(q))
    c = turn @ copper().stiffness @ np.swapaxes(turn, -1, -2)
    share = np.array(layers) / n
    # unknowns: mean strain, and jump vector a: strain f2 (a n) in one layer, -f1 (a n) in the other
    jump = to_mandel(np.einsum("ki,j->kij", np.eye(3), np.array([1.0, 0, 0]))).T
    pieces = [np.hstack([np.eye(6), share[1] * jump]), np.hstack([np.eye(6), -share[0] * jump])]
    mean = share[0] * c[0] @ pieces[0] + share[1] * c[1] @ pieces[1]
    free = [0, 2, 3, 4, 5]
    traction = jump.T @ (c[0] @ pieces[0] - c[1] @ pieces[1])
    driven = np.eye(9)[1:2]
    unknown = np.linalg.solve(np.vstack([mean[free], traction, driven]), [0.0] * 8 + [strain])
    for layer, number in ((0, 0), (1, n - 1)):
        expected = from_mandel(c[layer] @ pieces[layer] @ unknown)
        np.testing.assert_allclose(stress_of(field)[number, 1, 0], expected, atol=1e-4 * 0.15)
    assert np.abs(stress_of(field)[0] - stress_of(field)[-1]).max() > 0.01


def test_stress_lies_between_the_bounds() -> None:
    micro = blocks((4, 4, 5), 2, grains=20)
    ends = {}
    for coupling in ("taylor", "apart"):
        history = drive(copper(), voce(copper()), micro.orientations.reshape(-1, 4),
                        Loading.uniaxial("z", 1e-3), strain=0.04, steps=4, coupling=coupling)  # fmt: skip
        ends[coupling] = history.stress[-1, :, 2, 2].mean()
    full = run(micro, strain=0.04, frames=4).curve[-1, 1]
    assert ends["apart"] * 1.02 < full < ends["taylor"] * 0.99


@given(seed=st.integers(0, 2**31 - 1), operation=st.integers(1, 23))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_turning_everything_turns_everything(seed: int, operation: int) -> None:
    turn = proper_rotations("cubic")[operation]
    micro = blocks((2, 3, 4), seed)
    axis, moved_axis = 2, int(np.abs(turn[:, 2]).argmax())
    quaternion = rot.matrix_to_quaternion(turn)
    moved = Microstructure(
        turned(micro.grains, turn),
        turned(rot.compose(quaternion, micro.orientations), turn),
        np.abs(turn) @ micro.lengths,
    )
    first = run(micro, axis=axis, tolerance=TIGHT)
    second = run(moved, axis=moved_axis, tolerance=TIGHT)
    expected = turned(turn @ stress_of(first) @ turn.T, turn)
    np.testing.assert_allclose(stress_of(second), expected, atol=0.01)
    orientations = turned(rot.compose(quaternion, first.orientations[-1]), turn)
    assert rot.rotation_angle(second.orientations[-1], orientations).max() < 1e-3
    # control: rotating the structure alone changes the result
    alone = run(moved, axis=(moved_axis + 1) % 3, tolerance=1e-3)
    assert np.abs(stress_of(alone) - expected).max() > 1.0


@pytest.mark.parametrize("crystal", [copper(), copper(systems="bcc12"), magnesium()])
def test_an_equivalent_orientation_changes_nothing(crystal: Crystal) -> None:
    micro = blocks((3, 3, 2), 3)
    rng = np.random.default_rng(4)
    group = point_group(crystal.systems.lattice)
    chosen = group[rng.integers(len(group), size=micro.grains.shape)]  # differs between voxels
    other = Microstructure(micro.grains, rot.compose(micro.orientations, chosen), micro.lengths)
    first, second = (run(m, crystal=crystal, tolerance=TIGHT) for m in (micro, other))
    np.testing.assert_allclose(first.stress, second.stress, atol=0.01)
    lattice = crystal.systems.lattice
    assert misorientation(first.orientations, second.orientations, lattice).max() < 1e-3


def test_threads_change_no_byte() -> None:
    micro = blocks((4, 5, 4), 5)
    one, two = (run(micro, threads=threads) for threads in (1, 2))
    for key in ("stress", "orientations", "curve"):
        np.testing.assert_array_equal(getattr(one, key), getattr(two, key))


def test_compression_is_tension_reversed() -> None:
    micro = blocks((3, 4, 3), 6)
    tension, compression = run(micro, tolerance=TIGHT), run(micro, strain=-0.01, tolerance=TIGHT)
    np.testing.assert_allclose(compression.strains, -tension.strains)
    np.testing.assert_allclose(compression.stress, -tension.stress, atol=0.01)


def test_frames_curve_and_meaning() -> None:
    result = run(
        blocks((3, 3, 3), 7), strain=0.02, frames=2, substeps=3, material={"metal": "copper"}
    )
    assert result.ok
    assert result.systems == "fcc12"
    np.testing.assert_allclose(result.strains, [0, 0.01, 0.02])
    np.testing.assert_allclose(result.curve[:, 0], np.linspace(0, 0.02, 7))
    means = result.stress[..., 2].mean(axis=(1, 2, 3))
    np.testing.assert_allclose(result.curve[::3, 1], means)
    sides = result.stress[-1].mean(axis=(0, 1, 2))[[0, 1, 3, 4, 5]]
    assert np.abs(sides).max() < 2e-3 * means[-1]
    angles = rot.rotation_angle(result.orientations[0], result.orientations[-1])
    assert 0.1 < angles.mean() < 5.0


def test_the_spin_is_the_antisymmetric_part() -> None:
    green = GreenOperator((4, 5, 6), np.array([1.0, 1.3, 0.7]), copper().stiffness)
    tau = from_mandel(np.random.default_rng(8).normal(size=(4, 5, 6, 6)))
    gradient = green.gradient(tau)
    strain = np.ascontiguousarray(np.moveaxis(to_mandel(gradient), -1, 0))
    spin = green.spin(strain)
    for k, (i, j) in enumerate(((2, 1), (0, 2), (1, 0))):
        half = 0.5 * (gradient[..., i, j] - gradient[..., j, i])
        np.testing.assert_allclose(spin[k], half, atol=1e-12 * np.abs(gradient).max())


class Breaking(Voce):
    """Hardening law that fails once it has hardened."""

    def resistance(self, state: np.ndarray) -> np.ndarray:
        """Return NaN once the state exceeds a threshold."""
        return np.where(state > 24.0, np.nan, state)


def test_a_diverging_run_keeps_its_good_frames() -> None:
    law = Breaking(16.0, 100.0, 180.0, 1.0, latent_matrix(copper().systems))
    result = run(blocks((3, 3, 3), 9), strain=0.05, frames=10, law=law)
    assert result.status.startswith("failed: frame ")
    assert "voxel" in result.status
    assert "residual" in result.status
    assert 1 < result.n_frames < 11
    good = run(blocks((3, 3, 3), 9), strain=0.05, frames=10)
    np.testing.assert_array_equal(result.stress, good.stress[: result.n_frames])


def test_too_few_iterations_are_a_failure_not_a_result() -> None:
    result = run(blocks((3, 3, 3), 9), max_iterations=2)
    assert "no convergence in 2 iterations: voxel" in result.status
    assert result.n_frames == 1


@pytest.mark.parametrize(
    "strains", [(), (0.0,), (0.01, 0.01), (0.01, 0.005), (np.nan,), (-0.1, 0.1)]
)
def test_paths_that_lead_nowhere_are_refused(strains: tuple[float, ...]) -> None:
    with pytest.raises(LoadError):
        StrainPath(strains)


def test_microstructures_that_make_no_sense_are_refused() -> None:
    micro = blocks((2, 2, 2), 10)
    lonely = np.zeros((2, 2, 2), dtype=int)
    lonely[0, 0, 0] = 1
    with pytest.raises(MicrostructureError, match="grain 1 of 2 has 1 voxels"):
        Microstructure(lonely, micro.orientations)
    with pytest.raises(ValueError, match="expected \\(nx, ny, nz\\)"):
        Microstructure(micro.grains, micro.orientations[0])
    with pytest.raises(rot.RotationError, match="length 2"):
        Microstructure(micro.grains, 2 * micro.orientations)


def test_voronoi_cells_are_those_of_the_nearest_point() -> None:
    shape, n = (5, 6, 7), 9
    grains = voronoi(shape, n, np.random.default_rng(11))
    assert set(np.unique(grains)) == set(range(n))
    points = np.random.default_rng(11).random((n, 3)) * shape
    centres = np.moveaxis(np.indices(shape), 0, -1) + 0.5
    apart = centres[..., None, :] - points
    apart -= np.round(apart / shape) * shape
    np.testing.assert_array_equal(grains, (apart**2).sum(axis=-1).argmin(axis=-1))


@pytest.mark.parametrize(("shape", "n"), [((2, 2, 2), 5), ((4, 4, 4), 0), ((4, 4, 4), 32)])
def test_grids_too_coarse_for_their_grains_are_refused(shape: tuple, n: int) -> None:
    with pytest.raises(MicrostructureError, match="finer grid"):
        voronoi(shape, n, np.random.default_rng(0))
    check_grains(voronoi((4, 4, 4), 4, np.random.default_rng(0)))


def test_anderson_solves_linear_problems_in_as_many_steps_as_unknowns() -> None:
    rng = np.random.default_rng(12)
    matrix, shift = 0.5 * rng.normal(size=(4, 4)), rng.normal(size=4)
    exact = np.linalg.solve(np.eye(4) - matrix, shift)
    errors = {}
    for depth in (0, 6):
        mixer, x = Anderson(4, depth=depth), np.zeros(4)
        for _ in range(7):
            x = mixer.mix(x, matrix @ x + shift)
        errors[depth] = np.abs(x - exact).max()
    assert errors[6] < 1e-6 < errors[0]


# twin: scripts/test_crystal_reference.py::test_a_result_of_the_engine_in_the_format_of_another_program_is_reproduced
@pytest.mark.skipif(not REAL.exists(), reason="../shared/data/damask is absent")
def test_it_reproduces_damask() -> None:
    from mechanist.formats.damask import read_damask

    theirs = read_damask(REAL, name="damask")
    crystal = Crystal(
        copper().systems, {"c11": 106750.0, "c12": 60410.0, "c44": 28340.0}, rate=1e-3, exponent=20
    )
    law = Voce(31.0, 63.0, 75.0, 2.25, latent_matrix(crystal.systems))
    micro = Microstructure(theirs.grains, theirs.orientations[0], theirs.lengths)
    # the load case holds the mean shears at zero
    load = Loading.mixed(np.diag([0, 1e-3, 0]), np.diag([True, False, True]))
    path = StrainPath(tuple(theirs.strains[1:]), substeps=4)
    ours = simulate("ours", micro, crystal, law, path, axis=theirs.axis, loading=load)
    assert theirs.axis == 1
    mises = []
    for result in (theirs, ours):
        s = stress_of(result)
        deviator = s - np.trace(s, axis1=-2, axis2=-1)[..., None, None] * np.eye(3) / 3
        mises.append(np.sqrt(1.5 * (deviator**2).sum(axis=(-1, -2))).ravel())
    assert np.corrcoef(*mises)[0, 1] >= 0.998
    apart = rot.rotation_angle(ours.orientations[-1], theirs.orientations[-1])
    turning = rot.rotation_angle(theirs.orientations[0], theirs.orientations[-1])
    assert apart.mean() <= 0.05 < 0.5 < turning.mean()
    # free shears are a different load, with a different result
    free = simulate("free", micro, crystal, law, StrainPath(path.strains[-1:], 4), axis=1)
    assert rot.rotation_angle(free.orientations[-1], theirs.orientations[-1]).mean() > 0.2
