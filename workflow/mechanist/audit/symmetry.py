"""Criterion i: features have the symmetry of the target, and no additional symmetry.

The test is two-sided. No operation of the target's symmetry group may change a feature. An
operation outside it, which changes the target, must change some feature; otherwise the descriptor
is over-symmetric: it cannot resolve, for instance, the direction of loading.
"""

from typing import Final

import numpy as np

from mechanist.audit.card import Criterion, Finding, Verdict, graded
from mechanist.audit.subject import Operation, Rng, State
from mechanist.audit.thresholds import INVARIANT, NOT_INVARIANT, RESOLVED
from mechanist.audit.view import Probe, View, deviations
from mechanist.core.typing import FloatArray

#: Number of states of each kind of probe to which operations are applied; each gets its own draw.
STATES: Final = 2


def symmetry(view: View[State], rng: Rng) -> Criterion:
    """Examine all operations of a subject."""
    findings = [
        _kept(view, operation, rng) if operation.kind == "inside" else _told(view, operation, rng)
        for operation in view.subject.operations
    ]
    return Criterion("i", tuple(findings))


def _kept(view: View[State], operation: Operation[State], rng: Rng) -> Finding:
    """Report how much features change under an operation of the target's symmetry group."""
    worst, where, feature = -1.0, "", ""
    for probe in view.first_of_each(STATES):
        changes = _changes(view, probe, operation, rng).max(axis=0)
        if changes.max() > worst:
            worst, where = float(changes.max()), probe.kind
            feature = view.names[int(changes.argmax())]
    return Finding(
        name=operation.name,
        verdict=graded(worst, good=INVARIANT, bad=NOT_INVARIANT),
        value=worst,
        threshold={"pass": INVARIANT, "fail": NOT_INVARIANT},
        unit="spreads",
        probe=where,
        note=f"features must not change; {feature} changes most",
    )


def _told(view: View[State], operation: Operation[State], rng: Rng) -> Finding:
    """Report whether any feature changes under an operation that changes the target.

    Features are judged one by one, on the kind of probe with the largest response; an
    over-symmetric descriptor responds on none.
    """
    found: dict[str, list[FloatArray]] = {}
    for probe in view.first_of_each(STATES):
        changes = _changes(view, probe, operation, rng)
        found.setdefault(probe.kind, []).append((changes**2).mean(axis=0))
    response = {kind: np.sqrt(np.mean(parts, axis=0)) for kind, parts in found.items()}
    where = max(response, key=lambda kind: float(response[kind].max()))
    best = float(response[where].max())
    blind = best < RESOLVED
    share = float((response[where] >= RESOLVED).mean())
    return Finding(
        name=operation.name,
        verdict=Verdict.WARN if blind else Verdict.PASS,
        value=best,
        threshold={"pass": RESOLVED},
        unit="spreads",
        probe=where,
        note=(
            f"over-symmetric: cannot resolve {operation.name}"
            if blind
            else f"some feature must change; {share:.0%} of the features do"
        ),
    )


def _changes(
    view: View[State], probe: Probe[State], operation: Operation[State], rng: Rng
) -> FloatArray:
    """Return the changes due to an operation, in spreads, shape (n_objects, n_features)."""
    after = operation.apply(probe.state, view.load, rng)
    features = view.subject.features(after.state, after.load)
    before = probe.features.values
    if after.order is not None:
        before = before[after.order]
    if after.carried is not None:
        before = after.carried(before)
    if features.values.shape != before.shape or features.names != view.names:
        return np.full((1, len(view.names)), np.inf)
    return deviations(before, features.values, view.spreads[probe.kind])
