"""Every descriptor has a subject, found without importing it; a new file needs no other change."""

import importlib
from pathlib import Path
from types import SimpleNamespace

import pytest

import mechanist.describe
from mechanist.audit.registry import AUDITORS, WINGS, Entry, entries, subject_named
from mechanist.core.code_hash import LIBRARY
from mechanist.describe.descriptor import SubjectName, described, descriptor_class
from mechanist.wings.trust import Audit

FOLDER = Path(mechanist.describe.__file__).parent
ENTRIES = entries()
#: Files of ``describe`` that declare no descriptor; helpers belong in ``shared``.
NO_DESCRIPTOR = {"__init__", "descriptor", "plasticity_targets"}
NEW = """
from mechanist.describe import descriptor

class Mine:
    card = descriptor.Card(name="Mine", load_aware=False, subject=descriptor.SubjectName.{subject}{more})

class NotMine:
    pass

DESCRIPTOR = Mine
"""


def test_every_file_declares_what_importing_it_finds() -> None:
    """Find all descriptors by importing every file, which the registry does not do."""
    found = {}
    for path in sorted(FOLDER.glob("*.py")):
        module = importlib.import_module(f"mechanist.describe.{path.stem}")
        one, several = getattr(module, "DESCRIPTOR", None), getattr(module, "DESCRIPTORS", ())
        assert (one is not None or bool(several)) == (path.stem not in NO_DESCRIPTOR), path.stem
        found |= {path.stem: one} if one else {}
        found |= {kind: getattr(module, d.cls) for kind, d in described().items()
                  if d.file == path.stem and getattr(module, d.cls) in several}  # fmt: skip
    assert found == {kind: descriptor_class(kind) for kind in described()}
    assert len(set(found.values())) == len(found)


def test_every_subject_but_images_has_an_auditor_and_every_descriptor_a_subject() -> None:
    assert {*AUDITORS, "image"} == {str(name) for name in SubjectName}
    for entry in ENTRIES:
        subject = descriptor_class(entry.descriptor).card.subject
        assert AUDITORS[subject].wing == entry.wing, entry
    assert {e.descriptor for e in ENTRIES} == set(described())
    assert {e.wing for e in ENTRIES} == set(WINGS)
    assert len({(e.wing, e.kind) for e in ENTRIES}) == len(ENTRIES)


def test_the_code_behind_a_card_is_its_auditor_and_its_descriptor() -> None:
    asked: list[tuple[str, ...]] = []

    def code(script: str, *modules: str) -> str:
        asked.append((script, *modules))
        return ""

    trust = Audit({"audit": {}}, {}, ENTRIES, code)
    for entry in ENTRIES:
        trust.code(SimpleNamespace(wing=entry.wing, kind=entry.kind))
    assert ("trust/audit_describe.py", "audit/field_subject", "describe/field_statistics") in asked
    assert all((LIBRARY / f"{file}.py").is_file() for _, *files in asked for file in files)
    assert len({files[0] for _, *files in asked}) == len(AUDITORS)


def test_cards_keep_their_places() -> None:
    places = {"/".join(entry[:2]) for entry in ENTRIES}
    assert len(places) == 33
    assert places >= {
        "glass/soft_modes", "glass/coarse_motion", "dislocation/dislocation_fold", "creep/gnd_waves", "pileup/mechanics",
        "fields/lines_rho_kappa_q", "fields/edges_rho_kappa", "crystal/orientation_cube",
    }  # fmt: skip
    assert "fields/edges_rho_kappa_q" not in places


@pytest.mark.parametrize("entry", ENTRIES, ids=["/".join(e[:2]) for e in ENTRIES])
def test_each_has_a_subject_of_its_name(entry: Entry) -> None:
    subject = subject_named(entry.wing, entry.kind, most_steps=40, most_sizes=3)
    assert (subject.wing, subject.kind) == entry[:2]
    assert subject.path_steps == 40
    assert len(subject.sizes) == 3
    assert {o.kind for o in subject.operations} == {"inside", "outside"}


@pytest.mark.parametrize(
    ("subject", "more", "audits"),
    [
        ("PARTICLE", "", ["glass/mine"]),
        ("DISLOCATION_SAMPLE", "", ["dislocation/mine"]),
        ("CREEP_TRAJECTORY", "", ["creep/mine"]),
        ("PILEUP", "", ["pileup/mine"]),
        ("DENSITY_FIELD", "", ["fields/edges_mine", "fields/lines_mine"]),
        ("DENSITY_FIELD", ', carriers=("edges",)', ["fields/edges_mine"]),
        ("VOXEL", "", ["crystal/mine"]),
        ("IMAGE", "", []),
    ],
)
def test_a_new_file_is_found(tmp_path: Path, subject: str, more: str, audits: list[str]) -> None:
    (tmp_path / "mine.py").write_text(NEW.format(subject=subject, more=more), encoding="utf-8")
    (tmp_path / "other.py").write_text("HELPER = 1\n", encoding="utf-8")
    found = entries([tmp_path])
    assert ["/".join(entry[:2]) for entry in found] == audits
    assert {(entry.file, entry.descriptor) for entry in found} <= {("mine", "mine")}


def test_a_file_may_declare_several_and_no_two_may_share_a_name(tmp_path: Path) -> None:
    several = NEW.format(subject="PILEUP", more="").replace(
        "DESCRIPTOR = Mine", "DESCRIPTORS = (Mine, NotMine)"
    )
    (tmp_path / "both.py").write_text(several, encoding="utf-8")
    assert entries([tmp_path]) == [Entry("pileup", "mine", "both", "mine")]
    alone = NEW.format(subject="PILEUP", more="")
    (tmp_path / "mine.py").write_text(alone, encoding="utf-8")
    with pytest.raises(ValueError, match=r"'mine' is declared by both\.py and by mine\.py"):
        entries([tmp_path])


def test_what_does_not_exist_or_takes_no_such_parameters_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no descriptor 'nothing' of wing 'glass'; expected one"):
        subject_named("glass", "nothing")
    with pytest.raises(ValueError, match="no descriptor 'landscape' of wing 'glass'"):
        subject_named("glass", "landscape")
    for wing, kind in (("creep", "dipoles"), ("pileup", "mechanics"), ("fields", "lines_rho"),
                       ("crystal", "elastic_pass"), ("dislocation", "dislocation_field")):  # fmt: skip
        with pytest.raises(ValueError, match=r"has no parameters \['a'\]"):
            subject_named(wing, kind, {"a": 1})
    told = subject_named("dislocation", "dislocation_field", {"modes": 2})
    assert told.parameters == {"modes": 2}
    assert subject_named("creep", "dipoles", {"wall_width": 0.2}).parameters == {"wall_width": 0.2}
