"""Draw the true and predicted lattice rotations on a slice of a cell, and their difference."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.image import AxesImage
from numpy.typing import NDArray

from mechanist.assess.rotation_scores import voxel_misorientation
from mechanist.core.typing import FloatArray, Scalar
from mechanist.draw.crystals import boundaries
from mechanist.draw.meanings.figures_of_crystals import FIGURES
from mechanist.draw.style import (
    DOUBLE,
    letter_panels,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.tables import SAMPLE, read_table
from mechanist.formats.voxel_paths import VoxelPaths, read_voxel_paths
from mechanist.mechanics.loads import AXES
from mechanist.settings.label_entry import LabelEntries

#: Percentile of voxels at the upper end of the colour scale.
COVERED: Final = 99.5
TITLE: Final = 26


@styled()
def main(
    *,
    samples: Path,
    predictions: Mapping[str, Path],
    stem: Path,
    models: LabelEntries,
    axis: str,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw rotations in the upper row and misorientations of predictions in the lower row.

    Parameters
    ----------
    samples : Path
        Voxel paths; the largest cell with the most strains is drawn, at its last strain.
    predictions : mapping of str to Path
        Predictions of the models to show.
    stem : Path
        Figure files without their suffix.
    models : mapping
        Label and role of every model of the configuration.
    axis : str
        Normal of the slice; loading is along z.
    metadata : mapping, optional
        Stored in the files.
    """
    found = read_voxel_paths(samples)
    sample = max(found, key=lambda one: (len(one.strains), one.n_voxels))
    true, still = sample.paths()[:, -1:], np.zeros((sample.n_voxels, 1, 3))
    said = {name: predicted(path, sample) for name, path in predictions.items()}
    turned = {"truth": voxel_misorientation(sample, still, true)[:, 0]}
    turned |= {name: voxel_misorientation(sample, still, path)[:, 0] for name, path in said.items()}
    wrong = {name: voxel_misorientation(sample, path, true)[:, 0] for name, path in said.items()}
    top = float(np.percentile(turned["truth"], COVERED))
    columns = len(said) + 1
    side = DOUBLE / (columns + 0.45)
    figure, axes = new_figure(2, columns, width=DOUBLE, height=2 * side + 0.75)
    for panel, values in zip(axes[0], turned.values(), strict=True):
        upper = _slice(panel, sample, values, axis, limit=top, cmap="viridis")
        panel.set_xlabel(f"cell mean: {values.mean():.2f}°")
    for panel, values in zip(axes[1, 1:], wrong.values(), strict=True):
        lower = _slice(panel, sample, values, axis, limit=top, cmap="magma")
        panel.set_xlabel(f"cell mean: {values.mean():.2f}°")
    axes[1, 0].set_axis_off()
    figure.colorbar(upper, ax=axes[0], extend="max", label="rotation (degrees)")
    figure.colorbar(lower, ax=axes[1], extend="max", label="misorientation (degrees)")
    labels = ["truth", *(str(models[name]["label"]) for name in said)]
    letter_panels(axes[0], labels, wrap=TITLE)
    tables = {
        **{f"rotation {name}": _table(sample, v, axis) for name, v in turned.items()},
        **{f"misorientation {name}": _table(sample, v, axis) for name, v in wrong.items()},
    }
    save_figure(figure, stem, tables, title=f"Rotations of {sample.name}, true and predicted",
                units={"degrees": "degrees"}, columns=FIGURES["prediction"], metadata=metadata)  # fmt: skip


def predicted(path: Path, sample: VoxelPaths) -> FloatArray:
    """Return predicted rotation vectors at the last strain of a sample, shape (n_voxels, 1, 3)."""
    names = [f"{axis}@{sample.strains[-1]:.3f}" for axis in "xyz"]
    table = read_table(path, [SAMPLE, "object", *names])
    own = table[table[SAMPLE] == sample.name].sort_values("object")
    turns: FloatArray = own[names].to_numpy(np.float64)
    return turns[:, np.newaxis]


def _layer(sample: VoxelPaths, values: NDArray[Scalar], axis: str) -> NDArray[Scalar]:
    """Return the middle layer normal to an axis, with z upwards if z lies in the layer."""
    field = np.asarray(values).reshape(sample.shape)
    normal = AXES[axis]
    layer: NDArray[Scalar] = np.take(field, sample.shape[normal] // 2, axis=normal)
    return layer.T


def _slice(
    panel: Axes, sample: VoxelPaths, values: FloatArray, axis: str, *, limit: float, cmap: str
) -> AxesImage:
    """Draw a layer with its grain boundaries."""
    layer = _layer(sample, values, axis)
    extent = (0.0, layer.shape[1], 0.0, layer.shape[0])
    image = panel.imshow(layer, origin="lower", extent=extent, cmap=cmap, vmin=0, vmax=limit)
    lines = boundaries(_layer(sample, sample.grains, axis))
    panel.add_collection(LineCollection(list(lines), colors="white", linewidths=0.5))
    panel.set(xticks=[], yticks=[])
    panel.spines[:].set_visible(False)
    return image


def _table(sample: VoxelPaths, values: FloatArray, axis: str) -> pd.DataFrame:
    layer = _layer(sample, values, axis)
    up, across = np.indices(layer.shape)
    return pd.DataFrame({"across": across.ravel(), "up": up.ravel(), "degrees": layer.ravel()})
