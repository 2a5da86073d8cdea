"""Draw a polycrystal that a kept surrogate predicts: how far each lattice turns."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.colors import Normalize

from mechanist.core.progress import log_to
from mechanist.core.rotations import rotation_angle
from mechanist.core.typing import FloatArray
from mechanist.draw.crystals import (
    AXIS_NAMES,
    colour_key,
    direction_colours,
    plane_of,
    slice_bar,
    slice_panel,
    sliced,
)
from mechanist.draw.labels import percent
from mechanist.draw.meanings.figures_of_crystals import FIGURES
from mechanist.draw.outside import note_outside
from mechanist.draw.style import DOUBLE, letter_panels, new_figure, save_figure, styled
from mechanist.formats.polycrystal_batches import PolycrystalRun
from mechanist.formats.predicted_orientations import (
    PredictedOrientations,
    read_predicted_orientations,
)
from mechanist.mechanics.poles import sample_axis_in_crystal
from mechanist.predict.rotation_summary import RotationSummary

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Percentiles at the ends of the colour scale, so that a few extreme voxels do not dominate it.
SPAN: Final = (1, 99)
#: Quantiles of the angles over all voxels, drawn against strain.
QUANTILES: Final = (0.1, 0.5, 0.9)
HEIGHT: Final = 2.4


@styled()
def main(
    *,
    orientations: Path,
    summary: Path,
    stem: Path,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a slice before loading, the predicted angle on it, and the spread of angles with strain.

    Parameters
    ----------
    orientations : Path
        Predicted orientations.
    summary : Path
        What they are.
    stem : Path
        Figure files without their suffix.
    metadata : mapping, optional
        Kept in the files.
    """
    said: RotationSummary = json.loads(summary.read_text(encoding="utf-8"))
    found = read_predicted_orientations(orientations)
    frames = found.orientations.astype(float)
    angles = rotation_angle(frames, frames[0])
    run = _first(found)
    figure, axes = new_figure(1, 3, width=DOUBLE, height=HEIGHT)
    before, turned, spread = axes[0]
    directions = sample_axis_in_crystal(frames[0], found.axis)
    slice_panel(before, run, direction_colours(directions, found.lattice))
    colour_key(before.inset_axes((1.04, 0.25, 0.3, 0.5)), found.lattice)
    low, high = np.percentile(sliced(angles[-1], plane_of(run)), SPAN)
    norm = Normalize(low, max(high, np.nextafter(low, np.inf)))
    image = slice_panel(turned, run, angles[-1], cmap="magma", norm=norm)
    slice_bar(figure, turned, image, "predicted rotation (degrees)", extend="both")
    quantiles = np.quantile(angles.reshape(len(angles), -1), QUANTILES, axis=1)
    strains = 100 * found.strains
    spread.fill_between(strains, quantiles[0], quantiles[2], alpha=0.3, linewidth=0)
    spread.plot(strains, quantiles[1])
    spread.set(
        xlabel="strain (%)",
        ylabel="predicted rotation (degrees)",
        xlim=(0, strains[-1]),
        ylim=(0, None),
    )
    last = percent(float(found.strains[-1]))
    titles = ["before loading", f"turned at {last}", "median, 10 to 90 %"]
    letter_panels(axes, titles)
    plane = plane_of(run)
    for panel in (before, turned):
        panel.set_xlabel(f"{AXIS_NAMES[plane.across]} $\\rightarrow$", labelpad=1, fontsize=6.5)
        panel.set_ylabel(f"{AXIS_NAMES[plane.up]} $\\rightarrow$", labelpad=1, fontsize=6.5)
    note_outside(figure, said["outside"])
    save_figure(
        figure,
        stem,
        {"a": _slice(run, angles[-1]), "c": _spread(found.strains, quantiles)},
        title=f"Predicted rotation in tension along {AXIS_NAMES[found.axis]}",
        units={"rotation": "degrees", "strain": "1", **{_name(q): "degrees" for q in QUANTILES}},
        columns=FIGURES["predicted"],
        metadata={
            **(metadata or {}),
            "model": said["model"],
            "outside": "; ".join(said["outside"]),
        },
    )


def _first(found: PredictedOrientations) -> PolycrystalRun:
    """Return the undeformed polycrystal, as panels of slices take it."""
    shape = found.grains.shape
    return PolycrystalRun(
        name=found.name,
        systems=found.lattice,
        lengths=found.lengths,
        grains=found.grains,
        strains=np.zeros(1),
        orientations=found.orientations[:1].astype(float),
        stress=np.zeros((1, *shape, 6)),
        curve=np.zeros((1, 2)),
        axis=found.axis,
    )


def _slice(run: PolycrystalRun, angle: FloatArray) -> pd.DataFrame:
    """Return what the slice shows."""
    plane = plane_of(run)
    grains = sliced(run.grains, plane)
    row, column = np.indices(grains.shape)
    return pd.DataFrame(
        {
            "row": row.ravel(),
            "column": column.ravel(),
            "grain": grains.ravel(),
            "rotation": sliced(angle, plane).ravel(),
        }
    )


def _spread(strains: FloatArray, quantiles: FloatArray) -> pd.DataFrame:
    """Return the curves of quantiles."""
    columns = {_name(q): row for q, row in zip(QUANTILES, quantiles, strict=True)}
    return pd.DataFrame({"strain": strains, **columns})


def _name(quantile: float) -> str:
    return f"quantile_{round(100 * quantile)}"


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            orientations=Path(snakemake.input.orientations),
            summary=Path(snakemake.input.summary),
            stem=Path(snakemake.output.pdf).with_suffix(""),
            metadata=snakemake.params.metadata,
        )
