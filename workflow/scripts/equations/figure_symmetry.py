"""Draw how often each method finds the symmetry class of a crystal, against noise and load cases."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from mechanist.assess.shares import with_intervals
from mechanist.core.progress import log_to
from mechanist.draw.labels import percent
from mechanist.draw.meanings.figures_of_equations import FIGURES
from mechanist.draw.panels import matrix
from mechanist.draw.score_tables import ALL, rows
from mechanist.draw.style import DOUBLE, letter_panels, new_figure, save_figure, styled
from mechanist.formats.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

TITLES: Final = {
    "significance": "significance (ours)",
    "threshold": "thresholds",
    "lasso": "LASSO, cross-validated",
    "unknown_axes": "unknown axes (ours)",
}


@styled()
def main(*, found: Path, stem: Path, metadata: Mapping[str, str] | None = None) -> None:
    """Draw a heat map per method: rows are crystals and noise, columns numbers of load cases.

    Parameters
    ----------
    found : Path
        Table of equations_symmetry.py.
    stem : Path
        Figure files without their suffix.
    metadata : mapping, optional
        Kept in the files.
    """
    table = read_table(found)
    crystals, levels = list(dict.fromkeys(table["crystal"])), sorted(table["noise"].unique())
    classes = dict(zip(table["crystal"], table["class"], strict=True))
    methods = [name for name in TITLES if name in set(table["method"])]
    grouped = table.groupby(["method", "crystal", "noise", "n"], sort=True)
    shares = grouped.agg(share=("right", "mean"), draws=("right", "size")).reset_index()
    figure, axes = new_figure(1, len(methods), width=DOUBLE, height=3.3, sharey=True)
    order = pd.MultiIndex.from_product([crystals, levels])
    for panel, method in zip(axes[0], methods, strict=True):
        cells = rows(shares, method=method).pivot_table(
            index=["crystal", "noise"], columns="n", values="share"
        )
        image = matrix(panel, cells.reindex(order), limits=(0.0, 1.0), digits=1)
        panel.set_aspect("auto")
        panel.set_xlabel("load cases")
        for k in range(1, len(crystals)):
            panel.axhline(k * len(levels) - 0.5, color="white", lw=2.5)
    axes[0, 0].set_yticks(range(len(order)), [f"{percent(level)} noise" for _, level in order])
    for k, crystal in enumerate(crystals):
        middle = k * len(levels) + (len(levels) - 1) / 2
        axes[0, 0].annotate(
            f"{crystal}\n({classes[crystal]})", (0, middle), xytext=(-58, 0), rotation=90,
            xycoords=("axes fraction", "data"), textcoords="offset points", ha="center",
            va="center",
        )  # fmt: skip
    letter_panels(axes, [TITLES[method] for method in methods])
    bar = figure.colorbar(image, ax=list(axes[0]), shrink=0.8, pad=0.01, aspect=30)
    bar.set_label("share with the right class")
    bar.outline.set_visible(False)
    bar.set_ticks(list(np.linspace(0, 1, 6)))
    told = with_intervals(shares, runs="draws").assign(subset=ALL)
    save_figure(figure, stem, told, title="Symmetry classes found", units={"n": "1", "draws": "1"},
                columns=FIGURES["symmetry"], metadata=metadata)  # fmt: skip


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            found=Path(snakemake.input[0]),
            stem=Path(snakemake.output.pdf).with_suffix(""),
            metadata=snakemake.params.metadata,
        )
