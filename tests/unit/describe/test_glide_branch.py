"""The equilibrium branch against finite differences, a fold by hand and the simulated ramp."""

import numpy as np
import pytest

from edge_dislocations import stress_y_first
from glides import LOAD, relaxed
from mechanist.core.typing import FloatArray
from mechanist.describe.dislocation_elastic import DislocationElastic
from mechanist.describe.dislocation_fold import DislocationFold
from mechanist.describe.shared.glide import read_glide
from mechanist.describe.shared.glide_branch import follow
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import planar
from mechanist.mechanics.edge_system import EdgeSystem
from mechanist.simulate.dislocation_dynamics import Glide, Integration
from mechanist.simulate.dislocation_loading import Ramp, load

#: How a branch may end.
FOLD, ANNIHILATION, LOST = "fold", "annihilation", "lost"


def balanced(system: EdgeSystem, stress: float) -> FloatArray:
    """Return the equilibrium positions at a stress, found with the other force implementation."""
    x = system.x
    for _ in range(50):
        here = system.at(x)
        force = here.forces(stress)
        if np.abs(force).max() < 1e-13:
            break
        x = x + np.linalg.lstsq(here.hessian(), force, rcond=1e-10)[0]
    return x - x.mean()


def strain_of_branch(c: Configuration, stress: float) -> float:
    system = EdgeSystem.of(c)
    moved = balanced(system, stress) - balanced(system, 0.0)
    return float(system.sign @ moved) / system.length**2


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_chi_is_the_derivative_of_strain_by_stress(seed: int) -> None:
    c = relaxed(seed)
    features = DislocationElastic()(c, load=LOAD)
    value = dict(zip(features.names, features.values[0], strict=True))
    h = 1e-6
    slope = (strain_of_branch(c, h) - strain_of_branch(c, -h)) / (2 * h)
    assert 10 ** value["log_chi"] == pytest.approx(slope, rel=1e-5)
    branch = follow(read_glide(c, LOAD), annihilation_radius=0.1)
    assert branch.compliance[0] == pytest.approx(slope, rel=1e-5)
    # The softening is the next order of the expansion, in units of the mean spacing.
    h = 1e-4
    bend = (strain_of_branch(c, h) + strain_of_branch(c, -h)) / h**2
    spacing = c.cell[0, 0] / np.sqrt(len(c))
    assert value["softening"] * spacing == pytest.approx(bend / slope, rel=0.01)


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_every_point_of_the_branch_is_balanced_and_the_last_is_a_fold(seed: int) -> None:
    c = relaxed(seed)
    branch = follow(read_glide(c, LOAD), annihilation_radius=0.1)
    assert branch.end == FOLD
    assert (np.diff(branch.stress[:-1]) > 0).all()
    middle = len(branch.stress) // 2
    assert strain_of_branch(c, branch.stress[middle]) == pytest.approx(
        branch.strain[middle], rel=1e-6
    )
    # Just before the fold, an equilibrium exists nearby and the compliance diverges.
    assert branch.compliance[-1] > 20 * branch.compliance[0]
    near = 0.999 * branch.stress[-1]
    system = EdgeSystem.of(c)
    x = system.x
    for stress in np.linspace(0, near, 200):
        x = balanced(system.at(x), stress)
    here = system.at(x)
    assert np.abs(here.forces(near)).max() < 1e-10
    stiffness = np.linalg.eigvalsh(here.hessian())
    softest = stiffness[np.abs(stiffness) > 1e-9][0]
    start = np.linalg.eigvalsh(EdgeSystem.of(c).hessian())
    assert 0 < softest < 0.5 * start[np.abs(start) > 1e-9][0]


@pytest.mark.parametrize("seed", [0, 5])
def test_the_simulated_ramp_follows_the_branch_and_bursts_at_its_fold(seed: int) -> None:
    c = relaxed(seed)
    branch = follow(read_glide(c, LOAD), annihilation_radius=0.1)
    fold_stress, fold_strain = branch.stress[-1], branch.strain[-1]
    ramp = Ramp(rate=1e-6, speed=1e-4, stress_step=0.01 * fold_stress, strain=1.05 * fold_strain)
    glide = Glide(c, Integration(tolerance=1e-4, relative_tolerance=1e-3, annihilation=0.1))
    passage, _, reason = load(glide, ramp)
    assert not reason
    strain, stress = np.array(passage.strain), np.array(passage.stress)
    for share in (0.3, 0.6):
        simulated = np.interp(share * fold_stress, stress, strain)
        predicted = np.interp(share * fold_stress, branch.stress, branch.strain)
        assert simulated == pytest.approx(predicted, rel=0.03)
    # The burst must follow the fold, because the dynamics lags behind, and follow it soon.
    at_fold = np.interp(fold_strain, strain, stress)
    assert fold_stress * 0.995 < at_fold < fold_stress * 1.05


def test_a_dipole_folds_where_its_force_is_largest() -> None:
    """For a dipole, the load must exceed the largest stress of one dislocation on the other."""
    height, length = 5.0, 200.0
    x, y = np.array([90.0, 90.0 - height]), np.array([50.0, 50.0 + height])
    c = planar(x, y, np.array([1.0, -1.0]), length)
    branch = follow(read_glide(c, LOAD), annihilation_radius=1.0)
    assert branch.end == FOLD
    x = np.linspace(0, 0.5, 20_001)
    largest = stress_y_first(x, np.full_like(x, height / length)).max() / length
    assert largest == pytest.approx(1 / (4 * height), rel=0.05)  # of two isolated dislocations
    assert branch.stress[-1] == pytest.approx(largest, rel=1e-4)


def test_the_branch_ends_where_dislocations_would_annihilate() -> None:
    c = planar(np.array([90.0, 85.0]), np.array([50.0, 55.0]), np.array([-1.0, 1.0]), 200.0)
    assert follow(read_glide(c, LOAD), annihilation_radius=6.0).end == ANNIHILATION
    value = DislocationFold(annihilation_radius=6.0)(c, load=LOAD)
    assert value.values[0, value.names.index("ended_by_annihilation")] == 1
    control = DislocationFold()(c, load=LOAD)
    assert control.values[0, control.names.index("ended_by_annihilation")] == 0


def test_what_is_far_from_rest_is_lost_and_says_so() -> None:
    c = planar(np.array([90.0, 90.5, 20.0, 25.0]), np.array([50.0, 50.01, 20.0, 22.0]),
               np.array([1.0, 1.0, -1.0, -1.0]), 200.0)  # fmt: skip
    features = DislocationFold()(c, load=LOAD)
    value = dict(zip(features.names, features.values[0], strict=True))
    branch = follow(read_glide(c, LOAD), annihilation_radius=1.0)
    assert value["lost"] == float(branch.end == LOST)
    assert np.isfinite(features.values).all()
