"""Turn axes that run from large to small, such as depths, together with the data along them."""

import numpy as np

from mechanist.imports.uniform_axes import Grids


def ascending(grids: Grids, notes: list[str]) -> Grids:
    """Return fields whose strictly descending axes are reversed, so that every axis ascends.

    Each value keeps its coordinate, so that nothing is open: this holds for times as well.

    Parameters
    ----------
    grids : Grids
        Axes and fields in the order of the file.
    notes : list of str
        Receives a sentence for each axis that is reversed.
    """
    for place, (name, grid) in enumerate(grids.axes.items()):
        if grid.ndim != 1 or len(grid) < 2 or grid.dtype.kind not in "fiu":
            continue  # refused where all data are checked
        if not (np.diff(grid.astype(np.float64)) < 0).all():
            continue
        arrays = {**grids.fields, **grids.inputs}
        if any(v.ndim <= place or v.shape[place] != len(grid) for v in arrays.values()):
            continue
        notes.append(
            f"axis {name}: it descends from {grid[0]:.6g} to {grid[-1]:.6g}; the axis and the data along"
            " it are reversed, so that each value keeps its coordinate"
        )
        fields, inputs = (
            {key: np.flip(values, place) for key, values in part.items()}
            for part in (grids.fields, grids.inputs)
        )
        grids = Grids({**grids.axes, name: grid[::-1]}, fields, inputs)
    return grids
