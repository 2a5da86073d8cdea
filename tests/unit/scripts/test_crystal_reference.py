"""The engine against results of another program: equal fields, and rejected inputs."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from crystal_files import write_damask
from mechanist.core.rotations import (
    compose,
    from_rotation_vector,
    quaternion_to_matrix,
    random_rotations,
)
from mechanist.formats.damask import read_damask
from mechanist.formats.polycrystal_batches import (
    PolycrystalRun,
    read_runs,
    stress_components,
    write_runs,
)
from mechanist.formats.polycrystal_phases import PhaseMap
from mechanist.mechanics.field_agreement import agreement, lattice_rotation, von_mises
from mechanist.simulate.crystal_law import Voce
from mechanist.simulate.polycrystal import Microstructure, StrainPath, simulate
from mechanist.simulate.polycrystal_load import Loading
from mechanist.simulate.reference import SUBSTEPS, TOLERANCE, loaded, materials_of, rerun
from scripts.crystal import reference as crystal_reference

REAL = Path(__file__).parents[4] / "shared/data/damask/6grains6x7x8_single_phase_tensionY.hdf5"
MATERIAL: dict[str, Any] = {
    "systems": "fcc12",
    "elastic": {"c11": 106750.0, "c12": 60410.0, "c44": 28340.0},
    "flow": {"rate": 1e-3, "exponent": 20.0},
    "hardening": {"kind": "voce", "tau0": 31.0, "tau_sat": 63.0, "h0": 75.0, "a": 2.25},
}
SYSTEM: dict[str, Any] = {"grid": 2, "grains": 2, "strain": 0.002, "frames": 1}


@pytest.fixture(name="run")
def made_up_run(tmp_path: Path) -> PolycrystalRun:
    """Return an import of made-up fields."""
    write_damask(tmp_path / "a.hdf5", cells=(2, 2, 2))
    return read_damask(tmp_path / "a.hdf5", name="a")


def test_von_mises_stress() -> None:
    tension, shear = np.zeros((3, 3)), np.zeros((3, 3))
    tension[1, 1] = 5
    shear[0, 2] = shear[2, 0] = 2
    pressure = stress_components(tension + 7 * np.eye(3))
    assert von_mises(pressure) == pytest.approx(5)
    assert von_mises(stress_components(shear)) == pytest.approx(2 * 3**0.5)


def test_agreement_of_a_run_with_itself_and_with_another(run: PolycrystalRun) -> None:
    same = agreement(run, run)
    assert [frame.correlation for frame in same] == pytest.approx([1, 1])
    assert (same[0].difference, same[0].relative_rms) == (0, 0)
    turned = run.orientations.copy()
    turned[1:] = compose(from_rotation_vector(np.radians([0, 0.3, 0.4])), turned[1:])
    noise = np.random.default_rng(0).normal(size=run.stress.shape)
    other = dataclasses.replace(run, orientations=turned, stress=run.stress + 50 * noise)
    (_, last) = agreement(other, run)
    assert last.difference == pytest.approx(0.5)
    assert (last.rotation, last.reference_rotation) == pytest.approx((0.5, 0))
    assert last.correlation < 0.9
    assert lattice_rotation(other).shape == run.shape


def test_agreement_needs_the_same_microstructure(run: PolycrystalRun) -> None:
    turned = compose(from_rotation_vector(np.array([0, 0, 0.1])), run.orientations)
    with pytest.raises(ValueError, match=r"differ by up to 5.73 degrees"):
        agreement(dataclasses.replace(run, orientations=turned), run)
    with pytest.raises(ValueError, match="expected the same microstructure and load"):
        agreement(dataclasses.replace(run, axis=0), run)


def test_the_material_is_that_of_the_file(run: PolycrystalRun) -> None:
    ((crystal, law),) = materials_of(run)
    assert isinstance(law, Voce)
    assert crystal.constants == {"c11": 106750, "c12": 60410, "c44": 28340}
    assert (crystal.rate, crystal.exponent) == (0.001, 20)
    np.testing.assert_array_equal(
        [law.tau0, law.tau_sat, law.h0], np.repeat([[31], [63], [75]], 12, 1)
    )
    # coplanar systems have a latent hardening ratio of 1, others of 1.4
    planes = np.abs(crystal.systems.normals @ crystal.systems.normals.T) > 0.99
    np.testing.assert_array_equal(law.latent, np.where(planes, 1, 1.4))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"type": "dislotwin"}, "plastic type 'dislotwin'; expected 'phenopowerlaw'"),
        ({"N_tw": [12]}, r"\['N_tw'\] have no counterpart"),
        ({"a_non-Schmid": [[0.1]]}, r"\['a_non-Schmid'\] have no counterpart"),
        ({"n_sl": [20, 10]}, "expected one number for each of 1 families"),
        ({"N_sl": [12, 6], "n_sl": [20, 10]}, "expected one number for all families"),
        ({"xi_0_sl": [31e6, 40e6]}, "expected one number for each of"),
        ({"h_sl-sl": [1, 1, 1.4]}, "expected equal coefficients, those of fcc"),
        ({"h_sl-sl": [1, 1, 1.4, 1.4, 1.2, 1.3, 1.4]}, "the two glissile coefficients equal"),
        ({"a_sl": None}, "lacks 'a_sl'"),
    ],
)
def test_materials_without_a_counterpart_are_refused(
    run: PolycrystalRun, changes: dict[str, Any], message: str
) -> None:
    plastic = {**run.material["plastic"], **changes}
    kept = {key: value for key, value in plastic.items() if value is not None}
    other = dataclasses.replace(run, material={**run.material, "plastic": kept})
    with pytest.raises(ValueError, match=message):
        materials_of(other)


def test_nothing_to_follow_is_refused(run: PolycrystalRun) -> None:
    first = dataclasses.replace(run, strains=run.strains[:1], orientations=run.orientations[:1],
                                stress=run.stress[:1], curve=run.curve[:1])  # fmt: skip
    with pytest.raises(ValueError, match="1 frame; expected at least two"):
        rerun(first)


def test_maps_are_loaded_as_a_system(tmp_path: Path, run: PolycrystalRun) -> None:
    write_runs(tmp_path / "in.h5", [run])
    files = {
        "imported": tmp_path / "in.h5",
        "engine": tmp_path / "out.h5",
        "numbers": tmp_path / "n.json",
    }
    entry = {"format": "map", "system": "small"}
    with pytest.raises(ValueError, match="a map needs 'system'"):
        crystal_reference.main(**files, entry=entry)
    crystal_reference.main(**files, entry=entry, system=SYSTEM, material=MATERIAL)
    (ours,) = read_runs(tmp_path / "out.h5")
    assert (ours.n_frames, ours.axis, ours.ok) == (2, 1, True)
    assert ours.curve[-1, 1] > 10
    assert json.loads(files["numbers"].read_text())["frames"] == []
    with pytest.raises(ValueError, match="slip systems 'bcc12' of 'a', but the material"):
        loaded(
            dataclasses.replace(run, systems="bcc12"),
            crystal_reference.PolycrystalSystem.from_entry("small", SYSTEM, MATERIAL),
        )


def phased(run: PolycrystalRun, systems: tuple[str, str]) -> PolycrystalRun:
    """Return the run with its grains of two phases."""
    phases = PhaseMap(("hard", "soft"), systems, run.grains % 2)
    return dataclasses.replace(run, systems="+".join(systems), phases=phases)


def test_maps_of_several_phases_need_a_material_for_each(
    tmp_path: Path, run: PolycrystalRun
) -> None:
    write_runs(tmp_path / "in.h5", [phased(run, ("bcc24", "fcc12"))])
    files = {key: tmp_path / f"{key}.h5" for key in ("engine", "numbers")}
    hard = {**MATERIAL, "systems": "bcc24",
            "hardening": {**MATERIAL["hardening"], "tau0": 200.0, "tau_sat": 250.0}}  # fmt: skip

    def load(materials: dict[str, Any] | None) -> PolycrystalRun:
        crystal_reference.main(
            imported=tmp_path / "in.h5", **files, entry={"format": "map", "system": "small"},
            system=SYSTEM, material=MATERIAL, materials=materials,
        )  # fmt: skip
        (ours,) = read_runs(files["engine"])
        return ours

    ours = load({"hard": hard, "soft": MATERIAL})
    assert (ours.systems, ours.ok) == ("bcc24+fcc12", True)
    assert ours.phases is not None
    axial = ours.stress[-1][..., ours.axis]
    hard_mean, soft_mean = (axial[ours.phases.of_voxel == k].mean() for k in (0, 1))
    assert hard_mean > 1.5 * soft_mean > 30
    with pytest.raises(ValueError, match=r"materials are given for .*; name a material"):
        load(None)
    with pytest.raises(ValueError, match=r"materials are given for \['hard', 'iron'\]"):
        load({"hard": hard, "iron": MATERIAL})
    with pytest.raises(ValueError, match="slip systems 'bcc24' of 'hard', but the material given"):
        load({"hard": MATERIAL, "soft": MATERIAL})


def test_a_result_of_two_phases_is_rerun(run: PolycrystalRun) -> None:
    about = {key: run.material[key] for key in ("lattice", "elastic", "plastic")}
    strong = {**about["plastic"], "xi_0_sl": [310e6], "xi_inf_sl": [630e6], "h_sl-sl": [1]}
    described = [{**about, "phase": "hard", "lattice": "cI", "plastic": strong},
                 {**about, "phase": "soft"}]  # fmt: skip
    both = dataclasses.replace(phased(run, ("bcc12", "fcc12")),
                               material={**run.material, "phases": described})  # fmt: skip
    ours = rerun(both)
    assert (ours.systems, ours.n_frames, ours.ok) == ("bcc12+fcc12", 3, True)
    assert ours.phases is not None
    axial = ours.stress[-1][..., ours.axis]
    means = [axial[ours.phases.of_voxel == k].mean() for k in (0, 1)]
    assert means[0] > 3 * means[1] > 150
    lost = [described[0], {**described[1], "plastic": {"type": "dislotwin"}}]
    with pytest.raises(ValueError, match=r"phase 'soft': plastic type 'dislotwin'.*rerun: false"):
        rerun(dataclasses.replace(both, material={**both.material, "phases": lost}))
    with pytest.raises(ValueError, match=r"cells have 8 constituents.*rerun: false"):
        rerun(dataclasses.replace(run, material={**run.material, "constituents": 8}))


# twin: scripts/test_crystal_reference.py::test_a_result_of_the_engine_in_the_format_of_another_program_is_reproduced
@pytest.mark.skipif(not REAL.is_file(), reason=f"{REAL} is not there")
def test_the_engine_reproduces_a_real_result(tmp_path: Path) -> None:
    write_runs(tmp_path / "in.h5", [read_damask(REAL, name="tension")])
    crystal_reference.main(
        imported=tmp_path / "in.h5", engine=tmp_path / "out.h5", numbers=tmp_path / "n.json",
        entry={"format": "damask"},
    )  # fmt: skip
    found = json.loads((tmp_path / "n.json").read_text())
    last = found["frames"][-1]
    assert (len(found["frames"]), found["status"]) == (10, "ok")
    assert last["correlation"] >= 0.998
    assert last["difference"] <= 0.05
    assert last["rotation"] == pytest.approx(last["reference_rotation"], abs=0.01)
    assert last["stress"] == pytest.approx(last["reference_stress"], rel=0.005)
    # control: a lattice rotated the opposite way is detected
    (ours,) = read_runs(tmp_path / "out.h5")
    (theirs,) = read_runs(tmp_path / "in.h5")
    undone = dataclasses.replace(ours, orientations=np.repeat(ours.orientations[:1], 11, axis=0))
    assert agreement(undone, theirs)[-1].difference > 0.5


def held_tension(axis: int) -> Loading:
    """Return tension at 0.001 per second with free sides and mean shears of zero."""
    return Loading.mixed(np.diag(1e-3 * np.eye(3)[axis]), np.diag(np.arange(3) != axis))


def as_damask(run: PolycrystalRun) -> dict[int, dict[str, np.ndarray]]:
    """Return a run as fields of a result of DAMASK: P in Pa on even gradients, x fastest."""
    fields = {}
    for k in range(run.n_frames):
        turned = run.orientations[k].transpose(2, 1, 0, 3).reshape(-1, 4)
        sides = 1 + (np.exp(run.strains[k]) - 1) * np.where(np.arange(3) == run.axis, 1, -0.4)
        xx, yy, zz, yz, xz, xy = run.stress[k].transpose(3, 2, 1, 0).reshape(6, -1)
        cauchy = np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]]).transpose(2, 0, 1)
        fields[20 * k] = {
            "O": turned,
            "F": np.tile(np.diag(sides), (len(turned), 1, 1)),
            "P": 1e6 * sides.prod() * cauchy / sides,
            "F_e": quaternion_to_matrix(turned),
        }
    return fields


def test_a_result_of_the_engine_in_the_format_of_another_program_is_reproduced(
    tmp_path: Path, run: PolycrystalRun
) -> None:
    """The twin of the tests on a published result, which alone shows that both programs agree."""
    ((crystal, law),) = materials_of(run)
    grains = np.repeat(np.arange(6), 4).reshape(2, 3, 4)
    turns = random_rotations(6, np.random.default_rng(3))[grains]
    micro = Microstructure(grains, turns, np.array([1, 1.5, 2]))
    path = StrainPath((0.01, 0.02), SUBSTEPS)
    first = simulate("a", micro, crystal, law, path, axis=1, loading=held_tension(1),
                     tolerance=TOLERANCE)  # fmt: skip
    write_damask(tmp_path / "a.hdf5", cells=(2, 3, 4), fields=as_damask(first))
    read = read_damask(tmp_path / "a.hdf5", name="a")
    assert (read.shape, read.axis, read.status) == ((2, 3, 4), 1, "ok")
    np.testing.assert_array_equal(read.grains, grains)
    np.testing.assert_allclose(read.stress, first.stress, atol=1e-6)
    np.testing.assert_allclose(read.curve[-1], [0.02, first.stress[-1, ..., 1].mean()])
    write_runs(tmp_path / "in.h5", [read])
    crystal_reference.main(
        imported=tmp_path / "in.h5", engine=tmp_path / "out.h5", numbers=tmp_path / "n.json",
        entry={"format": "damask"},
    )  # fmt: skip
    last = json.loads((tmp_path / "n.json").read_text())["frames"][-1]
    assert last["correlation"] > 0.9999
    assert last["difference"] < 0.001 < 0.3 < last["rotation"]
    (ours,) = read_runs(tmp_path / "out.h5")
    # controls: a lattice that does not turn, and free shears, are another result
    still = dataclasses.replace(ours, orientations=np.repeat(ours.orientations[:1], 3, axis=0))
    assert agreement(still, read)[-1].difference > 0.3
    free = simulate("free", micro, crystal, law, path, axis=1, tolerance=TOLERANCE)
    assert agreement(free, read)[-1].difference > 0.05
