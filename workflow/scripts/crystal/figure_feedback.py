"""Plot stress-strain curves of the identified laws and of the true law in the engine."""

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mechanist.assess.curve_errors import curve_errors
from mechanist.draw.meanings.figures_of_crystals import FIGURES
from mechanist.draw.style import (
    DOUBLE,
    ModelStyle,
    figure_legend,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.tables import read_table
from mechanist.settings.label_entry import LabelEntries

TRUTH: Final = "truth"
POLYCRYSTAL: Final = "polycrystal"
#: Maximum number of letters per line of a method's label.
LABEL_WIDTH: Final = 10


@styled()
def main(
    *,
    curves: Path,
    stem: Path,
    models: LabelEntries,
    crystals: int,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw some single crystals, the polycrystal, and the error of every curve.

    Parameters
    ----------
    curves : Path
        Output of crystal_feedback.py.
    stem : Path
        Figure files without their suffix.
    models : mapping
        Labels and roles of methods.
    crystals : int
        Number of single crystals whose curves are drawn.
    metadata : mapping, optional
        Stored in the files.
    """
    table = read_table(curves)
    styles = {
        name: style for name, style in model_styles(models).items() if name in set(table["law"])
    }
    errors = curve_errors(table, truth=TRUTH)
    figure, axes = new_figure(1, 3, width=DOUBLE, height=2.6, width_ratios=(1.2, 1, 1))
    singles = [s for s in dict.fromkeys(table["specimen"]) if s != POLYCRYSTAL][:crystals]
    _curves(axes[0, 0], table[table["specimen"].isin(singles)], styles)
    _curves(axes[0, 1], table[table["specimen"] == POLYCRYSTAL], styles)
    _errors(axes[0, 2], errors, styles)
    letter_panels(axes, ["single crystals", "polycrystal", "error of every curve"])
    figure_legend(figure, [axes[0, 0], axes[0, 2]])
    save_figure(figure, stem, {"curves": table, "errors": errors}, title="Identified laws in the engine",
                units={"stress": "MPa", "error_percent": "%"}, columns=FIGURES["feedback"], metadata=metadata)  # fmt: skip


def _curves(panel: Axes, table: pd.DataFrame, styles: Mapping[str, ModelStyle]) -> None:
    for _, one in table.groupby("specimen", sort=False):
        for law, curve in one.groupby("law", sort=False):
            if law == TRUTH:
                panel.plot(100 * curve["strain"], curve["stress"], color="black", lw=2.2, alpha=0.35,
                           label="true law")  # fmt: skip
            else:
                style = styles[str(law)]
                panel.plot(100 * curve["strain"], curve["stress"], color=style.colour, lw=0.9,
                           linestyle="--" if style.role == "baseline" else "-",
                           label=style.label)  # fmt: skip
    panel.set(xlabel="strain (%)", ylabel="stress (MPa)", ylim=(0, None))


def _errors(panel: Axes, errors: pd.DataFrame, styles: Mapping[str, ModelStyle]) -> None:
    """Draw a dot for each single crystal and a bar for the polycrystal."""
    for place, (law, style) in enumerate(styles.items()):
        one = errors[errors["law"] == law]
        whole = one["specimen"].eq(POLYCRYSTAL)
        single = one.loc[~whole, "error_percent"].to_numpy()
        spread = np.linspace(-0.2, 0.2, len(single))
        panel.plot(place + spread, single, linestyle="none", marker="o", markersize=3.0,
                   color=style.colour, alpha=0.8)  # fmt: skip
        panel.plot([place], one.loc[whole, "error_percent"], linestyle="none", marker="_",
                   markersize=22, markeredgewidth=1.6, color="black",
                   label="polycrystal" if place == 0 else None)  # fmt: skip
    panel.set(yscale="log", ylabel="stress error (%)", xlim=(-0.5, len(styles) - 0.5))
    labels = [
        textwrap.fill(style.label, LABEL_WIDTH, break_long_words=False) for style in styles.values()
    ]
    panel.set_xticks(range(len(styles)), labels, fontsize=6.3)
    panel.tick_params(axis="x", length=0)
