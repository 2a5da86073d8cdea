"""The probes of a subject with their features, computed once, and the scale of every feature."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Generic

import numpy as np

from mechanist.audit.subject import Load, Rng, State, Subject
from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Features

#: Spreads below this share of the median over probes are raised to it: a feature that hardly varies
#: in one kind of state keeps the scale that it has in others.
_LEAST_SPREAD: Final = 0.01
#: Spreads below this share of a feature's largest value are rounding.
_ROUNDING: Final = 1e-6


@dataclass(frozen=True)
class Probe(Generic[State]):
    """One state and its features under the load of the view."""

    kind: str
    state: State
    features: Features


@dataclass(frozen=True)
class View(Generic[State]):
    """Common input of all criteria.

    Parameters
    ----------
    subject : Subject
    load : ndarray or None
    probes : tuple of Probe
        Probes with the same columns as the first.
    names : list of str
        Names of the features.
    spreads : dict of str to ndarray of shape (n_features,)
        Spread of each feature by kind of probe; never zero.
    odd : tuple of str
        Kinds of probes that were left out because their columns differ.
    """

    subject: Subject[State]
    load: Load
    probes: tuple[Probe[State], ...]
    names: list[str]
    spreads: dict[str, FloatArray]
    odd: tuple[str, ...] = ()

    @property
    def spread(self) -> FloatArray:
        """Median over the kinds of probes of each feature's spread, shape (n_features,)."""
        return np.asarray(np.median(list(self.spreads.values()), axis=0))

    def first_of_each(self, count: int = 1) -> Iterator[Probe[State]]:
        """Yield the first ``count`` probes of every kind."""
        seen: Counter[str] = Counter()
        for probe in self.probes:
            seen[probe.kind] += 1
            if seen[probe.kind] <= count:
                yield probe


def viewed(subject: Subject[State], rng: Rng) -> View[State]:
    """Describe all probes of a subject under one load.

    Raises
    ------
    ValueError
        If there is no probe, or a feature of one is not finite.
    """
    load = subject.load(rng)
    all_probes = tuple(
        Probe(kind, state, subject.features(state, load))
        for kind, states in subject.probes(rng).items()
        for state in states
    )
    if not all_probes:
        raise ValueError(f"{subject.wing}/{subject.kind}: no probes; expected at least one state")
    for probe in all_probes:
        if not np.isfinite(probe.features.values).all():
            raise ValueError(
                f"{subject.wing}/{subject.kind}: features of probe {probe.kind!r} are not finite"
            )
    names = all_probes[0].features.names
    probes = tuple(probe for probe in all_probes if probe.features.names == names)
    odd = tuple(sorted({p.kind for p in all_probes if p.features.names != names}))
    return View(subject, load, probes, names, _spreads(probes), odd)


def _spreads(probes: tuple[Probe[State], ...]) -> dict[str, FloatArray]:
    """Return standard deviations over all rows of each kind of probe, raised where too small."""
    rows: dict[str, list[FloatArray]] = {}
    for probe in probes:
        rows.setdefault(probe.kind, []).append(probe.features.values)
    stacked = {kind: np.vstack(values) for kind, values in rows.items()}
    plain = {kind: values.std(axis=0) for kind, values in stacked.items()}
    largest = np.max([np.abs(values).max(axis=0) for values in stacked.values()], axis=0)
    floor = np.maximum(_LEAST_SPREAD * np.median(list(plain.values()), axis=0), _ROUNDING * largest)
    floor = np.where(floor > 0, floor, 1.0)  # a feature that is zero everywhere
    return {kind: np.maximum(values, floor) for kind, values in plain.items()}


def deviations(before: FloatArray, after: FloatArray, spread: FloatArray) -> FloatArray:
    """Return changes in spreads, shape (n_objects, n_features); NaN counts as infinite."""
    changed = np.abs(after - before) / spread
    return np.where(np.isfinite(changed), changed, np.inf)
