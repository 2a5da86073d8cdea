"""What is stored beside the predicted rotations of one polycrystal, and read by the figure of them."""

from typing import TypedDict


class RotationSummary(TypedDict):
    """What a reader must know of the predictions for one polycrystal, as in ``summary.json``.

    ``mean_rotation`` is the mean predicted angle in degrees at each strain, ``largest_error`` the
    misorientation in degrees that a random voxel's truth stays within with the probability ``level``.
    """

    model: str
    label: str
    material: str
    load: str
    strains: list[float]
    voxels: list[int]
    grains: int
    grain_diameter: float
    mean_rotation: list[float]
    largest_error: list[float | None]
    level: float | None
    outside: list[str]
    assumed: list[str]
