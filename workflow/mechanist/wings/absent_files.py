"""Files of users that are not there, while results of other files stand in their place.

Snakemake takes a result for finished if an input of its rule is gone, so that a misspelt name would show
the results of the file that was named before. It keeps the inputs of every result in its metadata.
"""

import fnmatch
import json
import os
import re
from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: Where Snakemake keeps what every result was made of, and how it divides long names.
METADATA: Final = Path(".snakemake/metadata")
LONGEST: Final = 254
#: Folder of inputs that are no file of a user's, beside that of the results.
OURS: Final = "workflow"
#: Rules that may need every wing; those of one wing begin with its name.
OF_ALL: Final = ("imports", "all")
#: Files of a result that a message names.
MOST_NAMED: Final = 3
#: Options with which nothing is made.
IDLE: Final = frozenset({"--unlock", "--lint", "--version", "--list-rules", "--list", "-l"})


@dataclass(frozen=True)
class Source:
    """What one entry of a user's data is read from.

    Parameters
    ----------
    place : str
        Where the entry is given.
    wing : str
        Wing that reads it.
    names : tuple of str
        Names of which a path of its results has all.
    files : tuple of Path
        Files that the entry names.
    result : Path
        What is made of them.
    """

    place: str
    wing: str
    names: tuple[str, ...]
    files: tuple[Path, ...]
    result: Path

    @property
    def absent(self) -> list[Path]:
        """Files that are not there."""
        return [path for path in self.files if not path.exists()]

    @property
    def made_of(self) -> list[str]:
        """Files of the user's that the result was made of; none if nobody knows."""
        inputs = recorded_inputs(self.result) if self.result.exists() else None
        ours = (OURS, self.result.parts[0])
        return [path for path in inputs or () if Path(path).parts[0] not in ours]

    @property
    def stale(self) -> bool:
        """Whether the result exists, and was made of other files than the entry names."""
        theirs = {*map(_absolute, self.made_of)}
        if not theirs or any("{" in str(path) for path in self.files):
            return False  # Nobody knows: a name in braces is no input.
        named = {_absolute(path) for path in self.files}
        patterns = [one for one in named - theirs if re.search(r"[*?\[]", one)]
        found = {path for one in patterns for path in fnmatch.filter(theirs, one)}
        return (named - {*patterns}) | found != theirs

    def is_asked(self, files: Collection[str]) -> bool:
        """Return whether one of these files is of this entry."""
        parts = [re.split(r"[/.]", file) for file in files]
        joined = "_".join(self.names)
        return any(
            {*self.names} <= {*each} or any(f"_{part}".endswith(f"_{joined}") for part in each)
            for each in parts
        )


def _absolute(path: str | Path) -> str:
    return os.path.abspath(path)  # noqa: PTH100  (does not follow links)


def asks_rules(arguments: Sequence[str], wing: str, results: str, wings: Collection[str]) -> bool:
    """Return whether a command line asks for rules that may show what a wing made of users' data.

    Parameters
    ----------
    arguments : sequence of str
    wing : str
    results : str
        Folder of the results: arguments within it are files.
    wings : collection of str
        All wings.
    """
    if IDLE & {*arguments}:
        return False
    names = [one for one in arguments if one.isidentifier()]  # a rule, and no file of settings
    rules = [one for one in names if one.startswith(tuple(wings)) or one in OF_ALL]
    if rules:
        return any(one.startswith(wing) or one in OF_ALL for one in rules)
    return not any(one.startswith(f"{results}/") for one in arguments)


def recorded_inputs(result: Path) -> list[str] | None:
    """Return the inputs from which Snakemake has made a result; None if there is no record of it."""
    name = urlsafe_b64encode(str(result).encode()).decode()
    *folders, last = [name[k : k + LONGEST] for k in range(0, len(name), LONGEST)]
    record = METADATA.joinpath(*(f"@{one}" for one in folders), last)
    try:
        inputs = json.loads(record.read_text(encoding="utf-8"))["input"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return [str(path) for path in inputs]


def absent_files(
    sources: Iterable[Source], arguments: Sequence[str], results: str, wings: Collection[str]
) -> tuple[list[str], list[str]]:
    """Return what to refuse, and what to warn of.

    Parameters
    ----------
    sources : iterable of Source
    arguments : sequence of str
        Of the command line.
    results : str
        Folder of the results.
    wings : collection of str
        All wings.

    Returns
    -------
    refused : list of str
        Entries that are asked for, and whose result is of other files or not made yet.
    warned : list of str
        Other entries whose result is there.
    """
    refused, warned = [], []
    files = [one for one in arguments if one.startswith(f"{results}/")]
    for source in sources:
        for path in source.absent:
            line = f"{source.place}: there is no file {path}"
            if not source.result.exists():
                if source.is_asked(files):
                    refused.append(f"{line}. Correct the name")
            elif source.stale and (
                source.is_asked(files) or asks_rules(arguments, source.wing, results, wings)
            ):
                refused.append(
                    f"{line}, and {source.result} was made of {', '.join(source.made_of[:MOST_NAMED])}."
                    " Correct the name"
                )
            else:
                warned.append(
                    f"{line}. {source.result} stays as it was made, and cannot be made anew"
                )
    return refused, warned
