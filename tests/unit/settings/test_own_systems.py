"""The configuration determines what can be learnt from a user's glass; all else is rejected."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from mechanist.core.code_hash import LIBRARY
from mechanist.describe.descriptor import load_descriptor
from mechanist.settings.descriptor_cards import declared_in_library, without_potential
from mechanist.settings.own_systems import own_problems, own_system

ROOT = Path(__file__).parents[3]
ROW = {
    "path": "a.dump", "format": "lammps_dump", "species": {"1": "Cu"}, "dimension": 3,
    "units": "metal", "frames": "all",
}  # fmt: skip


def settings(*rows: dict[str, Any], **own: Any) -> dict[str, Any]:
    """Return the default configuration with an added system of some samples."""
    content: dict[str, Any] = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    samples = {f"run{k}": ROW | row for k, row in enumerate(rows)}
    content["glass"] |= {"imports": {"cuzr": samples}, "own": {"cuzr": own} if own else {}}
    return content


@pytest.mark.parametrize("kind", declared_in_library(LIBRARY))
def test_cards_are_read_as_they_are(kind: str) -> None:
    declared, made = declared_in_library(LIBRARY)[kind], load_descriptor(kind)
    for name in ("needs_potential", "needs_probe", "load_aware"):
        assert declared.flags.get(name, False) == getattr(made.card, name)
    assert declared.subject == made.card.subject
    assert declared.carriers == made.card.carriers
    assert list(declared.parameters) == [field.name for field in fields(made)]


def test_a_descriptor_does_without_a_potential_or_says_why_not() -> None:
    found = without_potential({"kind": "local_structure"}, LIBRARY)
    assert found == {"kind": "local_structure", "parameters": {"potential": "none"}}
    assert without_potential({"kind": "structure_functions"}, LIBRARY) == {
        "kind": "structure_functions"
    }
    assert "tiny elastic step" in without_potential({"kind": "elastic_step"}, LIBRARY)
    mismatch = {"kind": "joint_invariants", "parameters": {"force_mismatch": True}}
    for entry in ({"kind": "soft_modes"}, mismatch):
        assert "needs the interatomic potential" in without_potential(entry, LIBRARY)


def test_the_sheet_is_enough() -> None:
    content = settings({}, {}, {"frames": []})
    assert list(own_problems("cuzr", content, LIBRARY)) == []
    system = own_system("cuzr", content, LIBRARY)
    assert system.entry["own"]["samples"] == ["run0", "run1"]
    assert system.entry["deformation"]["frames"] == [content["glass"]["figures"]["strain"]]
    assert set(system.models) >= {"dummy", "local_structure", "cubuk_svm", "load_blind", "joint"}
    assert not set(system.models) & {"hybrid", "elastic_step", "mechanics", "other_loads"}
    assert "reads linear_response" in system.left_out["models/hybrid"]


REST = {"frames": [], "target": "c_1", "target_name": "propensity"}


def test_a_target_without_a_load_is_learnt_without_what_needs_one() -> None:
    content = settings(REST, REST, {"frames": []})
    assert list(own_problems("cuzr", content, LIBRARY)) == []
    system = own_system("cuzr", content, LIBRARY)
    assert system.entry["own"]["samples"] == ["run0", "run1"]
    assert system.entry["own"]["quantity"] == "propensity"
    assert system.entry["own"]["groups_by_load"] == {"no_load": 2}
    assert (system.entry["deformation"]["frames"], system.entry["own"]["shown"]) == ([0.0], 0.0)
    assert set(system.models) == {
        "dummy",
        "local_structure",
        "cubuk_svm",
        "load_blind",
        "lab_maps",
        "interstices",
        "interstices_trees",
    }
    left_out = system.left_out
    assert (
        left_out["descriptors/joint_invariants"]
        == "depends on a load, but the target belongs to none"
    )
    assert left_out["models/joint"].endswith("depends on a load, but the target belongs to none")
    assert "belongs to none" in left_out["models/other_loads"]
    # Control: under load, the same descriptors are there.
    assert "joint_invariants" in own_system("cuzr", settings({}, {}), LIBRARY).descriptors


def whole(*values: float) -> list[dict[str, Any]]:
    """Return rows of samples with one number each."""
    return [{"frames": [], "target": "strength", "target_value": value} for value in values]


TEN = whole(*range(10))


def test_one_number_for_each_sample_has_no_classes() -> None:
    content = settings(*TEN)
    assert list(own_problems("cuzr", content, LIBRARY)) == []
    system = own_system("cuzr", content, LIBRARY)
    assert (system.entry["own"]["whole"], system.entry["own"]["quantity"]) == (True, "strength")
    assert set(system.models) == {
        "dummy", "local_structure", "load_blind", "lab_maps", "interstices",
    }  # fmt: skip
    assert system.left_out["models/cubuk_svm"].startswith("predicts classes, but the target is one")
    assert "depends on a load" in system.left_out["models/joint"]


@pytest.mark.parametrize(
    ("rows", "own", "message"),
    [
        ([{}], {}, "1 samples under load in 1 independent groups"),
        ([{}, {"frames": []}], {}, r"1 more without a frame under load"),
        ([{"group": "one"}, {"group": "one"}], {}, r"in 1 independent groups \['one'\]"),
        ([{"target": "c_soft"}, {}], {}, "different values of 'target'"),
        ([{"units": "lj"}, {}], {}, "different values of 'units'"),
        ([REST, {**REST, "target_unit": "K"}], {}, "different values of 'target_unit'"),
        (TEN[:9], {}, "9 samples with one number each, expected at least 10"),
        (whole(*[0.5] * 10), {}, "the target of every sample is 0.5, expected numbers that vary"),
        ([*TEN, REST], {}, r"one number as target, but \['run10'\] have none"),
        ([*TEN, TEN[0] | {"group": "run3"}], {}, "several samples share the group 'run3'"),
        (TEN, {"models": ["cubuk_svm"]}, "'cubuk_svm' cannot be used: it predicts classes"),
        ([REST], {}, "1 samples with a target in 1 independent groups"),
        ([REST, {"frames": []}], {}, "1 more without a target"),
        (
            [REST, {"target": "c_1"}],
            {},
            r"of \['run0'\] belongs to no load, but the others \['run1'\]",
        ),
        (
            [REST, REST],
            {"strains": [0.02]},
            "own/cuzr/strains: the target belongs to no load, so it",
        ),
        ([REST, REST], {"models": ["joint"]}, "'joint' cannot be used: .* depends on a load, but"),
        (
            [{}, {}],
            {"models": ["joint", "hybrid"]},
            "'hybrid' cannot be used: it reads linear_resp",
        ),
        ([{}, {}], {"models": ["joimt"]}, "did you mean 'joint'"),
    ],
)
def test_what_cannot_work_is_refused(
    rows: list[dict[str, Any]], own: dict[str, Any], message: str
) -> None:
    said = "\n".join(own_problems("cuzr", settings(*rows, **own), LIBRARY))
    assert re.search(message, said)


def test_names_that_refer_to_nothing_or_to_two_things_are_refused() -> None:
    content = settings({}, {})
    assert "no such name 'cuzt'" in next(own_problems("cuzt", content, LIBRARY))
    content["glass"]["imports"]["ka2d"] = content["glass"]["imports"]["cuzr"]
    assert "simulated system" in next(own_problems("ka2d", content, LIBRARY))
