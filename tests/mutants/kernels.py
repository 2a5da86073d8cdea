"""Find the compiled kernels that a changed module makes invalid.

Numba stores a kernel with the time of its own file only. A stored kernel contains the code of those
that it calls, so that it would hide a change of theirs.
"""

import re
from pathlib import Path


def affected(module: Path, library: Path) -> set[Path]:
    """Return a module and all files of a folder that import it, through others too.

    Parameters
    ----------
    module : Path
        A file below ``library``.
    library : Path
        The folder that imports start from.
    """
    imports = {path: _names(path) for path in library.rglob("*.py")}
    found, waiting = {module}, [module]
    while waiting:
        name = ".".join(waiting.pop().relative_to(library).with_suffix("").parts)
        new = {path for path, names in imports.items() if name in names} - found
        found |= new
        waiting += new
    return found


def forget(module: Path, library: Path) -> None:
    """Delete the stored kernels of a module and of those that import it."""
    for path in affected(module, library):
        for suffix in ("nbi", "nbc"):
            for kernel in path.parent.glob(f"__pycache__/{path.stem}.*.{suffix}"):
                kernel.unlink()


def _names(path: Path) -> set[str]:
    """Return the dotted names in the import statements of a file."""
    names = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        stated = re.match(r"\s*(?:from|import)\s+([\w.]+)(?:\s+import\s+(.*))?", line)
        if stated:
            members = re.findall(r"\w+", stated[2] or "")
            names |= {stated[1], *(f"{stated[1]}.{member}" for member in members)}
    return names
