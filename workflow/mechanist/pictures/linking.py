"""Link the particles of successive frames to tracks by trackpy, the mean deformation removed first.

Without that, particles far from the centre of a strained picture move by more than half a spacing, and
are taken for their neighbours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.pictures.mean_motion import MeanMotion, local_motion, mean_motion

#: Part of the particles that must be found again from one frame to the next.
LEAST_FOUND: Final = 0.6


class LostParticlesError(ValueError):
    """Too few particles of a frame are found again in the next."""


@dataclass(frozen=True, eq=False)
class Links:
    """Tracks through some frames.

    Parameters
    ----------
    tracks : tuple of ndarray
        Number of the track of each particle, by frame.
    motions : tuple of MeanMotion
        Mean deformation from each frame to the next.
    """

    tracks: tuple[IntArray, ...]
    motions: tuple[MeanMotion, ...]

    def pairs(self, first: int, second: int) -> tuple[IntArray, IntArray]:
        """Return the indices, in two frames, of the particles that are in both."""
        _, i, j = np.intersect1d(
            self.tracks[first], self.tracks[second], assume_unique=True, return_indices=True
        )
        return np.asarray(i, np.int64), np.asarray(j, np.int64)


def link_frames(
    frames: Sequence[FloatArray],
    reach: float,
    *,
    gradients: Sequence[FloatArray] | None = None,
    centre: FloatArray | None = None,
    names: Sequence[str] = (),
) -> Links:
    """Return the tracks of particles.

    Parameters
    ----------
    frames : sequence of ndarray of shape (n, 2)
        Places in each frame.
    reach : float
        Largest distance from the mean motion within one step.
    gradients : sequence of ndarray of shape (2, 2), optional
        Deformation gradient between successive frames, where the load is known.
    centre : ndarray of shape (2,), optional
        Place that does not move under the load.
    names : sequence of str
        What messages call the frames.

    Raises
    ------
    LostParticlesError
        If most particles of a frame have no partner in the next one.
    """
    motions: list[MeanMotion] = []
    numbers = [np.arange(len(frames[0]), dtype=np.int64)]
    unused = len(frames[0])
    for k in range(1, len(frames)):
        before, after = np.asarray(frames[k - 1], float), np.asarray(frames[k], float)
        known = gradients[k - 1] if gradients is not None else None
        motion = mean_motion(before, after, gradient=known, centre=centre)
        if motion.found < LEAST_FOUND:
            named = (names[k - 1], names[k]) if names else (f"frame {k - 1}", f"frame {k}")
            raise LostParticlesError(
                f"from {named[0]} to {named[1]}, {motion.found:.0%} of the particles are found again,"
                f" expected at least {LEAST_FOUND:.0%}: they moved by more than half a spacing, or"
                " detection fails. Take more frames, state the `gradient` of the deformation, or check"
                " the detected particles"
            )
        i, j = _linked(local_motion(before, after, motion), after, reach)
        of_frame = np.full(len(after), -1, np.int64)
        of_frame[j] = numbers[-1][i]
        new = of_frame < 0
        of_frame[new] = unused + np.arange(int(new.sum()))
        unused += int(new.sum())
        numbers.append(of_frame)
        motions.append(motion)
    return Links(tuple(numbers), tuple(motions))


def _linked(expected: FloatArray, places: FloatArray, reach: float) -> tuple[IntArray, IntArray]:
    """Return the pairs that trackpy links between expected and measured places."""
    import trackpy

    trackpy.quiet()
    before, after = (
        np.asarray(numbers, np.int64)
        for _, numbers in trackpy.link_iter([expected, places], search_range=reach)
    )
    _, i, j = np.intersect1d(before, after, assume_unique=True, return_indices=True)
    return np.asarray(i, np.int64), np.asarray(j, np.int64)
