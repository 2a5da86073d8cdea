"""Several phases on one grid: the limit of equal phases, laminates, and elastic phases."""

from typing import Any

import numpy as np
import pytest

from mechanist.core.rotations import random_rotations
from mechanist.formats.polycrystal_batches import PolycrystalRun
from mechanist.formats.polycrystal_phases import PhaseMap
from mechanist.mechanics.slip_systems import SlipSystems, slip_systems
from mechanist.simulate.crystal_law import Voce, latent_matrix
from mechanist.simulate.crystal_law_flow import Crystal
from mechanist.simulate.phase_mixture import Mixture
from mechanist.simulate.polycrystal import Microstructure, StrainPath, simulate
from mechanist.simulate.voronoi import voronoi_polycrystal

CONSTANTS = {"c11": 106750.0, "c12": 60410.0, "c44": 28340.0}
ISOTROPIC = {"c11": 110000.0, "c12": 50000.0, "c44": 30000.0}


def slipping(name: str, tau0: float = 31.0, constants: dict[str, float] = CONSTANTS) -> Any:
    """Return crystal and law of a phase."""
    systems = slip_systems(name)
    law = Voce(tau0, 2 * tau0, 75.0, 2.25, latent_matrix(systems))
    return Crystal(systems, constants), law


def elastic(constants: dict[str, float] = CONSTANTS) -> Any:
    """Return crystal and law of a phase without slip."""
    none = np.zeros((0, 3))
    crystal = Crystal(SlipSystems("elastic", "cubic", none, none, (), np.zeros(0)), constants)
    return crystal, Voce(np.zeros(0), np.zeros(0), np.zeros(0), 1.0, np.zeros((0, 0)))


GRAINS, ORIENTATIONS = voronoi_polycrystal((4, 4, 4), 4, np.random.default_rng(0))
PATH = StrainPath.even(0.01, 2)


def mixed(
    phases: list[Any], of_voxel: np.ndarray, grains: np.ndarray = GRAINS,
    orientations: np.ndarray = ORIENTATIONS, path: StrainPath = PATH, **options: Any,
) -> PolycrystalRun:  # fmt: skip
    """Load a mixture along z."""
    mixture = Mixture(phases, of_voxel.ravel())
    names = tuple(f"p{k}" for k in range(len(phases)))
    tables = tuple(crystal.label for crystal, _ in phases)
    micro = Microstructure(grains, orientations, phases=PhaseMap(names, tables, of_voxel))
    return simulate("m", micro, mixture, mixture, path, axis=2, **options)


def test_equal_phases_are_one_material() -> None:
    crystal, law = slipping("fcc12")
    alone = simulate("a", Microstructure(GRAINS, ORIENTATIONS), crystal, law, PATH, axis=2)
    run = mixed([slipping("fcc12"), slipping("fcc12")], GRAINS % 2)
    assert (run.systems, run.ok) == ("fcc12+fcc12", True)
    assert run.phases is not None
    np.testing.assert_array_equal(run.phases.of_voxel, GRAINS % 2)
    np.testing.assert_allclose(run.stress, alone.stress, atol=1e-9)
    np.testing.assert_allclose(run.orientations, alone.orientations, atol=1e-12)
    # control: a phase that is twice as strong shows
    other = mixed([slipping("fcc12"), slipping("fcc12", 62.0)], GRAINS % 2)
    assert other.curve[-1, 1] > 1.2 * alone.curve[-1, 1]


def test_phases_of_different_numbers_of_systems() -> None:
    """Exchanging the order of the phases changes nothing."""
    first = mixed([slipping("bcc48"), slipping("fcc12")], GRAINS % 2, tolerance=1e-5)
    second = mixed([slipping("fcc12"), slipping("bcc48")], 1 - GRAINS % 2, tolerance=1e-5)
    assert first.ok
    np.testing.assert_allclose(first.stress, second.stress, atol=0.02)


def test_a_laminate_loaded_along_its_layers_obeys_the_rule_of_mixtures() -> None:
    """Two isotropic elastic phases of equal Poisson's ratio: the stress is the mean modulus."""
    of_voxel = np.zeros((4, 2, 2), int)
    of_voxel[2:] = 1
    stiff = {key: 3 * value for key, value in ISOTROPIC.items()}
    unit = np.tile([1.0, 0, 0, 0], (4, 2, 2, 1))
    run = mixed([elastic(ISOTROPIC), elastic(stiff)], of_voxel, of_voxel, unit,
                StrainPath((1e-3,), 1), tolerance=1e-8)  # fmt: skip
    c11, c12 = ISOTROPIC["c11"], ISOTROPIC["c12"]
    young = (c11 - c12) * (c11 + 2 * c12) / (c11 + c12)
    assert run.curve[-1, 1] == pytest.approx(2 * young * 1e-3, rel=1e-6)
    np.testing.assert_allclose(run.stress[-1, :2, ..., 2], young * 1e-3, rtol=1e-6)
    np.testing.assert_allclose(run.stress[-1, 2:, ..., 2], 3 * young * 1e-3, rtol=1e-6)


def test_elastic_inclusions_do_not_slip_and_carry_more() -> None:
    run = mixed([slipping("fcc12"), elastic()], GRAINS % 2)
    assert (run.systems, run.ok) == ("fcc12+elastic", True)
    loads = [run.stress[-1][k == GRAINS % 2][:, 2].mean() for k in (0, 1)]
    assert loads[1] > 2 * loads[0] > 100
    again = mixed([slipping("fcc12"), elastic()], GRAINS % 2, threads=2)
    np.testing.assert_array_equal(run.stress, again.stress)


def test_states_and_resistances_are_those_of_the_phases() -> None:
    of_voxel = np.array([0, 1, 1, 0, 2])
    phases = [slipping("fcc12", 31.0), slipping("bcc24", 50.0), elastic()]
    mixture = Mixture(phases, of_voxel)
    state = mixture.initial(5)
    assert (state.shape, mixture.width) == ((5, 24), 24)
    assert (state[0, :12] == 31).all()
    assert (state[0, 12:] == 0).all()
    assert (state[1] == 50).all()
    slip = np.random.default_rng(0).normal(size=(5, 24)) * 1e-3
    after = mixture.advance(state, slip)
    for voxel, phase in enumerate(of_voxel):
        crystal, law = phases[phase]
        own = law.advance(law.initial(1), slip[voxel : voxel + 1, : crystal.width])
        np.testing.assert_array_equal(after[voxel, : own.shape[1]], own[0])
        flow = slip[voxel, : crystal.width] @ crystal.schmid
        np.testing.assert_allclose(mixture.flow(slip)[voxel], flow, atol=1e-18)
        spin = slip[voxel, : crystal.width] @ crystal.axes
        np.testing.assert_allclose(mixture.spin(slip)[voxel], spin, atol=1e-18)
    assert (mixture.resistance(state) > 0).all()
    weights = np.array([2, 2, 1]) / 5
    means = sum(w * p[0].stiffness for w, p in zip(weights, phases, strict=True))
    np.testing.assert_allclose(mixture.stiffness, means)


def test_voxels_of_unknown_phases_are_refused() -> None:
    with pytest.raises(ValueError, match=r"voxels are of phases \[0, 1\]; expected indices of 1"):
        Mixture([slipping("fcc12")], np.array([0, 1]))
    with pytest.raises(ValueError, match="3 voxels, of which 2 have a phase"):
        Mixture([slipping("fcc12")], np.array([0, 0])).voxels(3)


@pytest.mark.parametrize(
    ("names", "tables", "of_voxel", "message"),
    [
        (("a", "a"), ("fcc12", "fcc12"), [0, 1], "different names"),
        (("a",), ("fcc12", "bcc12"), [0, 0], "expected one table for each"),
        ((), (), [], "at least one phase"),
        (("a", "b"), ("fcc12", "fcc12"), [0, 2], r"of phases \[0, 2\]; expected integers below 2"),
        (("a",), ("fcc12",), [0.0], "expected integers"),
    ],
)
def test_what_is_no_map_of_phases_is_refused(
    names: Any, tables: Any, of_voxel: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        PhaseMap(names, tables, np.array(of_voxel))


def test_phases_have_the_shape_of_the_grid() -> None:
    q = random_rotations(8, np.random.default_rng(0)).reshape(1, 2, 2, 2, 4)
    with pytest.raises(ValueError, match=r"phases: shape is \(2, 2\), expected \(2, 2, 2\)"):
        PolycrystalRun(
            "a", "fcc12", np.ones(3), np.zeros((2, 2, 2), int), np.zeros(1), q,
            np.zeros((1, 2, 2, 2, 6)), np.zeros((1, 2)), 0,
            phases=PhaseMap(("x",), ("fcc12",), np.zeros((2, 2), int)),
        )  # fmt: skip
