"""How the lattice of every voxel of a map turns in tension, by a kept surrogate.

A map of any size is predicted block by block, each with the voxels around it that the model reads, so
that only the answer grows with the map.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.rotations import check_rotations, compose, from_rotation_vector
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.voxel_paths import VoxelPaths
from mechanist.learn.voxel_samples import loaded_frame
from mechanist.predict.kept_surrogate import KeptSurrogate
from mechanist.predict.seen_cells import grain_diameter, outside_reasons
from mechanist.predict.taylor_crystals import taylor_crystals
from mechanist.predict.voxel_fields import (
    Block,
    Blocks,
    MapFields,
    blocks_of,
    cropped,
    misfits_of,
    reads_taylor,
)

#: Strains that differ by less are one.
_SLACK: Final = 1e-6


@dataclass(frozen=True, eq=False)
class PredictedRotations:
    """Predictions for the voxels of one map.

    Parameters
    ----------
    start : ndarray of shape (nx, ny, nz, 4)
        Orientations before loading, quaternions from crystal to sample.
    strains : ndarray of shape (n_steps,)
        Strains of the predictions.
    rotations : ndarray of shape (nx, ny, nz, n_steps, 3)
        Rotation vectors of the lattice since the start, radians, in the sample frame.
    lower, upper : ndarray of shape (nx, ny, nz, n_steps)
        Interval of the angle of rotation in degrees, at least 0; NaN where the model has none.
    reasons : list of str
        What puts the map outside of what the model has seen; empty if it is inside.
    """

    start: FloatArray
    strains: FloatArray
    rotations: NDArray[np.float32]
    lower: NDArray[np.float32]
    upper: NDArray[np.float32]
    reasons: list[str]

    @property
    def outside(self) -> bool:
        """Whether the map is unlike those that the model has seen."""
        return bool(self.reasons)

    @property
    def angles(self) -> FloatArray:
        """Angles of rotation in degrees, shape (nx, ny, nz, n_steps)."""
        return np.asarray(np.degrees(np.linalg.norm(self.rotations.astype(float), axis=-1)))

    def orientations(self, step: int) -> FloatArray:
        """Return the orientations at a strain, shape (nx, ny, nz, 4)."""
        turn = from_rotation_vector(self.rotations[..., step, :].astype(float))
        return compose(turn, self.start)


def predict_rotations(
    model: KeptSurrogate,
    orientations: FloatArray,
    *,
    axis: str = "z",
    steps: Sequence[float] = (1.0, 1.0, 1.0),
    grains: IntArray | None = None,
    strain: float | None = None,
    blocks: Blocks | None = None,
) -> PredictedRotations:
    """Predict how the lattice of every voxel turns in tension along an axis of the grid.

    Parameters
    ----------
    model : KeptSurrogate
    orientations : ndarray of shape (nx, ny, nz, 4)
        Quaternions, scalar first, active from crystal to sample. The map repeats along each axis, as
        in the engine; a map of one layer has columnar grains.
    axis : {"x", "y", "z"}
        Axis of the tension; the sides are free.
    steps : sequence of three floats
        Edges of a voxel, in any unit.
    grains : ndarray of shape (nx, ny, nz), int, optional
        Grain of every voxel; by default voxels of one orientation are a grain.
    strain : float, optional
        Last strain to predict; by default the last that the model has seen.
    blocks : Blocks, optional
        When, and into what, a large map is cut.

    Raises
    ------
    RotationError
        If an orientation is no rotation.
    ValueError
        If the map is no grid, the axis is not one of the grid, or the strain is none that the model
        predicts.
    """
    start = _checked(orientations)
    edges = np.asarray(steps, float)
    if edges.shape != (3,) or not (np.isfinite(edges) & (edges > 0)).all():
        raise ValueError(f"steps = {list(steps)}; expected three positive edges of a voxel")
    if axis not in ("x", "y", "z"):
        raise ValueError(f"axis {axis!r}; expected x, y or z: the surrogates know tension along an"
                         " axis of the grid alone")  # fmt: skip
    count = steps_up_to(model, strain)
    order, turn = loaded_frame("xyz".index(axis))
    loaded = compose(turn, start.transpose(*order, 3))
    path = _predicted(model, loaded, edges[order], blocks or Blocks())[..., :count, :]
    back = np.argsort(order)
    rotations = np.ascontiguousarray(path.transpose(*back, 3, 4)[..., back])
    angles = np.degrees(np.linalg.norm(rotations, axis=-1))
    offsets = np.array(
        [(np.nan, np.nan) if one is None else (one.lower, one.upper) for one in model.intervals]
    )[:count].astype(np.float32)
    return PredictedRotations(
        start=start,
        strains=model.strains[:count],
        rotations=rotations,
        lower=np.maximum(angles + offsets[:, 0], 0),
        upper=np.maximum(angles + offsets[:, 1], 0),
        reasons=outside_reasons(
            model.seen, start.shape[:3], edges, grain_diameter(start if grains is None else grains)
        ),
    )


def steps_up_to(model: KeptSurrogate, strain: float | None) -> int:
    """Return how many strains of a model lie up to one.

    Raises
    ------
    ValueError
        If the strain lies before the first or after the last of them.
    """
    if strain is None:
        return len(model.strains)
    first, last = float(model.strains[0]), float(model.strains[-1])
    if strain < 0:
        raise ValueError(
            f"strain = {strain:g} is compression; model {model.name!r} of system {model.system!r} has"
            " seen tension alone"
        )
    if not first - _SLACK <= strain <= last + _SLACK:
        raise ValueError(
            f"strain = {strain:g}; model {model.name!r} of system {model.system!r} predicts strains"
            f" from {first:g} to {last:g}, and nothing beyond"
        )
    return int(np.sum(model.strains <= strain + _SLACK))


def _checked(orientations: FloatArray) -> FloatArray:
    """Return orientations of a grid as unit quaternions."""
    shape = np.shape(orientations)
    if len(shape) == 3 and shape[-1] == 4:
        raise ValueError(
            f"orientations of shape {shape}; expected (nx, ny, nz, 4). A map in a plane is predicted as"
            " columnar grains, one voxel deep, which its third axis says: orientations[:, :, None]"
        )
    if len(shape) != 4 or shape[-1] != 4 or 0 in shape:
        raise ValueError(f"orientations of shape {shape}; expected (nx, ny, nz, 4), none of them 0")
    return check_rotations(orientations)


def _predicted(
    model: KeptSurrogate, start: FloatArray, edges: FloatArray, blocks: Blocks
) -> NDArray[np.float32]:
    """Return rotation vectors in tension along z, shape (nx, ny, nz, n_steps, 3)."""
    matter, names = model.matter(), model.names
    taylor = taylor_crystals(start, matter, model.strains) if reads_taylor(names) else None
    fields = MapFields(start, edges, matter.crystal, model.strains, model.passes, taylor)
    margin = max(model.radius, blocks.margin if misfits_of(names) else 0)
    shape = (start.shape[0], start.shape[1], start.shape[2])
    found = np.empty((*shape, len(model.strains), 3), np.float32)
    for block in blocks_of(shape, margin, blocks):
        sample, inner = _narrowed(fields.of(block, names), block, model.radius)
        path = model.fitted.predict([sample])[0]
        found[block.core] = path.reshape(*sample.shape, -1, 3)[inner]
    return found


def _narrowed(
    sample: VoxelPaths, block: Block, radius: int
) -> tuple[VoxelPaths, tuple[slice, slice, slice]]:
    """Return a block without the voxels that its core does not read, and the place of the core."""
    kept, inner = [], []
    for n, place in zip(sample.shape, block.inner, strict=True):
        if place.start < radius or n - place.stop < radius:
            # The axis repeats by itself, without a margin.
            kept.append(slice(0, n))
            inner.append(place)
        else:
            kept.append(slice(place.start - radius, place.stop + radius))
            inner.append(slice(radius, radius + place.stop - place.start))
    return cropped(sample, (kept[0], kept[1], kept[2])), (inner[0], inner[1], inner[2])
