"""Check that a file in ``describe/`` meets the contract of a descriptor.

From a shell, in the folder of the repository::

    PYTHONPATH=workflow .venv/bin/python -m mechanist.contract.check_descriptor KIND
"""

import ast
import inspect
import logging
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Literal

import mechanist.describe
from mechanist.audit.glass_subject import Scale, glass_subject
from mechanist.audit.registry import AUDITORS, entries, subject_named
from mechanist.audit.subject import State, Subject
from mechanist.contract.descriptor_behaviour import Behaviour
from mechanist.contract.requirements import (
    Broken,
    Outcome,
    Requirement,
    Status,
    asked_name,
    examine,
    place_of,
    report,
)
from mechanist.core.code_hash import LIBRARY
from mechanist.core.progress import LOGGER
from mechanist.describe.descriptor import (
    Card,
    DescriptorClass,
    SubjectName,
    described,
    descriptor_class,
)
from mechanist.settings.declared import Declared, declared_in_folders
from mechanist.settings.names import suggestion

#: Pattern of names in the workflow's wildcards and in the configuration.
NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
#: States large enough to show a broken contract, but not how good a descriptor is.
SMALL: Final = Scale(small=30, glass=49, samples=1)
#: Packages of this library from which a descriptor may import.
FLOORS: Final = ("core", "describe", "formats", "mechanics")
_STATE: Final = ("configuration", "load", "probe")
#: Arguments with which a descriptor of each subject is called; those after the first are keywords.
ARGUMENTS: Final[Mapping[SubjectName, tuple[str, ...]]] = {
    SubjectName.PARTICLE: _STATE,
    SubjectName.DISLOCATION_SAMPLE: _STATE,
    SubjectName.CREEP_TRAJECTORY: ("states",),
    SubjectName.PILEUP: ("sample",),
    SubjectName.DENSITY_FIELD: ("fields",),
    SubjectName.VOXEL: ("sample",),
}
#: Where Python keeps how a dataclass was made.
PARAMETERS_OF_CLASS: Final = "__dataclass_params__"
WORDS: Final = ("name", "reference", "units", "symmetry")


def check_descriptor(
    kind: str,
    parameters: Mapping[str, object] | None = None,
    *,
    on_fail: Literal["raise", "return"] = "raise",
) -> list[Outcome]:
    """Examine every requirement on a descriptor that a file in ``describe/`` defines.

    Parameters
    ----------
    kind : str
        Name of the descriptor: of its file, or of its class if the file defines several.
    parameters : mapping, optional
        Fields of the descriptor's dataclass to set.
    on_fail : {"raise", "return"}
        Whether the first broken requirement ends the check.

    Raises
    ------
    ContractError
        If a requirement is broken and ``on_fail`` is ``"raise"``. The message states the
        requirement, the place, the value seen, the value expected, and the remedy.
    """
    source = Source(kind)
    outcomes = examine(source.requirements(), on_fail=on_fail, ordered=True)
    if any(outcome.status == Status.FAILED for outcome in outcomes):
        return outcomes  # a malformed file cannot be used
    return outcomes + examine(_use(kind, parameters, source), on_fail=on_fail)


def check_subject(
    subject: Subject[State], *, on_fail: Literal["raise", "return"] = "raise"
) -> list[Outcome]:
    """Examine the requirements on the behaviour of a subject, wherever it is defined."""
    return examine(_behaviour(subject, lambda: place_of(subject.features)), on_fail=on_fail)


def _use(kind: str, parameters: Mapping[str, object] | None, source: "Source") -> list[Requirement]:
    """Return the requirements on use, for every audit subject of the descriptor."""
    asked: list[Requirement] = []
    if source.cls.card.subject is SubjectName.PARTICLE:
        for dimension in (2, 3):
            glass = glass_subject(kind, parameters, dimension=dimension, scale=SMALL)
            asked += _behaviour(glass, source.where, suffix=f" ({dimension}D)")
        return asked
    audits = [entry for entry in entries() if entry.descriptor == kind]
    for entry in audits:
        suffix = f" ({entry.kind})" if len(audits) > 1 else ""
        subject = subject_named(entry.wing, entry.kind, parameters)
        asked += _behaviour(subject, source.where, suffix=suffix)
    return asked


def _behaviour(
    subject: Subject[State], where: Callable[[], str], *, suffix: str = ""
) -> list[Requirement]:
    about = f"descriptor {subject.kind!r}"
    asked = Behaviour(subject).requirements()
    return [
        Requirement(f"{name}{suffix}", expected, about, where, test)
        for name, expected, test in asked
    ]


class Source:
    """The file of a descriptor, examined before the descriptor is used.

    Parameters
    ----------
    kind : str
        Name of the descriptor.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def requirements(self) -> list[Requirement]:
        """Return the requirements on the file, each of which can rely on the previous ones."""
        asked: tuple[tuple[str, str, Callable[[], None]], ...] = (
            ("file", "a file in describe/ with a plain name", self._file),
            ("definition", "the file declares the class of the descriptor", self._definition),
            ("imports", "imports only from lower packages of this library", self._imports),
            ("dataclass", "a frozen dataclass whose fields are the parameters", self._dataclass),
            ("defaults", "a default for every parameter", self._defaults),
            ("card", "a card that describes the descriptor", self._card),
            ("call", "a call with what its subject asks for", self._call),
        )
        about = f"descriptor {self.kind!r}"
        return [Requirement(name, says, about, self.where, test) for name, says, test in asked]

    @property
    def declared(self) -> Declared | None:
        """The declaration of the descriptor, or None."""
        return declared_in_folders(self._folders).get(self.kind)

    @property
    def path(self) -> Path:
        """Path of the file, in the library or any other folder of ``mechanist.describe``."""
        declared = self.declared
        file = declared.file if declared else self.kind
        places = [folder / f"{file}.py" for folder in self._folders]
        return next((place for place in places if place.is_file()), places[0])

    @property
    def _folders(self) -> list[Path]:
        return [Path(folder) for folder in mechanist.describe.__path__]

    @cached_property
    def cls(self) -> DescriptorClass:
        """The class of the descriptor."""
        return descriptor_class(self.kind)

    def where(self) -> str:
        """Return file and line of the class, or only the file if the class cannot be loaded."""
        try:
            return place_of(self.cls)
        except Exception:  # noqa: BLE001  (a file under test may raise anything)
            return str(self.path)

    def _file(self) -> None:
        if not NAME.fullmatch(self.kind):
            raise Broken(
                f"the name {self.kind!r}",
                expected="lower-case letters, digits and underscores, starting with a letter",
                remedy="rename the file",
            )
        if not self.path.is_file():
            raise Broken(
                "no such file",
                expected=f"{self.path.relative_to(LIBRARY.parent)}"
                if self.path.is_relative_to(LIBRARY.parent)
                else str(self.path),
                remedy=f"write the file, or correct the name{suggestion(self.kind, described())}",
            )

    def _definition(self) -> None:
        if self.declared is None:
            raise Broken(
                "DESCRIPTOR = None, and no such class among DESCRIPTORS",
                expected="at the top level, DESCRIPTOR = the name of a class of this file, because"
                " the configuration is checked without importing anything",
                remedy="end the file with DESCRIPTOR = YourClass",
            )

    def _imports(self) -> None:
        for node in ast.walk(ast.parse(self.path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or "."]
            for name in names:
                parts = name.split(".")
                line = getattr(node, "lineno", "?")
                if parts[0] == "snakemake" or (
                    parts[0] == "mechanist" and len(parts) > 1 and parts[1] not in FLOORS
                ):
                    raise Broken(
                        f"line {line} imports {name}",
                        expected=f"imports only from {', '.join(FLOORS)} of this library",
                        remedy="move shared code to mechanics/ or formats/",
                    )

    def _dataclass(self) -> None:
        is_class = isinstance(self.cls, type) and is_dataclass(self.cls)
        stated: object = getattr(self.cls, PARAMETERS_OF_CLASS, None)
        if not is_class or not getattr(stated, "frozen", False):
            raise Broken(
                "a dataclass that is not frozen" if is_class else repr(self.cls),
                expected="a frozen dataclass, so that equal parameters give equal features",
                remedy="decorate the class with @dataclass(frozen=True)",
            )

    def _defaults(self) -> None:
        bare = [
            f.name for f in fields(self.cls)
            if f.default is MISSING and f.default_factory is MISSING
        ]  # fmt: skip
        if bare:
            raise Broken(
                f"{bare} without a default",
                expected="DESCRIPTOR() works without arguments",
                remedy="give every field a default",
            )
        self.cls()

    def _card(self) -> None:
        card = getattr(self.cls, "card", None)
        if not isinstance(card, Card):
            raise Broken(
                f"card = {card!r}",
                expected="a class variable card: ClassVar[Card] = Card(...)",
                remedy="state name, reference, units, symmetry, load_aware and subject",
            )
        declared = self.declared
        if declared is None or declared.subject not in AUDITORS:
            raise Broken(
                f"the subject {str(card.subject)!r}",
                expected="subject=SubjectName.PARTICLE, or another name in capitals that has an"
                f" audit: {', '.join(AUDITORS)}",
                remedy="name what a row of features describes",
            )
        empty = [name for name in WORDS if not str(getattr(card, name)).strip()]
        if empty:
            raise Broken(
                f"no text for {', '.join(empty)}",
                expected="a text for each, because readers choose descriptors by their cards",
                remedy='fill them in; use reference="this file" for your own descriptor',
            )

    def _call(self) -> None:
        first, *others = ARGUMENTS[self.cls.card.subject]
        listed = inspect.signature(self.cls.__call__).parameters
        names = list(listed)[1:]
        keywords = all(listed[n].default is None for n in others if n in listed)
        if names != [first, *others] or not keywords:
            optional = f", *, {', '.join(f'{name}=None' for name in others)}" if others else ""
            raise Broken(
                f"__call__{inspect.signature(self.cls.__call__)}",
                expected=f"__call__(self, {first}{optional})",
                remedy="accept exactly these arguments, even if some are not used",
            )


def main(kind: str) -> int:
    """Print the outcome of every requirement and return 0 if none is broken."""
    level = LOGGER.level
    LOGGER.setLevel(logging.ERROR)  # states of the check are smaller than cutoffs on purpose
    try:
        outcomes = check_descriptor(kind, on_fail="return")
    finally:
        LOGGER.setLevel(level)
    sys.stdout.write(report(outcomes) + "\n")
    return int(any(outcome.status == Status.FAILED for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main(asked_name(__doc__, "KIND")))
