"""Criterion iv: features are defined for states of any size.

Their number and names do not depend on the number of objects. Replicas of a cell have the features
of the cell. Edge cases (no neighbours, an absent species, a box smaller than the neighbourhood)
give finite features or an intended error with a message.
"""

import traceback
from collections.abc import Callable
from typing import Final

import numpy as np

from mechanist.audit.card import Criterion, Finding, Verdict, graded, not_applicable
from mechanist.audit.subject import Missing, Rng, State
from mechanist.audit.thresholds import OTHER_IN_REPLICA, SAME_IN_REPLICA
from mechanist.audit.view import View, deviations

#: Number of sizes, from the smallest, at which features are counted.
SIZES: Final = 3
#: Number of characters shown of an error.
_LONGEST_NOTE: Final = 160


def size(view: View[State], rng: Rng) -> Criterion:
    """Examine sizes, replicas and edge cases."""
    findings = [_columns(view, rng), _replicas(view)]
    findings += [_edge(view, name, make, rng) for name, make in view.subject.edges.items()]
    return Criterion("iv", tuple(findings))


def _columns(view: View[State], rng: Rng) -> Finding:
    """Report whether states of all sizes have the same columns."""
    subject = view.subject
    if isinstance(subject.sized, Missing):
        return not_applicable("columns", subject.sized.reason)
    counts = {}
    same = not view.odd
    for n in subject.sizes[:SIZES]:
        names = subject.features(subject.sized(n, rng), view.load).names
        counts[n] = len(names)
        same &= names == view.names
    differing = len(set(counts.values()) | {len(view.names)}) - 1
    told = ", ".join(f"{count} at n = {n}" for n, count in counts.items())
    told += f"; others on {', '.join(view.odd)}" if view.odd else ""
    return Finding(
        name="columns",
        verdict=Verdict.PASS if same else Verdict.FAIL,
        value=float(differing),
        threshold={"pass": 0.0},
        unit="other numbers of features",
        probe="sizes",
        note=f"{len(view.names)} on probes; {told}" + ("" if same else "; names differ"),
    )


def _replicas(view: View[State]) -> Finding:
    """Report by how much the features of a replicated cell differ from those of the cell."""
    subject = view.subject
    if isinstance(subject.replicated, Missing):
        return not_applicable("replicas", subject.replicated.reason)
    worst, where, feature, refused = -1.0, "", "", ""
    for probe in view.first_of_each():
        replica = subject.replicated(probe.state)
        try:
            features = subject.features(replica.state, view.load)
        except ValueError as error:  # a minimum of the cell may be a saddle of the replica
            refused = f"{probe.kind} refused: {_short(error)}"
            continue
        before = probe.features.values[replica.order]
        if features.names != view.names or features.values.shape != before.shape:
            changes = np.full((1, len(view.names)), np.inf)
        else:
            changes = deviations(before, features.values, view.spreads[probe.kind])
        if changes.max() > worst:
            worst, where = float(changes.max()), probe.kind
            feature = view.names[int(changes.max(axis=0).argmax())]
    if worst < 0:
        return not_applicable("replicas", refused)
    return Finding(
        name="replicas",
        verdict=graded(worst, good=SAME_IN_REPLICA, bad=OTHER_IN_REPLICA),
        value=worst,
        threshold={"pass": SAME_IN_REPLICA, "fail": OTHER_IN_REPLICA},
        unit="spreads",
        probe=where,
        note=f"feature {feature} changes most in a replicated cell" + (refused and f"; {refused}"),
    )


def _edge(view: View[State], name: str, make: Callable[[Rng], State], rng: Rng) -> Finding:
    """Report whether an edge case gives finite features or an intended error."""
    state = make(rng)
    try:
        features = view.subject.features(state, view.load)
    except Exception as error:  # noqa: BLE001  # any error of a descriptor is a finding
        told = _short(error)
        if _on_purpose(error):
            return Finding(name=name, verdict=Verdict.PASS, probe=name, note=f"refused: {told}")
        return Finding(name=name, verdict=Verdict.FAIL, probe=name, note=f"crashed: {told}")
    infinite = int((~np.isfinite(features.values)).sum())
    same = features.names == view.names
    note = "described" if same else "columns differ from those of probes"
    return Finding(
        name=name,
        verdict=Verdict.PASS if same and not infinite else Verdict.FAIL,
        value=float(infinite),
        threshold={"pass": 0.0},
        unit="non-finite values",
        probe=name,
        note=note,
    )


def _short(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:_LONGEST_NOTE]


def _on_purpose(error: Exception) -> bool:
    """Return whether the descriptor itself raised the error, with a message.

    A ValueError that numpy raises, for instance for an impossible shape, was not intended.
    """
    raised = traceback.extract_tb(error.__traceback__)[-1]
    foreseen = (raised.line or "").startswith("raise ") and "site-packages" not in raised.filename
    return foreseen and isinstance(error, ValueError) and bool(str(error))
