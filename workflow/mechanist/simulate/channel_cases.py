"""Series of many channels that a law of few hidden coordinates makes, as Champion et al. 2019 used.

Champion, Lusch, Kutz and Brunton, PNAS 116, 22445 (2019), doi:10.1073/pnas.1906995116; sizes and
constants are those of the authors' public code.
"""

from typing import Final

import numpy as np
from scipy.special import eval_legendre

from mechanist.core.typing import FloatArray
from mechanist.formats.channels import Channels

#: Constants of the Lorenz equations, the unit of the hidden coordinates, and the time between frames.
SIGMA: Final = 10.0
RHO: Final = 28.0
BETA: Final = 8.0 / 3.0
UNIT: Final = 40.0
LORENZ_STEP: Final = 0.02
_LORENZ_FRAMES: Final = 250
_SUBSTEPS: Final = 10
_CHANNELS: Final = 128
_CENTRE: Final = np.array([0.0, 0.0, 25.0])
_WIDTHS: Final = np.array([72.0, 96.0, 82.0])
#: Constants of the rotating spiral: diffusion, side of the square, points on a side, time step.
DIFFUSION: Final = 0.1
SIDE: Final = 20.0
_POINTS: Final = 100
SPIRAL_STEP: Final = 0.05
#: Frames while the spiral settles, which are not kept.
_SETTLING: Final = 200


def lorenz_channels(starts: int, rng: np.random.Generator, *, noise: float = 1e-6) -> Channels:
    """Return 128 channels that show a Lorenz system through linear and cubic Legendre modes.

    Parameters
    ----------
    starts : int
        Number of runs of 250 frames, each from a random state.
    rng : Generator
    noise : float
        Standard deviation of the noise of values and of rates; the hidden coordinates have the
        unit 1/40.

    Returns
    -------
    Channels
        Frames of one run follow each other.
    """
    state = _CENTRE + _WIDTHS * (rng.random((starts, 3)) - 0.5)
    step = LORENZ_STEP / _SUBSTEPS
    frames = [state]
    for _ in range(_LORENZ_FRAMES - 1):
        for _ in range(_SUBSTEPS):
            state = _runge_kutta(state, step)
        frames.append(state)
    hidden = np.stack(frames, axis=1).reshape(-1, 3)
    speed = _lorenz(hidden) / UNIT
    hidden = hidden / UNIT
    places = np.linspace(-1, 1, _CHANNELS)
    modes = np.stack([eval_legendre(k, places) for k in range(6)])
    values = hidden @ modes[:3] + hidden**3 @ modes[3:]
    rates = speed @ modes[:3] + (3 * hidden**2 * speed) @ modes[3:]
    return Channels(
        snapshots=values + noise * rng.standard_normal(values.shape),
        rates=rates + noise * rng.standard_normal(rates.shape),
        hidden=hidden,
        series=np.repeat(np.arange(starts), _LORENZ_FRAMES),
        step=LORENZ_STEP,
    )


def _lorenz(state: FloatArray) -> FloatArray:
    x, y, z = np.moveaxis(state, -1, 0)
    return np.stack([SIGMA * (y - x), x * (RHO - z) - y, x * y - BETA * z], axis=-1)


def _runge_kutta(state: FloatArray, step: float) -> FloatArray:
    first = _lorenz(state)
    second = _lorenz(state + step / 2 * first)
    third = _lorenz(state + step / 2 * second)
    fourth = _lorenz(state + step * third)
    return state + step / 6 * (first + 2 * second + 2 * third + fourth)


def rotating_spiral(frames: int, *, points: int = _POINTS) -> Channels:
    """Return pictures of a spiral that rotates in a lambda-omega reaction-diffusion system.

    The first component is seen, under a Gaussian mask that hides the edges. The rates are those of
    the equation. No hidden coordinates are known beforehand.

    Parameters
    ----------
    frames : int
        Number of pictures, 0.1 apart, after the spiral has settled.
    points : int
        Points on a side; each picture has ``points**2`` channels.
    """
    x = np.linspace(-SIDE / 2, SIDE / 2, points, endpoint=False)
    plane = np.meshgrid(x, x, indexing="ij")
    waves = 2 * np.pi * np.fft.fftfreq(points, SIDE / points)
    squared = waves[:, None] ** 2 + waves[None, : points // 2 + 1] ** 2
    radius, angle = np.hypot(*plane), np.arctan2(plane[1], plane[0])
    mask = np.exp(-0.01 * radius**2)
    u = np.fft.rfft2(np.tanh(radius) * np.cos(angle - radius))
    v = np.fft.rfft2(np.tanh(radius) * np.sin(angle - radius))
    half = np.exp(-DIFFUSION * squared * SPIRAL_STEP / 2)

    def back(spectrum: np.ndarray) -> FloatArray:
        return np.asarray(np.fft.irfft2(spectrum, s=(points, points)))

    def reaction(one: np.ndarray, two: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        a, b = back(one), back(two)
        size = a**2 + b**2
        return np.fft.rfft2((1 - size) * a + size * b), np.fft.rfft2((1 - size) * b - size * a)

    values, rates = [], []
    for k in range(_SETTLING + 2 * frames):
        fast_u, fast_v = reaction(u, v)
        if k >= _SETTLING and (k - _SETTLING) % 2 == 0:
            values.append((mask * back(u)).ravel())
            rates.append((mask * back(fast_u - DIFFUSION * squared * u)).ravel())
        # The midpoint rule, with diffusion integrated exactly.
        middle = reaction(
            half * (u + SPIRAL_STEP / 2 * fast_u), half * (v + SPIRAL_STEP / 2 * fast_v)
        )
        u = half**2 * u + SPIRAL_STEP * half * middle[0]
        v = half**2 * v + SPIRAL_STEP * half * middle[1]
    return Channels(
        np.array(values), np.array(rates), np.empty((frames, 0)), np.zeros(frames, np.int64)
    )
