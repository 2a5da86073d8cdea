"""Draw stress-strain curves with their stress drops, and the sizes of the drops."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mechanist.draw.labels import plain, stress_label, stress_unit
from mechanist.draw.meanings.figures_of_glasses import FIGURES
from mechanist.draw.palette import CASES
from mechanist.draw.style import (
    DOUBLE,
    Look,
    figure_legend,
    letter_panels,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.sample import read_sample

COLUMNS: Final = 3
#: Quantiles over glasses that bound the band.
BAND: Final = (0.1, 0.9)
FAINT: Final = "#9ecae1"
STRONG: Final = "#08519c"
DROP: Final = "#d55e00"
LOAD_LINES: Final = ("-", "--", "-.", ":")


@styled()
def main(*, samples: Sequence[Path], stem: Path, metadata: Mapping[str, str] | None = None) -> None:
    """Draw a panel of curves for each load, then the number and the sizes of drops.

    Parameters
    ----------
    samples : sequence of Path
        Sample files of one system.
    stem : Path
        Figure files without their suffix.
    metadata : mapping, optional
        Kept in the files.
    """
    curves = curves_of(samples)
    first = read_sample(samples[0])
    stress, drop = (
        stress_label(name, first.units, first.reference.dimension)
        for name in ("stress", "stress drop")
    )
    loads = list(dict.fromkeys(curves["load"]))
    rows = -(-(len(loads) + 2) // COLUMNS)
    figure, axes = new_figure(rows, COLUMNS, width=DOUBLE, height=1.9 * rows + 0.2)
    panels = list(axes.flat)
    for panel, load in zip(panels, loads, strict=False):
        draw_load(panel, curves[curves["load"] == load])
        panel.sharey(panels[0])
        panel.set(xlabel=r"strain $\gamma$ (%)", ylabel=stress)
    count, size = panels[len(loads) : len(loads) + 2]
    draw_drops(count, size, curves)
    size.set_xlabel(drop)
    for panel in panels[len(loads) + 2 :]:
        panel.remove()
    titles = [*map(plain, loads), "number of drops", "size of drops"]
    letter_panels(panels[: len(titles)], titles)
    figure_legend(figure, panels[:1])
    unit = stress_unit(first.units, first.reference.dimension)
    save_figure(figure, stem, curves, title="Stress-strain curves and drops",
                units={"stress": unit, "drop": unit}, columns=FIGURES["response"], metadata=metadata)  # fmt: skip


def curves_of(samples: Sequence[Path]) -> pd.DataFrame:
    """Return all curves: sample, load, strain, stress, and the stress drop since the last step.

    ``drop`` is zero where the stress rose.
    """
    tables = []
    for path in samples:
        sample = read_sample(path)
        for load, response in sample.good_loads.items():
            stress = response.curve["stress"]
            tables.append(
                pd.DataFrame(
                    {
                        "sample": sample.name,
                        "load": load,
                        "strain": response.curve["strain"].round(9),  # to group by
                        "stress": stress,
                        "drop": np.maximum(-np.diff(stress, prepend=stress[0]), 0.0),
                    }
                )
            )
    return pd.concat(tables, ignore_index=True)


def draw_load(axes: Axes, curves: pd.DataFrame) -> None:
    """Draw all curves of one load faintly, their drops, and their mean with a band."""
    for _, curve in curves.groupby("sample", sort=True):
        axes.plot(100 * curve["strain"], curve["stress"], color=FAINT, linewidth=0.3, zorder=1,
                  label="_" if axes.lines else "single glass")  # fmt: skip
    falls = curves[curves["drop"] > 0]
    axes.plot(100 * falls["strain"], falls["stress"], ".", color=DROP, markersize=1.2, alpha=0.5,
              label="state after a drop", zorder=2, rasterized=True)  # fmt: skip
    by_strain = curves.groupby("strain", sort=True)["stress"]
    mean, low, high = by_strain.mean(), by_strain.quantile(BAND[0]), by_strain.quantile(BAND[1])
    axes.fill_between(
        100 * mean.index,
        low,
        high,
        color=STRONG,
        alpha=0.2,
        linewidth=0,
        zorder=3,
        label="10 to 90 % of glasses",
    )
    axes.plot(100 * mean.index, mean, color=STRONG, label="mean", zorder=4)


def draw_drops(count: Axes, size: Axes, curves: pd.DataFrame) -> None:
    """Draw, by load, the cumulative number of drops with strain, and the distribution of sizes."""
    for k, (load, group) in enumerate(curves.groupby("load", sort=False)):
        look: Look = {
            "color": CASES[k % len(CASES)],
            "linestyle": LOAD_LINES[k % len(LOAD_LINES)],
            "linewidth": 1.0,
        }
        falls = (group["drop"] > 0).groupby(group["strain"], sort=True).sum().cumsum()
        count.plot(100 * falls.index, falls / group["sample"].nunique(), **look)
        sizes = np.sort(group.loc[group["drop"] > 0, "drop"].to_numpy())
        size.step(sizes, 1 - np.arange(len(sizes)) / len(sizes), label=plain(load), **look)
    count.set(xlabel=r"strain $\gamma$ (%)", ylabel="cumulative drops per glass", ylim=(0, None))
    size.set(xscale="log", yscale="log", ylabel="fraction of drops ≥ size")
    size.legend(loc="lower left")
