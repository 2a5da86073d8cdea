"""Docstrings of the library as Markdown: cross-references, literal blocks and tables.

The library writes ``:func:`name``` and relatives, as reStructuredText does. A reference to something that
the reference shows becomes a link, any other the name in code marks.
"""

import re
from typing import Final

import griffe
from places import ROOMS

ROLE: Final = re.compile(r":(?:class|func|mod|meth|data|attr):`(?P<name>[^`]+)`")
BLOCK: Final = re.compile(r"::$", re.MULTILINE)
#: A simple table: lines between rules of equals signs.
TABLE: Final = re.compile(r"^(=+(?: +=+)+)\n(?:.*\n)+?\1\n(?:.*\n)+?\1$", re.MULTILINE)


class Markdown(griffe.Extension):
    """Rewrites the docstrings of a package once it is loaded."""

    def on_package(
        self, *, pkg: griffe.Module, loader: griffe.GriffeLoader, **kwargs: object
    ) -> None:
        """Rewrite all docstrings of a package."""
        _rewrite(pkg)


def _rewrite(one: griffe.Object) -> None:
    if one.docstring:
        one.docstring.value = as_markdown(one.docstring.value, one)
    for member in one.members.values():
        if isinstance(member, griffe.Object):
            _rewrite(member)


def as_markdown(text: str, owner: griffe.Object) -> str:
    """Return a docstring as Markdown; ``owner`` is what it describes."""
    text = TABLE.sub(lambda found: f"```text\n{found[0]}\n```", text)
    text = BLOCK.sub(":", text)
    return ROLE.sub(lambda found: _linked(found["name"], owner), text)


def _linked(name: str, owner: griffe.Object) -> str:
    name = name.lstrip("~")
    shown = name.removeprefix(".")
    target = _target(name, owner)
    if target is None or not _is_shown(target):
        return f"`{shown}`"
    return f"[`{shown.removeprefix('mechanist.')}`][{target.path}]"


def _target(name: str, owner: griffe.Object) -> griffe.Object | None:
    """Find what a reference means: in its class, its module, its package, or by its full name."""
    at: griffe.Object | None = owner
    while at is not None:
        for path in (name.lstrip("."), name):
            try:
                found = at.modules_collection[path] if path.startswith("mechanist.") else at[path]
            except (KeyError, griffe.AliasResolutionError):
                continue
            final = found.final_target if found.is_alias else found
            return final if isinstance(final, griffe.Object) else None
        at = at.parent if isinstance(at.parent, griffe.Object) else None
    return None


def _is_shown(target: griffe.Object) -> bool:
    parts = target.path.split(".")
    if parts[0] != "mechanist" or len(parts) < 2 or any(part.startswith("_") for part in parts):
        return False
    module = target if target.is_module else target.module
    room = module.path.split(".")[1]
    public = room in ROOMS or module.path == "mechanist.api"
    is_page = not (target.is_module and target.is_init_module)  # type: ignore[attr-defined]
    return public and is_page and target.has_docstring
