"""Which library modules a script depends on, and a hash of their content.

Snakemake tracks a rule's script but not the modules that it imports. Rules therefore carry
``params: code=...``, a hash over the script's transitive imports from this library, found by
reading the import statements: nothing is listed by hand, so nothing can be forgotten.
"""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

LIBRARY: Final = Path(__file__).parent
PACKAGE: Final = LIBRARY.name


@cache
def dependencies(path: Path) -> frozenset[Path]:
    """Return all library files that importing ``path`` executes, itself excluded.

    Parameters
    ----------
    path : Path
        A Python file.

    Raises
    ------
    FileNotFoundError
        If the file or a module that it imports does not exist.
    """
    found: set[Path] = set()
    waiting = [path]
    while waiting:
        for file in _executed(waiting.pop()):
            if file not in found and file != path:
                found.add(file)
                waiting.append(file)
    return frozenset(found)


def code_hash(paths: Iterable[Path]) -> str:
    """Return a short hash over the content of everything that the files ``paths`` depend on.

    The files themselves count when they belong to the library; a script outside it does not, since
    Snakemake watches it already.
    """
    files: set[Path] = set()
    for path in paths:
        files |= dependencies(path)
        if path.is_relative_to(LIBRARY):
            files.add(path)
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(str(file.relative_to(LIBRARY)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


@cache  # every rule asks for the same few hundred files
def _executed(path: Path) -> frozenset[Path]:
    """Return the library files that the import statements of a file execute."""
    return frozenset(file for module in _imported(path) for file in _files_of(module))


def _imported(path: Path) -> Iterator[str]:
    """Yield dotted names of library modules in the import statements of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            # `from package import name`: the name may be a module of its own
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] == PACKAGE)


def _files_of(module: str) -> Iterator[Path]:
    """Yield the files that importing a dotted name executes: packages on the way, then itself."""
    parts = module.split(".")[1:]
    yield LIBRARY / "__init__.py"
    for depth in range(1, len(parts) + 1):
        place = LIBRARY.joinpath(*parts[:depth])
        if place.is_dir():
            yield place / "__init__.py"
        elif place.with_suffix(".py").is_file():
            yield place.with_suffix(".py")
        elif depth < len(parts):
            raise FileNotFoundError(f"no module {module!r} in {LIBRARY}")
