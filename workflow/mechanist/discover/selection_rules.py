"""What a term must gain to be believed, and the rules that choose one model of a path by it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.discover.regression import Fit, Problem, stlsq_path
from mechanist.discover.system import LinearSystem

#: Added to ``2 log p``, the chance gain of the best of ``p`` false terms; per independent window.
CAUTION: Final = 3.0
#: Bounds on the smallest gain of a term in the logarithm of the squared residual.
GAIN_BOUNDS: Final = (0.1, 0.5)
#: Share of the squared target below which a squared residual is round-off of this computation.
ROUND_OFF: Final = 1e-15
#: Systems on which the constants were chosen: simulate/chaos.py at 1, 5 and 20 % noise.
DEVELOPMENT: Final = (
    "Lorenz84", "GuckenheimerHolmes", "MooreSpiegel", "RabinovichFabrikant", "RikitakeDynamo",
    "PehlivanWei", "SprottA", "SprottD", "SprottE", "SprottF", "SprottG", "SprottJ", "SprottK",
    "SprottM", "SprottR", "Arneodo", "Sakarya", "Finance", "LuChen", "BurkeShaw", "ChenLee",
    "NewtonLiepnik", "ShimizuMorioka", "GenesioTesi", "Hadley", "LorenzStenflo", "HyperLorenz",
    "HyperBao", "VallisElNino", "Laser",
)  # fmt: skip


@dataclass(frozen=True)
class Demand:
    """What is asked of a term before it is believed.

    Parameters
    ----------
    gain : float
        How much it must lower the logarithm of the squared residual, counted from the floor.
    floor : callable
        Squared residual, over the squared target, that a model may owe to the making of the data.
    """

    gain: float
    floor: Callable[[Fit], float]

    def criterion(self, fit: Fit) -> float:
        """Return the quantity that the best model makes smallest."""
        return float(np.log(fit.loss + self.floor(fit))) + self.gain * len(fit.support)


Rule = Callable[[Problem, Sequence[Fit], Demand], Fit]


def smallest_gain(system: LinearSystem) -> float:
    """Return by how much a term must lower the logarithm of the squared residual.

    With Gaussian errors in ``n`` independent windows, a false term gains about ``z^2 / n`` with
    standard normal ``z``, and the best of ``p`` false terms about ``2 log(p) / n``: the risk
    inflation criterion, Foster and George (1994), 10.1214/aos/1176325766.
    """
    windows = max(system.n_rows / system.overlap, 1.0)
    low, high = GAIN_BOUNDS
    wanted = 2.0 * np.log(max(len(system.terms), 2)) + CAUTION
    return float(np.clip(wanted / windows, low, high))


def demand_on(system: LinearSystem, target: str | None = None) -> Demand:
    """Return what is asked of the terms of one target, given how much data there are and how fine."""
    return Demand(
        smallest_gain(system),
        lambda fit: max(system.scheme_floor(fit.weights, target), ROUND_OFF),
    )


def penalised(_: Problem, path: Sequence[Fit], demand: Demand) -> Fit:
    """Return the fit with the least ``log(loss + floor) + gain * size``: terms earn their gain."""
    return min(path, key=demand.criterion)


def messenger_bortz(problem: Problem, path: Sequence[Fit], _: Demand | None = None) -> Fit:
    """Return the fit that best balances closeness to full least squares and number of terms.

    The loss is ``|A (w - w_LS)| / |A w_LS| + |w|_0 / p``, Messenger and Bortz (2021),
    10.1016/j.jcp.2021.110525, evaluated on the path of sequential thresholds, as in that paper.
    """
    del path
    full = problem.fit(range(problem.n_terms))
    explained = max(1.0 - full.loss, np.finfo(float).tiny)

    def loss(fit: Fit) -> float:
        # The residual of a refit is orthogonal to its columns: differences of losses are norms.
        moved = max(fit.loss - full.loss, 0.0) / explained
        return float(np.sqrt(moved)) + len(fit.support) / problem.n_terms

    return min(stlsq_path(problem), key=loss)


#: Rules that need only the problem, its path and the smallest gain.
RULES: Final[Mapping[str, Rule]] = {"penalised": penalised, "messenger_bortz": messenger_bortz}
#: Rules with their own path, which do not use the best models of each size.
PATHLESS: Final = frozenset({"messenger_bortz"})
