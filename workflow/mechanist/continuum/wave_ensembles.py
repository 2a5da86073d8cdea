"""Ensembles of moving edge dislocations whose densities start as waves."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from mechanist.core.typing import ComplexArray, FloatArray
from mechanist.formats.dislocation_batches import planar
from mechanist.simulate.dislocation_dynamics import Glide, Integration

#: Total density of all ensembles in b^-2; results are in units in which it is one.
DENSITY: Final = 0.04
#: Allowed error of a position in b, at this density. Similitude is exact only if it scales along.
TOLERANCE: Final = 0.05
RELATIVE_TOLERANCE: Final = 0.1
#: Fourier modes that are kept, from 0.
MODES: Final = 5
#: Points of the inverse of the cumulative profile.
INVERSE_POINTS: Final = 4001


@dataclass(frozen=True, kw_only=True)
class Wave:
    """Profiles 1 + amplitude cos(2 pi x + phase) of the densities of both signs.

    Parameters
    ----------
    amplitudes : tuple of float
        Of positive and negative dislocations, at least 0 and below 1.
    phases : tuple of float
        In radians.

    Raises
    ------
    ValueError
        If a density would be negative.
    """

    amplitudes: tuple[float, float]
    phases: tuple[float, float] = (0.0, 0.0)

    def __post_init__(self) -> None:
        """Validate the amplitudes."""
        if not all(0 <= a < 1 for a in self.amplitudes):
            raise ValueError(
                f"amplitudes {self.amplitudes} of a density wave; expected numbers from 0 to below 1,"
                " because densities are positive"
            )

    def places(self, number: int, rng: np.random.Generator) -> FloatArray:
        """Return places of ``number`` dislocations of each sign, shape (2, number), in the side.

        The cumulative profile is cut into equal parts, with one dislocation at random in each, so
        that the amplitude of an ensemble has little noise.
        """
        grid = np.linspace(0.0, 1.0, INVERSE_POINTS)
        found = []
        for amplitude, phase in zip(self.amplitudes, self.phases, strict=True):
            wave = (np.sin(2 * np.pi * grid + phase) - np.sin(phase)) / (2 * np.pi)
            parts = (np.arange(number) + rng.random(number)) / number
            found.append(np.interp(parts, grid + amplitude * wave, grid))
        return np.stack(found)


@dataclass(frozen=True, kw_only=True)
class Flow:
    """How the dislocations of an ensemble flow.

    Parameters
    ----------
    spacings : int
        Side of the cell in mean spacings, which is also the wavelength; even.
    load : float
        Applied stress in D sqrt(density).
    duration : float
        Distance in spacings over which free dislocations would glide.
    frames : int
        Intervals of time in which fluxes are averaged.
    annihilation : float
        Distance in b below which opposite dislocations annihilate; 0 for never.

    Raises
    ------
    ValueError
        If a number is out of range.
    """

    spacings: int
    load: float
    duration: float = 12.0
    frames: int = 48
    annihilation: float = 0.0

    def __post_init__(self) -> None:
        """Validate the numbers."""
        if self.spacings < 2 or self.spacings % 2:
            raise ValueError(
                f"a side of {self.spacings} spacings; expected an even number, at least 2"
            )
        if not (self.load > 0 and self.duration > 0 and self.frames >= 2):
            raise ValueError(f"{self}; expected a positive load and duration, at least two frames")

    @property
    def edges(self) -> FloatArray:
        """Edges of the intervals, shape (frames + 1,), in 1 / (M D b density)."""
        return np.linspace(0.0, self.duration / self.load, self.frames + 1)


def flow_modes(wave: Wave, flow: Flow, rng: np.random.Generator) -> ComplexArray:
    """Let one realisation flow, and return the Fourier modes of densities and fluxes.

    Returns
    -------
    ndarray of shape (4, frames, MODES + 1)
        Modes of the densities of positive and negative dislocations, each with mean 1 at the start,
        and of their fluxes, the density times the velocity in the direction of the load, in units
        of M D sqrt(density). Fluxes are displacements over an interval. With annihilation, where
        dislocations vanish within an interval, they are the velocities at its end.

    Raises
    ------
    ConvergenceError
        If the time integration fails.
    """
    number = flow.spacings**2 // 2
    length = flow.spacings / np.sqrt(DENSITY)
    x = wave.places(number, rng).ravel() * length
    sign = np.repeat([1.0, -1.0], number)
    integration = Integration(
        annihilation=flow.annihilation,
        tolerance=TOLERANCE,
        relative_tolerance=RELATIVE_TOLERANCE,
    )
    glide = Glide(planar(x, rng.random(2 * number) * length, sign, length), integration)
    glide.reset()
    glide.apply(flow.load * np.sqrt(DENSITY))
    edges = flow.edges / DENSITY
    modes = np.empty((4, flow.frames, MODES + 1), complex)
    for k, (start, end) in enumerate(pairwise(edges)):
        before = glide.system.x.copy()
        while (left := end - glide.time) > 1e-12 * end:
            glide.advance(within=left)
        system = glide.system
        if flow.annihilation:
            place, speed = system.x, system.forces(glide.stress) * system.sign
        else:
            place = 0.5 * (before + system.x)
            speed = (system.x - before) / (end - start) * system.sign
        turns = np.exp(-2j * np.pi * np.outer(place / length, np.arange(MODES + 1)))
        for which, chosen in enumerate((system.sign > 0, system.sign < 0)):
            modes[which, k] = turns[chosen].sum(axis=0) / number
            flux = speed[chosen, None] * turns[chosen]
            modes[2 + which, k] = flux.sum(axis=0) / number / np.sqrt(DENSITY)
    return modes


def ensemble(wave: Wave, flow: Flow, rngs: Sequence[np.random.Generator]) -> ComplexArray:
    """Return the modes of all realisations, shape (runs, 4, frames, MODES + 1)."""
    return np.stack([flow_modes(wave, flow, rng) for rng in rngs])
