"""Families of polycrystals, from the configuration to files."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from crystals import class_means
from mechanist.core.code_hash import LIBRARY
from mechanist.formats.polycrystal_batches import read_attributes, read_runs
from mechanist.formats.slip_fields import SlipFields
from mechanist.mechanics.slip_orbits import pair_orbits
from mechanist.settings.crystal_references import crystal_problems
from mechanist.settings.models.crystal_block import CrystalBlock
from mechanist.settings.schema_errors import SettingsError, check_settings
from mechanist.simulate.crystal_law import Voce
from mechanist.simulate.crystal_law_density import DislocationDensity
from mechanist.simulate.polycrystal_system import Material, PolycrystalSystem, sample_name
from mechanist.simulate.voronoi import MicrostructureError
from scripts.crystal import simulate as crystal_simulate

ROOT = Path(__file__).parents[3]
CONFIG = yaml.safe_load((ROOT / "config/config.yaml").read_text())["crystal"]
MATERIALS = CONFIG["materials"]
SMALL: dict[str, Any] = {
    "material": "copper", "grid": [3, 4, 3], "grains": 3, "samples": 3, "batch": 2,
    "axis": "y", "strain": 0.01, "frames": 2,
}  # fmt: skip
DENSITIES: dict[str, Any] = {
    **MATERIALS["copper"],
    "hardening": {
        "kind": "dislocation_density", "shear_modulus": 42e3, "burgers": 2.56e-10,
        "density": 1e12, "mean_free_path": 50.0, "capture": 2e-9,
        "interaction": {"self": 0.122, "coplanar": 0.122, "collinear": 0.625, "hirth": 0.07,
                        "glissile": 0.137, "lomer": 0.122},
    },
}  # fmt: skip


def make(out: Path, **changes: Any) -> Path:
    options = {"system": "small", "entry": SMALL, "material": MATERIALS["copper"],
               "first": 0, "count": 2, "seed": 1} | changes  # fmt: skip
    crystal_simulate.main(out, **options)
    return out


def test_a_batch_is_a_function_of_seed_and_names(tmp_path: Path) -> None:
    first, again = make(tmp_path / "a.h5"), make(tmp_path / "b.h5", threads=2)
    assert first.read_bytes() == again.read_bytes()
    runs = read_runs(first)
    assert [run.name for run in runs] == ["small-0000", "small-0001"]
    assert all(run.ok and run.axis == 1 and run.n_frames == 3 for run in runs)
    assert read_attributes(first)["strain_measure"] == "logarithmic"
    assert runs[0].material["hardening"]["kind"] == "voce"
    alone = read_runs(make(tmp_path / "c.h5", first=1, count=1))[0]
    np.testing.assert_array_equal(alone.stress, runs[1].stress)
    assert np.abs(runs[0].stress - runs[1].stress).max() > 1.0
    other = read_runs(make(tmp_path / "d.h5", seed=2, count=1))[0]
    assert (other.grains != runs[0].grains).any()


def test_batches_of_nothing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one sample"):
        make(tmp_path / "a.h5", count=0)
    with pytest.raises(MicrostructureError, match="finer grid"):
        make(tmp_path / "a.h5", entry=SMALL | {"grains": 30})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("size", ["smoke", "paper", "config"])
def test_every_configured_system_can_be_built(size: str) -> None:
    overlay = yaml.safe_load((ROOT / f"config/{size}.yaml").read_text())["crystal"]["systems"]
    for name in {**CONFIG["systems"], **overlay}:
        entry = {**CONFIG["systems"].get(name, {}), **overlay.get(name, {})}
        material = MATERIALS[entry["material"]]
        system = PolycrystalSystem.from_entry(name, entry, material)
        assert system.material.crystal.systems.name == material["systems"]
        assert np.prod(system.shape) >= 2 * system.n_grains
    assert sample_name("fcc8", 3) == "fcc8-0003"


def test_materials_of_both_kinds() -> None:
    phenomenological = Material.from_entry(MATERIALS["magnesium"])
    assert isinstance(phenomenological.law, Voce)
    resistances = dict(zip(phenomenological.crystal.systems.families,
                           phenomenological.law.initial(1)[0], strict=True))  # fmt: skip
    assert resistances["basal<a>"] == 10.0
    assert resistances["prismatic<a>"] == 40.0
    material = Material.from_entry(DENSITIES)
    assert isinstance(material.law, DislocationDensity)
    matrix = material.law.interaction
    assert class_means(pair_orbits(material.crystal.systems), matrix).max() == 0.625
    assert (matrix == 0.625).sum() == 12  # each has one collinear partner
    np.testing.assert_allclose(np.diag(matrix), 0.122)


def test_a_polycrystal_of_densities_hardens() -> None:
    system = PolycrystalSystem.from_entry("small", SMALL | {"strain": 0.06}, DENSITIES)
    run = system.run("small-0000", seed=3)
    assert run.ok
    assert run.curve[-1, 1] > 1.1 * run.curve[2, 1] > 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"hardening": {"kind": "swift"}}, "expected voce or dislocation_density"),
        (
            {"hardening": {**MATERIALS["copper"]["hardening"], "h0": {"basal<a>": 1.0}}},
            "h0 is given",
        ),
        ({"hardening": {**DENSITIES["hardening"], "interaction": {"self": 1.0}}}, "expected"),
        (
            {"systems": "bcc12", "hardening": DENSITIES["hardening"]},
            "is for the interactions of fcc12 only",
        ),
        ({"elastic": {"c11": 1.0, "c12": 2.0, "c44": 1.0}}, "smallest eigenvalue"),
    ],
)
def test_materials_that_make_no_sense_are_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Material.from_entry(MATERIALS["copper"] | change)


@pytest.mark.parametrize(
    ("place", "value"),
    [(("systems", "fcc8", "axis"), "w"), (("systems", "fcc8", "grains"), 0),
     (("materials", "copper", "systems"), "fcc13"), (("systems", "fcc8", "voxels"), 3)],
)  # fmt: skip
def test_the_schema_names_bad_settings(place: tuple[str, str, str], value: Any) -> None:
    schema = json.loads((ROOT / "workflow/schemas/config.schema.json").read_text())
    crystal = {key: yaml.safe_load(yaml.safe_dump(CONFIG[key])) for key in ("systems", "materials")}
    only = {"$defs": schema["$defs"], "$ref": "#/$defs/CrystalBlock"}
    check_settings(crystal, only)
    block, name, key = place
    crystal[block][name][key] = value
    with pytest.raises(SettingsError, match=key if key != "voxels" else "unknown key 'voxels'"):
        check_settings(crystal, only)


@pytest.mark.parametrize(
    ("block", "name", "change", "says"),
    [
        ("systems", "fcc8", {"material": "coper"}, "crystal/systems/fcc8/material"),
        ("systems", "fcc8", {"grains": 300}, "300 grains in 512 voxels"),
        ("systems", "fcc8", {"grid": [1, 2, 4]}, "20 grains in 8 voxels"),
        ("systems", "fcc8", {"strain": 0}, "0 is not a load"),
        ("materials", "copper", {"systems": "hcp30"}, r"expected \['c13', 'c33'\]"),
        ("materials", "magnesium", {"systems": "bcc12"}, "expected neither c13 nor c33"),
    ],
)
def test_contradictions_are_found_before_any_job(
    block: str, name: str, change: dict[str, Any], says: str
) -> None:
    crystal = yaml.safe_load(yaml.safe_dump(CONFIG))
    assert not list(crystal_problems(CrystalBlock.model_validate(crystal), LIBRARY))
    crystal[block][name] |= change
    problems = list(crystal_problems(CrystalBlock.model_validate(crystal), LIBRARY))
    assert len(problems) == 1
    assert re.search(says, problems[0])


def test_burgers_vectors_of_networks_are_in_metres() -> None:
    lines = {"path": "a.data", "systems": "fcc12", "burgers": 2.5e-10, "grid": [4, 4, 4]}
    crystal = CONFIG | {"lines": {"good": lines, "bad": lines | {"burgers": 2.5}}}
    (problem,) = crystal_problems(CrystalBlock.model_validate(crystal), LIBRARY)
    assert problem.startswith(
        "crystal/lines/bad/burgers: 2.5; expected the magnitude of the Burgers"
    )


def test_surrogates_that_name_nothing_are_refused() -> None:
    block = yaml.safe_load(yaml.safe_dump(CONFIG))
    surrogate = block["surrogate"]
    assert not list(crystal_problems(CrystalBlock.model_validate(block), LIBRARY))
    for key, value, place in (
        ("train", "fcc9", "train"),
        ("others", ["fcc9"], "others"),
        ("imports", ["damask"], "imports"),
        ("run", ["lstm"], "run"),
        ("comparisons", [["gru", "lstm"]], "comparisons"),
        ("figure", {"models": ["gru"], "axis": "x", "reference": "lstm"}, "figure"),
    ):
        changed = block | {"surrogate": surrogate | {key: value}}
        (problem,) = crystal_problems(CrystalBlock.model_validate(changed), LIBRARY)
        assert problem.startswith(f"crystal/surrogate/{place}")


def _flow_exponent(run: Any, resistance: str) -> tuple[float, float]:
    """Return the exponent and the reference rate of a line through logarithms."""
    slip = run.slip
    ratio = np.abs(slip.resolved / getattr(slip, resistance))
    flows = ratio > 0.8
    exponent, constant = np.polyfit(np.log(ratio[flows]), np.log(np.abs(slip.rate[flows])), 1)
    return float(exponent), float(np.exp(constant))


def test_stored_slip_obeys_the_flow_law_at_the_end_of_the_step_only(tmp_path: Path) -> None:
    flow = MATERIALS["copper"]["flow"]
    entry = SMALL | {"strain": 0.02, "frames": 4, "keep_slip": True}
    run = read_runs(make(tmp_path / "slip.h5", entry=entry, count=1))[0]
    exponent, rate = _flow_exponent(run, "resistance")
    assert exponent == pytest.approx(flow["exponent"], rel=1e-3)
    assert rate == pytest.approx(flow["rate"], rel=1e-2)
    wrong, _ = _flow_exponent(run, "resistance_before")
    assert abs(wrong / flow["exponent"] - 1) > 1e-3
    loaded = np.abs(run.slip.resolved / run.slip.resistance) > 0.1  # below, rates are rounding
    assert loaded.mean() > 0.5
    assert (np.sign(run.slip.rate) == np.sign(run.slip.resolved))[loaded].all()


def test_slip_is_stored_on_request_only_and_changes_nothing_else(tmp_path: Path) -> None:
    plain = read_runs(make(tmp_path / "a.h5", count=1))[0]
    kept = read_runs(make(tmp_path / "b.h5", count=1, entry=SMALL | {"keep_slip": True}))[0]
    assert plain.slip is None
    assert kept.slip is not None
    np.testing.assert_array_equal(plain.stress, kept.stress)
    assert kept.slip.rate.shape == (2, 36, 12)


@pytest.mark.parametrize(("name", "change", "told"), [
    ("resolved", lambda a: a[:, :, :5], "resolved: shape"),
    ("resistance", lambda a: 0 * a, "resistance: smallest value is 0"),
    ("duration", lambda a: a[:1], "duration: shape"),
    ("rate", lambda a: a * np.nan, "rate: a value is not finite"),
])  # fmt: skip
def test_broken_slip_fields_are_refused(name: str, change: Any, told: str) -> None:
    whole = dict.fromkeys(
        ("rate", "resistance_before", "resistance", "resolved"), np.ones((2, 6, 12))
    )
    good = {**whole, "duration": np.ones(2)}
    assert SlipFields(**good).rate.shape == (2, 6, 12)
    with pytest.raises(ValueError, match=told):
        SlipFields(**(good | {name: change(good[name])}))
