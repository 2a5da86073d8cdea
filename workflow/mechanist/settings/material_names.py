"""Check the materials that a configuration names, and what each material allows.

The process that plans a run has no numerical packages; it parses the files in
``mechanics/materials`` instead of importing them. A material is a file that defines a function
``material``, whose keyword-only arguments are its parameters.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from mechanist.core.material_choice import MaterialChoice
from mechanist.settings.names import unknown_names

FOLDER: Final = "mechanics/materials"
FACTORY: Final = "material"
FLAG: Final = "PAIR_DERIVATIVES"


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
    pair_derivatives : bool
        Whether the potential has analytic pair derivatives.
    """

    parameters: tuple[str, ...]
    required: tuple[str, ...]
    files: tuple[str, ...]
    pair_derivatives: bool


@cache
def known_materials(library: Path) -> dict[str, MaterialFile]:
    """Return all materials of a library by name.

    Parameters
    ----------
    library : Path
        Folder of the library.
    """
    found = {path.stem: _material_file(path) for path in sorted((library / FOLDER).glob("*.py"))}
    return {name: one for name, one in found.items() if one is not None}


def _material_file(path: Path) -> MaterialFile | None:
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
        pair_derivatives=any(_sets_flag(node) for node in body),
    )


def _sets_flag(node: ast.stmt) -> bool:
    """Return whether a statement is ``PAIR_DERIVATIVES = True``."""
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return False
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    named = any(isinstance(target, ast.Name) and target.id == FLAG for target in targets)
    return named and isinstance(node.value, ast.Constant) and node.value.value is True


def has_pair_derivatives(entry: Mapping[str, Any], library: Path) -> bool:
    """Return whether the material of a system has pair derivatives; an unknown one counts as so."""
    found = known_materials(library).get(MaterialChoice.from_entry(entry).name)
    return found is None or found.pair_derivatives


def material_files(entry: Mapping[str, Any], library: Path) -> list[str]:
    """Return the files that the material of a system reads."""
    choice = MaterialChoice.from_entry(entry)
    names = known_materials(library)[choice.name].files
    return [str(choice.parameters[name]) for name in names if name in choice.parameters]


def material_problems(place: str, entry: Mapping[str, Any], library: Path) -> Iterator[str]:
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
    yield from unknown_names(where, choice.parameters, found.parameters)
    for name in found.required:
        if name not in choice.parameters:
            yield f"{where}: the material {choice.name!r} needs the parameter {name!r}"
    for file in material_files(entry, library):
        if not Path(file).is_file():
            yield f"{where}: no such file {file!r}; expected a path relative to the working folder"
