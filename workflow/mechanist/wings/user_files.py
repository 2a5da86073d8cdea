"""The files that an entry of a user's data is read from, as inputs of its rule.

Snakemake takes a name in braces within an input for a wildcard, and offers no way to write it
otherwise. A file with such a name is no input; its size and the time of its last change are
parameters of the rule instead, so that a changed file is imported anew.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mechanist.imports.entry_errors import files_of
from mechanist.wings.wing import Files, Wildcards

_BRACES: Final = frozenset("{}")


@dataclass(frozen=True)
class UserFiles:
    """The files of each entry of one block.

    Parameters
    ----------
    entry : callable
        Returns the entry that wildcards name.
    files : callable
        Returns the files that an entry names, in order.
    """

    entry: Callable[[Wildcards], Mapping[str, object]]
    files: Callable[[Mapping[str, object]], Iterable[str | Path]] = files_of

    def paths(self, wildcards: Wildcards) -> Files:
        """Return all files of an entry in order."""
        return [str(path) for path in self.files(self.entry(wildcards))]

    def inputs(self, wildcards: Wildcards) -> Files:
        """Return the files that can be inputs."""
        return [path for path in self.paths(wildcards) if not _BRACES & set(path)]

    def unlisted(self, wildcards: Wildcards) -> dict[str, tuple[int, int] | None]:
        """Return size and time of change of the other files; None for one that does not exist."""
        others = [path for path in self.paths(wildcards) if _BRACES & set(path)]
        return {path: _state(Path(path)) for path in others}


def _state(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns
