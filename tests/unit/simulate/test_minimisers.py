"""The energy equals LAMMPS's, and both minimisers find the same minima or report failure."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from glasses import glass
from helpers import disordered, planar_rotation, random_rotation
from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.materials.material import load_material
from mechanist.mechanics.neighbours import find_neighbours
from mechanist.simulate.lammps_engine import EngineError, LammpsEngine, LammpsRelaxer
from mechanist.simulate.landscape import Landscape
from mechanist.simulate.minimisation import MinimisationError
from mechanist.simulate.newton import NewtonRelaxer, _hessian_product

KOB_ANDERSEN = load_material()


def shaken(dimension: int, amplitude: float = 0.05) -> Configuration:
    """Return a glass out of equilibrium, in a sheared and rotated cell, with random wrapping."""
    rng = np.random.default_rng(3)
    c, _ = glass(dimension)
    moved = c.positions + amplitude * rng.normal(size=c.positions.shape)
    moved += rng.integers(-1, 2, size=(len(c), 3)) @ c.cell
    if dimension == 2:
        moved[:, 2] = 0.0
    f = np.eye(3)
    f[0, 1] = 0.07
    rotation = planar_rotation(0.5) if dimension == 2 else random_rotation(rng)
    return c.moved(moved @ f.T, c.cell @ f.T).rotated(rotation)


def sum_over_pairs(c: Configuration) -> tuple[float, FloatArray, FloatArray]:
    """Return energy, forces (n, 3) and stress (3, 3) by plain sums over all neighbours."""
    pairs = find_neighbours(c, KOB_ANDERSEN.cutoff)
    i, j, v, r = pairs.first, pairs.second, pairs.vectors, pairs.distances
    phi, dphi, _ = KOB_ANDERSEN.pairs("a test")(c.species[i], c.species[j], r)
    pulls = (dphi / r)[:, None] * v
    forces = np.zeros((len(c), 3))
    np.add.at(forces, i, pulls)
    return phi.sum() / 2, forces, (pulls.T @ v) / (2 * c.measure)


@pytest.mark.parametrize("dimension", [2, 3])
def test_energy_forces_and_stress_are_those_of_plain_sums_and_of_lammps(dimension: int) -> None:
    c = shaken(dimension)
    energy, forces, stress = sum_over_pairs(c)
    state = Landscape(c.species, dimension, KOB_ANDERSEN).evaluate(c.positions, c.cell)
    scale = np.abs(forces).max()
    assert scale > 1.0
    assert state.energy == pytest.approx(energy, rel=1e-12)
    np.testing.assert_allclose(state.forces, forces[:, :dimension], atol=1e-12 * scale)
    np.testing.assert_allclose(state.stress(c.measure), stress, atol=1e-11)
    with LammpsEngine(c) as engine:
        engine.command("run 0")
        assert engine.thermo("pe") == pytest.approx(energy, rel=1e-11)
        np.testing.assert_allclose(engine.forces(), forces, atol=1e-10 * scale)
        np.testing.assert_allclose(engine.stress(), stress, atol=1e-9)
        other = glass(dimension)[0]
        engine.place(other.positions, other.cell)
        engine.command("run 0")
        assert engine.thermo("pe") == pytest.approx(sum_over_pairs(other)[0], rel=1e-11)


def dense_hessian(c: Configuration) -> FloatArray:
    """Return the Hessian by central differences of the forces."""
    landscape, h, d = Landscape(c.species, c.dimension, KOB_ANDERSEN), 1e-5, c.dimension
    columns = []
    for k in range(len(c) * d):
        step = np.zeros((len(c), 3))
        step[k // d, k % d] = h
        above, below = (landscape.evaluate(c.positions + s * step, c.cell) for s in (1, -1))
        columns.append(-(above.forces - below.forces).ravel() / (2 * h))
    return np.array(columns).T


@pytest.mark.parametrize("dimension", [2, 3])
def test_hessian_products_are_derivatives_of_the_forces(dimension: int) -> None:
    c = disordered(np.random.default_rng(4), n=40, dimension=dimension)
    state = Landscape(c.species, dimension, KOB_ANDERSEN).evaluate(c.positions, c.cell)
    u = np.random.default_rng(5).normal(size=(40, dimension))
    product = np.empty_like(u)
    _hessian_product(
        state.starts, state.second, state.vectors, state.tension, state.radial, u, product
    )
    expected = (dense_hessian(c) @ u.ravel()).reshape(u.shape)
    np.testing.assert_allclose(product, expected, atol=1e-6 * np.abs(expected).max())


def test_the_neighbour_list_is_renewed_when_particles_or_the_cell_move() -> None:
    c = shaken(2)
    kept = Landscape(c.species, 2, KOB_ANDERSEN)
    kept.evaluate(c.positions, c.cell)
    rng = np.random.default_rng(6)
    for size in (0.02, 0.5):
        moved = c.positions + size * rng.normal(size=c.positions.shape) * [1, 1, 0]
        fresh = Landscape(c.species, 2, KOB_ANDERSEN).evaluate(moved, c.cell)
        assert kept.evaluate(moved, c.cell).energy == pytest.approx(fresh.energy, rel=1e-12)
    f = np.eye(3) + 0.1 * np.eye(3, k=1) * [0, 1, 0]
    fresh = Landscape(c.species, 2, KOB_ANDERSEN).evaluate(c.positions @ f.T, c.cell @ f.T)
    assert kept.evaluate(c.positions @ f.T, c.cell @ f.T).energy == pytest.approx(fresh.energy)


@pytest.mark.parametrize("dimension", [2, 3])
def test_newton_ends_in_a_minimum_also_from_far_away(dimension: int) -> None:
    c = disordered(np.random.default_rng(7), n=64, dimension=dimension)
    start = Landscape(c.species, dimension, KOB_ANDERSEN).evaluate(c.positions, c.cell)
    assert np.linalg.eigvalsh(dense_hessian(c)).min() < -1.0
    found = NewtonRelaxer(c).relax(c.positions, c.cell, tolerance=1e-9)
    assert found.energy < start.energy
    assert found.force_norm <= 1e-9
    at = c.moved(found.positions, c.cell)
    assert np.linalg.norm(sum_over_pairs(at)[1]) < 1e-8
    assert np.linalg.eigvalsh(dense_hessian(at)).min() > -1e-4


@pytest.mark.parametrize("dimension", [2, 3])
def test_newton_and_lammps_find_the_same_minimum(dimension: int) -> None:
    c = shaken(dimension)
    newton = NewtonRelaxer(c).relax(c.positions, c.cell, tolerance=1e-6)
    with LammpsEngine(c) as engine:
        lammps = LammpsRelaxer(engine).relax(c.positions, c.cell, tolerance=1e-6)
    assert lammps.evaluations > 20
    assert newton.energy == pytest.approx(lammps.energy, rel=1e-10)
    np.testing.assert_allclose(newton.stress, lammps.stress, atol=1e-6)
    apart = newton.positions - lammps.positions
    np.testing.assert_allclose(apart, apart.mean(axis=0) + np.zeros_like(apart), atol=1e-5)


def test_a_minimisation_that_does_not_get_there_says_how_far_it_came() -> None:
    c = shaken(2)
    message = r"force norm [\d.e+]+ after 2 iterations, expected at most 1e-09"
    with pytest.raises(MinimisationError, match=message) as caught:
        NewtonRelaxer(c, max_iterations=2).relax(c.positions, c.cell, tolerance=1e-9)
    assert caught.value.force_norm > caught.value.tolerance
    with LammpsEngine(c) as engine, pytest.raises(MinimisationError, match=message):
        LammpsRelaxer(engine, max_iterations=2).relax(c.positions, c.cell, tolerance=1e-9)


def test_overlapping_particles_fail_at_once() -> None:
    c = shaken(2)
    c.positions[1] = c.positions[0]
    with pytest.raises(MinimisationError, match=r"force norm (nan|inf)"):
        NewtonRelaxer(c).relax(c.positions, c.cell, tolerance=1e-9)


def test_lammps_errors_name_the_command_and_leave_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with LammpsEngine(glass(2)[0]) as engine:
        folder = Path(engine._folder.name)
        with pytest.raises(EngineError, match="LAMMPS failed at 'run backwards': ERROR"):
            engine.command("run backwards")
        engine.command("run 0")  # and it can continue
    assert not list(tmp_path.iterdir())
    assert not folder.exists()


@pytest.mark.parametrize(
    "launcher", [{}, {"PMI_RANK": "0", "PMI_SIZE": "1", "PMI_FD": "99"}, {"PMIX_RANK": "0"}]
)
def test_lammps_starts_below_launchers_of_parallel_jobs(launcher: dict[str, str]) -> None:
    code = (
        "from mechanist.simulate.lammps_engine import start_lammps\n"
        "start_lammps(['-log', 'none', '-screen', 'none']).close(); print('started')"
    )
    environment = {**os.environ, **launcher, "PYTHONPATH": "workflow"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "started", done.stderr
