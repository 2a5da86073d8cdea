"""A found law as a user's own code takes it: equations, coefficients with covariance, and its data's range.

A law is what one search found for all fields of its data. Where variables stay far from zero, the
law is written in their deviations from offsets, in which its terms do not cancel each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

from mechanist.core.narrowing import Json
from mechanist.core.typing import FloatArray
from mechanist.discover.terms import Term, parse_term
from mechanist.formats.field_files import TIME

#: Ending of the left-hand side of a map, which is the field at the next step.
NEXT: Final = "_next"
Kind = Literal["rate", "map"]


@dataclass(frozen=True)
class LawTerm:
    """A term of a law.

    Parameters
    ----------
    term : Term
        In the variables of the law, which are deviations where the law has offsets.
    coefficient : float
        In the units of the data.
    parameters : tuple of str
        Parameters of the equation whose number stands inside the term.
    unit : str or None
        Unit of the coefficient, if those of all variables and axes in the equation are known.
    """

    term: Term
    coefficient: float
    parameters: tuple[str, ...] = ()
    unit: str | None = None


@dataclass(frozen=True, eq=False)
class LawEquation:
    """One equation of a law.

    Parameters
    ----------
    target : str
        Left-hand side: ``u_t``, ``x_tt`` or, for a map, ``u_next``.
    terms : tuple of LawTerm
        Right-hand side, at least one term.
    parameters : dict of str to float
        Fitted numbers inside the terms, by name.
    covariance : ndarray of shape (n, n) or None
        Covariance of the coefficients and then of the parameters; None if it is unknown.
    text, verdict, reason : str
        The equation in a line, and what is to be thought of it.
    """

    target: str
    terms: tuple[LawTerm, ...]
    parameters: Mapping[str, float] = field(default_factory=dict)
    covariance: FloatArray | None = None
    text: str = ""
    verdict: str = ""
    reason: str = ""

    @cached_property
    def variable(self) -> str:
        """The field whose change the equation gives."""
        return self.left.factors[0].variable

    @cached_property
    def left(self) -> Term:
        """The left-hand side; that of a map stands for its next value."""
        return parse_term(self.target.removesuffix(NEXT))

    @property
    def order(self) -> int:
        """Order of the time derivative on the left; 0 for a map."""
        return dict(self.left.outer).get(TIME, 0)

    def label(self, name: str) -> str:
        """Return how a term or parameter of this equation is called within the law."""
        return f"{self.target}: {name}"


@dataclass(frozen=True)
class Span:
    """A uniform axis of the data: first and last point, and their number."""

    start: float
    stop: float
    points: int


@dataclass(frozen=True)
class Domain:
    """What the data of a law cover.

    Parameters
    ----------
    axes : dict of str to Span
        Space first, then time; the widest of all trajectories.
    ranges : dict of str to tuple of float
        Smallest and largest value of each field and input.
    periodic : tuple of str
        Axes on which the data are periodic.
    trajectories : int
        Number of trajectories.
    """

    axes: Mapping[str, Span]
    ranges: Mapping[str, tuple[float, float]]
    periodic: tuple[str, ...] = ()
    trajectories: int = 1

    @property
    def space(self) -> tuple[str, ...]:
        """Axes of space, in order."""
        return tuple(axis for axis in self.axes if axis != TIME)


@dataclass(frozen=True, eq=False)
class Law:
    """A found law.

    Parameters
    ----------
    name, method : str
        Case of the data, and method of the search.
    kind : str
        ``"rate"`` if left-hand sides are derivatives in time, ``"map"`` if they are next values.
    equations : tuple of LawEquation
        One for each field for which a law was found.
    offsets : dict of str to float
        What is subtracted from variables wherever they stand in terms.
    domain : Domain
        What the data cover.
    units : dict of str to str
        Units of fields, inputs and axes, as far as they are known.
    noise : float
        Noise added to the data before the search, relative to the standard deviation of each field.
    not_found : tuple of str
        Left-hand sides for which no equation was found.
    facts : dict
        Whatever else is known; anything JSON can hold.
    """

    name: str
    method: str
    kind: Kind
    equations: tuple[LawEquation, ...]
    domain: Domain
    offsets: Mapping[str, float] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    noise: float = 0.0
    not_found: tuple[str, ...] = ()
    facts: Mapping[str, Json] = field(default_factory=dict)

    @cached_property
    def state(self) -> tuple[str, ...]:
        """Names of what an initial state holds: fields and, for second orders, their rates."""
        return tuple(
            state_name(one.variable, order)
            for one in self.equations
            for order in range(max(one.order, 1))
        )

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """Variables that terms hold, and for which the law has no equation."""
        given = {one.variable for one in self.equations}
        names = {name for one in self.equations for t in one.terms for name in t.term.variables}
        return tuple(sorted(names - given))


def state_name(variable: str, order: int) -> str:
    """Return the name of a field, or of its derivative in time."""
    return variable + ("_" + TIME * order if order else "")
