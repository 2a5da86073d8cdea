"""Draw what was measured on a user's pictures or tracks: particles, motion, and D2min beside its floor."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm

from mechanist.core.progress import log_to
from mechanist.draw.style import DOUBLE, letter_panels, new_figure, save_figure, styled
from mechanist.formats.meanings import of_experiments
from mechanist.formats.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

HEIGHT: Final = 5.2


@styled()
def main(
    tracks: Path,
    motion: Path,
    arrays: Path,
    stem: Path,
    *,
    unit: str,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw four panels.

    Parameters
    ----------
    tracks, motion, arrays : Path
        Results of following the particles.
    stem : Path
        Figure files without their suffix.
    unit : str
        Unit of length.
    metadata : mapping, optional
        Kept in the files.
    """
    with np.load(arrays) as stored:
        data = {name: stored[name] for name in stored.files}
    followed, moved = pd.read_csv(tracks), read_table(motion)
    (left, top), (right, bottom) = data["low"], data["high"]
    figure, axes = new_figure(2, 2, width=DOUBLE, height=HEIGHT)
    first = followed[followed["frame"] == 0]
    particles, paths, map_, ranks = axes.flat
    if data["picture"].size:
        particles.imshow(data["picture"], cmap="gray", extent=(left, right, bottom, top))
    particles.plot(first["x"], first["y"], ".", color="#d55e00", markersize=2.2)
    for _, one in followed.groupby("particle"):
        paths.plot(one["x"], one["y"], color="#0072b2", linewidth=0.7)
    free = moved[~moved["censored"] & (moved["d2min"] > 0)]
    column = "d2min" if moved["d2min_above_floor"].isna().all() else "d2min_above_floor"
    peak = (
        free.loc[free["frame"] == free.loc[free["d2min"].idxmax(), "frame"]] if len(free) else free
    )
    marks = map_.scatter(peak["x"], peak["y"], c=peak[column], s=9, cmap="viridis", linewidths=0,
                         norm=LogNorm() if len(peak) else None)  # fmt: skip
    figure.colorbar(marks, ax=map_, label=f"$D^2_{{\\mathrm{{min}}}}$ ({unit}$^2$)")
    _ranked(ranks, free, float(data["floor"]))
    for panel in (particles, paths, map_):
        panel.set(xlim=(left, right), ylim=(bottom, top), aspect="equal", xlabel=f"x ({unit})",
                  ylabel=f"y ({unit})")  # fmt: skip
    ranks.set(xlabel=f"$D^2_{{\\mathrm{{min}}}}$ ({unit}$^2$)", ylabel="share of the values above")
    titles = ["particles of the first frame", "tracks",
              f"frames {int(peak['frame'].iloc[0])} to {int(peak['frame_2'].iloc[0])}" if len(peak) else "",
              "all frames"]  # fmt: skip
    letter_panels(axes, titles)
    columns = of_experiments.motion(unit)
    save_figure(
        figure, stem, moved, title="Motion of particles", columns=columns, metadata=metadata
    )


def _ranked(panel: Axes, free: pd.DataFrame, floor: float) -> None:
    """Draw the share of values above each value, and the floor."""
    values = np.sort(free["d2min"].to_numpy(float))
    panel.loglog(values, 1 - np.arange(len(values)) / max(1, len(values)), color="#0072b2")
    if np.isfinite(floor):
        panel.axvline(floor, color="#888888", linestyle="--", label="floor")
        panel.legend()


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input.tracks),
            Path(snakemake.input.motion),
            Path(snakemake.input.picture),
            Path(snakemake.output.pdf).with_suffix(""),
            unit=snakemake.params.unit,
            metadata=snakemake.params.metadata,
        )
