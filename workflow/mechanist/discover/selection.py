"""Select one model from a path of models.

The path of best subsets contains the right terms far more often than a rule selects them, so the
selection rule decides the quality of discovery. The default, ``auto``, sets two conditions on every
term: leaving it out must raise the logarithm of the squared residual by more than chance explains,
given the numbers of candidates and of independent windows, and its coefficient must exceed its
scatter over blocks or trajectories. Squared residuals count from a floor, the error that differences
of second order would make on the grid of the data (:mod:`.resolution`): what is below it may come
from the solver or the interpolation that made the data. If no term passes, no equation is reported.

The constants of ``auto`` were fixed on the systems ``DEVELOPMENT`` of :mod:`.selection_rules` and
never on the other systems, on which results are reported, except for the lower bound of the gain,
which no development system reaches: it was set on the logistic map at 20 % noise.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.best_subset import MAX_TERMS, best_subsets
from mechanist.discover.regression import Fit, Problem
from mechanist.discover.selection_rules import PATHLESS, RULES, Demand, demand_on
from mechanist.discover.stability import held_out_loss, inclusion_frequencies, jackknife
from mechanist.discover.system import LinearSystem

#: Smallest ratio of a coefficient to its jackknife error.
SIGNIFICANCE: Final = 3.0


@dataclass(frozen=True, eq=False)
class Selection:
    """Model that a rule selects for one target, and how well the data determine it.

    Parameters
    ----------
    target, rule : str
        Left-hand side and selection rule.
    fit : Fit
        The model; an empty support means that no equation was found.
    errors : ndarray of shape (p,)
        Standard errors of the weights over blocks or trajectories, zero outside the support.
    inclusion : ndarray of shape (p,)
        How often each term is selected on resampled data; NaN if not computed.
    held_out : float
        Squared residual on the stretches left out, relative to the squared target.
    path : tuple of Fit
        The models that the rule chose from, by size.
    gain : float
        Smallest gain required of a term.
    floor : float
        Squared residual, over the squared target, that the making of the data may leave.
    noise_share : float
        Squared residual that the noise in the data leaves, over the squared target; NaN if unknown.
    allowed : float
        Largest squared residual that noise and floor explain; NaN if unknown.
    covariance : ndarray of shape (k + m, k + m), optional
        Covariance of the k weights of the support and of m numbers inside their terms; by default
        that over blocks or trajectories.
    """

    target: str
    rule: str
    fit: Fit
    errors: FloatArray
    inclusion: FloatArray
    held_out: float
    path: tuple[Fit, ...]
    gain: float
    floor: float = float("nan")
    noise_share: float = float("nan")
    allowed: float = float("nan")
    covariance: FloatArray | None = None


def model_path(problem: Problem, *, max_terms: int = MAX_TERMS) -> list[Fit]:
    """Return the best model of each size, by increasing size; see :func:`best_subsets`."""
    return best_subsets(problem, max_terms=max_terms)


def select(
    system: LinearSystem,
    target: str | None = None,
    *,
    rule: str = "auto",
    max_terms: int = MAX_TERMS,
    resamples: int = 0,
    rng: np.random.Generator | None = None,
    truth: Mapping[str, float] | None = None,
    path: Sequence[Fit] | None = None,
) -> Selection:
    """Select the model of one target by one rule; see :func:`select_by_rules`.

    Raises
    ------
    ValueError
        As there, or if ``truth`` is given to a rule other than ``"oracle"``.
    """
    if (rule == "oracle") != (truth is not None):
        raise ValueError("the rule 'oracle' needs the truth, and no other rule takes it")
    return select_by_rules(
        system,
        target,
        rules=(rule,),
        max_terms=max_terms,
        resamples=resamples,
        rng=rng,
        truth=truth,
        path=path,
    )[0]


def select_by_rules(
    system: LinearSystem,
    target: str | None = None,
    *,
    rules: Sequence[str],
    max_terms: int = MAX_TERMS,
    resamples: int = 0,
    rng: np.random.Generator | None = None,
    truth: Mapping[str, float] | None = None,
    path: Sequence[Fit] | None = None,
) -> list[Selection]:
    """Select models of one target by several rules, on the same path and the same resampled data.

    Parameters
    ----------
    system : LinearSystem
        Terms and targets.
    target : str, optional
        Which target; may be left out if there is only one.
    rules : sequence of str
        ``"auto"``, ``"penalised"`` (auto without significance), ``"messenger_bortz"``, or
        ``"oracle"``: the model of the path nearest to ``truth``, which no rule can beat. Inclusion
        frequencies of ``"auto"`` and ``"oracle"`` are those of ``"penalised"``.
    max_terms : int
        Largest number of terms in the path.
    resamples : int
        Number of draws for inclusion frequencies; each draw costs one search.
    rng : Generator, optional
        Draws the resampled data.
    truth : mapping of str to float, optional
        True coefficients by term, for the oracle.
    path : sequence of Fit, optional
        Best models of each size, to avoid searching for them again.

    Raises
    ------
    ValueError
        If a rule is unknown, or the oracle lacks the truth.
    """
    known = ["auto", "oracle", *RULES]
    for rule in rules:
        if rule not in known:
            raise ValueError(f"no selection rule {rule!r}; there are {known}")
    if "oracle" in rules and truth is None:
        raise ValueError("the rule 'oracle' needs the truth; leave it out if there is none")
    name = target if target is not None else system.targets[0]
    problem = Problem.of(system, target)
    path = model_path(problem, max_terms=max_terms) if path is None else path
    demand = demand_on(system, target)
    bases = {rule: rule if rule in RULES else "penalised" for rule in rules}
    inclusion = inclusion_frequencies(
        system,
        target,
        lambda drawn: _by_rule(drawn, set(bases.values()), demand, max_terms),
        resamples=resamples,
        rng=rng or np.random.default_rng(0),
    )
    unknown = np.full(len(system.terms), np.nan)
    selections = []
    for rule in rules:
        if rule == "oracle":
            assert truth is not None
            fit = _oracle(system, path, truth)
        elif rule == "auto":
            fit = _auto(system, target, path, demand)
        else:
            fit = RULES[rule](problem, path, demand)
        errors = np.zeros(len(system.terms))
        if fit.support:
            errors[list(fit.support)] = jackknife(system, target, fit.support)[1]
        held_out = held_out_loss(system, target, fit.support)
        often = inclusion.get(bases[rule], unknown)
        selections.append(
            Selection(name, rule, fit, errors, often, held_out, tuple(path), demand.gain)
        )
    return selections


def _by_rule(
    problem: Problem, rules: Collection[str], demand: Demand, max_terms: int
) -> dict[str, Fit]:
    """Return the fit of each rule; best subsets are searched for only if a rule needs them."""
    path = model_path(problem, max_terms=max_terms) if set(rules) - PATHLESS else []
    return {rule: RULES[rule](problem, path, demand) for rule in sorted(rules)}


def _auto(system: LinearSystem, target: str | None, path: Sequence[Fit], demand: Demand) -> Fit:
    """Return the best model by the penalised criterion whose terms are all significant."""
    for fit in sorted(path, key=demand.criterion):
        if not fit.support:
            return fit
        weights, errors = jackknife(system, target, fit.support)
        if not (np.abs(weights) < SIGNIFICANCE * errors).any():
            return fit
    return path[0]


def _oracle(system: LinearSystem, path: Sequence[Fit], truth: Mapping[str, float]) -> Fit:
    """Return the model that best matches the true terms, and among equals the true coefficients."""
    unknown = sorted(set(truth) - set(system.names))
    if unknown:
        raise ValueError(f"true terms {unknown} are not in the library {list(system.names)}")
    true = np.zeros(len(system.terms))
    for name, value in truth.items():
        true[system.index(name)] = value

    def distance(fit: Fit) -> tuple[float, float]:
        right, found = set(np.flatnonzero(true).tolist()), set(fit.support)
        overlap = len(right & found) / max(len(right | found), 1)
        return -overlap, float(np.abs(fit.weights - true).sum())

    return min(path, key=distance)
