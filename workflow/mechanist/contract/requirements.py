"""Named requirements on parts that a researcher adds, with errors that state what is broken.

As in scikit-learn's ``check_estimator``, every requirement has a name, runs alone, and can be a
case of ``pytest.mark.parametrize``.
"""

import argparse
import inspect
import traceback
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Literal

from mechanist.core.code_hash import LIBRARY

#: Folder of the checks, whose own calls no message shows.
CHECKS: Final = Path(__file__).parent
#: Largest number of nested calls that the message on an exception shows.
MOST_CALLS: Final = 4


class Status(StrEnum):
    """Status of an examined requirement."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not applicable"
    NOT_CHECKED = "not checked"


class Broken(Exception):  # noqa: N818  (control flow between a test and its requirement)
    """A requirement is not met.

    Parameters
    ----------
    seen, expected, remedy : str
        Clauses of the error message.
    """

    def __init__(self, seen: str, *, expected: str, remedy: str) -> None:
        super().__init__(seen)
        self.seen, self.expected, self.remedy = seen, expected, remedy


class NotApplicable(Exception):  # noqa: N818  (as above)
    """A requirement does not apply; the argument states why."""


class ContractError(AssertionError):
    """An added part breaks a requirement; the message states which, where and the remedy."""


@dataclass(frozen=True)
class Outcome:
    """Outcome of examining one requirement.

    Parameters
    ----------
    requirement : str
    status : Status
    message : str
        The error in full, or why the requirement does not apply or was not examined; empty where it
        is met.
    """

    requirement: str
    status: Status
    message: str = ""


@dataclass(frozen=True)
class Requirement:
    """One requirement of a contract.

    Parameters
    ----------
    name : str
        Short, unique within a contract.
    expected : str
        What must hold; shown if the test ends in an unforeseen exception.
    about : str
        The part under test, such as ``"descriptor 'nearest'"``.
    where : callable
        Returns the location of the source.
    test : callable
        Raises :class:`Broken`, :class:`NotApplicable` or any other exception unless the requirement
        is met.
    """

    name: str
    expected: str
    about: str
    where: Callable[[], str]
    test: Callable[[], None]

    def __str__(self) -> str:
        """Return the name, which pytest shows."""
        return self.name

    def __call__(self) -> Outcome:
        """Examine the requirement.

        Raises
        ------
        ContractError
            If it is broken.
        """
        try:
            # Numbers that are not finite have a requirement of their own.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", RuntimeWarning)
                self.test()
        except NotApplicable as reason:
            return Outcome(self.name, Status.NOT_APPLICABLE, str(reason))
        except Broken as broken:
            raise ContractError(self._text(broken)) from broken.__cause__
        except Exception as error:
            remedy = f"prevent this exception, which was raised {_raised(error)}"
            seen = f"{type(error).__name__}: {error}"
            raise ContractError(
                self._text(Broken(seen, expected=self.expected, remedy=remedy))
            ) from error
        return Outcome(self.name, Status.PASSED)

    def _text(self, broken: Broken) -> str:
        return (
            f"{self.about} breaks the requirement {self.name!r}\n"
            f"  where:    {self.where()}\n"
            f"  seen:     {broken.seen}\n"
            f"  expected: {broken.expected}\n"
            f"  remedy:   {broken.remedy}"
        )


def examine(
    requirements: Iterable[Requirement],
    *,
    on_fail: Literal["raise", "return"] = "raise",
    ordered: bool = False,
) -> list[Outcome]:
    """Examine requirements one after the other.

    Parameters
    ----------
    requirements : iterable of Requirement
    on_fail : {"raise", "return"}
        Whether the first broken requirement ends the examination.
    ordered : bool
        Whether each relies on the previous ones, so that none after a broken one is examined.

    Raises
    ------
    ContractError
        If one is broken and ``on_fail`` is ``"raise"``.
    """
    outcomes: list[Outcome] = []
    broken = ""
    for requirement in requirements:
        if ordered and broken:
            reason = f"it relies on the requirement {broken!r}, which is broken"
            outcomes.append(Outcome(requirement.name, Status.NOT_CHECKED, reason))
            continue
        try:
            outcomes.append(requirement())
        except ContractError as error:
            if on_fail == "raise":
                raise
            broken = requirement.name
            outcomes.append(Outcome(requirement.name, Status.FAILED, str(error)))
    return outcomes


def place_of(item: Callable[..., object]) -> str:
    """Return ``file:line (name)`` of a class or function."""
    try:
        path = Path(inspect.getfile(item))
        line = inspect.getsourcelines(item)[1]
    except (TypeError, OSError):
        return f"{item!r}, whose source cannot be found"
    return f"{_shown(path)}:{line} ({getattr(item, '__name__', 'unnamed')})"


def _shown(path: Path) -> Path:
    """Return the path of a source, relative to the library if it belongs to it."""
    return path.relative_to(LIBRARY.parent) if path.is_relative_to(LIBRARY.parent) else path


def _raised(error: Exception) -> str:
    """Return where an exception was raised, innermost call first, without the calls of the checks."""
    frames = traceback.extract_tb(error.__traceback__)
    calls = [f for f in frames if Path(f.filename).parent != CHECKS] or frames[-1:]
    places = [f"at {_shown(Path(f.filename))}:{f.lineno} ({f.name})" for f in reversed(calls)]
    return ", called ".join(places[:MOST_CALLS])


def report(outcomes: Iterable[Outcome]) -> str:
    """Return one line per requirement, with error messages in full."""
    lines = []
    for outcome in outcomes:
        tail = "" if outcome.status == Status.PASSED else f": {outcome.message}"
        lines.append(f"{outcome.status:>14}  {outcome.requirement}{tail}")
    return "\n".join(lines)


def asked_name(about: str | None, word: str) -> str:
    """Return the only argument of a check that is started from a shell; ``--help`` prints what it is.

    Parameters
    ----------
    about : str or None
        Docstring of the module.
    word : str
        What the argument is called there.
    """
    parser = argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(word.lower(), metavar=word, help="name of the file without .py")
    return str(getattr(parser.parse_args(), word.lower()))
