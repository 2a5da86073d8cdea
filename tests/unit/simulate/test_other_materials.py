"""Glasses of other materials: a pair potential from one file, and an EAM alloy through LAMMPS."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from materials import ELEMENTS, documented, documented_systems, write_setfl
from mechanist.core.material_choice import MaterialChoice
from mechanist.describe.descriptor import load_descriptor
from mechanist.formats.configuration import Configuration
from mechanist.formats.sample import Sample, read_sample, write_sample
from mechanist.mechanics import materials
from mechanist.mechanics.interacting_pairs import PairStiffness
from mechanist.mechanics.linear_elasticity import LinearResponse, hessian
from mechanist.mechanics.materials.material import _load, load_material, material_of
from mechanist.simulate.glass_samples import simulate_glass, starting_lattice
from mechanist.simulate.lammps_engine import LammpsEngine
from mechanist.simulate.landscape import Landscape
from mechanist.simulate.newton import NewtonRelaxer
from mechanist.simulate.protocol import GlassSystem
from scripts.glass import figure_glass

SMALL = {
    "particles": 60,
    "quench": {"melt_steps": 200, "quench_steps": 600},
    "deformation": {"step": 0.005, "frames": [0.01], "probe": 0.005},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Add a folder with the documented material to those in which materials are found."""
    path = tmp_path_factory.mktemp("materials")
    (path / "wahnstrom.py").write_text(documented("python")[0], encoding="utf-8")
    materials.__path__.append(str(path))
    yield path
    materials.__path__.remove(str(path))
    sys.modules.pop("mechanist.mechanics.materials.wahnstrom", None)
    _load.cache_clear()


def small_system(entry: dict[str, Any], **parameters: Any) -> GlassSystem:
    """Return a documented system at a tiny size."""
    shrunk = entry | {
        key: entry[key] | value if isinstance(value, dict) else value
        for key, value in SMALL.items()
    }
    shrunk["material_parameters"] = entry["material_parameters"] | parameters
    return GlassSystem.from_entry("other", shrunk)


@pytest.fixture(scope="module")
def mixture(folder: Path) -> tuple[GlassSystem, Sample]:
    """Return a glass of the documented mixture after its loads."""
    system = small_system(documented_systems()["wahnstrom"])
    return system, simulate_glass(system, "other-0000", seed=1)


@pytest.fixture(scope="module")
def alloy(tmp_path_factory: pytest.TempPathFactory) -> tuple[GlassSystem, Sample]:
    """Return a glass of the made-up alloy after its load."""
    file = write_setfl(tmp_path_factory.mktemp("potential") / "made up.eam.alloy")
    system = small_system(documented_systems()["alloy"], file=str(file))
    return system, simulate_glass(system, "other-0000", seed=1)


def shaken(c: Configuration) -> Configuration:
    """Return a configuration with small displacements, so that forces do not vanish."""
    positions = c.positions.copy()
    noise = np.random.default_rng(1).normal(size=(len(c), c.dimension))
    positions[:, : c.dimension] += 0.02 * noise
    return c.moved(positions, c.cell)


def test_the_mixture_is_quenched_and_loaded(mixture: tuple[GlassSystem, Sample]) -> None:
    system, sample = mixture
    assert sample.status == "ok"
    assert set(sample.good_loads) == {"shear_forward", "tension"}
    assert system.quench.timestep == 0.005
    assert sample.reference.species_names == ("L", "S")
    assert np.bincount(sample.reference.species).tolist() == [30, 30]
    assert sample.provenance["potential"] == "Wahnström, lj/gromacs"
    assert sample.provenance["parameters"]["material"]["parameters"] == {"small": 0.8}
    curve = sample.loads["shear_forward"].curve
    assert curve["stress"][-1] > curve["stress"][0]
    assert (curve["force_norm"] <= system.deformation.force_tolerance * np.sqrt(60)).all()


def test_forces_are_the_gradient_of_the_energy_and_those_of_lammps(
    mixture: tuple[GlassSystem, Sample],
) -> None:
    c = shaken(mixture[1].reference)
    landscape, h = Landscape(c.species, c.dimension, material_of(c)), 1e-5
    state = landscape.evaluate(c.positions, c.cell)
    for i, q in ((0, 0), (7, 1), (41, 0)):
        ends = []
        for sign in (1, -1):
            moved = c.positions.copy()
            moved[i, q] += sign * h
            ends.append(landscape.evaluate(moved, c.cell).energy)
        assert state.forces[i, q] == pytest.approx((ends[1] - ends[0]) / (2 * h), rel=1e-6)
    with LammpsEngine(c) as engine:
        engine.command("run 0")
        np.testing.assert_allclose(engine.forces()[:, :2], state.forces, rtol=1e-9, atol=1e-9)
        assert engine.thermo("pe") == pytest.approx(state.energy, rel=1e-12)
        masses = [engine._lammps.extract_atom("mass")[k] for k in (1, 2)]
    assert masses == [2.0, 1.0]
    # Control: the default potential has other forces.
    other = Landscape(c.species, c.dimension, load_material()).evaluate(c.positions, c.cell)
    assert np.abs(other.forces - state.forces).max() > 0.1


def test_the_hessian_is_symmetric_and_that_of_the_forces(
    mixture: tuple[GlassSystem, Sample],
) -> None:
    c = mixture[1].reference
    matrix = hessian(PairStiffness.of(c)).toarray()
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-10)
    h, moves = 1e-6, []
    for sign in (1, -1):
        moved = c.positions.copy()
        moved[3, 1] += sign * h
        moves.append(PairStiffness.of(c.moved(moved, c.cell)).forces().ravel())
    np.testing.assert_allclose(matrix[:, 3 * 2 + 1], (moves[1] - moves[0]) / (2 * h), atol=1e-4)
    assert LinearResponse(PairStiffness.of(c)).modulus(_shear()) > 0


def _shear() -> Any:
    tensor = np.zeros((3, 3))
    tensor[0, 1] = tensor[1, 0] = 0.5
    return tensor


def test_indicators_of_the_mixture_use_its_own_potential(
    mixture: tuple[GlassSystem, Sample], tmp_path: Path
) -> None:
    write_sample(tmp_path / "a.h5", mixture[1])
    c = read_sample(tmp_path / "a.h5").reference
    assert c.material == MaterialChoice("wahnstrom", {"small": 0.8})
    found = load_descriptor("local_structure")(c)
    energies = found.values[:, found.names.index("energy")]
    assert energies.mean() == pytest.approx(mixture[1].energy, rel=1e-6)
    for kind in ("local_stress", "linear_response", "soft_modes"):
        assert np.isfinite(load_descriptor(kind)(c, load=_shear()).values).all()


def test_the_alloy_is_quenched_and_loaded_by_lammps(alloy: tuple[GlassSystem, Sample]) -> None:
    system, sample = alloy
    assert (sample.status, sample.reason) == ("ok", "")
    assert sample.units == "metal; unit of length 2.7"
    material = load_material(system.material)
    assert material.masses == tuple(mass for _, mass in ELEMENTS.values())
    assert material.cutoff == pytest.approx(6.0 / 2.7)
    path = sample.good_loads["shear_forward"]
    assert [frame.strain for frame in path.frames] == [0.005, 0.01]
    assert path.curve["stress"][-1] > path.curve["stress"][0]
    assert (path.curve["force_norm"] <= system.deformation.force_tolerance * np.sqrt(60)).all()
    assert sample.energy < -1.0


def test_forces_and_stress_of_the_alloy_are_derivatives_in_the_unit_of_length(
    alloy: tuple[GlassSystem, Sample],
) -> None:
    c = shaken(alloy[1].reference)
    with LammpsEngine(c) as engine:

        def energy(state: Configuration) -> float:
            engine.place(state.positions, state.cell)
            engine.command("run 0")
            return engine.thermo("pe")

        h = 1e-4
        energy(c)
        forces, stress = engine.forces(), engine.stress()
        for i, q in ((0, 0), (20, 2)):
            ends = []
            for sign in (1, -1):
                moved = c.positions.copy()
                moved[i, q] += sign * h
                ends.append(energy(c.moved(moved, c.cell)))
            assert forces[i, q] == pytest.approx((ends[1] - ends[0]) / (2 * h), rel=1e-4)
        ends = []
        for sign in (1, -1):
            f = np.eye(3)
            f[0, 1] = sign * h
            ends.append(energy(c.moved(c.positions @ f.T, c.cell @ f.T)))
        slope = (ends[0] - ends[1]) / (2 * h) / c.measure
        assert stress[0, 1] == pytest.approx(slope, rel=1e-4)


def test_what_needs_pair_derivatives_refuses_the_alloy(
    alloy: tuple[GlassSystem, Sample], tmp_path: Path
) -> None:
    write_sample(tmp_path / "a.h5", alloy[1])
    c = read_sample(tmp_path / "a.h5").reference
    with pytest.raises(ValueError, match="an energy landscape needs the pair derivatives"):
        NewtonRelaxer(c)
    for kind in ("local_stress", "linear_response", "soft_modes"):
        with pytest.raises(ValueError, match=r"pair derivatives .* 'EAM, made up\.eam\.alloy'"):
            load_descriptor(kind)(c, load=_shear())
    with pytest.raises(ValueError, match="Set potential to 'none'"):
        load_descriptor("local_structure")(c)
    for kind, parameters in (("local_structure", {"potential": "none"}), ("joint_invariants", {})):
        found = load_descriptor(kind, parameters)(c, load=_shear())
        assert np.isfinite(found.values).all()


@pytest.mark.parametrize(("fraction", "counts"), [(None, [30, 30]), (0.2, [48, 12])])
def test_a_system_may_set_the_composition_of_two_species(
    folder: Path, fraction: float | None, counts: list[int]
) -> None:
    entry = documented_systems()["wahnstrom"]
    system = small_system(entry | ({} if fraction is None else {"minority_fraction": fraction}))
    start = starting_lattice(system, np.random.default_rng(1))
    assert np.bincount(start.species).tolist() == counts


def test_figures_draw_the_diameters_of_the_material(
    mixture: tuple[GlassSystem, Sample],
) -> None:
    c = mixture[1].reference
    assert figure_glass.diameters_of(c, {}).tolist() == [1.0, 0.8]
    assert figure_glass.diameters_of(c, {"S": 0.5}).tolist() == [1.0, 0.5]
    assert figure_glass.diameters_of(c, {"S": 0.5, "L": 2.0}).tolist() == [2.0, 0.5]
