"""Check the materials that a configuration names, and what each material allows.

The process that plans a run has no numerical packages; it parses the files in
``mechanics/materials`` instead of importing them. A material is a file that defines a function
``material``, whose keyword-only arguments are its parameters.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from mechanist.core.material_choice import MaterialChoice
from mechanist.settings.names import unknown_names

FOLDER: Final = "mechanics/materials"
FACTORY: Final = "material"
FLAG: Final = "PAIR_DERIVATIVES"
#: The class that the function returns, and the file that defines it.
RETURNED: Final = "Material"
CLASS_FILE: Final = Path(FOLDER) / "material.py"


@dataclass(frozen=True)
class MaterialFile:
    """Contents of a material's file that planning a run needs.

    Parameters
    ----------
    parameters : tuple of str
        Names of all parameters.
    required : tuple of str
        Names of the parameters without a default.
    files : tuple of str
        Names of the parameters that are files, annotated ``Path``.
    pair_derivatives : bool or None
        Whether the potential has analytic pair derivatives; None if the file does not say.
    lacking : tuple of str
        Required entries of ``Material`` that the file does not give.
    """

    parameters: tuple[str, ...]
    required: tuple[str, ...]
    files: tuple[str, ...]
    pair_derivatives: bool | None
    lacking: tuple[str, ...]


@cache
def known_materials(library: Path) -> dict[str, MaterialFile]:
    """Return all materials of a library by name.

    Parameters
    ----------
    library : Path
        Folder of the library.
    """
    needed = _required_entries(library / CLASS_FILE)
    files = sorted((library / FOLDER).glob("*.py"))
    found = {path.stem: _material_file(path, needed) for path in files}
    return {name: one for name, one in found.items() if one is not None}


def _required_entries(path: Path) -> list[str]:
    """Return the fields without a default of the class ``Material``."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return [
        part.target.id
        for node in body
        if isinstance(node, ast.ClassDef) and node.name == RETURNED
        for part in node.body
        if isinstance(part, ast.AnnAssign)
        and isinstance(part.target, ast.Name)
        and part.value is None
    ]


def _lacking(function: ast.FunctionDef, needed: Sequence[str]) -> Iterator[str]:
    """Yield the needed entries that a call of ``Material`` in a function does not give."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == RETURNED:
            given = {key.arg for key in node.keywords}
            if None not in given:  # with `**entries`, any may be given
                yield from (name for name in needed if name not in given)


def _material_file(path: Path, needed: Sequence[str]) -> MaterialFile | None:
    """Return what a file states about its material, or None if it defines none."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    functions = [n for n in body if isinstance(n, ast.FunctionDef) and n.name == FACTORY]
    if not functions:
        return None
    given = functions[0].args
    defaults = dict(zip((a.arg for a in given.kwonlyargs), given.kw_defaults, strict=True))
    annotated = {a.arg: ast.unparse(a.annotation) for a in given.kwonlyargs if a.annotation}
    return MaterialFile(
        parameters=tuple(defaults),
        required=tuple(name for name, value in defaults.items() if value is None),
        files=tuple(name for name, kind in annotated.items() if kind == "Path"),
        pair_derivatives=next(_flags(body), None),
        lacking=tuple(_lacking(functions[0], needed)),
    )


def _flags(body: Sequence[ast.stmt]) -> Iterator[bool]:
    """Yield the values of ``PAIR_DERIVATIVES = True`` and ``PAIR_DERIVATIVES = False``."""
    for node in body:
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        named = any(isinstance(target, ast.Name) and target.id == FLAG for target in targets)
        value = node.value.value if isinstance(node.value, ast.Constant) else None
        if named and isinstance(value, bool):
            yield value


def has_pair_derivatives(entry: Mapping[str, object], library: Path) -> bool:
    """Return whether the material of a system has pair derivatives; an unknown one counts as so."""
    found = known_materials(library).get(MaterialChoice.from_entry(entry).name)
    return found is None or bool(found.pair_derivatives)


def material_files(entry: Mapping[str, object], library: Path) -> list[str]:
    """Return the files that the material of a system reads."""
    choice = MaterialChoice.from_entry(entry)
    names = known_materials(library)[choice.name].files
    return [str(choice.parameters[name]) for name in names if name in choice.parameters]


def material_problems(place: str, entry: Mapping[str, object], library: Path) -> Iterator[str]:
    """Yield the problems of the material of a system: unknown names, missing parameters and files.

    Parameters
    ----------
    place : str
        Path of the system in the configuration.
    entry : mapping
        Entry of ``glass/systems``.
    library : Path
        Folder of the library.
    """
    choice, known = MaterialChoice.from_entry(entry), known_materials(library)
    if entry.get("model", choice.name) != choice.name:
        yield (
            f"{place}: material {choice.name!r} and model {entry['model']!r} differ; `model` is an"
            " older name of `material`, so remove it"
        )
    if choice.name not in known:
        (line,) = unknown_names(f"{place}/material", [choice.name], known)
        yield f"{line}; or add a file {FOLDER}/{choice.name}.py that defines the function {FACTORY}"
        return
    found, where = known[choice.name], f"{place}/material_parameters"
    file_name = f"{FOLDER}/{choice.name}.py"
    if found.pair_derivatives is None:
        yield f"{place}/material: {file_name} does not set {FLAG} to True or False"
    if found.lacking:
        yield f"{place}/material: {RETURNED}(...) in {file_name} lacks {', '.join(found.lacking)}"
    yield from unknown_names(where, choice.parameters, found.parameters)
    for name in found.required:
        if name not in choice.parameters:
            yield f"{where}: the material {choice.name!r} needs the parameter {name!r}"
    for file in material_files(entry, library):
        if not Path(file).is_file():
            yield f"{where}: no such file {file!r}; expected a path relative to the working folder"
