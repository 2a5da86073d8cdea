"""Draw a rendered picture with its heat maps, and how well each kind of map shows where particles rearrange."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mechanist.core.progress import log_to
from mechanist.core.typing import FloatArray
from mechanist.draw.style import (
    DOUBLE,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.meanings.of_experiments import HEAT_MAPS
from mechanist.settings.entry_types.block_entries import LabelEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

HEIGHT: Final = 3.3
#: Letters in a line of a label.
WRAP: Final = 12
#: Maps that are shown, with their titles.
SHOWN: Final = {
    "brightness": "smoothed brightness",
    "activation": "activation",
    "gradient": "gradient",
    "occlusion": "occlusion",
}
#: Part of the values that the colours of a map hold at either end.
ENDS: Final = (1, 99)


@styled()
def main(
    table: Path,
    arrays: Path,
    stem: Path,
    *,
    methods: Mapping[str, LabelEntry],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a row of maps above another, and the scores below.

    Parameters
    ----------
    table, arrays : Path
        The table of heat maps, and the maps of one picture.
    stem : Path
        Figure files without their suffix.
    methods : mapping
        Label and role of every map.
    metadata : mapping, optional
        Kept in the files.
    """
    found = pd.read_csv(table, dtype={"unit": str})
    with np.load(arrays) as stored:
        data: dict[str, FloatArray] = {name: stored[name] for name in stored.files}
    figure, axes = new_figure(2, 4, width=DOUBLE, height=HEIGHT, width_ratios=[1, 1, 1, 1.35])
    maps: list[Axes] = list(axes[:, :3].flat)
    picture, target, *panels = maps
    picture.imshow(data["picture"], cmap="gray", extent=(0, 1, 0, 1), origin="lower")
    picture.set_title("rendered picture")
    moved = target.scatter(
        data["places"][:, 0],
        data["places"][:, 1],
        c=data["truth"],
        s=2,
        linewidths=0,
        cmap="viridis",
    )
    low, high = np.percentile(data["truth"], ENDS)
    moved.set_clim(low, high)
    target.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    target.set_title("D2min to come")
    for panel, (name, title) in zip(panels, SHOWN.items(), strict=True):
        low, high = np.percentile(data[name], ENDS)
        panel.imshow(
            data[name], cmap="viridis", extent=(0, 1, 0, 1), origin="lower", vmin=low, vmax=high
        )
        panel.set_title(title)
    for panel in maps:
        panel.set(xticks=[], yticks=[])
    grid = axes[0, 3].get_gridspec()
    for panel in axes[:, 3]:
        panel.remove()
    scores = figure.add_subplot(grid[:, 3])
    _scores(scores, found, methods)
    letter_panels([*maps, scores])
    save_figure(figure, stem, found, title="Heat maps of a network over rendered pictures",
                columns=HEAT_MAPS, metadata=metadata)  # fmt: skip


def _scores(panel: Axes, found: pd.DataFrame, methods: Mapping[str, LabelEntry]) -> None:
    """Draw the AUC of each map with its interval, full marks without noise and open ones with it."""
    styles = model_styles(methods)
    levels = sorted(found["noise"].unique())
    for row, (name, style) in enumerate(styles.items()):
        for k, noise in enumerate(levels):
            mine = found[(found["map"] == name) & (found["noise"] == noise)]
            for one in mine.to_dict("records"):
                place = row + 0.22 * (k - (len(levels) - 1) / 2)
                panel.hlines(place, one["low"], one["high"], color=style.colour)
                panel.plot(one["value"], place, "o", color=style.colour, markersize=4,
                           markerfacecolor=style.colour if k == 0 else "white")  # fmt: skip
    panel.axvline(0.5, color="#888888", linestyle="--", linewidth=0.9)
    panel.set(yticks=range(len(styles)), yticklabels=[fill(style.label, WRAP) for style in styles.values()],
              ylim=(len(styles) - 0.5, -0.5), xlabel="AUC for the most mobile tenth")  # fmt: skip
    said = ", ".join(f"{'full' if k == 0 else 'open'}: {noise:g}" for k, noise in enumerate(levels))
    panel.set_title(rf"error of places in $\sigma$, {said}", fontsize="small")


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input.table),
            Path(snakemake.input.shown),
            Path(snakemake.output.pdf).with_suffix(""),
            methods=snakemake.params.methods,
            metadata=snakemake.params.metadata,
        )
