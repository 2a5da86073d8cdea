"""Find the library modules on which a script depends, and hash their content.

Snakemake tracks a rule's script but not the modules that it imports. Rules therefore carry
``params: code=...``, a hash over the script's transitive imports from this library and from other
scripts. The imports are found from the import statements, so no list has to be maintained by hand.

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
#: The folder of scripts beside the library, whose modules scripts import too.
SCRIPTS: Final = "scripts"
#: An import of these at any indentation, over several lines if in parentheses.
STATEMENT: Final = re.compile(
    rf"^[ \t]*((?:import|from)[ \t]+(?:{PACKAGE}|{SCRIPTS})\b(?:[^\n(]*\([^)]*\)|[^\n]*))",
    re.MULTILINE,
)


@cache
def dependencies(path: Path) -> frozenset[Path]:
    """Return all files of library and scripts that importing ``path`` executes, itself excluded.

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
    """Return a short hash over the content of all files on which ``paths`` depend.

    The files themselves are included if they belong to the library; scripts of rules are not, since
    Snakemake tracks them already.
    """
    files: set[Path] = set()
    for path in paths:
        files |= dependencies(path)
        if path.is_relative_to(LIBRARY):
            files.add(path)
    digest = hashlib.sha256()
    for _, named in sorted(map(_named_content, files)):
        digest.update(named)
    return digest.hexdigest()[:16]


@cache
def _named_content(file: Path) -> tuple[tuple[str, ...], bytes]:
    """Return the parts of a path, by which files are sorted, and the name and content of the file."""
    folder = LIBRARY if file.is_relative_to(LIBRARY) else LIBRARY.parent
    return file.parts, str(file.relative_to(folder)).encode() + file.read_bytes()


@cache  # all rules depend on the same few hundred files
def _executed(path: Path) -> frozenset[Path]:
    """Return the files of library and scripts that the import statements of a file execute."""
    modules = imported_modules(path.read_text(encoding="utf-8"))
    return frozenset(file for module in modules for file in _files_of(module, LIBRARY))


def imported_modules(source: str) -> set[str]:
    """Return the dotted names in import statements that are, or may be, modules of ours.

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
    return {name for name in found if name.split(".")[0] in (PACKAGE, SCRIPTS)}


@cache
def _files_of(module: str, library: Path) -> tuple[Path, ...]:
    """Return the files executed by importing a dotted name: its parent packages, then itself."""
    package, *parts = module.split(".")
    top = library if package == PACKAGE else library.parent / SCRIPTS
    files = [library / "__init__.py"] if package == PACKAGE else []
    for depth in range(1, len(parts) + 1):
        place = top.joinpath(*parts[:depth])
        if place.is_dir():  # folders of scripts are no packages with a file of their own
            files += [place / "__init__.py"] if package == PACKAGE else []
        elif place.with_suffix(".py").is_file():
            files.append(place.with_suffix(".py"))
        elif depth < len(parts):
            raise FileNotFoundError(f"no module {module!r} in {top}")
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
