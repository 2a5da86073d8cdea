"""Find the library modules on which a script depends, and hash their content.

Snakemake tracks a rule's script but not the modules that it imports. Rules therefore carry
``params: code=...``, a hash over the script's transitive imports from this library. The imports are
found from the import statements, so no list has to be maintained by hand.

This runs at every start of Snakemake, so only the import statements are parsed: whole files take
twenty times longer.
"""

import ast
import hashlib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

LIBRARY: Final = Path(__file__).parents[1]
PACKAGE: Final = LIBRARY.name
#: An import of this library at any indentation, over several lines if in parentheses.
STATEMENT: Final = re.compile(
    rf"^[ \t]*((?:import|from)[ \t]+{PACKAGE}\b(?:[^\n(]*\([^)]*\)|[^\n]*))", re.MULTILINE
)


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
    """Return a short hash over the content of all library files on which ``paths`` depend.

    The files themselves are included if they belong to the library; scripts outside it are not,
    since Snakemake tracks them already.
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


@cache  # all rules depend on the same few hundred files
def _executed(path: Path) -> frozenset[Path]:
    """Return the library files that the import statements of a file execute."""
    modules = imported_modules(path.read_text(encoding="utf-8"))
    return frozenset(file for module in modules for file in _files_of(module, LIBRARY))


def imported_modules(source: str) -> set[str]:
    """Return the dotted names in import statements that are, or may be, library modules.

    Parameters
    ----------
    source : str
        Formatted Python code, with one statement per line.
    """
    found: set[str] = set()
    for statement in STATEMENT.findall(source):
        for node in ast.parse(statement).body:
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                # `from package import name`: the name may be a module
                found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in found if name.split(".")[0] == PACKAGE}


@cache
def _files_of(module: str, library: Path) -> tuple[Path, ...]:
    """Return the files executed by importing a dotted name: its parent packages, then itself."""
    parts = module.split(".")[1:]
    files = [library / "__init__.py"]
    for depth in range(1, len(parts) + 1):
        place = library.joinpath(*parts[:depth])
        if place.is_dir():
            files.append(place / "__init__.py")
        elif place.with_suffix(".py").is_file():
            files.append(place.with_suffix(".py"))
        elif depth < len(parts):
            raise FileNotFoundError(f"no module {module!r} in {library}")
    return tuple(files)


class ScriptHash:
    """Hashes of the library code behind scripts, for ``params: code=...`` of rules.

    Parameters
    ----------
    folder : Path
        Folder of the scripts.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, script: str, *modules: str) -> str:
        """Hash what a script imports, and modules that it finds by name when it runs.

        Parameters
        ----------
        script : str
            Path below the folder of scripts.
        *modules : str
            Paths below the library, without suffix.
        """
        return code_hash([self.folder / script, *(LIBRARY / f"{module}.py" for module in modules)])
