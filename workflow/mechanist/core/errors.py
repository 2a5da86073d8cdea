"""Errors whose messages are for users: the one that every reader raises on bad input, and those of single stages."""

from pathlib import Path


class FormatError(ValueError):
    """A file violates its format.

    Parameters
    ----------
    path : Path
        The offending file.
    problem : str
        What is wrong, with the value seen and the value expected.
    remedy : str
        What the user can do about it.
    line : int, optional
        Line number, counted from 1.
    column : str, optional
        Name of the offending column.
    """

    def __init__(
        self,
        path: Path,
        problem: str,
        *,
        remedy: str,
        line: int | None = None,
        column: str | None = None,
    ) -> None:
        self.path = path
        self.problem = problem
        self.remedy = remedy
        self.line = line
        self.column = column
        place = str(path) if line is None else f"{path}:{line}"
        where = place if column is None else f"{place}, column {column!r}"
        super().__init__(f"{where}: {problem}. {remedy}")


class CutError(FormatError):
    """A text file ends before it is complete, as files of killed jobs do."""


class NoIdsError(FormatError):
    """A file of particles states no ids, by which they could be matched from frame to frame."""


class DamagedError(RuntimeError):
    """Some outputs are missing or differ from the manifest."""


class TypesettingError(RuntimeError):
    """Typst failed or issued warnings; the message says where."""
