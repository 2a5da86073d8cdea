"""Candidate terms of an equation, as a configuration declares them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

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

    Raises
    ------
    ValueError
        If the kind is unknown, or a custom library has no terms.
    """

    kind: str = "divergence"
    degree: int = 3
    order: int = 3
    terms: Sequence[str] = ()
    constant: bool = True
    inputs: bool = True

    def __post_init__(self) -> None:
        if self.kind not in KINDS or (self.kind == "custom" and not self.terms):
            raise ValueError(
                f"library of kind {self.kind!r} with terms {list(self.terms)}; expected one of "
                f"{KINDS}, and terms for 'custom'"
            )

    @property
    def form(self) -> str:
        """Form in which the truth is written: ``"product"`` or ``"divergence"``."""
        return "product" if self.kind == "product" else "divergence"

    def build(self, data: FieldData) -> tuple[Term, ...]:
        """Return the terms for data with these axes and variables."""
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
