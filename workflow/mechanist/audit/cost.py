"""Criterion iii: how the cost of features scales with the number of objects at constant density.

Times are CPU times of this process, so that a busy machine has little influence. They are judged by
their scaling exponent and reported relative to a neighbour list built in the same run, never in
seconds.
"""

import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import stats

from mechanist.audit.card import Criterion, Finding, Verdict, not_applicable
from mechanist.audit.subject import Missing, Rng, State
from mechanist.audit.thresholds import LINEAR, STEEP, UNSURE_EXPONENT
from mechanist.audit.view import View
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.neighbours import find_neighbours

REPEATS: Final = 5
#: Larger sizes are skipped once describing one state takes longer than this, in CPU seconds.
PATIENCE: Final = 1.5
FEWEST_SIZES: Final = 3
#: Smallest number of calls timed per size, unless the first call already exceeds ``PATIENCE``.
FEWEST_CALLS: Final = 4
COVERAGE: Final = 0.95
#: Reference cost: the neighbour list of random particles at unit density.
YARDSTICK_PARTICLES: Final = 2000
YARDSTICK_CUTOFF: Final = 2.0

Clock = Callable[[], float]


@dataclass(frozen=True)
class Growth:
    """A power law ``cost = factor n^exponent`` through measured costs.

    Parameters
    ----------
    exponent : float
    half_width : float
        Half width of its 95 % interval, from the scatter about the line.
    """

    exponent: float
    half_width: float


def cost(view: View[State], rng: Rng, *, clock: Clock = time.process_time) -> Criterion:
    """Measure the time and memory needed to describe states of increasing size.

    Parameters
    ----------
    view : View
    rng : numpy.random.Generator
    clock : callable
        Returns CPU seconds; tests substitute a counter of operations.
    """
    subject = view.subject
    if isinstance(subject.sized, Missing):
        return Criterion("iii", (not_applicable("time", subject.sized.reason),))
    sizes, times, memory = _measured(view, subject.sized, rng, clock)
    if len(sizes) < FEWEST_SIZES:
        reason = f"{len(sizes)} sizes could be measured; a slope needs {FEWEST_SIZES}"
        return Criterion("iii", (not_applicable("time", reason),))
    relative = times[-1] / sizes[-1] / _yardstick(clock)
    return Criterion(
        "iii",
        (
            _exponent("time", sizes, times, "CPU time, median of several"),
            _exponent("memory", sizes, memory, "peak of traced allocations", decides=False),
            Finding(
                name="relative cost",
                verdict=Verdict.PASS,
                value=relative,
                unit="neighbour lists per object",
                probe=f"n = {sizes[-1]}",
                note="reported, not judged",
                decides=False,
            ),
        ),
    )


def _measured(
    view: View[State], sized: Callable[[int, Rng], State], rng: Rng, clock: Clock
) -> tuple[list[int], list[float], list[float]]:
    """Return sizes, seconds and bytes, up to the first size that exceeds ``PATIENCE``."""
    sizes: list[int] = []
    times: list[float] = []
    memory: list[float] = []
    for n in view.subject.sizes:
        states = [sized(n, rng)]
        states += [_copied(view, states[0], n, rng) for _ in range(REPEATS + 1)]
        times.append(_seconds(view, states[:-1], clock))
        memory.append(_peak_bytes(view, states[-1]))
        sizes.append(n)
        if times[-1] > PATIENCE:
            break
    return sizes, times, memory


def growth(sizes: list[int], costs: list[float]) -> Growth:
    """Fit a power law by least squares of logarithms."""
    fit = stats.linregress(np.log(sizes), np.log(np.maximum(costs, np.finfo(float).tiny)))
    quantile = stats.t.ppf((1 + COVERAGE) / 2, len(sizes) - 2)
    return Growth(float(fit.slope), float(quantile * fit.stderr))


def _exponent(
    name: str, sizes: list[int], costs: list[float], how: str, *, decides: bool = True
) -> Finding:
    """Judge how fast a cost grows."""
    fit = growth(sizes, costs)
    verdict = Verdict.PASS if fit.exponent <= LINEAR else Verdict.WARN
    if fit.exponent > STEEP:
        verdict = Verdict.FAIL
    if _undecided(fit):
        verdict = Verdict.INCONCLUSIVE
    return Finding(
        name=name,
        verdict=verdict,
        value=fit.exponent,
        threshold={"pass": LINEAR, "fail": STEEP},
        unit="exponent",
        probe=f"n = {sizes[0]} to {sizes[-1]}",
        note=f"+- {fit.half_width:.2f} (95 %); {how}",
        decides=decides,
    )


def _undecided(fit: Growth) -> bool:
    """Return whether scatter leaves open on which side of a threshold the exponent lies."""
    low, high = fit.exponent - fit.half_width, fit.exponent + fit.half_width
    crosses = any(low < threshold < high for threshold in (LINEAR, STEEP))
    return crosses and fit.half_width > UNSURE_EXPONENT


def _copied(view: View[State], state: State, n: int, rng: Rng) -> State:
    """Return an equivalent state that is not in any cache of the descriptor."""
    subject = view.subject
    if isinstance(subject.coordinates, Missing) or isinstance(subject.displaced, Missing):
        assert not isinstance(subject.sized, Missing)
        return subject.sized(n, rng)
    return subject.displaced(state, subject.coordinates(state))


def _seconds(view: View[State], states: list[State], clock: Clock) -> float:
    """Return the median time to describe a state, excluding the first call.

    Long calls are timed less often, because their times scatter less.
    """
    taken: list[float] = []
    for state in states:
        begun = clock()
        view.subject.features(state, view.load)
        taken.append(clock() - begun)
        if taken[0] > PATIENCE or (len(taken) >= FEWEST_CALLS and sum(taken) > PATIENCE):
            break
    return float(np.median(taken[1:] or taken))


def _peak_bytes(view: View[State], state: State) -> float:
    """Return the peak memory that Python and numpy allocate to describe one state."""
    tracemalloc.start()
    try:
        view.subject.features(state, view.load)
        return float(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()


def _yardstick(clock: Clock) -> float:
    """Return the time per particle to build a neighbour list."""
    rng = np.random.default_rng(0)
    length = YARDSTICK_PARTICLES ** (1 / 3)
    places = rng.uniform(0, length, (YARDSTICK_PARTICLES, 3))
    species = np.zeros(YARDSTICK_PARTICLES, dtype=np.int64)
    c = Configuration(places, np.eye(3) * length, species, ("A",))
    taken = []
    for _ in range(REPEATS):
        begun = clock()
        find_neighbours(c, YARDSTICK_CUTOFF)
        taken.append(clock() - begun)
    return max(float(np.median(taken)), np.finfo(float).tiny) / YARDSTICK_PARTICLES
