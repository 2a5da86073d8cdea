"""The right-hand sides of a law, for many sets of coefficients at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.terms import Orders
from mechanist.predict.found_law import Law, LawEquation, state_name
from mechanist.predict.law_draws import Members
from mechanist.predict.law_pieces import Piece, Reader, pieces_of


@dataclass(frozen=True)
class Placed:
    """A piece of a term: the row of the state whose rate it is part of, and its coefficient's label.

    Parameters
    ----------
    row : int
        Index in the state.
    label : str
        Label of the term.
    equation : LawEquation
        The equation that the term is in.
    piece : Piece
    """

    row: int
    label: str
    equation: LawEquation
    piece: Piece


@dataclass(frozen=True, eq=False)
class Rates:
    """A law with sets of coefficients, whose states have the shape (m, n_state, ...).

    Parameters
    ----------
    law : Law
    members : Members
        Of m sets.
    """

    law: Law
    members: Members

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row of each name in a state."""
        return {name: row for row, name in enumerate(self.law.state)}

    @cached_property
    def pieces(self) -> list[Placed]:
        """All pieces of all terms."""
        return [
            Placed(
                self.rows[state_name(one.variable, max(one.order, 1) - 1)],
                one.label(term.term.name),
                one,
                piece,
            )
            for one in self.law.equations
            for term in one.terms
            for piece in pieces_of(one, term)
        ]

    @cached_property
    def steps(self) -> list[tuple[int, int]]:
        """Rows whose rate is another row: that of a position is its velocity."""
        names = self.law.state
        return [
            (self.rows[state_name(one.variable, k)], self.rows[state_name(one.variable, k + 1)])
            for one in self.law.equations
            for k in range(one.order - 1)
            if state_name(one.variable, k + 1) in names
        ]

    def numbers(self, placed: Placed, dimensions: int) -> dict[str, FloatArray]:
        """Return the fitted numbers of the piece's equation, shaped to stand beside fields."""
        shape = (-1, *[1] * dimensions)
        return {
            name: self.members.numbers[placed.equation.label(name)].reshape(shape)
            for name in placed.equation.parameters
        }

    def coefficient(self, placed: Placed, dimensions: int) -> FloatArray:
        """Return the coefficient of the piece's term, shaped to stand beside fields."""
        values = self.members.coefficients[placed.label]
        return values.reshape(-1, *[1] * dimensions)

    def ordinary(self, state: FloatArray, inputs: Mapping[str, FloatArray | float]) -> FloatArray:
        """Return rates without derivatives in space, shape (m, n_state).

        Parameters
        ----------
        state : ndarray of shape (m, n_state)
            Deviations from the offsets of the law.
        inputs : mapping of str to float
            Known variables, as deviations too.
        """

        def read(name: str, orders: Orders, rate: int) -> FloatArray:
            del orders
            if name in inputs:
                return np.asarray(inputs[name])
            return state[:, self.rows[state_name(name, rate)]]

        return self.total(state, read)

    def total(self, state: FloatArray, read: Reader) -> FloatArray:
        """Return the sum of all pieces that have no derivative outside, and of the steps."""
        made = np.zeros_like(state)
        for one in self.pieces:
            numbers = self.numbers(one, state.ndim - 2)
            value = one.piece.product(read, numbers)
            made[:, one.row] += self.coefficient(one, state.ndim - 2) * value
        for row, source in self.steps:
            made[:, row] = state[:, source]
        return made
