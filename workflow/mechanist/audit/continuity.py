"""Criterion ii: features are continuous and differentiable in the coordinates.

Features are followed along paths that cross cutoffs, neighbour swaps and Voronoi flips. If the
first pass is inconclusive or finds a jump or kink, the worst places are sampled again with finer
steps: a steep slope then becomes smooth, whereas a jump remains a jump.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from mechanist.audit.card import Criterion, Finding, Verdict, graded, not_applicable
from mechanist.audit.step_ladder import STEP_STRIDE, Roughness, roughness
from mechanist.audit.subject import Missing, Rng, State, Subject
from mechanist.audit.thresholds import (
    CONTINUOUS,
    DIFFERENTIABLE,
    GRADIENT_RIGHT,
    GRADIENT_WRONG,
    JUMP,
    KINK,
    SLOPE_OF_JUMP,
    STILL,
)
from mechanist.audit.view import View
from mechanist.core.typing import BoolArray, FloatArray

PATHS: Final = 2
#: Number of places on each path that are sampled again, width of the sampled window in steps of the
#: coarsest grid, and factor by which its steps are finer than the finest ones before.
ZOOMS: Final = 3
ZOOM_WIDTH: Final = 2
ZOOM_FACTOR: Final = 10
#: Steps of the central differences with which a gradient is compared, in units of length.
STEPS: Final = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7)


def continuity(view: View[State], rng: Rng) -> Criterion:
    """Follow features along paths, and check their analytical gradient if they have one."""
    subject = view.subject
    if isinstance(subject.path, Missing):
        on_paths: tuple[Finding, ...] = (not_applicable("paths", subject.path.reason),)
    else:
        on_paths = _on_paths(view, [subject.path(rng) for _ in range(PATHS)])
    return Criterion("ii", (*on_paths, _gradient(view, rng)))


def _on_paths(view: View[State], paths: list[Callable[[float], State]]) -> tuple[Finding, ...]:
    """Find jumps and kinks on several paths, stopping at the first path with a jump."""
    seen: list[Roughness] = []
    for path in paths:
        seen.append(_followed(view, path))
        moving = np.max([r.moved / view.spread for r in seen], axis=0) > STILL
        jump = np.where(moving, np.max([r.steps for r in seen], axis=0), 0.0)
        kink = np.where(moving, np.max([r.slopes for r in seen], axis=0), 0.0)
        jumps = (jump >= JUMP) | (kink >= SLOPE_OF_JUMP)
        if jumps.any():
            break  # no other path can change the verdict
    if not moving.any():
        return (not_applicable("paths", "no feature changes on the paths"),)
    unit, probe = "1", f"{len(seen)} paths" if len(seen) > 1 else "1 path"
    continuous = Finding(
        name="jumps",
        verdict=Verdict.FAIL if jumps.any() else graded(jump.max(), good=CONTINUOUS, bad=JUMP),
        value=float(jump.max()),
        threshold={"pass": CONTINUOUS, "fail": JUMP},
        unit=unit,
        probe=probe,
        note=_count(jumps, moving, jump, view, "jump")
        + f"; largest ratio of slopes {kink.max():.2g}, a jump from {SLOPE_OF_JUMP:g} on",
    )
    kink = np.where(jumps, 0.0, kink)
    kinks = kink >= KINK
    if jumps[moving].all():
        return continuous, not_applicable("kinks", "every feature jumps")
    smooth = Finding(
        name="kinks",
        verdict=graded(kink.max(), good=DIFFERENTIABLE, bad=KINK, worst=Verdict.WARN),
        value=float(kink.max()),
        threshold={"pass": DIFFERENTIABLE, "warn": KINK},
        unit=unit,
        probe=probe,
        note=_count(kinks, moving, kink, view, "have kinks"),
    )
    return continuous, smooth


def _count(
    bad: BoolArray, moving: BoolArray, values: FloatArray, view: View[State], what: str
) -> str:
    """Report how many features show the behaviour, and which shows it most."""
    most = view.names[int(np.argmax(values))]
    return f"{int(bad.sum())} of {int(moving.sum())} features {what}; most so {most}"


def _followed(view: View[State], path: Callable[[float], State]) -> Roughness:
    """Sample one path, then sample its worst places again with finer steps."""
    subject, load = view.subject, view.load

    def along(s: float) -> FloatArray:
        return subject.features(path(s), load).values

    noise = subject.noise * view.spread
    first = roughness(along, 0.0, 1.0, steps=subject.path_steps, noise=noise)
    steps, slopes = first.steps.copy(), first.slopes.copy()
    half = ZOOM_WIDTH / 2 * STEP_STRIDE / subject.path_steps
    fine = ZOOM_WIDTH * STEP_STRIDE * ZOOM_FACTOR
    open_ = ((steps > CONTINUOUS) | (slopes > DIFFERENTIABLE)) & (first.moved > STILL * view.spread)
    for _ in range(ZOOMS):
        if not open_.any():
            break
        centre = float(first.place[int(np.where(open_, slopes, -np.inf).argmax())])
        centre = min(max(centre, half), 1 - half)
        closer = roughness(along, centre - half, centre + half, steps=fine, noise=noise)
        near = open_ & (np.abs(first.place - centre) <= half)
        steps[near], slopes[near] = closer.steps[near], closer.slopes[near]
        open_ &= ~near
        if ((closer.steps >= JUMP) & near).any():
            break  # no further place can change the verdict
    return Roughness(steps, slopes, first.moved, first.place)


def _gradient(view: View[State], rng: Rng) -> Finding:
    """Compare an analytical gradient with central differences for a range of step sizes."""
    subject = view.subject
    if isinstance(subject.gradient, Missing):
        return not_applicable("gradient", subject.gradient.reason)
    if isinstance(subject.coordinates, Missing) or isinstance(subject.displaced, Missing):
        return not_applicable("gradient", "coordinates cannot be moved")
    state = view.probes[0].state
    exact = subject.gradient(state, view.load)
    direction = rng.standard_normal(exact.shape[-1:])
    slope = exact @ direction
    size = float(np.abs(slope).max()) or 1.0
    errors = [
        float(np.abs(_difference(subject, view, state, direction, h) - slope).max()) / size
        for h in STEPS
    ]
    best = int(np.argmin(errors))
    return Finding(
        name="gradient",
        verdict=graded(errors[best], good=GRADIENT_RIGHT, bad=GRADIENT_WRONG),
        value=errors[best],
        threshold={"pass": GRADIENT_RIGHT, "fail": GRADIENT_WRONG},
        unit="of the largest slope",
        probe=view.probes[0].kind,
        note=f"central differences with steps from {max(STEPS):g} to {min(STEPS):g}, best {STEPS[best]:g}",
    )


def _difference(
    subject: Subject[State], view: View[State], state: State, direction: FloatArray, h: float
) -> FloatArray:
    """Return the central difference of all features along a direction of the coordinates."""
    assert not isinstance(subject.coordinates, Missing)
    assert not isinstance(subject.displaced, Missing)
    flat = subject.coordinates(state)
    ahead = subject.features(subject.displaced(state, flat + h * direction), view.load).values
    behind = subject.features(subject.displaced(state, flat - h * direction), view.load).values
    return np.asarray((ahead - behind) / (2 * h))
