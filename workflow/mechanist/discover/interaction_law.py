"""Identify the law of interacting slip systems from a table of slip, as Messner et al. (2017) did.

Symmetry comes first, then sparsity: all pairs or triples of an orbit share one coefficient, and
LASSO selects the coefficients that are needed. ``H`` must not be negative. The methods to compare
with are symmetry without LASSO, no symmetry, and Taylor's law with one coefficient for all pairs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.discover import interaction_terms as terms
from mechanist.discover.interaction_gram import Gram, grams, parts_of
from mechanist.discover.interaction_sparse import SparseFit, SparseSettings, sparse_fit
from mechanist.formats.slip_tables import SlipTable
from mechanist.mechanics.slip_law import Flow, SlipLaw
from mechanist.mechanics.slip_systems import SlipSystems


@dataclass(frozen=True)
class Method:
    """A method of identification.

    Parameters
    ----------
    symmetry : {"orbits", "unordered", "free", "taylor"}
        Which pairs and triples share a coefficient.
    sparse : bool
        Whether terms are selected; otherwise all are fitted.
    """

    symmetry: terms.Symmetry
    sparse: bool


METHODS: Final = {
    "tied_lasso": Method("orbits", sparse=True),
    "tied": Method("orbits", sparse=False),
    "tied_symmetric": Method("unordered", sparse=False),
    "free": Method("free", sparse=False),
    "free_lasso": Method("free", sparse=True),
    "taylor_scalar": Method("taylor", sparse=False),
}


@dataclass(frozen=True, eq=False)
class Identified:
    """The identified law and its coefficients.

    Parameters
    ----------
    law : SlipLaw
        Coefficients of all pairs and triples.
    resistance, evolution : SparseFit
        Fits of ``H``, and of ``K`` followed by recovery, numbered as in their tyings.
    unseen : tuple of int
        Number of coefficients of each fit that no state excites.
    """

    law: SlipLaw
    resistance: SparseFit
    evolution: SparseFit
    unseen: tuple[int, int]


def identify(
    table: SlipTable,
    systems: SlipSystems,
    method: str,
    *,
    flow: Flow | None = None,
    noise: float = 0.0,
    parts: int = 10,
    settings: SparseSettings | None = None,
    rng: np.random.Generator | None = None,
) -> Identified:
    """Identify the coefficients of a law.

    Parameters
    ----------
    table : SlipTable
        States; runs are the independent units.
    systems : SlipSystems
        Slip systems of the table's columns.
    method : str
        One of ``METHODS``.
    flow : Flow, optional
        Elasticity and rate law, by default ``Flow()``.
    noise : float
        Known noise of the stresses; see :func:`interaction_terms.resistance_targets`.
    parts : int
        Number of parts, made of whole runs, for cross-validation and resampling; at most one per
        run.
    settings : SparseSettings, optional
    rng : Generator, optional
        Random generator for inclusion frequencies.

    Raises
    ------
    ValueError
        If the method is unknown, the table has another number of systems, or terms are to be
        selected from a single run.
    """
    if method not in METHODS:
        raise ValueError(f"no method {method!r}; there are {list(METHODS)}")
    if table.n_systems != len(systems):
        raise ValueError(
            f"the table has {table.n_systems} slip systems, expected the {len(systems)} of"
            f" {systems.name!r}"
        )
    flow, how = flow or Flow(), METHODS[method]
    lengths = systems.magnitudes / systems.magnitudes.min()
    index = parts_of(table.runs, min(parts, len(np.unique(table.runs))) if how.sparse else 1)
    problems = (
        (
            terms.resistance_tying(systems, how.symmetry),
            terms.densities,
            terms.resistance_targets(table, flow, lengths, noise),
        ),
        (
            terms.evolution_tying(systems, how.symmetry),
            terms.evolution_features,
            (table.growths, terms.evolution_weights(table)),
        ),
    )
    found = []
    for which, (tying, features, (targets, weights)) in enumerate(problems):
        classes = grams(table, tying, features, targets, weights, parts=index)
        positive = which == 0
        fits = ((g, _fit(g, how, positive, settings, rng)) for g in classes)
        found.append(_joined(fits, tying.number))
    (resistance, unseen_pairs), (evolution, unseen_triples) = found
    law = terms.law_of(systems, how.symmetry, resistance.weights, evolution.weights)
    return Identified(law, resistance, evolution, (unseen_pairs, unseen_triples))


def _fit(
    gram: Gram,
    how: Method,
    positive: bool,
    settings: SparseSettings | None,
    rng: np.random.Generator | None,
) -> SparseFit:
    if how.sparse:
        return sparse_fit(gram, settings=settings, positive=positive, rng=rng)
    everything = np.arange(len(gram.columns))
    weights = gram.total().fit(everything, positive=positive)
    return SparseFit(weights, np.full(len(weights), np.nan))


def _joined(found: Iterable[tuple[Gram, SparseFit]], number: int) -> tuple[SparseFit, int]:
    """Return the joint fit of all classes, and how many columns are zero on the data."""
    weights, frequencies = np.zeros(number), np.full(number, np.nan)
    path: list[dict[str, float]] = []
    unseen = 0
    for block, (gram, fit) in enumerate(found):
        weights[gram.columns] = fit.weights
        frequencies[gram.columns] = fit.frequencies
        path += [{"block": block, **entry} for entry in fit.path]
        diagonal = np.diagonal(gram.products, axis1=1, axis2=2).sum(axis=0)
        unseen += int((diagonal == 0).sum())
    return SparseFit(weights, frequencies, path), unseen
