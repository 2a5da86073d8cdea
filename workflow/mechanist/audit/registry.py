"""Every descriptor of the project, found in the files of ``describe/``, and how each is audited.

A file is recognised by the name that it defines. It is parsed without being run, so that rules can
name the cards before anything is imported:

``DESCRIPTOR``
    A descriptor of particles, or of whole dislocation samples if its card says
    ``whole_sample=True``.
``TRAJECTORY_DESCRIPTOR``
    A descriptor of creeping dislocations.
``DESCRIPTORS``
    Descriptors of pileups: a mapping from names to functions.
``FIELD_SETS``
    Sets of density fields: a mapping from names to the fields in a set.
``VOXEL_SETS``
    Sets of voxel fields of polycrystals: a mapping from names to the fields in a row.

A new file is audited without any other edit.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from mechanist.audit.subject import Subject

DESCRIBE: Final = Path(__file__).parents[1] / "describe"
#: Wings in the order in which tables and figures list them.
WINGS: Final = ("glass", "dislocation", "creep", "pileup", "fields", "crystal")
#: Names that mark a file as defining descriptors.
MARKS: Final = ("DESCRIPTOR", "TRAJECTORY_DESCRIPTOR", "DESCRIPTORS", "FIELD_SETS", "VOXEL_SETS")


class Entry(NamedTuple):
    """A descriptor: its wing, its kind, and the file that defines it."""

    wing: str
    kind: str
    file: str


def entries(folder: Path = DESCRIBE) -> list[Entry]:
    """Return all descriptors that the files of a folder define, sorted by wing and name.

    Parameters
    ----------
    folder : Path
        Folder of Python files, which are not imported.
    """
    found = [entry for path in sorted(folder.glob("*.py")) for entry in _defined_in(path)]
    return sorted(found, key=lambda entry: (WINGS.index(entry.wing), entry.kind))


def _defined_in(path: Path) -> Iterator[Entry]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    values = dict(_assigned(tree))
    if "DESCRIPTOR" in values:
        yield Entry("dislocation" if _whole_sample(tree) else "glass", path.stem, path.stem)
    if "TRAJECTORY_DESCRIPTOR" in values:
        yield Entry("creep", path.stem, path.stem)
    for kind in _keys(values.get("DESCRIPTORS")):
        yield Entry("pileup", kind, path.stem)
    for kind in _keys(values.get("VOXEL_SETS")):
        yield Entry("crystal", kind, path.stem)
    for key in _keys(values.get("FIELD_SETS")):
        for carrier in ("lines", "edges") if "q" not in key.split("+") else ("lines",):
            yield Entry("fields", f"{carrier}_{key.replace('+', '_')}", path.stem)


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Yield names that a module assigns to, and the expressions."""
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            yield node.target.id, node.value
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, node.value


def _keys(value: ast.expr | None) -> list[str]:
    """Return the keys of a mapping that is written as a literal."""
    if not isinstance(value, ast.Dict):
        return []
    return [str(key.value) for key in value.keys if isinstance(key, ast.Constant)]


def _whole_sample(tree: ast.Module) -> bool:
    """Return whether the file makes a card with ``whole_sample=True``."""
    return any(
        keyword.arg == "whole_sample"
        and isinstance(keyword.value, ast.Constant)
        and keyword.value.value is True
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
    )


def subject_named(
    wing: str,
    kind: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    most_steps: int | None = None,
    most_sizes: int | None = None,
) -> "Subject":
    """Return the audit subject for a descriptor.

    Parameters
    ----------
    wing, kind : str
        As :func:`entries` lists them.
    parameters : mapping, optional
        Descriptor parameters that differ from the defaults; glasses and dislocations only.
    most_steps, most_sizes : int, optional
        Largest numbers of steps on a path and of sizes at which cost is measured, for a quicker and
        coarser audit.

    Raises
    ------
    ValueError
        If there is no such descriptor, or it takes no parameters.
    """
    known = [(entry.wing, entry.kind) for entry in entries()]
    if (wing, kind) not in known:
        raise ValueError(
            f"no descriptor {kind!r} of wing {wing!r}; expected one of"
            f" {['/'.join(entry) for entry in known]}, each defined by a file in describe/"
        )
    subject = _subject(wing, kind, dict(parameters or {}))
    steps = min(most_steps or subject.path_steps, subject.path_steps)
    sizes = subject.sizes[: most_sizes or len(subject.sizes)]
    return replace(subject, path_steps=steps, sizes=sizes)


def _subject(wing: str, kind: str, parameters: dict[str, Any]) -> "Subject":
    """Return the audit subject for a known descriptor; only its own wing is imported."""
    if wing == "glass":
        from mechanist.audit.glass_subject import glass_subject

        return glass_subject(kind, parameters)
    if wing == "dislocation":
        from mechanist.audit.dislocation_subject import dislocation_subject

        return dislocation_subject(kind, parameters)
    if parameters:
        raise ValueError(
            f"{wing}/{kind} takes no parameters; expected none instead of {sorted(parameters)}"
        )
    if wing == "creep":
        from mechanist.audit.creep_subject import creep_subject

        return creep_subject(kind)
    if wing == "pileup":
        from mechanist.audit.pileup_subject import pileup_subject

        return pileup_subject(kind)
    if wing == "crystal":
        from mechanist.audit.voxel_subject import voxel_subject

        return voxel_subject(kind)
    from mechanist.audit.field_subject import field_subject

    return field_subject(kind)
