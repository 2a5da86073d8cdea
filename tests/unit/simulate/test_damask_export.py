"""Materials as phases of DAMASK and as parameter tables: the same crystals come back."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from mechanist.api import load_material, load_slip_law
from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray
from mechanist.mechanics.slip_law import Flow, SlipLaw
from mechanist.mechanics.slip_law_files import write_slip_law
from mechanist.mechanics.slip_orbits import Orbits, pair_orbits
from mechanist.mechanics.slip_systems import slip_systems
from mechanist.simulate.crystal_law import HardeningLaw, Voce, latent_matrix
from mechanist.simulate.crystal_law_density import DislocationDensity, kocks_mecking
from mechanist.simulate.crystal_law_flow import Crystal
from mechanist.simulate.crystal_law_point import drive
from mechanist.simulate.damask_export import (
    damask_phase,
    passing_stress,
    read_damask,
    write_damask,
)
from mechanist.simulate.damask_pairs import pair_coefficients
from mechanist.simulate.parameter_files import (
    write_law_parameters,
    write_material_parameters,
)
from mechanist.simulate.polycrystal_load import Loading
from mechanist.simulate.slip_paths_engine import engine_curves
from mechanist.simulate.slip_paths_truth import PUBLISHED, true_law
from scripts.crystal import export_laws, export_materials

FCC = slip_systems("fcc12")
ELASTIC = {"c11": 168400.0, "c12": 121400.0, "c44": 75400.0}
HEXAGONAL = {"c11": 59300.0, "c12": 25700.0, "c13": 21400.0, "c33": 61500.0, "c44": 16400.0}
COPPER = Crystal(FCC, ELASTIC, rate=2e-3, exponent=15.0)
HARDENING = Voce(16.0, 100.0, 180.0, 1.5, latent_matrix(FCC))
TILTED = np.array([[0.9, 0.1, 0.3, 0.3]])


def curve(crystal: Crystal, law: HardeningLaw) -> FloatArray:
    """Return the stress along z of a tilted crystal in tension, MPa."""
    loading = Loading.uniaxial("z", 1e-3)
    return drive(crystal, law, TILTED, loading, strain=0.04, steps=8).stress[:, 0, 2, 2]


def test_a_phase_is_written_as_damask_names_and_orders_it() -> None:
    assert damask_phase(COPPER, HARDENING) == {
        "lattice": "cF",
        "mechanical": {
            "elastic": {"type": "Hooke", "C_11": 168.4e9, "C_12": 121.4e9, "C_44": 75.4e9},
            "plastic": {
                "type": "phenopowerlaw", "output": ["xi_sl", "gamma_sl"], "N_sl": [12],
                "dot_gamma_0_sl": [2e-3], "n_sl": [15.0], "a_sl": [1.5], "xi_0_sl": [16e6],
                "xi_inf_sl": [100e6], "h_0_sl-sl": [180e6],
                "h_sl-sl": [1.0, 1.0, 1.4, 1.4, 1.4, 1.4, 1.4],
            },
        },
    }  # fmt: skip


@pytest.mark.parametrize("suffix", ["yaml", "csv"])
def test_a_crystal_that_is_read_back_has_the_same_curve(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"copper.{suffix}"
    if suffix == "yaml":
        write_damask(path, "copper", damask_phase(COPPER, HARDENING), ["By hand"])
    else:
        write_material_parameters(path, COPPER, HARDENING)
    expected, read = curve(COPPER, HARDENING), curve(*load_material(path))
    assert expected[-1] > 40.0
    np.testing.assert_allclose(read, expected, rtol=1e-12)
    other = Voce(16.0, 100.0, 180.0, 1.5, latent_matrix(FCC, other=1.0))
    assert abs(curve(COPPER, other)[-1] / expected[-1] - 1) > 0.005


def test_families_of_hexagonal_crystals_come_back_in_order(tmp_path: Path) -> None:
    systems = slip_systems("hcp30", c_over_a=1.6)
    levels = np.repeat([10.0, 20.0, 30.0, 40.0, 50.0], [3, 3, 6, 12, 6])
    law = Voce(levels, 2 * levels, 200.0, 1.0, np.full((30, 30), 1.2))
    phase = damask_phase(Crystal(systems, HEXAGONAL), law, c_over_a=1.6)
    assert (phase["lattice"], phase["c/a"]) == ("hP", 1.6)
    assert phase["mechanical"]["plastic"]["xi_0_sl"] == [10e6, 20e6, 30e6, 40e6, 50e6]
    write_damask(tmp_path / "mg.yaml", "mg", phase, [])
    crystal, read = read_damask(tmp_path / "mg.yaml", "mg")
    np.testing.assert_array_equal(read.tau0, levels)
    np.testing.assert_array_equal(crystal.systems.normals, systems.normals)
    np.testing.assert_allclose(read.latent, 1.2)


def test_coefficients_of_bcc_pairs() -> None:
    systems = slip_systems("bcc12")
    plane = abs(systems.normals @ systems.normals.T) > 0.999
    direction = abs(systems.directions @ systems.directions.T) > 0.999
    matrix = np.full((12, 12), 1.4)
    matrix[direction], matrix[plane] = 1.5, 1.1
    np.fill_diagonal(matrix, 1.0)
    assert pair_coefficients(systems, matrix) == [1.0, 1.5, 1.1, 1.4, 1.4, 1.4, 1.4]


def test_published_interactions_are_those_of_damask() -> None:
    """The coefficients of DAMASK's own example of a TWIP steel, in its order."""
    law = true_law("published", FCC, rng=np.random.default_rng(0))
    phase = passing_stress(FCC, law, Flow(burgers=2.5e-10))
    assert phase["mechanical"]["plastic"] == {
        "type": "dislotwin", "N_sl": [12], "b_sl": [2.5e-10],
        "h_sl-sl": [0.122, 0.122, 0.625, 0.07, 0.137, 0.137, 0.122],
    }  # fmt: skip
    assert list(PUBLISHED.values()) == phase["mechanical"]["plastic"]["h_sl-sl"]


def unequal(orbits: Orbits) -> FloatArray:
    return orbits.expand(np.arange(1.0, orbits.number + 1.0))


@pytest.mark.parametrize(
    ("crystal", "law", "message"),
    [
        (COPPER, Voce(1.0, 2.0, 3.0, 0.0, latent_matrix(FCC)), "a = 0.0"),
        (COPPER, Voce(1.0, 2.0, 3.0, 1.0, unequal(pair_orbits(FCC))), "two glissile"),
        (COPPER, Voce(1.0, 2.0, 3.0, 1.0, np.arange(144.0).reshape(12, 12)), "of kind 'self'"),
        (COPPER, Voce(np.arange(1.0, 13.0), 20.0, 3.0, 1.0, np.ones((12, 12))), "within a family"),
        (
            Crystal(slip_systems("hcp30"), HEXAGONAL),
            Voce(1.0, 2.0, 3.0, 1.0, np.ones((30, 30))),
            "no c/a",
        ),
        (
            Crystal(slip_systems("bcc24"), ELASTIC),
            Voce(1.0, 2.0, 3.0, 1.0, latent_matrix(slip_systems("bcc24"))),
            "pairs of 'bcc24' have different coefficients",
        ),
        (
            Crystal(slip_systems("hcp39"), HEXAGONAL),
            Voce(1.0, 2.0, 3.0, 1.0, np.ones((39, 39))),
            "does not have the slip systems 'hcp39'",
        ),
    ],
)
def test_what_damask_cannot_express_is_refused(crystal: Crystal, law: Voce, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        damask_phase(crystal, law)


def densities() -> DislocationDensity:
    matrix = np.full((12, 12), 0.2)
    stored, lost = kocks_mecking(matrix, burgers=2.56e-10, mean_free_path=50.0, capture=2e-9)
    return DislocationDensity(42e3, 2.56e-10, matrix, stored, lost, np.array(1e12), friction=3.0)


def test_laws_of_densities_have_a_table_and_no_phase(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="densities cannot be its state"):
        damask_phase(COPPER, densities())
    write_material_parameters(tmp_path / "a.csv", COPPER, densities())
    crystal, law = load_material(tmp_path / "a.csv")
    expected = curve(COPPER, densities())
    assert expected[-1] > 20.0
    np.testing.assert_allclose(curve(crystal, law), expected, rtol=1e-12)


def test_an_identified_law_is_read_back_with_the_same_curve(tmp_path: Path) -> None:
    law, flow = true_law("published", FCC, rng=np.random.default_rng(0)), Flow(exponent=12.0)
    write_law_parameters(tmp_path / "law.csv", FCC, law, flow)
    text = (tmp_path / "law.csv").read_text()
    assert "\nH,1,1,,0.122,\n" in text
    assert "\ny,12,,,10.0,\n" in text
    assert sum(line.startswith("K,") for line in text.splitlines()) == np.count_nonzero(law.storage)
    systems, read, known = load_slip_law(tmp_path / "law.csv")
    assert known == flow
    curves = [
        engine_curves(one, of, TILTED, strain=0.02, steps=5, density=1e12, flow=flow)[1]
        for one, of in ((law, FCC), (read, systems))
    ]
    assert curves[0][-1, 0] > 10.0
    np.testing.assert_array_equal(curves[1], curves[0])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("tau0,1,,,16.0", "tau0,1,,,nan", "tau0 = 'nan'"),
        ("tau0,1,,,16.0", "tau0,1,,,__import__('os')", "expected a finite number"),
        ("tau0,12,", "tau0,13,", r"tau0 of shape \(12,\).* first at \(13,\)"),
        ("tau0,2,", "tau0,1,", "seen before"),
        ("tau0,1,", "tau0,0,", "not counted from 1"),
        ("a,,,,1.5,\n", "", "no rows of 'a'"),
        ("tau0,1,,,16.0", "tau0,1,,,160.0", "expected 0 < tau0"),
        ("lattice,,,,cubic", "lattice,,,,square", "lattice 'square'"),
        ("normal,1,1,,0.5", "normal,1,1,,0.6", "not a unit vector"),
        ("Voce hardening", "nothing", "expected '# Parameters of"),
    ],
)
def test_damaged_tables_are_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "copper.csv"
    write_material_parameters(path, COPPER, HARDENING)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(FormatError, match=message):
        load_material(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("phase: {}", r"no name given for the phases \[\]"),
        ("phase: {a: {lattice: cF}}", "does not describe phase 'a'"),
        ("phase: [1]", "does not describe phases"),
        ("a: !!python/object/apply:os.system ['touch owned']", "not readable YAML"),
        ("[" * 3000, "not readable YAML"),
    ],
)
def test_damaged_phases_are_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "material.yaml"
    path.write_text(content)
    with pytest.raises(FormatError, match=message):
        load_material(path)
    assert not Path("owned").exists()


def test_the_phase_is_named_where_there_are_several(tmp_path: Path) -> None:
    path = tmp_path / "material.yaml"
    phase = damask_phase(COPPER, HARDENING)
    path.write_text(yaml.safe_dump({"phase": {"a": phase, "b": phase}}))
    assert load_material(path, "b")[0].exponent == 15.0
    with pytest.raises(FormatError, match="Name one of"):
        load_material(path)


def test_the_scripts_say_what_they_could_not_express(tmp_path: Path) -> None:
    copper: Any = {
        "systems": "fcc12", "elastic": ELASTIC, "flow": {"rate": 1e-3, "exponent": 20},
        "hardening": {"kind": "voce", "tau0": 16.0, "tau_sat": 100.0, "h0": 180.0, "a": 1.0},
    }  # fmt: skip
    odd: Any = copper | {"hardening": copper["hardening"] | {"a": 0.0}}
    materials = {"copper": copper, "odd": odd}
    tables, phases = (
        {name: tmp_path / f"{name}.{end}" for name in materials} for end in ("csv", "yaml")
    )
    export_materials.main(tables, phases, materials=materials)
    assert load_material(phases["copper"])[1].initial(1)[0, 0] == 16.0
    assert load_material(tables["odd"])[1].initial(1)[0, 0] == 16.0
    assert yaml.safe_load(phases["odd"].read_text()) == {"phase": {}}
    assert "cannot express this material: a = 0.0" in phases["odd"].read_text()

    law = true_law("published", FCC, rng=np.random.default_rng(0))
    free = SlipLaw(np.triu(law.interactions), law.storage, law.recovery, law.lengths)
    for name, one in (("tied", law), ("free", free)):
        write_slip_law(tmp_path / f"{name}.json", "fcc12", one)
    names = ("tied", "free")
    tables, parts = ([tmp_path / f"{name}.{end}" for name in names] for end in ("csv", "yml"))
    export_laws.main([tmp_path / f"{name}.json" for name in names], tables, parts, flow={})
    content = yaml.safe_load(parts[0].read_text())["phase"][tmp_path.name]
    assert content["mechanical"]["plastic"]["h_sl-sl"][2] == 0.625
    assert "Not a whole phase" in parts[0].read_text()
    assert yaml.safe_load(parts[1].read_text()) == {"phase": {}}
    np.testing.assert_array_equal(load_slip_law(tables[1])[1].interactions, free.interactions)
