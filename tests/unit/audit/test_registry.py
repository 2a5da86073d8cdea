"""Every descriptor has a subject, found without importing it; a new file needs no other change."""

import importlib
from pathlib import Path

import pytest

import mechanist.describe
from mechanist.audit.field_subject import SETS
from mechanist.audit.registry import MARKS, WINGS, Entry, entries, subject_named
from mechanist.describe.pileup import DESCRIPTORS

FOLDER = Path(mechanist.describe.__file__).parent
ENTRIES = entries()
NEW = """
from mechanist.describe.descriptor import Card, Features

class Mine:
    card = Card(name="Mine", reference="none", units="1", symmetry="none", load_aware=False{more})

{mark} = Mine
"""


def test_no_descriptor_lacks_a_subject() -> None:
    """Find all descriptors by importing every file, which the registry does not do."""
    audited = {entry.file for entry in ENTRIES}
    for path in sorted(FOLDER.glob("*.py")):
        module = importlib.import_module(f"mechanist.describe.{path.stem}")
        defines = any(
            getattr(module, mark, None) is not None
            and f"\n{mark}" in path.read_text(encoding="utf-8")
            for mark in MARKS
        )
        assert (path.stem in audited) == defines, path.stem


def test_wings_are_those_that_cards_ask_for() -> None:
    for entry in ENTRIES:
        module = importlib.import_module(f"mechanist.describe.{entry.file}")
        if entry.wing in {"glass", "dislocation"}:
            assert module.DESCRIPTOR.card.whole_sample == (entry.wing == "dislocation"), entry
    assert {e.kind for e in ENTRIES if e.wing == "pileup"} == set(DESCRIPTORS)
    assert {e.kind for e in ENTRIES if e.wing == "fields"} == set(SETS)
    assert {e.wing for e in ENTRIES} == set(WINGS)
    assert len({(e.wing, e.kind) for e in ENTRIES}) == len(ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES, ids=["/".join(e[:2]) for e in ENTRIES])
def test_each_has_a_subject_of_its_name(entry: Entry) -> None:
    subject = subject_named(entry.wing, entry.kind, most_steps=40, most_sizes=3)
    assert (subject.wing, subject.kind) == entry[:2]
    assert subject.path_steps == 40
    assert len(subject.sizes) == 3
    assert {o.kind for o in subject.operations} == {"inside", "outside"}


@pytest.mark.parametrize(
    ("mark", "more", "wing"),
    [("DESCRIPTOR", "", "glass"), ("DESCRIPTOR", ", whole_sample=True", "dislocation"),
     ("DESCRIPTOR", ", whole_sample=False", "glass"), ("TRAJECTORY_DESCRIPTOR", "", "creep")],
)  # fmt: skip
def test_a_new_file_is_found(tmp_path: Path, mark: str, more: str, wing: str) -> None:
    (tmp_path / "mine.py").write_text(NEW.format(mark=mark, more=more), encoding="utf-8")
    (tmp_path / "other.py").write_text("HELPER = 1\n", encoding="utf-8")
    assert entries(tmp_path) == [Entry(wing, "mine", "mine")]


def test_what_does_not_exist_or_takes_no_parameters_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no descriptor 'nothing' of wing 'glass'; expected one"):
        subject_named("glass", "nothing")
    with pytest.raises(ValueError, match="no descriptor 'landscape' of wing 'glass'"):
        subject_named("glass", "landscape")
    with pytest.raises(ValueError, match=r"creep/dipoles takes no parameters; .* \['a'\]"):
        subject_named("creep", "dipoles", {"a": 1})
    with pytest.raises(ValueError, match="has no parameters"):
        subject_named("dislocation", "dislocation_field", {"a": 1})
    told = subject_named("dislocation", "dislocation_field", {"modes": 2})
    assert told.parameters == {"modes": 2}
