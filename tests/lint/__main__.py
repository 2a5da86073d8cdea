"""Find code that only tests reach, and tests that cannot fail.

PYTHONPATH=tests .venv/bin/python -m lint

Prints one line a finding, and exits with 1 if there is any. Reads sources only, in a few seconds.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from lint.dead_code import ends, library, reach, resolved, unreached
from lint.definitions import Target
from lint.kept import KEPT
from lint.weak_tests import sources, weaknesses

ROOT: Final = Path(__file__).parents[2]


def findings(root: Path, *, kept: Mapping[tuple[str, str], str] = KEPT) -> Iterator[str]:
    """Yield a line for each finding in a repository.

    Parameters
    ----------
    root : Path
    kept : mapping of (module, name) to reason
        Code that stays although only tests reach it.
    """
    modules = library(root)
    named = ends(root, modules)
    alive = reach(modules, named).definitions
    for place in sorted(kept):
        target = Target(*place)
        if target in alive or resolved(modules, target) is None:
            yield f"tests/lint/kept.py: {'.'.join(place)} is reached or gone; remove its line"
        named.targets.add(target)
    for one in unreached(modules, reach(modules, named)):
        path = f"workflow/{one.module.replace('.', '/')}.py"
        yield (
            f"{path}:{one.line}: nothing but tests reaches the {one.kind} {one.name}; use it, delete"
            " it, or say in tests/lint/kept.py why it stays"
        )
    for weak in weaknesses(sources(root)):
        yield f"{weak.file}:{weak.line}: {weak.test} {weak.what}"


if __name__ == "__main__":
    found = list(findings(ROOT))
    print(*found, sep="\n", end="\n" if found else "")
    sys.exit(bool(found))
