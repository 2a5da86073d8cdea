"""Draw how often error bars of coefficients hold the truth, corrected for noise and not."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mechanist.assess.error_bars import KINDS, NOMINAL, coverage
from mechanist.draw.discovery import noise_label, title_of
from mechanist.draw.meanings.figures_of_equations import FIGURES
from mechanist.draw.style import (
    DOUBLE,
    figure_legend,
    letter_panels,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.tables import read_table

#: Label, colour and marker of each kind.
LOOKS: Final[Mapping[str, tuple[str, str, str]]] = {
    "corrected": ("corrected for noise, errors from noise and blocks", "#6a1b6e", "o"),
    "least squares": ("least squares, errors from blocks", "#e69f00", "s"),
}
#: Height of a row and of the rest of the figure, in inches; distance of two kinds in a row.
ROW: Final = 0.24
REST: Final = 1.1
SHIFT: Final = 0.2


@styled()
def main(*, bars: Sequence[Path], stem: Path, metadata: Mapping[str, str] | None = None) -> None:
    """Draw a panel for each noise level, with a row for each case.

    Parameters
    ----------
    bars : sequence of Path
        Tables of ``error_bars.py``, one a case.
    stem : Path
        Figure files without their suffix.
    metadata : mapping, optional
        Kept in the files.
    """
    table = coverage(pd.concat([read_table(path) for path in bars], ignore_index=True))
    cases, noises = list(dict.fromkeys(table["case"])), sorted(set(table["noise"]))
    height = REST + ROW * len(cases)
    figure, axes = new_figure(1, len(noises), width=DOUBLE, height=height, sharey=True)
    for panel, noise in zip(axes[0], noises, strict=True):
        _panel(panel, table[table["noise"] == noise], cases)
    axes[0, 0].set_yticks(range(len(cases)), [title_of(case) for case in cases])
    axes[0, 0].set_ylim(len(cases) - 0.5, -0.5)
    letter_panels(axes, [f"noise {noise_label(noise)} %" for noise in noises])
    figure_legend(figure, [axes[0, 0]])
    save_figure(figure, stem, table.assign(subset="runs with the right terms"),
                title="Coverage of the error bars", units={"right": "1"},
                columns=FIGURES["error_bars"], metadata=metadata)  # fmt: skip


def _panel(panel: Axes, table: pd.DataFrame, cases: Sequence[str]) -> None:
    for k, kind in enumerate(KINDS):
        label, colour, marker = LOOKS[kind]
        one = table[table["kind"] == kind].set_index("case").reindex(cases)
        share = one["share"].to_numpy(float)
        reach = np.abs(one[["share_low", "share_high"]].to_numpy(float).T - share)
        place = np.arange(len(cases)) + SHIFT * (2 * k - 1)
        panel.errorbar(share, place, xerr=reach, linestyle="none", color=colour, marker=marker,
                       markersize=4.0, elinewidth=0.8, label=label)  # fmt: skip
    panel.axvline(NOMINAL, color="black", linewidth=0.6, linestyle=":")
    panel.set(xlim=(0.0, 1.03), xlabel="share of coefficients within the 95 % interval")
    panel.tick_params(axis="y", length=0)
