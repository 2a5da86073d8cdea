"""The linear system of sparse regression, compressed block by block into QR factors.

Rows ``[Theta | B]`` (terms and targets at test functions or points) enter only through the upper
triangular factor of each block. An orthogonal factor leaves least-squares residuals unchanged, so
nothing is lost, memory does not grow with rows, and the condition number is not squared as in a
Gram matrix. Any set of blocks is combined by stacking factors and factorising again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.discover.terms import Term
from mechanist.discover.triangular_factors import triangular


@dataclass(frozen=True, eq=False)
class LinearSystem:
    """Least-squares problems ``Theta w = b`` for each target, in compressed blocks.

    Parameters
    ----------
    terms : tuple of Term
        Columns of ``Theta``.
    targets : tuple of str
        Names of the columns of ``B``, such as ``("u_t", "v_t")``.
    factors : ndarray of shape (n_blocks, p + q, p + q)
        Upper triangular factor of ``[Theta | B]`` of each block.
    rows : ndarray of shape (n_blocks,)
        Number of rows behind each factor.
    groups : ndarray of shape (n_blocks,)
        Index of the trajectory of each block.
    notes : dict of str to str, optional
        How the column of a term was computed, if it is not exact in the weak form.
    overlap : float, optional
        Number of rows that cover the same stretch of data, since test functions overlap. The number
        of independent windows is the number of rows divided by this.
    scheme_errors : ndarray of shape (p + q,), optional
        Norm of the error that differences of second order on the grid of the data would make in
        each column, terms then targets; by default zero. See :mod:`.resolution`.
    independent : float, optional
        Number of independent values that white noise on the target has in all rows; NaN if unknown.
    """

    terms: tuple[Term, ...]
    targets: tuple[str, ...]
    factors: FloatArray
    rows: IntArray
    groups: IntArray
    notes: dict[str, str] = field(default_factory=dict)
    overlap: float = 1.0
    scheme_errors: FloatArray | None = None
    independent: float = float("nan")

    def __post_init__(self) -> None:
        size = len(self.terms) + len(self.targets)
        expected = (len(self.rows), size, size)
        if self.factors.shape != expected or self.groups.shape != self.rows.shape:
            raise ValueError(
                f"factors of shape {self.factors.shape} with {len(self.groups)} groups; expected "
                f"{expected} for {len(self.terms)} terms and {len(self.targets)} targets"
            )

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the terms."""
        return tuple(term.name for term in self.terms)

    @property
    def n_blocks(self) -> int:
        """Number of blocks."""
        return len(self.rows)

    @property
    def n_rows(self) -> int:
        """Total number of rows."""
        return int(self.rows.sum())

    def index(self, name: str) -> int:
        """Return the column index of a term.

        Raises
        ------
        KeyError
            If there is no such term.
        """
        try:
            return self.names.index(name)
        except ValueError:
            raise KeyError(f"no term {name!r}; there are {list(self.names)}") from None

    def combined(self, blocks: "Sequence[int] | IntArray | None" = None) -> FloatArray:
        """Return one upper triangular factor of some blocks, shape (p + q, p + q).

        Parameters
        ----------
        blocks : sequence of int, optional
            Blocks, by default all; a block may be repeated, as resampling does.
        """
        chosen = self.factors if blocks is None else self.factors[np.asarray(blocks, dtype=int)]
        return triangular(chosen.reshape(-1, chosen.shape[-1]))

    def problem(
        self, target: str | None = None, *, blocks: "Sequence[int] | IntArray | None" = None
    ) -> tuple[FloatArray, FloatArray]:
        """Return ``A`` of shape (p + q, p) and ``b`` of shape (p + q,).

        For every ``w``, ``|A w - b|`` is the norm of the residual over all rows of the blocks.

        Parameters
        ----------
        target : str, optional
            Which target; may be left out if there is only one.
        blocks : sequence of int, optional
            As in :meth:`combined`.
        """
        factor = self.combined(blocks)
        p = len(self.terms)
        return factor[:, :p], factor[:, p + self._target(target)]

    def column_norms(self) -> FloatArray:
        """Return the norms of all columns, terms then targets, shape (p + q,)."""
        norms: FloatArray = np.sqrt((self.factors**2).sum(axis=(0, 1)))
        return norms

    def normalised(self) -> tuple["LinearSystem", FloatArray]:
        """Return the system with columns of unit norm, and the norms (a zero column keeps 1).

        Weights of the system are weights of the normalised one times the norm of the target's
        column over that of the term's.
        """
        norms = self.column_norms()
        norms[norms == 0] = 1.0
        errors = None if self.scheme_errors is None else self.scheme_errors / norms
        return replace(self, factors=self.factors / norms, scheme_errors=errors), norms

    def subset(self, names: Sequence[str]) -> "LinearSystem":
        """Return the system with some of its terms, in the order given."""
        columns = [self.index(name) for name in names]
        p = len(self.terms)
        kept = [*columns, *range(p, p + len(self.targets))]
        factors = np.stack([triangular(factor[:, kept]) for factor in self.factors])
        notes = {name: note for name, note in self.notes.items() if name in names}
        terms = tuple(self.terms[column] for column in columns)
        errors = None if self.scheme_errors is None else self.scheme_errors[kept]
        return replace(self, terms=terms, factors=factors, notes=notes, scheme_errors=errors)

    def scheme_floor(self, weights: FloatArray, target: str | None = None) -> float:
        """Return the squared error of second-order differences in an equation, over the target.

        Parameters
        ----------
        weights : ndarray of shape (p,)
            Coefficients of the equation.
        target : str, optional
            Which target; may be left out if there is only one.
        """
        if self.scheme_errors is None:
            return 0.0
        p, column = len(self.terms), len(self.terms) + self._target(target)
        size = float((self.factors[:, :, column] ** 2).sum())
        squared = float((weights * self.scheme_errors[:p]) @ (weights * self.scheme_errors[:p]))
        return (squared + float(self.scheme_errors[column]) ** 2) / size if size else 0.0

    def select(self, blocks: "Sequence[int] | IntArray") -> "LinearSystem":
        """Return the system of some blocks."""
        chosen = np.asarray(blocks, dtype=int)
        return replace(
            self, factors=self.factors[chosen], rows=self.rows[chosen], groups=self.groups[chosen]
        )

    def _target(self, target: str | None) -> int:
        if target is None:
            if len(self.targets) > 1:
                raise ValueError(f"name one of the targets {list(self.targets)}")
            return 0
        if target not in self.targets:
            raise ValueError(f"no target {target!r}; there are {list(self.targets)}")
        return self.targets.index(target)
