"""Every descriptor of the project, found in the files of ``describe/``, and how each is audited.

Files are parsed without being run (:mod:`mechanist.settings.declared`), so that rules can name the
cards before anything is imported. A new file is audited without any other edit. A new subject needs
its function, such as :func:`mechanist.audit.pileup_subject.pileup_subject`, and a line in
:data:`AUDITORS`.
"""

import importlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, cast

import mechanist.describe
from mechanist.settings.declared import Declared, declared_in_folders

if TYPE_CHECKING:
    from mechanist.audit.subject import Subject


class MakeSubject(Protocol):
    """A function that returns the audit subject for a descriptor."""

    def __call__(
        self, kind: str, parameters: Mapping[str, object] | None = None
    ) -> "Subject[object]":
        """Return the audit subject.

        Parameters
        ----------
        kind : str
            As :func:`entries` lists it.
        parameters : mapping, optional
            Descriptor parameters that differ from the defaults.
        """
        ...


class Auditor(NamedTuple):
    """How the descriptors of one subject are audited.

    Attributes
    ----------
    wing : str
        Folder of their cards, and heading in tables and figures.
    function : str
        Module of ``audit/`` and its :class:`MakeSubject`, with a colon between them.
    by_carrier : bool
        Whether each carrier that the descriptor's card names has an audit, and so a kind, of its
        own: ``lines_rho`` and ``edges_rho`` of ``rho``.
    """

    wing: str
    function: str
    by_carrier: bool = False


#: By subject, a value of :class:`mechanist.describe.descriptor.SubjectName`, in the order in which
#: tables and figures list them.
AUDITORS: Final[Mapping[str, Auditor]] = {
    "particle": Auditor("glass", "glass_subject:glass_subject"),
    "dislocation_sample": Auditor("dislocation", "dislocation_subject:dislocation_subject"),
    "creep_trajectory": Auditor("creep", "creep_subject:creep_subject"),
    "pileup": Auditor("pileup", "pileup_subject:pileup_subject"),
    "density_field": Auditor("fields", "field_subject:field_subject", by_carrier=True),
    "voxel": Auditor("crystal", "voxel_subject:voxel_subject"),
}
#: Wings in the order in which tables and figures list them.
WINGS: Final = tuple(auditor.wing for auditor in AUDITORS.values())


class Entry(NamedTuple):
    """An audit of a descriptor.

    Attributes
    ----------
    wing, kind : str
        The card is written to ``<wing>/<kind>.json``.
    file : str
        File that defines the descriptor, without suffix.
    descriptor : str
        Name of the descriptor.
    """

    wing: str
    kind: str
    file: str
    descriptor: str


def entries(folders: Sequence[Path] = ()) -> list[Entry]:
    """Return the audits of all descriptors that files define, sorted by wing and name.

    Parameters
    ----------
    folders : sequence of Path
        Folders of Python files, which are not imported; those of ``describe`` by default.
    """
    places = folders or [Path(place) for place in mechanist.describe.__path__]
    found = [e for one in declared_in_folders(places).values() for e in _audits(one)]
    return sorted(found, key=lambda entry: (WINGS.index(entry.wing), entry.kind))


def _audits(one: Declared) -> Iterator[Entry]:
    """Yield the audits of a descriptor; none if nothing audits its subject."""
    auditor = AUDITORS.get(one.subject)
    if auditor is None:
        return
    kinds = [f"{carrier}_{one.kind}" for carrier in one.carriers]
    for kind in kinds if auditor.by_carrier else [one.kind]:
        yield Entry(auditor.wing, kind, one.file, one.kind)


def subject_named(
    wing: str,
    kind: str,
    parameters: Mapping[str, object] | None = None,
    *,
    most_steps: int | None = None,
    most_sizes: int | None = None,
) -> "Subject[object]":
    """Return the audit subject for a descriptor; only the modules of its own subject are imported.

    Parameters
    ----------
    wing, kind : str
        As :func:`entries` lists them.
    parameters : mapping, optional
        Descriptor parameters that differ from the defaults.
    most_steps, most_sizes : int, optional
        Largest numbers of steps on a path and of sizes at which cost is measured, for a quicker and
        coarser audit.

    Raises
    ------
    ValueError
        If there is no such descriptor or parameter.
    """
    known = [(entry.wing, entry.kind) for entry in entries()]
    if (wing, kind) not in known:
        raise ValueError(
            f"no descriptor {kind!r} of wing {wing!r}; expected one of"
            f" {['/'.join(entry) for entry in known]}, each defined by a file in describe/"
        )
    subject = _maker(wing)(kind, parameters)
    steps = min(most_steps or subject.path_steps, subject.path_steps)
    sizes = subject.sizes[: most_sizes or len(subject.sizes)]
    return replace(subject, path_steps=steps, sizes=sizes)


def auditor_module(wing: str) -> str:
    """Return the module that audits the descriptors of a wing, such as ``audit/pileup_subject``.

    It is imported by name, so that rules add it to the code that they depend on.
    """
    return f"audit/{_function(wing)[0]}"


def _maker(wing: str) -> MakeSubject:
    module, name = _function(wing)
    return cast("MakeSubject", getattr(importlib.import_module(f"mechanist.audit.{module}"), name))


def _function(wing: str) -> tuple[str, str]:
    function = next(auditor.function for auditor in AUDITORS.values() if auditor.wing == wing)
    module, _, name = function.partition(":")
    return module, name
