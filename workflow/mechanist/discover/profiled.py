"""Fit unknown numbers inside terms: profile the search over them, then fit them with the coefficients.

The search for terms is repeated for numbers over the declared range; what the rule makes smallest is
compared between them. From the best numbers, Gauss-Newton steps lead to those that the chosen terms
determine: the derivative of the equation with respect to a number is one more column beside those of
the terms, and its coefficient is the step. The errors of this fit allow for those of the number.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product as choices
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.attenuation import Corrected, corrected_fit
from mechanist.discover.centring import Groups
from mechanist.discover.inner_parameters import holding, rounded, tangent
from mechanist.discover.refinement import looked_at, refined
from mechanist.discover.regression import Fit, Problem
from mechanist.discover.search import Search
from mechanist.discover.selection import Selection, model_path, select
from mechanist.discover.selection_rules import demand_on
from mechanist.discover.system import LinearSystem
from mechanist.discover.terms import Factor, Term
from mechanist.discover.triangular_factors import triangular
from mechanist.discover.weak import weak_system
from mechanist.formats.equation_files import Parameter
from mechanist.formats.field_files import FieldData

#: Numbers over the range of one parameter, and of each of two.
GRID: Final = {1: 15, 2: 8}
#: Steps that narrow the best interval of the grid, each to 0.62 of it.
NARROWINGS: Final = 9
#: Gauss-Newton steps, and the relative change that ends them.
STEPS: Final = 25
SMALL: Final = 1e-9
#: Largest factor by which a step changes a number.
STRIDE: Final = 1.5
_GOLDEN: Final = 0.5 * (np.sqrt(5.0) - 1.0)
Values = dict[str, float]


@dataclass(frozen=True, eq=False)
class Profiled:
    """A search for terms with unknown numbers, on one set of data.

    Parameters
    ----------
    search : Search
        With parameters in its library.
    data : sequence of FieldData
        Trajectories.
    """

    search: Search
    data: Sequence[FieldData]

    def at(self, values: Mapping[str, float]) -> Search:
        """Return the search with numbers in place of parameters."""
        return replace(self.search, library=self.search.library.at(values))

    def values(self) -> Values:
        """Return the numbers that the data determine best.

        Raises
        ------
        ValueError
            As :meth:`Search.systems`, or if variables are searched in deviations from their mean.
        """
        middle = {name: one.middle for name, one in self.search.library.ranges.items()}
        offsets = self.at(middle).offsets(self.data)
        if offsets:
            raise ValueError(
                f"parameters {sorted(middle)} in terms are not fitted where the mean of a variable is"
                f" more than ten times its spread: {offsets}. Give numbers in place of the parameters,"
                " or subtract the mean from these variables in the file"
            )
        best = self._narrowed(self._best_of_grid())
        for _ in range(2):  # the terms may change with the numbers
            best = self._stepped(best)
        return best

    def fitted(
        self, selection: Selection, groups: Groups, values: Values
    ) -> tuple[Selection, dict[str, Parameter]]:
        """Return a selection whose errors allow for those of the numbers, and the numbers.

        Parameters
        ----------
        selection : Selection
            Found at these values.
        groups : tuple of tuple of Term
            The terms that each column of its system sums.
        values : dict of str to float
            Numbers.

        Returns
        -------
        Selection
            The same one if no term of it holds a parameter.
        dict of str to Parameter
            The parameters in its terms.
        """
        tied = _Tangents.of(self.search, selection, groups, values)
        if not tied.names:
            return selection, {}
        joint = looked_at(
            selection,
            tied.system(self, selection.target),
            tied.start(selection),
            lambda _: tied.corrected(self, selection.target),
            floor=selection.floor,
        )
        k = len(selection.fit.support)
        errors = np.zeros_like(selection.errors)
        # coefficients stay those of the numbers as they are printed, from which the last step is small
        errors[list(selection.fit.support)] = joint.errors[:k]
        found = {
            name: Parameter(values[name], float(joint.errors[k + j]), *self._ends(name))
            for j, name in enumerate(tied.names)
        }
        return replace(selection, errors=errors, covariance=joint.covariance), found

    def _ends(self, name: str) -> tuple[float, float]:
        one = self.search.library.ranges[name]
        return one.low, one.high

    def _criterion(self, values: Mapping[str, float]) -> float:
        """Return what the best models of all targets make smallest, added up."""
        search = replace(self.at(values), dependent=True)
        total = 0.0
        for target, (system, _) in search.systems(self.data).items():
            path = model_path(Problem.of(system, target), max_terms=search.max_terms)
            total += min(demand_on(system, target).criterion(fit) for fit in path)
        return total

    def _best_of_grid(self) -> Values:
        ranges = self.search.library.ranges
        grids = [one.grid(GRID[len(ranges)]) for one in ranges.values()]
        each = [dict(zip(ranges, map(float, one), strict=True)) for one in choices(*grids)]
        return min(each, key=self._criterion)

    def _narrowed(self, values: Values) -> Values:
        """Return a better number between the neighbours on the grid, one parameter after another."""
        ranges, best = self.search.library.ranges, dict(values)
        for name, one in ranges.items():
            step = np.log(one.high / one.low) / (GRID[len(ranges)] - 1)
            low = max(np.log(best[name]) - step, np.log(one.low))
            high = min(np.log(best[name]) + step, np.log(one.high))

            def cost(place: float, name: str = name) -> float:
                return self._criterion({**best, name: float(np.exp(place))})

            best[name] = float(np.exp(_smallest(cost, float(low), float(high))))
        return best

    def _stepped(self, values: Values) -> Values:
        """Return numbers after Gauss-Newton steps on the terms that are selected at the first ones."""
        search = self.at(values)
        chosen = []
        for target, (system, groups) in replace(search, dependent=True).systems(self.data).items():
            one = select(system, target, max_terms=search.max_terms)
            correction = search.correction(self.data, target, groups)
            if correction is not None:
                one = refined(one, system, correction, extend=True)
            chosen.append((target, one))
        ranges, current = self.search.library.ranges, dict(values)
        moves: dict[str, tuple[float, float]] = {}
        for _ in range(STEPS):
            moves = self._moves(chosen, current)
            following = {
                name: float(
                    np.clip(
                        value + moves.get(name, (0.0, 0.0))[0],
                        max(value / STRIDE, ranges[name].low),
                        min(value * STRIDE, ranges[name].high),
                    )
                )
                for name, value in current.items()
            }
            change = max(abs(following[name] / current[name] - 1.0) for name in current)
            current = following
            if change < SMALL:
                break
        return {n: _printed(value, moves.get(n, (0.0, 0.0))[1]) for n, value in current.items()}

    def _moves(
        self, chosen: list[tuple[str, Selection]], current: Values
    ) -> dict[str, tuple[float, float]]:
        """Return step and error of each number: the mean over targets, weighted by their errors."""
        sums: dict[str, list[float]] = {}
        groups = self.at(current).groups(self.data[0])  # in the order of those that were selected
        for target, selection in chosen:
            tied = _Tangents.of(self.search, selection, groups[target], current)
            corrected = tied.corrected(self, target) if tied.names else None
            if corrected is None:
                continue
            for j, name in enumerate(tied.names, start=len(selection.fit.support)):
                weight = 1.0 / max(float(corrected.errors[j]), 1e-12 * current[name]) ** 2
                sums.setdefault(name, []).extend([weight * float(corrected.weights[j]), weight])
        return {
            name: (sum(one[::2]) / sum(one[1::2]), float(np.sqrt(1.0 / sum(one[1::2]))))
            for name, one in sums.items()
        }


@dataclass(frozen=True, eq=False)
class _Tangents:
    """Columns of an equation and of its derivatives with respect to the numbers in its terms.

    Parameters
    ----------
    names : tuple of str
        Parameters in the equation.
    groups : tuple of tuple of Term
        The terms of each column, then each term of the derivatives by itself.
    mixing : ndarray of shape (n_groups, n_columns)
        Shares of the groups in the columns, those of the derivatives last.
    whole : tuple of tuple of Term
        The terms of all columns of the search, from which test functions are chosen.
    """

    names: tuple[str, ...]
    groups: Groups
    mixing: FloatArray
    whole: Groups

    @classmethod
    def of(
        cls, search: Search, selection: Selection, groups: Groups, values: Mapping[str, float]
    ) -> "_Tangents":
        """Return the columns of a selection at some numbers."""
        support = selection.fit.support
        kept = [groups[k] for k in support]
        derived: dict[str, dict[Term, float]] = {}
        for name, value in values.items():
            held = holding(search.library.terms, values, name)
            total: dict[Term, float] = {}
            for k in support:
                for term in groups[k]:
                    for part, share in tangent(term, value).items() if term in held else ():
                        change = share * float(selection.fit.weights[k])
                        total[part] = total.get(part, 0.0) + change
            if total:
                derived[name] = total
        parts = list(dict.fromkeys(part for total in derived.values() for part in total))
        mixing = np.zeros((len(kept) + len(parts), len(kept) + len(derived)))
        mixing[: len(kept), : len(kept)] = np.eye(len(kept))
        for j, total in enumerate(derived.values(), start=len(kept)):
            for part, share in total.items():
                mixing[len(kept) + parts.index(part), j] = share
        return cls(tuple(derived), (*kept, *((part,) for part in parts)), mixing, groups)

    def corrected(self, profiled: Profiled, target: str) -> Corrected | None:
        """Return the fit of all columns, corrected for noise; the last weights are steps."""
        search = profiled.search
        return corrected_fit(
            profiled.data,
            self.groups,
            target,
            widths=search.test_functions(profiled.data, self.whole),
            snapshots=search.snapshots,
            mixing=self.mixing,
        )

    def system(self, profiled: Profiled, target: str) -> LinearSystem:
        """Return the system of all columns."""
        search = profiled.search
        terms = list(dict.fromkeys(term for group in self.groups for term in group))
        made = weak_system(
            profiled.data,
            terms,
            [target],
            widths=search.test_functions(profiled.data, self.whole),
            blocks=search.blocks,
            snapshots=search.snapshots,
        )
        matrix = np.zeros((len(terms) + 1, self.mixing.shape[1] + 1))
        matrix[-1, -1] = 1.0
        for row, group in zip(self.mixing, self.groups, strict=True):
            for term in group:
                matrix[terms.index(term), :-1] += row
        count = self.mixing.shape[1] - len(self.names)
        columns = [group[0] for group in self.groups[:count]]
        columns += [Term((Factor(f"d{name}"),)) for name in self.names]
        factors = np.stack([triangular(factor @ matrix) for factor in made.factors])
        return replace(made, terms=tuple(columns), factors=factors, scheme_errors=None)

    def start(self, selection: Selection) -> Fit:
        """Return the fit of the selection without steps."""
        weights = np.zeros(self.mixing.shape[1])
        weights[: len(selection.fit.support)] = selection.fit.weights[list(selection.fit.support)]
        return Fit(weights, tuple(range(len(weights))), selection.fit.loss)


def _printed(value: float, error: float) -> float:
    """Return a number without digits that its error makes meaningless: three beyond the first one."""
    if not 1e-6 * value < error < value:
        return float(f"{value:.9g}")
    return rounded(round(value, 3 - int(np.floor(np.log10(error)))))


def _smallest(cost: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function is smallest between two places, by golden section."""
    inner = [high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)]
    costs = [cost(place) for place in inner]
    for _ in range(NARROWINGS):
        if costs[0] <= costs[1]:
            high, inner[1], costs[1] = inner[1], inner[0], costs[0]
            inner[0] = high - _GOLDEN * (high - low)
            costs[0] = cost(inner[0])
        else:
            low, inner[0], costs[0] = inner[0], inner[1], costs[1]
            inner[1] = low + _GOLDEN * (high - low)
            costs[1] = cost(inner[1])
    return inner[int(np.argmin(costs))]
