"""Find the descriptors that files of ``describe/`` declare, without importing the files.

The process that plans a run has no numerical packages: files are parsed. A file sets ``DESCRIPTOR``
to a class, whose descriptor has the name of the file, or ``DESCRIPTORS`` to a tuple of classes,
whose descriptors have the names of the classes in lower case, with underscores.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from mechanist.settings.names import assigned_names

#: Names by which a file declares one descriptor, and several.
ONE: Final = "DESCRIPTOR"
SEVERAL: Final = "DESCRIPTORS"
#: Dislocations whose density fields are described, unless a card names fewer.
CARRIERS: Final = ("lines", "edges")
_WORDS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Declared(NamedTuple):
    """A descriptor as its file states it.

    Parameters
    ----------
    kind : str
        Name of the descriptor.
    file : str
        Name of the file that declares it, without suffix.
    cls : str
        Name of its class.
    subject : str
        What it describes, a value of :class:`mechanist.describe.descriptor.SubjectName`; empty if
        the card names no member of it.
    parameters : tuple of str
        Names of the fields of the class.
    flags : dict of str to bool
        Entries of the card that are true or false.
    carriers : tuple of str
        As on the card.
    """

    kind: str
    file: str
    cls: str
    subject: str
    parameters: tuple[str, ...]
    flags: dict[str, bool]
    carriers: tuple[str, ...]


def declared_in_folders(folders: Iterable[Path]) -> dict[str, Declared]:
    """Return the descriptors that all Python files of some folders declare, by name.

    Parameters
    ----------
    folders : iterable of Path
        Such as ``describe/`` of the library.

    Raises
    ------
    ValueError
        If two descriptors have one name.
    """
    found: dict[str, Declared] = {}
    for path in (file for folder in folders for file in sorted(folder.glob("*.py"))):
        for one in declared_in(path):
            if one.kind in found:
                raise ValueError(
                    f"descriptor {one.kind!r} is declared by {found[one.kind].file}.py and by"
                    f" {one.file}.py; expected different names"
                )
            found[one.kind] = one
    return found


def declared_in(path: Path) -> list[Declared]:
    """Return the descriptors that one file declares.

    Parameters
    ----------
    path : Path
        A Python file, which is not imported.
    """
    return list(_read(path.stem, path.read_text(encoding="utf-8")))


@cache
def _read(file: str, source: str) -> tuple[Declared, ...]:
    module = ast.parse(source)
    classes = {node.name: node for node in module.body if isinstance(node, ast.ClassDef)}
    single = [(file, name) for name in assigned_names(module, ONE)[:1]]
    several = [(kind_of(name), name) for name in assigned_names(module, SEVERAL)]
    return tuple(
        _declared(kind, file, classes[name], classes)
        for kind, name in (*single, *several)
        if name in classes
    )


def kind_of(cls: str) -> str:
    """Return the name of the descriptor of a class: ``rho_kappa`` for ``RhoKappa``."""
    return _WORDS.sub("_", cls).lower()


def _declared(
    kind: str, file: str, node: ast.ClassDef, classes: Mapping[str, ast.ClassDef]
) -> Declared:
    card = {word.arg: word.value for word in _card(node) if word.arg}
    subject, carriers = card.get("subject"), card.get("carriers")
    return Declared(
        kind=kind,
        file=file,
        cls=node.name,
        # Members of the enumeration have their own names, in lower case, as values.
        subject=subject.attr.lower() if isinstance(subject, ast.Attribute) else "",
        parameters=tuple(dict.fromkeys(_parameters(node, classes))),
        flags={
            name: value.value
            for name, value in card.items()
            if isinstance(value, ast.Constant) and isinstance(value.value, bool)
        },
        carriers=tuple(ast.literal_eval(carriers)) if carriers is not None else CARRIERS,
    )


def _card(node: ast.ClassDef) -> list[ast.keyword]:
    """Return the arguments of ``card = Card(...)`` in the body of a class."""
    for statement in node.body:
        call = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
        if isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] == "Card":
            return call.keywords
    return []


def _parameters(node: ast.ClassDef, classes: Mapping[str, ast.ClassDef]) -> Iterator[str]:
    """Yield the names of the fields of a dataclass, after those of its bases in the same file."""
    for base in node.bases:
        if isinstance(base, ast.Name) and base.id in classes:
            yield from _parameters(classes[base.id], classes)
    for field in node.body:
        if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
            continue
        if "ClassVar" not in ast.unparse(field.annotation):
            yield field.target.id
