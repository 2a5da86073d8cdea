"""Check that the names in a configuration exist, and suggest the closest known name."""

import ast
import difflib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from mechanist.settings.models.block import Descriptor


def descriptor_parameters(kind: str, library: Path) -> list[str] | None:
    """Return names of the parameters of ``describe/<kind>.py``, or None if it has no descriptor.

    The file names its descriptor by ``DESCRIPTOR = SomeDataclass``; the parameters are the
    annotated fields of that class.
    """
    path = library / "describe" / f"{kind}.py"
    if not path.is_file():
        return None
    module = ast.parse(path.read_text(encoding="utf-8"))
    named = assigned_class(module, "DESCRIPTOR")
    for node in module.body:
        if isinstance(node, ast.ClassDef) and node.name == named:
            return [
                field.target.id
                for field in node.body
                if isinstance(field, ast.AnnAssign)
                and isinstance(field.target, ast.Name)
                and "ClassVar" not in ast.unparse(field.annotation)
            ]
    return None


def assigned_class(module: ast.Module, variable: str) -> str | None:
    """Return the name that the top level of a module assigns to ``variable``, or None."""
    for node in module.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Name):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(t, ast.Name) and t.id == variable for t in targets):
                return node.value.id
    return None


def unknown_names(place: str, names: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    """Yield a line for each unknown name, with the closest known name.

    Parameters
    ----------
    place : str
        Path of the names in the configuration.
    names, known : iterable of str
    """
    choices = sorted(known)
    for name in names:
        if name not in choices:
            close = difflib.get_close_matches(name, choices, n=1)
            hint = f" (did you mean {close[0]!r}?)" if close else ""
            yield f"{place}: no such name {name!r}{hint}. Known: {', '.join(choices)}"


def unknown_descriptors(
    place: str, descriptors: Mapping[str, Descriptor], library: Path
) -> Iterator[str]:
    """Yield a line for each descriptor whose file or parameter does not exist.

    Parameters
    ----------
    place : str
        Path of the descriptors in the configuration.
    descriptors : mapping of str to Descriptor
    library : Path
        Folder of the library.
    """
    for name, entry in descriptors.items():
        parameters = descriptor_parameters(entry.kind, library)
        if parameters is None:
            yield (
                f"{place}/{name}/kind: {entry.kind!r} is not a descriptor. Expected a file"
                f" describe/{entry.kind}.py that sets DESCRIPTOR to its dataclass"
            )
        else:
            given = entry.parameters or {}
            yield from unknown_names(f"{place}/{name}/parameters", given, parameters)
