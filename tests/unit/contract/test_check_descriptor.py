"""Every shipped descriptor keeps the contract; a toy that breaks a requirement is reported."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import mechanist.describe
from mechanist.audit.creep_subject import creep_subject
from mechanist.audit.pileup_subject import pileup_subject
from mechanist.audit.registry import subject_named
from mechanist.contract.check_descriptor import (
    check_descriptor,
    check_subject,
    main,
)
from mechanist.contract.requirements import ContractError, Requirement, Status, examine, report
from mechanist.describe.descriptor import described

#: Costly, and built like the other descriptors of voxels.
COSTLY = ("plastic_misfit", "hexagonal_cube")
KINDS = [kind for kind in described() if kind not in COSTLY]

TOY = '''"""A toy."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mechanist.mechanics.neighbours import find_neighbours
from mechanist.describe.descriptor import Card, Features, SubjectName


@dataclass(frozen=True)
class Toy:
    """Smooth pulls towards the neighbours within a cutoff, along the load."""

    card: ClassVar[Card] = Card(
        name="Toy", reference="this file", units="1", symmetry="all", load_aware=True,
        subject=SubjectName.PARTICLE,
    )
    cutoff: float = 1.8

    def __call__(self, configuration, *, load=None, probe=None):
        if load is None:
            raise ValueError("load = None; expected a (3, 3) strain")
        pairs = find_neighbours(configuration, self.cutoff)
        pull = np.zeros((len(configuration), 3))
        weight = (self.cutoff - pairs.distances) ** 2
        np.add.at(pull, pairs.first, weight[:, None] * pairs.vectors)
        stretch = np.einsum("na,ab,nb->n", pull, load, pull)
        size = np.sum(pull**2, axis=1)
        values, names = np.stack([stretch, size], axis=1), ["stretch", "size"]
        return Features(values, names, {"stretch": -1, "size": 1})


DESCRIPTOR = Toy
'''
#: Broken requirement, the toy's code, its replacement, and words of the expected error.
BREAKS = [
    ("definition", "DESCRIPTOR = Toy", "DESCRIPTORS = Toy", "DESCRIPTOR = None"),
    ("imports", "import numpy as np", "import numpy as np\nimport mechanist.learn.row_sampling", "line 7 imports"),
    ("dataclass", "frozen=True", "frozen=False", "not frozen"),
    ("defaults", "cutoff: float = 1.8", "cutoff: float", r"\['cutoff'\] without a default"),
    ("card", "card: ClassVar[Card]", "carte: ClassVar[Card]", "card = None"),
    ("card", 'reference="this file"', 'reference=" "', "no text for reference"),
    ("card", "SubjectName.PARTICLE", "SubjectName.IMAGE", "the subject 'image'"),
    ("call", ", probe=None", "", r"load=None, probe=None\)"),
    ("features", "return Features(values", "return (values", "a tuple"),
    ("features", "Features(values,", "Features(values[:-1],", "49 rows|29 rows|48 rows"),
    ("features", "Features(values,", "Features(values.astype(int),", "dtype int64"),
    ("features", "np.sum(pull**2, axis=1)", "2 * configuration.radii", "TypeError.*NoneType"),
    ("names", '"size"]', '"load"]', r"called \['load'\]"),
    ("names", '"size"]', 'f"size{len(pairs.first)}"]', "names that depend on the state"),
    ("finite", "np.sum(pull**2, axis=1)", "np.full(len(pull), np.nan)", "nan of 'size' at row 0"),
    ("repeatable", "np.sum(pull**2, axis=1)", "np.random.random(len(pull))", "second call differs"),
    ("hands off", "pairs = find", "configuration.positions[0] += 1e-3\n        pairs = find",
     "copy an array"),
    ("load", "raise ValueError(", "load = np.eye(3)\n            str(", "although load = None"),
    ("load", "load_aware=True", "load_aware=False", "ValueError|change with the load"),
    ("parity", '"stretch": -1', '"stretch": 1', r"'stretch', up to its stated sign \+1, changes"),
    ("parity", '"size": 1}', '"sise": 1}', r"parity of \['sise'\]"),
    ("symmetry: translation", "np.sum(pull**2, axis=1)", "configuration.positions[:, 0]",
     "'size' changes by"),
    ("symmetry: permutation", "np.sum(pull**2, axis=1)", "np.arange(len(pull), dtype=float)",
     "'size' changes by"),
    ("symmetry: joint rotation", "np.sum(pull**2, axis=1)", "pull[:, 0]", "'size' changes by"),
    ("awkward state: nothing nearby", "np.sum(pull**2, axis=1)",
     "np.sqrt(np.sum(pull**2, axis=1)) / np.bincount(pairs.first, minlength=len(pull))",
     "not finite, the first of 'size'"),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder whose files are treated as part of ``describe``."""
    place = tmp_path / "describe"
    place.mkdir()
    path = [*mechanist.describe.__path__, str(place)]
    monkeypatch.setattr(mechanist.describe, "__path__", path)
    return place


@pytest.mark.parametrize("kind", KINDS)
def test_every_shipped_descriptor_keeps_the_contract(kind: str) -> None:
    outcomes = check_descriptor(kind)
    assert {outcome.status for outcome in outcomes} <= {Status.PASSED, Status.NOT_APPLICABLE}
    assert sum(outcome.status == Status.PASSED for outcome in outcomes) >= 13


def test_a_subject_is_checked_without_a_file() -> None:
    outcomes = check_subject(creep_subject("gnd_waves"), on_fail="return")
    passed = {outcome.requirement for outcome in outcomes if outcome.status == Status.PASSED}
    assert passed >= {"features", "finite", "repeatable"}


def test_only_what_the_card_admits_may_break_a_symmetry() -> None:
    subject = pileup_subject("landscape")
    honest = {o.requirement: o.status for o in check_subject(subject, on_fail="return")}
    assert honest["symmetry: translation"] == Status.NOT_APPLICABLE
    silent = replace(subject, card=replace(subject.card, broken=()))
    with pytest.raises(ContractError, match="'symmetry: translation'"):
        check_subject(silent)


def test_voxels_are_not_told_to_sum_over_neighbours() -> None:
    subject = subject_named("crystal", "elastic_pass")

    describe = subject.features

    def stretched(state, load):
        found = describe(state, load)
        return replace(found, values=found.values * (2.0 + found.values[:, :1]))

    with pytest.raises(
        ContractError, match=r"remedy: +let the name of a field say after the colon"
    ):
        check_subject(replace(subject, features=stretched))


def test_the_toy_keeps_the_contract(folder: Path) -> None:
    (folder / "toy_good.py").write_text(TOY)
    names = [outcome.requirement for outcome in check_descriptor("toy_good")]
    assert len(names) == len(set(names)) > 30
    assert main("toy_good") == 0


@pytest.mark.parametrize("case", range(len(BREAKS)), ids=[b[0] for b in BREAKS])
def test_what_is_broken_is_named(case: int, folder: Path) -> None:
    name, old, new, words = BREAKS[case]
    kind = f"toy_{case}"
    assert TOY.count(old) == 1
    (folder / f"{kind}.py").write_text(TOY.replace(old, new))
    with pytest.raises(ContractError, match=words) as caught:
        check_descriptor(kind)
    text = str(caught.value)
    first, *lines = text.splitlines()
    assert first.startswith(f"descriptor '{kind}' breaks the requirement '{name}")
    for line, word in zip(lines, ("where:", "seen:", "expected:", "remedy:"), strict=False):
        assert line.strip().startswith(word)
        assert len(line.strip()) > len(word) + 3
    assert f"{kind}.py" in lines[0]


def test_the_place_of_the_class_is_given_by_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "toy_line.py").write_text(TOY.replace("frozen=True", "frozen=False"))
    line = TOY.splitlines().index("@dataclass(frozen=True)") + 1
    with pytest.raises(ContractError, match=rf"toy_line\.py:{line} \(Toy\)"):
        check_descriptor("toy_line")
    assert main("toy_line") == 1
    assert "breaks the requirement 'dataclass'" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("kind", "words"), [("NoFile", "lower-case letters"), ("no_such_file", "no such file")]
)
def test_a_file_that_is_not_there(kind: str, words: str) -> None:
    with pytest.raises(ContractError, match=words):
        check_descriptor(kind)
    first, *others = check_descriptor(kind, on_fail="return")
    assert first.status == Status.FAILED
    assert [outcome.status for outcome in others] == [Status.NOT_CHECKED] * 6
    assert {outcome.message for outcome in others} == {
        "it relies on the requirement 'file', which is broken"
    }


def test_a_misspelt_name_is_corrected() -> None:
    with pytest.raises(ContractError, match=r"correct the name \(did you mean 'spacings'\?\)"):
        check_descriptor("spacing")
    with pytest.raises(ContractError, match=r"correct the name$"):
        check_descriptor("no_such_file")


def test_unforeseen_exceptions_are_told_with_the_expectation() -> None:
    def fails() -> None:
        raise KeyError("gone")

    asked = Requirement("toy", "nothing raised", "descriptor 'x'", lambda: "here", fails)
    with pytest.raises(
        ContractError, match=r"(?s)where:    here.*KeyError: 'gone'.*nothing raised"
    ):
        asked()
    line = fails.__code__.co_firstlineno + 1
    with pytest.raises(
        ContractError, match=rf"raised at \S*test_check_descriptor.py:{line} \(fails\)$"
    ):
        asked()
    outcomes = examine([asked], on_fail="return")
    assert "failed  toy: descriptor 'x' breaks" in report(outcomes)
    assert np.all([outcome.status == Status.FAILED for outcome in outcomes])
