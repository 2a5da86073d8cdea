"""A video of a pendulum: pictures of a blob at its end, whose law is of second order in the angle.

Champion, Lusch, Kutz and Brunton, PNAS 116, 22445 (2019), doi:10.1073/pnas.1906995116; sizes and
constants are those of the authors' public code.
"""

from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.channels import Channels

#: Time between pictures, and pictures of a run.
STEP: Final = 0.02
FRAMES: Final = 500
#: Points on a side, half the side of a picture in lengths of the pendulum, and squared width of the blob.
_POINTS: Final = 51
_HALF_SIDE: Final = 1.5
_WIDTH: Final = 0.05
#: Largest speed of a start, and largest energy: above 1, the pendulum would go over the top.
_SPEED: Final = 2.1
_ENERGY: Final = 0.99


def pendulum_video(
    starts: int,
    rng: np.random.Generator,
    *,
    frames: int = FRAMES,
    points: int = _POINTS,
    noise: float = 0.0,
) -> Channels:
    """Return pictures of a pendulum that obeys ``angle'' = -sin(angle)``.

    Parameters
    ----------
    starts : int
        Number of runs, each from a random angle and speed below the energy of the upper rest.
    rng : Generator
    frames : int
        Pictures of a run, 0.02 apart.
    points : int
        Points on a side; each picture has ``points**2`` channels, between 0 and 1.
    noise : float
        Standard deviation of the noise of the pictures; their rates and accelerations have none.

    Returns
    -------
    Channels
        With accelerations, and with the angle as the hidden coordinate.
    """
    states = np.empty((starts, frames, 2))
    states[:, 0] = [_start(rng) for _ in range(starts)]
    for k in range(1, frames):
        states[:, k] = _runge_kutta(states[:, k - 1])
    angle, speed = states.reshape(-1, 2).T
    snapshots, rates, accelerations = _pictures(angle, speed, points)
    if noise:
        snapshots = snapshots + noise * rng.standard_normal(snapshots.shape)
    return Channels(
        snapshots=snapshots,
        rates=rates,
        hidden=angle[:, None],
        series=np.repeat(np.arange(starts), frames),
        accelerations=accelerations,
        step=STEP,
    )


def _start(rng: np.random.Generator) -> FloatArray:
    while True:
        angle, speed = rng.uniform(-np.pi, np.pi), rng.uniform(-_SPEED, _SPEED)
        if abs(speed**2 / 2 - np.cos(angle)) <= _ENERGY:
            return np.array([angle, speed])


def _force(state: FloatArray) -> FloatArray:
    return np.stack([state[:, 1], -np.sin(state[:, 0])], axis=1)


def _runge_kutta(state: FloatArray) -> FloatArray:
    first = _force(state)
    second = _force(state + STEP / 2 * first)
    third = _force(state + STEP / 2 * second)
    fourth = _force(state + STEP * third)
    return state + STEP / 6 * (first + 2 * second + 2 * third + fourth)


def _pictures(
    angle: FloatArray, speed: FloatArray, points: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return pictures with their first and second derivatives with respect to time."""
    side = np.linspace(-_HALF_SIDE, _HALF_SIDE, points)
    across, up = (one.ravel() for one in np.meshgrid(side, -side))
    # The end of the pendulum, and the unit vector along its motion.
    end = np.stack([np.sin(angle), -np.cos(angle)])[:, :, None]
    along = np.stack([np.cos(angle), np.sin(angle)])[:, :, None]
    from_end = (across - end[0], up - end[1])
    pictures = np.exp(-(from_end[0] ** 2 + from_end[1] ** 2) / _WIDTH)
    # Derivatives of the exponent with respect to the angle; the end's second derivative is -end.
    first = 2 / _WIDTH * (from_end[0] * along[0] + from_end[1] * along[1])
    second = -2 / _WIDTH * (1 + from_end[0] * end[0] + from_end[1] * end[1])
    speed = speed[:, None]
    acceleration = -np.sin(angle)[:, None]
    rates = pictures * first * speed
    return (
        pictures,
        rates,
        pictures * ((first**2 + second) * speed**2 + first * acceleration),
    )
