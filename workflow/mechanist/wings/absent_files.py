"""Files of users that are not there, while results of other files stand in their place.

Snakemake takes a result for finished if an input of its rule is gone, so that a misspelt name would show
the results of the file that was named before. It keeps the inputs of every result in its metadata.
"""

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: Where Snakemake keeps what every result was made of.
METADATA: Final = Path(".snakemake/metadata")


@dataclass(frozen=True)
class Source:
    """What one entry of a user's data is read from.

    Parameters
    ----------
    place : str
        Where the entry is given.
    names : tuple of str
        System and sample, or the name alone.
    files : tuple of Path
        Files that the entry names.
    result : Path
        What is made of them.
    """

    place: str
    names: tuple[str, ...]
    files: tuple[Path, ...]
    result: Path

    @property
    def absent(self) -> list[Path]:
        """Files that are not there."""
        return [path for path in self.files if not path.exists()]

    @property
    def stale(self) -> bool:
        """Whether the result exists, and was made of files that the entry does not name."""
        made_of = recorded_inputs(self.result) if self.result.exists() else None
        return made_of is not None and not {str(path) for path in self.absent} <= {*made_of}

    def is_asked(self, files: Collection[str]) -> bool:
        """Return whether one of these files is of this entry."""
        parts = [re.split(r"[/.]", file) for file in files]
        joined = "_".join(self.names)
        return any(joined in each or {*self.names} <= {*each} for each in parts)


def recorded_inputs(result: Path) -> list[str] | None:
    """Return the inputs from which Snakemake has made a result; None if there is no record of it."""
    record = METADATA / urlsafe_b64encode(str(result).encode()).decode()
    try:
        inputs = json.loads(record.read_text(encoding="utf-8"))["input"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return [str(path) for path in inputs]


def absent_files(sources: Iterable[Source], asked: Collection[str]) -> tuple[list[str], list[str]]:
    """Return what to refuse, and what to warn of.

    Parameters
    ----------
    sources : iterable of Source
    asked : collection of str
        Files that the run is asked for; none if it is asked for whole rules.

    Returns
    -------
    refused : list of str
        Entries that are asked for, and whose result is of another file or not made yet.
    warned : list of str
        Other entries whose result is there.
    """
    refused, warned = [], []
    for source in sources:
        for path in source.absent:
            line = f"{source.place}: there is no file {path}"
            if not source.result.exists():
                if source.is_asked(asked):
                    refused.append(f"{line}. Correct the name")
            elif source.stale and (not asked or source.is_asked(asked)):
                refused.append(
                    f"{line}, and {source.result} was made of another file. Correct the name, or delete"
                    " that result"
                )
            else:
                warned.append(f"{line}. What was made of it before stays, and cannot be made anew")
    return refused, warned
