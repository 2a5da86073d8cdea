"""Draw rendered pictures with the particles that are found, and D2min from the picture beside the truth."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import LogNorm

from mechanist.core.progress import log_to
from mechanist.core.typing import FloatArray
from mechanist.draw.labels import length_symbol
from mechanist.draw.style import DOUBLE, letter_panels, new_figure, save_figure, styled
from mechanist.formats.described_columns import NOT_NEGATIVE, Column

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Part of the window that pictures show, so that particles are large enough to be seen.
SHOWN: Final = 0.5
#: Colours of the marks of the larger and of the smaller species.
MARKS: Final = ("#d55e00", "#56b4e9")
HEIGHT: Final = 5.0


@styled()
def main(
    arrays: Path,
    stem: Path,
    *,
    titles: Mapping[str, str],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a panel for each renderer, one for the noisy picture, and two maps of D2min.

    Parameters
    ----------
    arrays : Path
        Pictures, and what was found in the noisy one.
    stem : Path
        Figure files without their suffix.
    titles : mapping of str to str
        Title of the picture of each renderer, and of ``noisy``.
    metadata : mapping, optional
        Kept in the files.
    """
    with np.load(arrays) as stored:
        data = {name: stored[name] for name in stored.files}
    window, length = float(data["window"]), str(data["length"])
    symbol = length_symbol(length)
    figure, axes = new_figure(2, 3, width=DOUBLE, height=HEIGHT)
    panels = list(axes.flat)
    for panel, (name, title) in zip(panels, titles.items(), strict=False):
        picture = data["noisy" if name == "noisy" else f"picture_{name}"]
        panel.imshow(picture, cmap="gray", origin="lower", extent=(0, window, 0, window))
        panel.set(xlim=(0, SHOWN * window), ylim=(0, SHOWN * window))
        panel.set_title(title, loc="left")
    for species, colour in enumerate(MARKS):
        places = data["positions"][data["species"] == species]
        panels[2].plot(*places.T, ".", color=colour, markersize=2.5)
    free = ~data["censored"].astype(bool) & np.isfinite(data["d2min"])
    norm = LogNorm(*np.quantile(data["d2min"][free], [0.02, 0.995]))
    maps = {
        "from the pictures": (data["places"][free], data["d2min"][free]),
        "truth": (data["true_positions"], data["true_d2min"]),
    }
    size = (0.55 * HEIGHT / 2 * 72 / window) ** 2
    for panel, (title, (places, values)) in zip(panels[3:5], maps.items(), strict=True):
        marks = _map(panel, places, values, norm, size)
        panel.set(xlim=(0, window), ylim=(0, window), aspect="equal")
        panel.set_title(f"$D^2_{{\\mathrm{{min}}}}$ {title}", loc="left")
    figure.colorbar(marks, ax=panels[4], label=f"$D^2_{{\\mathrm{{min}}}}$ ({symbol}$^2$)")
    both = _joined(data, free)
    panels[5].loglog(both["truth"], both["measured"], ".", color="#0072b2", markersize=2.5)
    ends = [both["truth"].min(), both["truth"].max()]
    panels[5].plot(ends, ends, color="#888888", linewidth=0.8)
    panels[5].set(xlabel=f"true $D^2_{{\\mathrm{{min}}}}$ ({symbol}$^2$)",
                  ylabel=f"from the pictures ({symbol}$^2$)")  # fmt: skip
    for panel in panels[:5]:
        panel.set(xlabel=f"x ({symbol})", ylabel=f"y ({symbol})")
    letter_panels(axes)
    columns = {
        "x": Column(length, "Position along x."),
        "y": Column(length, "Position along y."),
        "truth": Column(f"{length}^2", "True D2min.", NOT_NEGATIVE),
        "measured": Column(f"{length}^2", "D2min from the pictures.", NOT_NEGATIVE),
    }
    title = "Pictures and D2min"
    save_figure(figure, stem, both, title=title, columns=columns, metadata=metadata)


def _map(
    panel: Axes, places: FloatArray, values: FloatArray, norm: LogNorm, size: float
) -> PathCollection:
    return panel.scatter(
        places[:, 0], places[:, 1], c=values, s=size, norm=norm, cmap="viridis", linewidths=0
    )


def _joined(data: Mapping[str, FloatArray], free: FloatArray) -> pd.DataFrame:
    """Return true and measured D2min of the particles that are nearest to each other."""
    away = np.linalg.norm(data["places"][free][:, None] - data["true_positions"], axis=2)
    nearest = away.argmin(axis=1)
    near = away.min(axis=1) < 0.3
    return pd.DataFrame({
        "x": data["places"][free][near, 0],
        "y": data["places"][free][near, 1],
        "truth": data["true_d2min"][nearest[near]],
        "measured": data["d2min"][free][near],
    })  # fmt: skip


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input[0]),
            Path(snakemake.output.pdf).with_suffix(""),
            titles=snakemake.params.titles,
            metadata=snakemake.params.metadata,
        )
