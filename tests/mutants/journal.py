"""Keep what became of every mutant in a file, so that a run that was stopped goes on where it was."""

import hashlib
import json
from pathlib import Path

from mutants.mutation import Mutant
from mutants.run import FATES, Fate, Target


class Journal:
    """A file with one line of JSON for each mutant that was judged.

    Parameters
    ----------
    path : Path, optional
        Nothing is kept without one.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.known: dict[str, Fate] = {}
        if path is not None and path.is_file():
            for line in path.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                self.known[row["sha256"]] = FATES[row["fate"]]

    def fate(self, target: Target, mutant: Mutant) -> Fate | None:
        """Return what is known of a mutant of the same code, the latest if it was judged again."""
        return self.known.get(_digest(target, mutant))

    def keep(self, target: Target, mutant: Mutant, fate: Fate) -> None:
        """Append a line."""
        digest = _digest(target, mutant)
        self.known[digest] = fate
        if self.path is not None:
            row = {
                "module": target.module, "line": mutant.line, "kind": mutant.kind,
                "before": mutant.before, "after": mutant.after, "fate": fate, "sha256": digest,
            }  # fmt: skip
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")


def _digest(target: Target, mutant: Mutant) -> str:
    return hashlib.sha256(f"{target.module}\n{mutant.source}".encode()).hexdigest()
