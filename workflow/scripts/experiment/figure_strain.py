"""Draw the strain of a user's maps of displacements beside its standard error."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize

from mechanist.core.progress import log_to
from mechanist.core.typing import FloatArray
from mechanist.draw.style import DOUBLE, letter_panels, new_figure, save_figure, styled
from mechanist.formats.meanings import of_experiments
from mechanist.formats.meanings.of_experiments import COMPONENTS
from mechanist.formats.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Height of a row of maps over the width of the field, and bounds of the figure's height, inches.
ROW: Final = 1.15
LEAST: Final = 3.9
MOST: Final = 8.5
COLOURS: Final = dict(zip(COMPONENTS, ("#332288", "#117733", "#882255"), strict=True))
MARKERS: Final = dict(zip(COMPONENTS, ("o", "s", "D"), strict=True))
#: Part of the values that the colours of a map hold at either end.
ENDS: Final = (1, 99)


@styled()
def main(
    table: Path, stem: Path, *, unit: str, time_unit: str, metadata: Mapping[str, str] | None = None
) -> None:
    """Draw the strain of the last frame, its error, its non-affine part, and strains over time.

    Parameters
    ----------
    table : Path
        Strain at every point.
    stem : Path
        Figure files without their suffix.
    unit, time_unit : str
        Units of length and of the times.
    metadata : mapping, optional
        Kept in the files.
    """
    found = read_table(table)
    last = found[found["frame"] == found["frame"].max()]
    x, y = (np.unique(last[name]) for name in ("x", "y"))
    tall = float(np.ptp(y) / np.ptp(x))
    height = min(MOST, max(LEAST, 3 * (ROW * tall + 0.7)))
    figure, axes = new_figure(3, 3, width=DOUBLE, height=height)

    def grid(name: str) -> FloatArray:
        return np.asarray(
            last.pivot_table(index="y", columns="x", values=name, dropna=False), float
        )

    top = float(np.nanpercentile(last[[f"error_{one}" for one in COMPONENTS]], ENDS[1]))
    for panel, component in zip(axes[0], COMPONENTS, strict=True):
        values = grid(f"strain_{component}")
        low, high = np.nanpercentile(values, ENDS)
        reach = max(abs(low), abs(high), 1e-12)
        _map(panel, x, y, values, f"strain {component}", "RdBu_r", Normalize(-reach, reach))
    for panel, component in zip(axes[1], COMPONENTS, strict=True):
        values = grid(f"error_{component}")
        _map(panel, x, y, values, f"standard error of {component}", "cividis", Normalize(0, top))
    left, middle, right = axes[2]
    beyond = grid("d2min_above_floor")
    low, high = np.nanpercentile(beyond, ENDS)
    _map(left, x, y, beyond, f"non-affine part ({unit}$^2$)", "viridis", LogNorm(low, max(high, 1.01 * low)))  # fmt: skip
    _map(middle, x, y, grid("neighbours"), "points of the fit", "cividis", None)
    _over_time(right, found, time_unit)
    for panel in [*axes[0], *axes[1], left, middle]:
        panel.set(xlabel=f"x ({unit})", ylabel=f"y ({unit})")
    letter_panels(axes)
    save_figure(figure, stem, found, title="Strain of maps of displacements",
                columns=of_experiments.strain(unit, time_unit), metadata=metadata)  # fmt: skip


def _map(
    panel: Axes,
    x: FloatArray,
    y: FloatArray,
    values: FloatArray,
    label: str,
    colours: str,
    norm: Normalize | None,
) -> None:
    """Draw one map; points without a value stay white."""
    dx, dy = (float(axis[1] - axis[0]) / 2 for axis in (x, y))
    extent = (x[0] - dx, x[-1] + dx, y[-1] + dy, y[0] - dy)
    image = panel.imshow(values, extent=extent, cmap=colours, norm=norm, interpolation="nearest")
    panel.figure.colorbar(image, ax=panel, label=label, shrink=0.9)


def _over_time(panel: Axes, found: pd.DataFrame, time_unit: str) -> None:
    """Draw the mean strain over the field, and the range of nine tenths of the points, at each time."""
    for component in COMPONENTS:
        groups = found.groupby("time")[f"strain_{component}"]
        low, high, mean = groups.quantile(0.05), groups.quantile(0.95), groups.mean()
        colour = COLOURS[component]
        panel.fill_between(mean.index, low, high, color=colour, alpha=0.15, linewidth=0)
        panel.plot(
            mean.index, mean, color=colour, marker=MARKERS[component], markersize=3, label=component
        )
    panel.set(xlabel=f"time ({time_unit})" if time_unit else "frame or time", ylabel="strain")
    panel.legend()


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input[0]),
            Path(snakemake.output.pdf).with_suffix(""),
            unit=snakemake.params.unit,
            time_unit=snakemake.params.time_unit,
            metadata=snakemake.params.metadata,
        )
