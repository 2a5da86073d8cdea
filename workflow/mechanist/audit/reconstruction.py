"""Criterion v: the structure can be recovered from the features.

It is tested locally by the rank of the Jacobian, over larger distances by inversion, and by how
well a linear map rebuilds a richer description from the features. The reverse map tests whether the
other description really is richer.
"""

from collections import Counter
from typing import Final

import numpy as np

from mechanist.audit.card import Criterion, Finding, Verdict, graded, not_applicable
from mechanist.audit.inversion import STEP, Described, invert, jacobian, rank
from mechanist.audit.linear_rebuilding import rebuilding_error
from mechanist.audit.subject import Environment, Missing, Rng, State
from mechanist.audit.thresholds import (
    FULL_RANK_SHARE,
    NOT_INVARIANT,
    REBUILT,
    RECOVERED_SHARE,
    RESOLVED,
)
from mechanist.audit.view import Probe, View
from mechanist.core.typing import FloatArray

#: One environment in twenty may be rank-deficient by chance; fewer environments could not show
#: this.
ENVIRONMENTS: Final = 20
INVERSIONS: Final = 10
#: Standard deviation of the displacements from which inversions start, in neighbour distances.
START: Final = 0.04
FEWEST_SAMPLES: Final = 3


def reconstruction(
    view: View[State], rng: Rng, *, environments: int = ENVIRONMENTS, inversions: int = INVERSIONS
) -> Criterion:
    """Examine rank, inversion, rebuilding, and a pair that is hard to distinguish."""
    make = view.subject.environment
    if isinstance(make, Missing):
        local = [not_applicable("rank", make.reason), not_applicable("inversion", make.reason)]
    else:
        local = [
            _rank(view, [make(rng) for _ in range(environments)]),
            _inversion(view, [make(rng) for _ in range(inversions)], rng),
        ]
    return Criterion("v", (*local, *_rebuilding(view), _twins(view)))


def _rank(view: View[State], environments: list[Environment[State]]) -> Finding:
    """Report in which share of environments features change with every independent displacement."""
    ranks = []
    for environment in environments:
        truth, described = _described(view, environment)
        ranks.append(rank(jacobian(described, truth, STEP * environment.length)))
    shares = np.array([r / e.needed for r, e in zip(ranks, environments, strict=True)])
    full = float((shares >= 1).mean())
    needed = environments[0].needed
    return Finding(
        name="rank",
        verdict=Verdict.PASS if full >= FULL_RANK_SHARE else Verdict.FAIL,
        value=float(np.median(np.minimum(shares, 1.0))),
        threshold={"pass": 1.0},
        unit="of the required rank",
        probe=f"{len(environments)} environments",
        note=f"median rank {np.median(ranks):g} of {needed}, full at {full:.0%} of environments"
        f" ({FULL_RANK_SHARE:.0%} required)",
    )


def _inversion(view: View[State], environments: list[Environment[State]], rng: Rng) -> Finding:
    """Report how often inversion recovers the structure, and what it finds otherwise."""
    counts: Counter[str] = Counter()
    for environment in environments:
        truth, described = _described(view, environment)
        start = truth + START * environment.length * rng.normal(size=len(truth))
        found = invert(
            described, truth, start, distance=environment.distance, length=environment.length
        )
        counts[found.outcome] += 1
    recovered = counts["recovered"] / len(environments)
    if recovered >= RECOVERED_SHARE:
        verdict = Verdict.PASS
    else:  # only another structure, not a stuck search, is evidence against the features
        verdict = Verdict.WARN if counts["wrong"] else Verdict.INCONCLUSIVE
    return Finding(
        name="inversion",
        verdict=verdict,
        value=recovered,
        threshold={"pass": RECOVERED_SHARE},
        unit="of searches",
        probe=f"{len(environments)} environments",
        note=f"{counts['recovered']} recovered, {counts['wrong']} with the same features but another"
        f" structure, {counts['stuck']} stuck",
    )


def _described(view: View[State], environment: Environment[State]) -> tuple[FloatArray, Described]:
    """Return the free coordinates, and a function from them to the object's features in spreads."""
    subject = view.subject
    assert not isinstance(subject.coordinates, Missing)
    assert not isinstance(subject.displaced, Missing)
    displaced = subject.displaced
    flat = subject.coordinates(environment.state)

    def described(free: FloatArray) -> FloatArray:
        moved = flat.copy()
        moved[environment.free] = free
        features = subject.features(displaced(environment.state, moved), view.load)
        return np.asarray((features.values[environment.rows] / view.spread).ravel())

    return flat[environment.free], described


def _rebuilding(view: View[State]) -> tuple[Finding, Finding]:
    """Report how much of a richer description a linear map misses, and the reverse."""
    names = ("rebuilding the richer description", "rebuilding from the richer description")
    reference = view.subject.reference
    if isinstance(reference, Missing):
        first, second = (not_applicable(n, reference.reason, decides=False) for n in names)
        return first, second
    probes = _most_objects(view)
    where = f"{len(probes)} samples of {probes[0].kind}"
    if len(probes) < FEWEST_SAMPLES:
        reason = f"{where}; {FEWEST_SAMPLES} are needed to leave one out"
        first, second = (not_applicable(n, reason, decides=False) for n in names)
        return first, second
    own = [probe.features.values for probe in probes]
    richer = [reference(probe.state, view.load).values for probe in probes]
    missed, back = rebuilding_error(own, richer), rebuilding_error(richer, own)
    return (
        Finding(
            name=names[0],
            verdict=graded(missed, good=REBUILT, bad=np.inf),
            value=missed,
            threshold={"pass": REBUILT},
            unit="of its standard deviation",
            probe=where,
            note="missed by a linear map, out of sample; what it misses need not be lost"
            + ("" if back <= REBUILT else ", and the other description is not richer in all"),
            decides=False,
        ),
        Finding(
            name=names[1],
            verdict=Verdict.PASS,
            value=back,
            unit="of the features' standard deviation",
            probe=where,
            note="reported, not judged",
            decides=False,
        ),
    )


def _most_objects(view: View[State]) -> list[Probe[State]]:
    """Return the probes of the kind with the most objects in total."""
    kinds = [[p for p in view.probes if p.kind == kind] for kind in view.spreads]
    return max(kinds, key=lambda probes: sum(len(p.features.values) for p in probes))


def _twins(view: View[State]) -> Finding:
    """Report whether features distinguish two structures with equal distances and angles."""
    twins = view.subject.twins
    if isinstance(twins, Missing):
        return not_applicable("twins", twins.reason, decides=False)
    values = view.subject.features(twins.state, view.load).values
    first, second = values[list(twins.rows)]
    apart = float((np.abs(first - second) / view.spread).max())
    verdict, how = Verdict.INCONCLUSIVE, "hardly distinguished"
    if apart >= RESOLVED:
        verdict, how = Verdict.PASS, "distinguished"
    elif apart <= NOT_INVARIANT:
        verdict, how = Verdict.WARN, "not distinguished"
    return Finding(
        name="twins",
        verdict=verdict,
        value=apart,
        threshold={"pass": RESOLVED, "warn": NOT_INVARIANT},
        unit="spreads",
        probe=twins.name,
        note=f"two different structures are {how}",
        decides=False,
    )
