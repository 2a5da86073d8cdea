"""Slip, resistance and resolved stress of every slip system: what laws of slip are found from."""

from dataclasses import dataclass, fields
from typing import Final

import h5py
import numpy as np

from mechanist.core.typing import FloatArray

_PER_SYSTEM: Final = ("rate", "resistance_before", "resistance", "resolved")


@dataclass(frozen=True, eq=False)
class SlipFields:
    """Fields of the last time step before each stored state but the first.

    The engine is implicit: the slip rate of a step belongs to the stress and to the resistance at
    the end of the step, resolved on the lattice as it stood at the beginning of the step.

    Parameters
    ----------
    rate : ndarray of shape (n_frames - 1, n_voxels, n_systems)
        Signed slip rate, 1/s.
    resistance_before, resistance : ndarray of shape (n_frames - 1, n_voxels, n_systems)
        Slip resistance at the beginning and at the end of the step, MPa.
    resolved : ndarray of shape (n_frames - 1, n_voxels, n_systems)
        Resolved shear stress at the end of the step, MPa.
    duration : ndarray of shape (n_frames - 1,)
        Duration of the step, s; steps that did not converge at once are shorter.

    Raises
    ------
    ValueError
        If shapes differ, a value is not finite, or a duration or a resistance is not positive.
    """

    rate: FloatArray
    resistance_before: FloatArray
    resistance: FloatArray
    resolved: FloatArray
    duration: FloatArray

    def __post_init__(self) -> None:
        """Convert arrays to double precision and validate them."""
        for one in fields(self):
            values = np.asarray(getattr(self, one.name), dtype=np.float64)
            if not np.isfinite(values).all():
                raise ValueError(
                    f"slip fields, {one.name}: a value is not finite; expected numbers"
                )
            object.__setattr__(self, one.name, values)
        for key in _PER_SYSTEM:
            seen = getattr(self, key).shape
            if seen != self.rate.shape or len(seen) != len(_PER_SYSTEM) - 1:
                raise ValueError(f"slip fields, {key}: shape is {seen}, that of rate"
                                 f" {self.rate.shape}; expected equal shapes (states, voxels,"
                                 " slip systems)")  # fmt: skip
        if self.duration.shape != self.rate.shape[:1]:
            raise ValueError(f"slip fields, duration: shape is {self.duration.shape}; expected"
                             f" {self.rate.shape[:1]}, one for each step")  # fmt: skip
        for key in ("resistance_before", "resistance", "duration"):
            if (getattr(self, key) <= 0).any():
                raise ValueError(f"slip fields, {key}: smallest value is {getattr(self, key).min()};"
                                 " expected positive numbers")  # fmt: skip

    def store(self, group: h5py.Group) -> None:
        """Write the fields to a group, in single precision."""
        for key in _PER_SYSTEM:
            group.create_dataset(key, data=getattr(self, key).astype(np.float32))
        group["duration"] = self.duration

    @classmethod
    def load(cls, group: h5py.Group) -> "SlipFields":
        """Read the fields from a group."""
        return cls(**{one.name: group[one.name][()] for one in fields(cls)})
