"""Relax dislocations and load them by a ramp, a spring or a constant stress."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.dislocation_batches import Frame
from mechanist.simulate.dislocation_dynamics import ConvergenceError, Glide


@dataclass(frozen=True, kw_only=True)
class Ramp:
    """Quasistatic loading: the stress rises while dislocations are slow and is held during bursts.

    Parameters
    ----------
    rate : float
        Rate of the stress while it rises, in D/b per unit of time.
    speed : float
        Mean absolute velocity (b per unit of time) above which the stress is held.
    stress_step : float
        Largest increase in one time step, in D/b: without it long steps would coarsen the curve.
    strain : float
        Plastic strain at which loading ends.
    max_stress : float
        Stress above which loading fails, in D/b.
    """

    rate: float = 4e-7
    speed: float = 4e-4
    stress_step: float = 1e-3
    strain: float = 0.2
    max_stress: float = 5.0

    def __post_init__(self) -> None:
        """Validate the parameters."""
        _positive(self, "rate", "speed", "stress_step", "strain", "max_stress")

    def advance(self, glide: Glide) -> None:
        """Take one step."""
        if glide.speed < self.speed:
            glide.advance(rate=self.rate, within=self.stress_step / self.rate)
        else:
            glide.advance()


@dataclass(frozen=True, kw_only=True)
class Spring:
    """Strain-controlled loading through a spring: stress = stiffness (rate time - plastic strain).

    Parameters
    ----------
    rate : float
        Imposed strain rate, per unit of time.
    stiffness : float
        In D/b.
    stress_step, strain, max_stress : float
        As in :class:`Ramp`.
    """

    rate: float
    stiffness: float
    stress_step: float = 1e-3
    strain: float = 0.2
    max_stress: float = 5.0

    def __post_init__(self) -> None:
        """Validate the parameters."""
        _positive(self, "rate", "stiffness", "stress_step", "strain", "max_stress")

    def advance(self, glide: Glide) -> None:
        """Take one step."""
        rise = self.stiffness * self.rate
        glide.advance(rate=rise, stiffness=self.stiffness, within=self.stress_step / rise)


@dataclass(frozen=True, kw_only=True)
class Creep:
    """Constant stress from time zero on, with frames at times that grow by a constant factor.

    Parameters
    ----------
    stress : float
        In D/b.
    first, last : float
        Times of the first and the last frame, in b^2/D per unit of mobility.
    frames : int
        Number of frames.
    """

    stress: float
    first: float
    last: float
    frames: int

    def __post_init__(self) -> None:
        """Validate the times."""
        if not 0 < self.first < self.last or self.frames < 2:
            raise ValueError(
                f"{self.frames} frames from {self.first} to {self.last}; expected at least two and"
                " 0 < first < last"
            )

    @property
    def times(self) -> FloatArray:
        """Times of the frames, shape (frames,)."""
        return np.geomspace(self.first, self.last, self.frames)


def _positive(drive: object, *names: str) -> None:
    for name in names:
        value = getattr(drive, name)
        if not 0 < value < math.inf:
            raise ValueError(f"{type(drive).__name__}.{name} = {value}; expected a positive number")


class Passage:
    """Record of the stresses at which strains are first reached.

    A point is kept where the strain exceeds its previous maximum. If the strain had fallen back
    before, the stress at which it regained that maximum is kept too, so that linear interpolation
    is correct.
    """

    def __init__(self, glide: Glide) -> None:
        self.strain = [glide.strain]
        self.stress = [glide.stress]
        self._last = (glide.strain, glide.stress)

    def note(self, glide: Glide) -> None:
        """Record the end of a step."""
        strain, stress = glide.strain, glide.stress
        before_strain, before_stress = self._last
        self._last = (strain, stress)
        highest = self.strain[-1]
        if not strain > highest:
            return
        if before_strain < highest:
            back = math.nextafter(highest, math.inf)
            share = (highest - before_strain) / (strain - before_strain)
            if strain > back:
                self.strain.append(back)
                self.stress.append(before_stress + share * (stress - before_stress))
        self.strain.append(strain)
        self.stress.append(stress)


def relax(glide: Glide, rest: float) -> None:
    """Let the dislocations move without applied stress until their mean speed is below ``rest``.

    Raises
    ------
    ConvergenceError
        If they do not come to rest.
    """
    glide.reset()
    glide.apply(0.0)
    while glide.speed >= rest:
        glide.advance()


def load(
    glide: Glide, drive: Ramp | Spring, *, frames: tuple[float, ...] = ()
) -> tuple[Passage, list[Frame], str]:
    """Load a relaxed state until the plastic strain of the drive is reached.

    Parameters
    ----------
    glide : Glide
        Changed in place to its final state.
    drive : Ramp or Spring
    frames : tuple of float
        Strains at whose first passage a state is kept, in ascending order.

    Returns
    -------
    passage : Passage
    frames : list of Frame
        Each with the strain at the end of the step that passed.
    reason : str
        Why loading failed, else empty. After a failure, the record up to it is still returned.
    """
    glide.reset()
    passage, kept, waiting = Passage(glide), [], list(frames)
    try:
        while passage.strain[-1] < drive.strain:
            drive.advance(glide)
            passage.note(glide)
            while waiting and passage.strain[-1] >= waiting[0]:
                waiting.pop(0)
                kept.append(Frame(glide.strain, glide.stress, glide.system.configuration()))
            if glide.stress > drive.max_stress:
                raise ConvergenceError(
                    f"the stress passed {drive.max_stress} D/b at strain {glide.strain:.4g},"
                    f" before strain {drive.strain}"
                )
    except ConvergenceError as error:
        return passage, kept, f"loading: {error}"
    return passage, kept, ""


def creep(
    glide: Glide, plan: Creep, *, watch: Callable[[Glide], None] = lambda _: None
) -> tuple[Passage, list[Frame], str]:
    """Hold a relaxed state at constant stress and keep frames at the plan's times.

    Parameters
    ----------
    glide : Glide
        Changed in place to its final state.
    plan : Creep
    watch : callable
        Called at every frame.

    Returns
    -------
    passage, frames, reason
        As :func:`load` returns them.
    """
    glide.reset()
    passage, kept = Passage(glide), []
    glide.apply(plan.stress)
    try:
        for time in plan.times:
            while (left := time - glide.time) > 1e-12 * time:
                glide.advance(within=left)
                passage.note(glide)
            kept.append(Frame(glide.strain, glide.stress, glide.system.configuration()))
            watch(glide)
    except ConvergenceError as error:
        return passage, kept, f"creep: {error}"
    return passage, kept, ""
