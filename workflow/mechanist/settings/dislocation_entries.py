"""Entries of block ``dislocation``, as the configuration gives them to scripts.

The models in ``settings/models/`` say what the keys mean.
"""

from typing import TypedDict


class PileupProtocolEntry(TypedDict, total=False):
    """How a pileup is made and pushed."""

    dislocations: int
    spacing: float
    correlation: float
    strength: float
    stress_step: float
    finest_step: float
    jump: float
    tolerance: float


class MicrostructureEntry(TypedDict, total=False):
    """Fields of :class:`mechanist.simulate.microstructures.MicrostructureSystem` to set."""

    name: str
    side: float
    density: float
    density_spread: float
    radius: float
    radius_spread: float
    aspect: float
    dipole_height: float
    obstacle_distance: float
    bow: float
    channels: int
    channel_share: float
    background: float
    vertices: int
