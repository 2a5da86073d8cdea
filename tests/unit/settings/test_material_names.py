"""Materials are found by the names of their files, and wrong names are refused with a remedy."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from materials import documented, documented_systems, write_setfl
from mechanist.core.code_hash import LIBRARY
from mechanist.core.material_choice import MaterialChoice
from mechanist.mechanics.materials.material import load_material
from mechanist.settings.availability import without_pair_derivatives
from mechanist.settings.material_names import (
    has_pair_derivatives,
    known_materials,
    material_files,
    material_problems,
)
from mechanist.settings.references import check_references
from mechanist.settings.schema_errors import SettingsError, check_settings
from mechanist.settings.typed_settings import typed_settings

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "workflow/schemas/config.schema.json").read_text())


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Return a copy of the folder of materials with the documented one."""
    folder = tmp_path / "mechanist/mechanics/materials"
    shutil.copytree(LIBRARY / "mechanics/materials", folder)
    (folder / "wahnstrom.py").write_text(documented("python")[0], encoding="utf-8")
    return tmp_path / "mechanist"


@pytest.fixture
def alloy(tmp_path: Path) -> dict[str, Any]:
    """Return the documented system of an alloy, with an existing potential."""
    entry = documented_systems()["alloy"]
    file = str(write_setfl(tmp_path / "CuZr.eam.alloy"))
    return entry | {"material_parameters": entry["material_parameters"] | {"file": file}}


def test_a_file_in_the_folder_is_a_material(library: Path) -> None:
    ours = {"kob_andersen", "eam_alloy", "falk_langer", "pair_table"}
    assert set(known_materials(LIBRARY)) == ours
    assert set(known_materials(library)) == {*ours, "wahnstrom"}
    assert known_materials(library)["wahnstrom"].parameters == ("small",)
    entry = documented_systems()["wahnstrom"]
    assert list(material_problems("here", entry, library)) == []
    (problem,) = material_problems("here", entry, LIBRARY)
    assert "here/material: no such name 'wahnstrom'" in problem
    assert "or add a file mechanics/materials/wahnstrom.py that defines the function" in problem


def test_files_state_what_their_materials_are(alloy: dict[str, Any]) -> None:
    eam = known_materials(LIBRARY)["eam_alloy"]
    assert (eam.required, eam.files) == (("file", "composition", "length"), ("file",))
    for entry in ({}, alloy):
        found = load_material(MaterialChoice.from_entry(entry))
        assert has_pair_derivatives(entry, LIBRARY) == (found.pair_derivatives is not None)
    assert material_files(alloy, LIBRARY) == [alloy["material_parameters"]["file"]]
    assert material_files({}, LIBRARY) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("PAIR_DERIVATIVES: Final = True", "", "does not set PAIR_DERIVATIVES to True or False"),
        ('label="Wahnström, lj/gromacs",', "", "materials/wahnstrom.py lacks label"),
        ("masses=(2.0, 1.0),", "**dict(masses=(2.0, 1.0)),", ""),
    ],
)
def test_an_incomplete_file_is_refused_before_it_is_run(
    library: Path, old: str, new: str, message: str
) -> None:
    entry = documented_systems()["wahnstrom"]
    assert list(material_problems("here", entry, library)) == []
    known_materials.cache_clear()
    file = library / "mechanics/materials/wahnstrom.py"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    problems = list(material_problems("here", entry, library))
    assert len(problems) == bool(message)
    assert message in "".join(problems)
    known_materials.cache_clear()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"material": "eam_aloy"}, "did you mean 'eam_alloy'"),
        ({"model": "kob_andersen"}, "`model` is an older name of `material`"),
        ({"material_parameters": {"lenght": 2.7}}, "did you mean 'length'"),
        ({"material_parameters": {}}, "needs the parameter 'file'"),
        ({"material_parameters": {"file": "absent.alloy"}}, "no such file 'absent.alloy'"),
    ],
)
def test_wrong_materials_are_refused(
    alloy: dict[str, Any], change: dict[str, Any], message: str
) -> None:
    assert list(material_problems("here", alloy, LIBRARY)) == []
    assert message in "\n".join(material_problems("here", alloy | change, LIBRARY))


def test_the_documented_systems_are_valid_configurations(
    library: Path, alloy: dict[str, Any]
) -> None:
    for room in ("assess", "describe", "learn"):
        (library / room).symlink_to(LIBRARY / room)
    systems = {"wahnstrom": documented_systems()["wahnstrom"], "alloy": alloy}
    content = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    content["glass"]["systems"] |= systems
    content["glass"]["run"] = list(systems)
    check_settings(content, SCHEMA)
    check_references(typed_settings(content), library)
    with pytest.raises(SettingsError, match="no such name 'wahnstrom'"):
        check_references(typed_settings(content), LIBRARY)


@pytest.mark.parametrize("entry", [{}, {"model": "kob_andersen"}, {"material": "kob_andersen"}])
def test_todays_systems_are_of_the_default_material(entry: dict[str, Any]) -> None:
    assert MaterialChoice.from_entry(entry) == MaterialChoice("kob_andersen")
    assert list(material_problems("here", entry, LIBRARY)) == []


def test_an_alloy_lacks_what_needs_pair_derivatives(alloy: dict[str, Any]) -> None:
    glass = yaml.safe_load((ROOT / "config/config.yaml").read_text())["glass"]
    assert without_pair_derivatives(glass, LIBRARY) == {}
    glass["systems"]["alloy"] = alloy
    (can,) = without_pair_derivatives(glass, LIBRARY).values()
    assert {"elastic_step", "structure_functions", "joint_invariants"} <= set(can.descriptors)
    assert can.descriptors["local_structure"]["parameters"] == {"potential": "none"}
    for name in ("linear_response", "soft_modes", "local_stress"):
        reason = can.left_out[f"descriptors/{name}"]
        assert "pair derivatives of the potential, which the material 'eam_alloy'" in reason
    assert {"load_blind", "joint", "elastic_step", "other_loads"} <= set(can.models)
    assert "reads linear_response" in can.left_out["models/hybrid"]
