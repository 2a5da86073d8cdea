"""Candidate terms of an equation, as a configuration declares them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from mechanist.discover.inner_parameters import Range, declared, filled
from mechanist.discover.library import divergence_library, polynomial_library, product_library
from mechanist.discover.terms import Term, parse_terms
from mechanist.formats.field_files import TIME, FieldData

KINDS: Final = ("polynomial", "divergence", "product", "custom")


@dataclass(frozen=True, kw_only=True)
class Library:
    """Candidate terms of an equation.

    Parameters
    ----------
    kind : str
        ``"polynomial"`` (no derivatives), ``"divergence"`` (``(u^2)_x``), ``"product"`` (``u u_x``)
        or ``"custom"`` (``terms``).
    degree, order : int
        Highest degree of monomials and highest order of derivatives.
    terms : sequence of str
        Names of the terms for ``"custom"``; additional terms for the other kinds.
    constant : bool
        Whether the constant term is in the library.
    inputs : bool
        Whether inputs enter monomials; otherwise they occur only in ``terms``.
    parameters : mapping of str to sequence of float
        Ranges of unknown numbers in ``terms``, where names stand for them.

    Raises
    ------
    ValueError
        If the kind is unknown, a custom library has no terms, or parameters are not declared as
        :func:`.inner_parameters.declared` expects.
    """

    kind: str = "divergence"
    degree: int = 3
    order: int = 3
    terms: Sequence[str] = ()
    constant: bool = True
    inputs: bool = True
    parameters: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in KINDS or (self.kind == "custom" and not self.terms):
            raise ValueError(
                f"library of kind {self.kind!r} with terms {list(self.terms)}; expected one of "
                f"{KINDS}, and terms for 'custom'"
            )
        declared(self.parameters, self.terms)

    @property
    def ranges(self) -> dict[str, Range]:
        """Ranges of unknown numbers."""
        return declared(self.parameters, self.terms)

    def at(self, values: Mapping[str, float]) -> "Library":
        """Return the library with values in place of the unknown numbers."""
        return replace(self, terms=filled(self.terms, values), parameters={})

    @property
    def form(self) -> str:
        """Form in which the truth is written: ``"product"`` or ``"divergence"``."""
        return "product" if self.kind == "product" else "divergence"

    def build(self, data: FieldData) -> tuple[Term, ...]:
        """Return the terms for data with these axes and variables.

        Unknown numbers have the middle of their range.

        Raises
        ------
        ValueError
            If a term does not parse, or a parameter has the name of a variable or axis.
        """
        taken = sorted(set(self.parameters) & {*data.axes, *data.variables})
        if taken:
            raise ValueError(
                f"parameters {taken} have the names of fields, inputs or axes of the data; choose other"
                " names"
            )
        if self.parameters:
            return self.at({n: one.middle for n, one in self.ranges.items()}).build(data)
        space = [axis for axis in data.axes if axis != TIME]
        names = list(data.variables if self.inputs else data.fields)
        extra = parse_terms(list(self.terms))
        made: tuple[Term, ...] = ()
        if self.kind == "polynomial":
            made = polynomial_library(names, degree=self.degree, constant=self.constant)
        elif self.kind == "divergence":
            made = divergence_library(
                names, space, degree=self.degree, order=self.order, constant=self.constant
            )
        elif self.kind == "product":
            made = product_library(
                names, space, degree=self.degree, order=self.order, constant=self.constant
            )
        return tuple(dict.fromkeys((*made, *extra)))
