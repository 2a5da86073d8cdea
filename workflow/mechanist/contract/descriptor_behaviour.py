"""Requirements on the use of a descriptor: features, loads, symmetries and edge cases.

All tests use a :class:`mechanist.audit.subject.Subject`, so that a wing defines its probes
and operations once, for the audit and for the contract. The audit grades; the contract states what
no descriptor may break, whatever its grades.
"""

import pickle
from collections.abc import Callable, Iterator, Sized
from functools import cached_property
from typing import Final, Generic

import numpy as np

from mechanist.audit.subject import Load, Operation, State, Subject
from mechanist.audit.thresholds import NOT_INVARIANT
from mechanist.audit.view import View, deviations, viewed
from mechanist.contract.requirements import Broken, NotApplicable
from mechanist.describe.descriptor import Features, SubjectName
from mechanist.formats.tables import KEYS

#: Seed of all random draws in this module.
SEED: Final = 20_260_101
#: How features keep what an operation keeps.
INVARIANTS: Final = (
    "build features from differences of positions, distances and joint invariants of structure and"
    " load, summed over neighbours"
)
#: The same where objects are not particles.
SYMMETRIC: Final = {
    SubjectName.VOXEL: "let the name of a field say after the colon how it rotates with the cell"
    " (matrix, axial or scalar); a scalar made of a matrix is one of its invariants, such as its norm"
    " over the last two axes",
}
Test = Callable[[], None]


class Behaviour(Generic[State]):
    """The requirements on one subject; features of its probes are computed once.

    Parameters
    ----------
    subject : Subject
    """

    def __init__(self, subject: Subject[State]) -> None:
        self.subject = subject

    def requirements(self) -> Iterator[tuple[str, str, Test]]:
        """Yield name, expectation and test of each requirement."""
        yield "features", "a Features object for every probe", self._features
        yield "names", "the same names for every state of a system", self._names
        yield "finite", "finite numbers", self._finite
        yield "hands off", "the state and the load are not changed", self._hands_off
        yield "repeatable", "the same state gives the same bytes", self._repeatable
        yield "load", "load-aware features need a load, load-blind ones ignore it", self._load
        yield "parity", "the stated sign of features under reversal of the load", self._parity
        for operation in self.subject.operations:
            if operation.kind == "inside":
                yield f"symmetry: {operation.name}", "unchanged features", self._kept(operation)
        for name, make in self.subject.edges.items():
            yield f"awkward state: {name}", "finite features, or a ValueError", self._edge(make)

    @cached_property
    def _view(self) -> View[State]:
        return viewed(self.subject, self._rng())

    @property
    def _tolerance(self) -> float:
        """Tolerance, in spreads, below which features count as equal."""
        return max(NOT_INVARIANT, 10 * self.subject.noise)

    @cached_property
    def _states(self) -> list[State]:
        return [s for states in self.subject.probes(self._rng()).values() for s in states]

    @cached_property
    def _told(self) -> Load:
        return self.subject.load(self._rng())

    @cached_property
    def _described(self) -> list[Features]:
        return [self.subject.features(state, self._told) for state in self._states]

    @staticmethod
    def _rng() -> np.random.Generator:
        return np.random.default_rng(np.random.SeedSequence(SEED))

    def _features(self) -> None:
        subject = self.subject.card.subject
        for state, features in zip(self._states, self._described, strict=True):
            if not isinstance(features, Features):
                raise Broken(
                    f"a {type(features).__name__}",
                    expected="mechanist.describe.descriptor.Features",
                    remedy="return Features(values, names)",
                )
            values = np.asarray(features.values)
            if values.dtype.kind != "f" or not values.shape[1]:
                raise Broken(
                    f"values of dtype {values.dtype} and shape {values.shape}",
                    expected="floats, and at least one column",
                    remedy="return an array of floats with one column per feature",
                )
            wanted = 1 if subject.whole else _objects(state)
            if len(values) != wanted:
                raise Broken(
                    f"{len(values)} rows for a state of {wanted} objects",
                    expected=f"{wanted}, because the subject on its card is {str(subject)!r}",
                    remedy="return one row per object, in order, or correct the card",
                )

    def _names(self) -> None:
        first = self._described[0].names
        odd = [n for n in first if not (isinstance(n, str) and n.strip()) or n in KEYS]
        if odd:
            raise Broken(
                f"features called {odd}",
                expected=f"names that are not empty and not key columns of tables {list(KEYS)}",
                remedy="rename them",
            )
        for features in self._described[1:]:
            if features.names != first:
                differing = sorted(set(features.names) ^ set(first))[:4] or "their order"
                raise Broken(
                    f"names that depend on the state: {differing} differ",
                    expected="one list of names for every state of a system",
                    remedy="build names from parameters and species_names, not from the state",
                )

    def _finite(self) -> None:
        for features in self._described:
            bad = ~np.isfinite(features.values)
            if bad.any():
                row, column = np.argwhere(bad)[0]
                raise Broken(
                    f"{features.values[row, column]} of {features.names[column]!r} at row {row};"
                    f" {int(bad.sum())} such values",
                    expected="finite numbers for every probe",
                    remedy="bound divergent values, and define a value for an empty neighbourhood",
                )

    def _repeatable(self) -> None:
        for state, before in zip(self._states, self._described, strict=True):
            again = self.subject.features(state, self._told)
            if before.values.tobytes() != again.values.tobytes():
                largest = float(np.nanmax(np.abs(before.values - again.values)))
                raise Broken(
                    f"a second call differs by {largest:.3g}",
                    expected="the same bytes",
                    remedy="use no random numbers and keep no state between calls",
                )

    def _hands_off(self) -> None:
        for state in self._states:
            before = pickle.dumps((state, self._told))
            self.subject.features(state, self._told)
            if pickle.dumps((state, self._told)) != before:
                raise Broken(
                    "a state, or the load, that the call has changed",
                    expected="arguments are read-only",
                    remedy="copy an array before writing to it",
                )

    def _load(self) -> None:
        load, state, aware = self._told, self._states[0], self.subject.card.load_aware
        if load is None:
            raise NotApplicable("this wing has no loads")
        if not aware:
            blind = self.subject.features(state, None).values
            if blind.tobytes() != self._described[0].values.tobytes():
                raise Broken(
                    "features that change with the load",
                    expected="no change, because its card says load_aware = False",
                    remedy="set load_aware = True on the card, or do not use the load",
                )
            return
        if self.subject.card.needs_probe:
            raise NotApplicable("it reads the state after an elastic step, which requires a load")
        try:
            self.subject.features(state, None)
        except ValueError:
            return
        raise Broken(
            "features although load = None",
            expected="a ValueError, because its card says load_aware = True",
            remedy="raise ValueError for a missing load, or set load_aware = False on the card",
        )

    def _parity(self) -> None:
        stated = self._described[0].parity
        unknown = sorted(set(stated) - set(self._described[0].names))
        wrong = {name: sign for name, sign in stated.items() if sign not in (-1, 0, 1)}
        if unknown or wrong:
            raise Broken(
                f"parity of {unknown or wrong}",
                expected="names of features, each with parity 1, -1 or 0",
                remedy="state the parity of existing features only",
            )
        if self._told is None or not any(stated.values()):
            raise NotApplicable("no parity is stated")
        names = self._described[0].names
        columns = [k for k, name in enumerate(names) if stated.get(name)]
        signs = np.array([stated[names[k]] for k in columns])
        spread = self._view.spread[columns]
        for state, before in zip(self._states, self._described, strict=True):
            after = self.subject.features(state, -self._told)
            changes = deviations(
                before.values[:, columns] * signs, after.values[:, columns], spread
            ).max(axis=0)
            worst = int(changes.argmax())
            if changes[worst] > self._tolerance:
                name = names[columns[worst]]
                raise Broken(
                    f"{name!r}, up to its stated sign {stated[name]:+d}, changes by"
                    f" {changes[worst]:.3g} spreads when the load is reversed",
                    expected=f"at most {self._tolerance:g}",
                    remedy="correct the parity, or set it to 0 for no parity",
                )

    def _kept(self, operation: Operation[State]) -> Test:
        def test() -> None:
            if operation.name in self.subject.card.broken:
                raise NotApplicable("its card says that the features change under it")
            rng = self._rng()
            for state, before in zip(self._states, self._described, strict=True):
                after = operation.apply(state, self._told, rng)
                found = self.subject.features(after.state, after.load).values
                rows = slice(None) if after.order is None else after.order
                expected = before.values[rows]
                if after.carried is not None:
                    expected = after.carried(expected)
                if found.shape != expected.shape:
                    raise Broken(
                        f"shape {found.shape} after the operation, {expected.shape} before",
                        expected="the same numbers of objects and features",
                        remedy="make features depend only on objects and their environments",
                    )
                changes = deviations(expected, found, self._view.spread).max(axis=0)
                worst = int(changes.argmax())
                if changes[worst] > self._tolerance:
                    raise Broken(
                        f"{before.names[worst]!r} changes by {changes[worst]:.3g} spreads",
                        expected=f"at most {self._tolerance:g}, because {operation.name} does not"
                        " change the target",
                        remedy=SYMMETRIC.get(self.subject.card.subject, INVARIANTS),
                    )

        return test

    def _edge(self, make: Callable[[np.random.Generator], State]) -> Test:
        def test() -> None:
            state = make(self._rng())
            try:
                features = self.subject.features(state, self._told)
            except ValueError as refusal:
                raise NotApplicable(f"refused: {refusal}") from refusal
            bad = ~np.isfinite(features.values)
            if bad.any():
                name = features.names[int(np.argwhere(bad)[0][1])]
                raise Broken(
                    f"{int(bad.sum())} values that are not finite, the first of {name!r}",
                    expected="finite features, or a ValueError that states what is missing",
                    remedy="define a value for empty neighbourhoods, absent species and samples without any object",
                )

        return test


def _objects(state: object) -> int:
    """Return the number of objects of a state that has several."""
    assert isinstance(state, Sized)
    return len(state)
