"""Check that the names in a configuration exist, and suggest the closest known name."""

import ast
import difflib
from collections.abc import Iterable, Iterator
from typing import Final

#: What paths of a user's files look like.
NO_BRACES: Final = "^[^{}]*$"


def assigned_class(module: ast.Module, variable: str) -> str | None:
    """Return the name that the top level of a module assigns to ``variable``, or None."""
    return next(iter(assigned_names(module, variable)), None)


def assigned_names(module: ast.Module, variable: str) -> list[str]:
    """Return the names that the top level of a module assigns to a variable: one, or a tuple."""
    for node in module.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if any(isinstance(t, ast.Name) and t.id == variable for t in targets):
            value = node.value
            parts = value.elts if isinstance(value, ast.Tuple | ast.List) else [value]
            return [part.id for part in parts if isinstance(part, ast.Name)]
    return []


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
            hint = suggestion(name, choices)
            yield f"{place}: no such name {name!r}{hint}. Known: {', '.join(choices)}"


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return the closest known name as a question, or an empty text if none is close."""
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""
