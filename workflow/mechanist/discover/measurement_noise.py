"""Add measurement noise to clean data, the same noise for every method."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.field_files import FieldData


def noisy(data: Sequence[FieldData], level: float, seed: int) -> list[FieldData]:
    """Return the data with white Gaussian noise on every field; inputs stay exact.

    Parameters
    ----------
    data : sequence of FieldData
        Trajectories of one system.
    level : float
        Standard deviation of the noise, relative to that of the field over all trajectories.
    seed : int
        Root seed. Random numbers depend only on the seed and on the names of trajectory and field:
        noise at two levels differs by a factor, and other fields do not change it.

    Raises
    ------
    ValueError
        If ``level`` is negative or not finite, or ``seed`` negative.
    """
    if not (np.isfinite(level) and level >= 0):
        raise ValueError(f"noise level = {level}; expected a finite number of at least 0")
    if seed < 0:
        raise ValueError(f"seed = {seed}; expected a whole number from 0 on")
    if level == 0:
        return list(data)
    scale = {name: level * _deviation(data, name) for name in data[0].fields}
    return [_one(trajectory, scale, seed) for trajectory in data]


def _deviation(data: Sequence[FieldData], name: str) -> float:
    """Return a field's standard deviation over all points of all trajectories."""
    return float(np.std(np.concatenate([one.fields[name].ravel() for one in data])))


def _one(trajectory: FieldData, scale: dict[str, float], seed: int) -> FieldData:
    fields: dict[str, FloatArray] = {}
    for name, values in trajectory.fields.items():
        digest = hashlib.sha256(f"{trajectory.name}\0{name}".encode()).digest()
        key = [int(word) for word in np.frombuffer(digest, dtype=">u4")]
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))
        fields[name] = values + scale[name] * rng.standard_normal(values.shape)
    # the grids are copied: FieldData normalises its own in place
    return replace(trajectory, axes=dict(trajectory.axes), fields=fields)
