"""Search fields for equations with a declared library, method and priors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.attenuation import Corrected, corrected_fit
from mechanist.discover.best_subset import MAX_TERMS
from mechanist.discover.candidate_library import Library
from mechanist.discover.centring import (
    Groups,
    centred,
    lacking,
    large_offsets,
    usable_offsets,
)
from mechanist.discover.dependence import require_full_rank
from mechanist.discover.pointwise import NEXT, discrete_system, pointwise_system
from mechanist.discover.priors import Priors
from mechanist.discover.refinement import Correction
from mechanist.discover.regression import Support
from mechanist.discover.regression_data import as_terms, check_data
from mechanist.discover.still_fields import require_change
from mechanist.discover.system import LinearSystem
from mechanist.discover.terms import Term, monomial, parse_term
from mechanist.discover.test_functions import TestFunction
from mechanist.discover.tied import summed
from mechanist.discover.weak import weak_system
from mechanist.discover.widths import choose_test_functions
from mechanist.formats.field_files import TIME, FieldData

DERIVATIVE: Final = "derivative:"
METHODS: Final = (
    "weak",
    "map",
    *(DERIVATIVE + how for how in ("finite_difference", "local_polynomial", "spectral")),
)


@dataclass(frozen=True, kw_only=True)
class Search:
    """Settings of a search for equations.

    Parameters
    ----------
    library : Library
        Candidate terms.
    method : str
        One of :data:`METHODS`.
    targets : sequence of str
        Left-hand sides; by default the time derivative (or next value) of every field.
    priors : Priors
        Prior knowledge.
    max_terms : int
        Largest number of terms in an equation.
    half_widths : mapping of str to int
        Half-widths of test functions in grid points; by default chosen from the spectrum.
    power : int
        Power of these test functions.
    trim : mapping of str to int
        Points left out at both ends of an axis by methods that differentiate point by point.
    blocks : int
        Number of blocks that each trajectory is cut into.
    dependent : bool
        Whether terms may be linear combinations of others on the data, as the derivatives of a
        single travelling wave are. Then the sparsest of several equally good equations is found.
    snapshots : bool
        Whether to integrate between neighbouring times, of which there are few, instead of over test
        functions in time; for the method ``"weak"``.

    Raises
    ------
    ValueError
        If the method is unknown, or is not ``"weak"`` although snapshots are to be used or terms hold
        unknown numbers.
    """

    library: Library = field(default_factory=Library)
    method: str = "weak"
    targets: Sequence[str] = ()
    priors: Priors = field(default_factory=Priors)
    max_terms: int = MAX_TERMS
    half_widths: Mapping[str, int] = field(default_factory=dict)
    power: int = 8
    trim: Mapping[str, int] = field(default_factory=dict)
    blocks: int = 8
    dependent: bool = False
    snapshots: bool = False

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(f"no method {self.method!r}; there are {METHODS}")
        if self.snapshots and self.method != "weak":
            raise ValueError(
                f"snapshots: true with the method {self.method!r}; expected 'weak', which alone"
                " integrates in time. Leave other methods out"
            )
        if self.library.parameters and self.method != "weak":
            raise ValueError(
                f"parameters {sorted(self.library.parameters)} in terms with the method"
                f" {self.method!r}; expected 'weak', which alone fits them. Leave other methods out, or"
                " give numbers in their place"
            )

    @classmethod
    def from_settings(
        cls, method: str, library: Mapping[str, Any], settings: Mapping[str, Any]
    ) -> "Search":
        """Return a search from configuration entries.

        Raises
        ------
        ValueError
            If a key or value is unknown.
        """
        given = dict(settings)
        priors = Priors.from_mapping(given.pop("priors", {}))
        for kind, keys in ((cls, given), (Library, library)):
            unknown = sorted(set(keys) - set(kind.__dataclass_fields__))
            if unknown:
                raise ValueError(
                    f"settings {unknown} are unknown; there are {sorted(kind.__dataclass_fields__)}"
                )
        return cls(library=Library(**library), method=method, priors=priors, **given)

    def targets_of(self, data: FieldData) -> list[str]:
        """Return the left-hand sides for data with these fields."""
        ending = NEXT if self.method == "map" else TIME
        return list(self.targets) or [f"{name}_{ending}" for name in data.fields]

    def check(self, data: FieldData) -> None:
        """Check that library, targets, priors and widths fit the names of data, whatever the values.

        Raises
        ------
        ValueError
            If a term or target does not parse or names something that is not in the data, priors
            exclude all terms, or the widths are not those of the axes.
        """
        targets = self.targets_of(data)
        library = self.library.build(data)
        left = [_left(target) for target in targets]
        check_data([data], (*library, *left))
        for one in left:
            self.priors.groups(library, one, [axis for axis in data.axes if axis != TIME])
        if self.half_widths and set(self.half_widths) != set(data.axes):
            raise ValueError(
                f"half_widths are given for {sorted(self.half_widths)}, expected all axes of the data,"
                f" {list(data.axes)}. Give one for each, or leave them out"
            )

    def systems(self, data: Sequence[FieldData]) -> dict[str, tuple[LinearSystem, Groups]]:
        """Return the system of each target, and the terms that each of its columns sums.

        Raises
        ------
        ValueError
            If data, library and priors do not fit together, or terms are linearly dependent on
            the data although ``dependent`` is false.
        """
        targets = self.targets_of(data[0])
        if self.method != "map":
            require_change(data, [parse_term(t).factors[0].variable for t in targets if _rate(t)])
        groups = self.groups(data[0])
        wanted = {term for one in groups.values() for group in one for term in group}
        library = [term for term in self.library.build(data[0]) if term in wanted]
        offsets = self.offsets(data)
        system = self._system(centred(data, offsets), library, targets)
        made = {t: (_restricted(system, groups[t]), groups[t]) for t in targets}
        if not self.dependent:
            for target, (restricted, _) in made.items():
                require_full_rank(restricted, hint=self.hint(data, target))
        return made

    def offsets(self, data: Sequence[FieldData]) -> dict[str, float]:
        """Return what is subtracted from variables for the search, because it is large beside them.

        Returns
        -------
        dict of str to float
            By name of the variable. Empty if no mean is large beside the spread, for maps, for
            left-hand sides other than time derivatives of fields, and where the library does not hold
            the terms that deviations need.
        """
        if self.method == "map" or not all(_rate(target) for target in self.targets_of(data[0])):
            return {}
        found = large_offsets(data)
        return usable_offsets(list(self.groups(data[0]).values()), found) if found else {}

    def hint(self, data: Sequence[FieldData], target: str) -> str:
        """Return which terms would allow a search in deviations from a large mean; empty if none lack."""
        if self.method == "map":
            return ""
        used = self.offsets(data)
        found = {n: v for n, v in large_offsets(data).items() if n not in used}
        groups = self.groups(data[0])[target]
        hints = [
            f"{name!r} stays near {offset:g} on these data, where its powers are nearly linear functions"
            f" of each other; with the terms {names} the library could be searched in its deviation from"
            f" {offset:g}"
            for name, offset in found.items()
            if (names := lacking(groups, {name: offset}))
        ]
        return "; ".join(hints)

    def groups(self, first: FieldData) -> dict[str, Groups]:
        """Return the terms that each column of the system of each target sums."""
        library = self.library.build(first)
        axes = [axis for axis in first.axes if axis != TIME]
        targets = self.targets_of(first)
        return {t: self.priors.groups(library, _left(t), axes) for t in targets}

    def correction(
        self,
        data: Sequence[FieldData],
        target: str,
        groups: Groups,
        *,
        mixing: FloatArray | None = None,
    ) -> Correction | None:
        """Return the correction of chosen columns for noise in the data; None if there is none.

        Parameters
        ----------
        data : sequence of FieldData
            Trajectories.
        target : str
            Left-hand side.
        groups : tuple of tuple of Term
            The terms that each column of the system sums, as :meth:`systems` returns them.
        mixing : ndarray of shape (p, p), optional
            Shares of these columns in those of the equation, a row for each; see :func:`.tied.mixed`.
        """
        if self.method != "weak":
            return None
        near = centred(data, self.offsets(data))
        widths = self.test_functions(near, groups)

        @cache
        def corrected(support: Support) -> Corrected | None:
            if len(support) > self.max_terms:
                return None
            rows = None if mixing is None else mixing[list(support)]
            used = support if rows is None else np.flatnonzero(rows.any(axis=0)).tolist()
            return corrected_fit(
                near,
                [groups[k] for k in used],
                target,
                widths=widths,
                snapshots=self.snapshots,
                mixing=None if rows is None else rows[:, used].T,
            )

        return corrected

    def test_functions(
        self, data: Sequence[FieldData], groups: Groups
    ) -> Mapping[str, TestFunction]:
        """Return the test functions of the columns that these groups of terms sum."""
        terms = dict.fromkeys(term for group in groups for term in group)
        return self._widths() or choose_test_functions(
            data, (*terms, *as_terms(self.targets_of(data[0]))), snapshots=self.snapshots
        )

    def _widths(self) -> dict[str, TestFunction] | None:
        return {a: TestFunction(m, self.power) for a, m in self.half_widths.items()} or None

    def _system(
        self, data: Sequence[FieldData], terms: Sequence[Term], targets: Sequence[str]
    ) -> LinearSystem:
        if self.method == "map":
            fields = [target.removesuffix(f"_{NEXT}") for target in targets]
            return discrete_system(data, terms, fields, blocks=self.blocks)
        if self.method == "weak":
            widths = self._widths()
            return weak_system(
                data, terms, targets, widths=widths, blocks=self.blocks, snapshots=self.snapshots
            )
        how = self.method.removeprefix(DERIVATIVE)
        return pointwise_system(
            data, terms, targets, method=how, trim=self.trim, blocks=self.blocks
        )


def _left(target: str) -> Term:
    """Return the left-hand side for priors; for a map, the field stands for its next value."""
    if target.endswith(f"_{NEXT}"):
        return monomial({target.removesuffix(f"_{NEXT}"): 1})
    return parse_term(target)


def _rate(target: str) -> bool:
    """Return whether a left-hand side is a time derivative of a field, which has no offset."""
    term = parse_term(target)
    return term.bare and any(axis == TIME for axis, _ in term.outer)


def _restricted(system: LinearSystem, groups: Groups) -> LinearSystem:
    """Return the system whose columns are the groups of one target."""
    if all(len(group) == 1 for group in groups):
        names = [group[0].name for group in groups]
        return system if tuple(names) == system.names else system.subset(names)
    return summed(system, groups)
