"""Coefficients of a law drawn from their covariance."""

from dataclasses import dataclass

import numpy as np

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.predict.found_law import Law, LawEquation


@dataclass(frozen=True, eq=False)
class Members:
    """Several sets of coefficients of one law, of which the first is the law itself.

    Parameters
    ----------
    coefficients : dict of str to ndarray of shape (m,)
        By the labels of :meth:`.found_law.LawEquation.label`.
    numbers : dict of str to ndarray of shape (m,)
        Fitted numbers inside terms, by label.
    """

    coefficients: dict[str, FloatArray]
    numbers: dict[str, FloatArray]

    @property
    def count(self) -> int:
        """Number of sets."""
        return len(next(iter(self.coefficients.values())))

    @property
    def possible(self) -> BoolArray:
        """Sets whose numbers inside terms are positive, as those of every law are; shape (m,)."""
        fine = np.ones(self.count, dtype=bool)
        for values in self.numbers.values():
            fine &= values > 0.0
        return fine

    def chosen(self, which: IntArray | slice) -> "Members":
        """Return some of the sets."""
        return Members(
            {name: values[which] for name, values in self.coefficients.items()},
            {name: values[which] for name, values in self.numbers.items()},
        )


def drawn(law: Law, draws: int, *, seed: int) -> Members:
    """Return a law's own coefficients, then draws from the covariance of each equation.

    Equations are drawn independently of each other, since covariances between them are unknown.

    Raises
    ------
    ValueError
        If the covariance of an equation is unknown, and draws are asked for.
    """
    coefficients: dict[str, FloatArray] = {}
    numbers: dict[str, FloatArray] = {}
    for k, one in enumerate(law.equations):
        centre = np.array([t.coefficient for t in one.terms] + list(one.parameters.values()))
        values = np.tile(centre, (draws + 1, 1))
        if draws:
            rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(k,)))
            values[1:] += _deviations(one, draws, rng)
        names = [one.label(t.term.name) for t in one.terms]
        coefficients |= dict(zip(names, values.T, strict=False))
        numbers |= {
            one.label(name): values[:, len(names) + j] for j, name in enumerate(one.parameters)
        }
    return Members(coefficients, numbers)


def _deviations(equation: LawEquation, draws: int, rng: np.random.Generator) -> FloatArray:
    covariance = equation.covariance
    if covariance is None:
        raise ValueError(
            f"{equation.target}: the covariance of the coefficients is unknown, since the data were a"
            " single block; expected one to draw from. Ask for `draws` of 0, which gives no band"
        )
    sizes = np.sqrt(np.diag(covariance))
    scale = np.where(sizes > 0.0, sizes, 1.0)
    values, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    normal = rng.normal(size=(draws, len(sizes)))
    made = (normal * np.sqrt(np.maximum(values, 0.0))) @ vectors.T * scale
    return np.asarray(made)
