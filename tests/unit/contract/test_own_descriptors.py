"""A descriptor of each subject is one file and one line of configuration; no other edit is made."""

import copy
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import mechanist.describe
from mechanist.audit.criteria import audit
from mechanist.audit.registry import entries, subject_named
from mechanist.contract.check_descriptor import ARGUMENTS, check_descriptor
from mechanist.contract.requirements import Status
from mechanist.core.code_hash import LIBRARY
from mechanist.describe.descriptor import SubjectName, load_descriptor
from mechanist.settings.descriptor_cards import NAMED_IN
from mechanist.settings.dislocation_references import field_descriptors
from mechanist.settings.references import check_references
from mechanist.settings.schema_errors import SettingsError, check_settings
from mechanist.settings.typed_settings import typed_settings
from own_descriptors import OWN, OwnDescriptor

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "workflow/schemas/config.schema.json").read_text())
each = pytest.mark.parametrize("own", OWN, ids=[one.kind for one in OWN])


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a library with its own copy of ``describe``, where descriptors are looked up."""
    for room in LIBRARY.iterdir():
        if room.name != "describe":
            (tmp_path / room.name).symlink_to(room)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(LIBRARY / "describe", tmp_path / "describe", ignore=ignored)
    monkeypatch.setattr(mechanist.describe, "__path__", [str(tmp_path / "describe")])
    yield tmp_path
    for own in OWN:
        sys.modules.pop(f"mechanist.describe.{own.kind}", None)


def write(own: OwnDescriptor, library: Path) -> None:
    (library / "describe" / f"{own.kind}.py").write_text(own.source, encoding="utf-8")


def merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Merge an overlay into a configuration as Snakemake does."""
    result = copy.deepcopy(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else value
    return result


def configured(own: OwnDescriptor) -> dict[str, Any]:
    base = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    # A test that changes the configuration must not change the overlay that others read.
    return merged(base, copy.deepcopy(own.overlay))


def test_the_configuration_has_a_place_for_every_subject() -> None:
    assert {subject.value for subject in ARGUMENTS} == set(NAMED_IN)


def test_every_subject_that_is_audited_is_tried() -> None:
    assert {own.subject for own in OWN} == set(SubjectName) - {SubjectName.IMAGE} == set(ARGUMENTS)


@each
def test_it_is_found_and_audited(own: OwnDescriptor, library: Path) -> None:
    assert not [entry for entry in entries() if entry.file == own.kind]
    write(own, library)
    found = [entry for entry in entries() if entry.file == own.kind]
    assert {"/".join(entry[:2]) for entry in found} == set(own.audits)
    for entry in found:
        subject = subject_named(entry.wing, entry.kind, most_steps=20, most_sizes=3)
        card = audit(subject, seed=1)
        assert (card.wing, card.kind) == entry[:2]
        assert [criterion.number for criterion in card.criteria] == ["i", "ii", "iii", "iv", "v"]
        assert card.claims["subject"] == own.subject


@each
def test_it_keeps_the_contract_and_what_breaks_it_is_named(
    own: OwnDescriptor, library: Path
) -> None:
    write(own, library)
    outcomes = check_descriptor(own.kind)
    assert {outcome.status for outcome in outcomes} <= {Status.PASSED, Status.NOT_APPLICABLE}
    assert sum(outcome.status == Status.PASSED for outcome in outcomes) >= 13
    first = ARGUMENTS[own.subject][0]
    other = own.source.replace(f"__call__(self, {first}", "__call__(self, something")
    (library / "describe" / "own_broken.py").write_text(other, encoding="utf-8")
    last = check_descriptor("own_broken", on_fail="return")[-1]
    assert (last.status, last.requirement) == (Status.FAILED, "call")


@each
def test_the_configuration_accepts_it_only_where_its_subject_belongs(
    own: OwnDescriptor, library: Path
) -> None:
    settings = configured(own)
    check_settings(settings, SCHEMA)
    with pytest.raises(SettingsError, match=rf"no such name '{own.kind}'.*describe/{own.kind}.py"):
        check_references(typed_settings(settings), library)
    write(own, library)
    check_references(typed_settings(settings), library)
    for other in OWN:
        if other is own:
            continue
        text = other.source.replace(f"describe.{other.kind}", f"describe.{own.kind}")
        (library / "describe" / f"{own.kind}.py").write_text(text, encoding="utf-8")
        with pytest.raises(SettingsError, match=f"has the subject '{other.subject}'") as caught:
            check_references(typed_settings(settings), library)
        assert f"are named in {NAMED_IN[other.subject]}. Here belongs" in str(caught.value)
        assert f"subject=SubjectName.{own.subject.name} on its card" in str(caught.value)
        assert "expected a file" not in str(caught.value)


@pytest.mark.parametrize("wing", ["glass", "dislocation"])
def test_a_feature_that_no_entry_declares_is_refused_with_the_line_to_add(
    wing: str, library: Path
) -> None:
    places = [one for one in OWN if NAMED_IN[one.subject] == f"{wing}/descriptors"]
    (own,) = places
    settings = configured(own)
    del settings[wing]["descriptors"][own.kind]
    place = f"{wing}/models/{own.kind}/features: no such name '{own.kind}'"
    with pytest.raises(SettingsError, match=place) as caught:
        check_references(typed_settings(settings), library)
    assert "add the line" not in str(caught.value)
    write(own, library)
    line = f"describe/{own.kind}.py defines it, so add the line `{own.kind}: {{kind: {own.kind}}}`"
    with pytest.raises(SettingsError, match=place) as caught:
        check_references(typed_settings(settings), library)
    assert f"{line} to {wing}/descriptors" in str(caught.value)
    settings[wing]["models"][own.kind]["features"] = ["gnd_waves"]
    with pytest.raises(SettingsError, match="are named in dislocation/confusion/features"):
        check_references(typed_settings(settings), library)


@each
def test_a_script_refuses_another_subject(own: OwnDescriptor, library: Path) -> None:
    write(own, library)
    for subject in ARGUMENTS:
        if subject is own.subject:
            assert load_descriptor(own.kind, subject=subject).card.subject is subject
        else:
            with pytest.raises(ValueError, match=f"has the subject '{own.subject}'; expected"):
                load_descriptor(own.kind, subject=subject)


def test_an_overlay_does_not_change_which_sets_of_fields_are_compared() -> None:
    own = next(one for one in OWN if one.subject is SubjectName.DENSITY_FIELD)
    block = configured(own)["dislocation"]
    models = block["microstructures"]["models"]
    nested = ["rho", "rho_kappa", "rho_kappa_q"]
    for order in (list(models), list(models)[::-1]):
        block["microstructures"]["models"] = {name: models[name] for name in order}
        assert field_descriptors(nested, block["microstructures"]["models"]) == [*nested, own.kind]


def test_a_surrogate_names_either_fields_or_a_descriptor(library: Path) -> None:
    own = next(one for one in OWN if one.subject is SubjectName.VOXEL)
    write(own, library)
    settings = configured(own)
    settings["crystal"]["surrogate"]["models"][own.kind]["fields"] = ["orientation"]
    with pytest.raises(
        SettingsError, match=r"together with fields = \['orientation'\], but .*"
    ) as caught:
        check_references(typed_settings(settings), library)
    assert f"/{own.kind}/descriptor: '{own.kind}' is given" in str(caught.value)
    assert "remove fields, or remove descriptor" in str(caught.value)
