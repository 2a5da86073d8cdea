"""Draw what simulations know that start from a few sections, against the number of known ones."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from mechanist.assess.section_scores import ALL, COLUMNAR, DUMMY, SECTIONS
from mechanist.core.progress import log_to
from mechanist.draw.panels import curve
from mechanist.draw.style import (
    DOUBLE,
    figure_legend,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.meanings.of_experiments import SECTIONED
from mechanist.settings.entry_types.block_entries import LabelEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Metric and label of each column of panels.
PANELS: Final = {
    "curve_error": "error of the curve (%)",
    "stress_r2": "$R^2$ of von Mises stress",
    "misorientation": "misorientation (degrees)",
}
#: Height of a row of panels, and of the legend, in inches.
ROW: Final = 2.1
LEGEND: Final = 0.6
#: Normal of the sections.
NORMAL: Final = "z"


@styled()
def main(
    table: Path,
    stem: Path,
    *,
    methods: Mapping[str, LabelEntry],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a row of panels for each loading axis.

    Parameters
    ----------
    table : Path
        The table of sections.
    stem : Path
        Figure files without their suffix.
    methods : mapping
        Labels and roles of the methods.
    metadata : mapping, optional
        Kept in the files.
    """
    found = pd.read_csv(table, dtype={"unit": str}, keep_default_na=False, na_values={})
    numbers = ["known", "value", "low", "high"]
    found[numbers] = found[numbers].apply(pd.to_numeric, errors="coerce")
    found = found[(found["subset"] == ALL) & found["metric"].isin(PANELS)]
    axes_of = list(found["axis"].unique())
    styles = model_styles(methods)
    figure, axes = new_figure(
        len(axes_of), len(PANELS), width=DOUBLE, height=ROW * len(axes_of) + LEGEND, sharex="all"
    )
    most = found["known"].max()
    for row, axis in zip(axes, axes_of, strict=True):
        for panel, (metric, label) in zip(row, PANELS.items(), strict=True):
            shown = found[(found["axis"] == axis) & (found["metric"] == metric)]
            for name, style in styles.items():
                mine = shown[shown["method"] == name].sort_values("known")
                if mine.empty:
                    continue
                value, low, high = (mine[key].to_numpy(float) for key in ("value", "low", "high"))
                if name == SECTIONS:
                    curve(panel, mine["known"].to_numpy(float), value, low, high, style=style)
                elif name == COLUMNAR:
                    error = [value - low, high - value]
                    panel.errorbar(mine["known"], value, error, label=style.label, fmt=style.marker,
                                   color=style.colour, zorder=5)  # fmt: skip
                else:
                    # What knows no section has the same value for any number of them.
                    panel.plot([1, most], [value[0], value[0]], label=style.label,
                               color=style.colour, linestyle="--" if name == DUMMY else ":")  # fmt: skip
                    panel.fill_between([1, most], low[0], high[0], color=style.colour, alpha=0.12, linewidth=0)  # fmt: skip
            panel.set_ylabel(label)
            panel.set_xscale("log")
            panel.set_xticks(sorted(found.loc[found["known"] > 0, "known"].unique()))
            panel.xaxis.set_major_formatter("{x:g}")
            panel.minorticks_off()
            where = "along the normal" if axis == NORMAL else "in the plane"
            panel.set_title(f"load along {axis}, {where}", fontsize="small")
    for panel in axes[-1]:
        panel.set_xlabel(f"known sections of {most:g}")
    letter_panels(axes)
    figure_legend(figure, list(axes.flat))
    save_figure(figure, stem, found.drop(columns=["description"]),
                title="Simulations that start from a few sections", columns=SECTIONED, metadata=metadata)  # fmt: skip


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input.table),
            Path(snakemake.output.pdf).with_suffix(""),
            methods=snakemake.params.methods,
            metadata=snakemake.params.metadata,
        )
