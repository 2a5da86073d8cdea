"""Draw how much groups of features contribute to the held-out scores and predictions of models."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from mechanist.core.progress import log_to
from mechanist.draw.feature_labels import feature_label
from mechanist.draw.labels import percent, strain_of
from mechanist.draw.meanings.figures_of_trust import FIGURES
from mechanist.draw.panels import points_with_intervals
from mechanist.draw.score_tables import read_all
from mechanist.draw.style import (
    DOUBLE,
    Look,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.settings.label_entry import LabelEntries

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

COLUMNS: Final = 2
ROW_HEIGHT: Final = 0.26
#: Height of a row of panels beyond its rows of groups, in inches.
MARGIN: Final = 0.9
CONTROL: Final = "noise (control)"
GREY: Final = "#8c8c8c"
MEANING: Final = (
    "Bars: intervals over samples. A group of similar features has the name of its largest; grey:"
    " columns of noise, as a control (networks have none).\nLengths, as radii of means and widths, in the descriptor's"
    " unit of length."
)
METHODS: Final = {
    "r2_lost": "$R^2$ lost when permuted",
    "mean_shap": "mean |Shapley value|",
    "mean_gradient": "mean |int. gradient|",
}
#: Axis text for each unit of the tables; logarithmic targets are in decades.
UNITS: Final = {"": "", "1": "", "D/b": " ($D/b$)", "ln(stress)": " (of ln stress)",
                "log10(sigma^2)": " (decades)"}  # fmt: skip
GROUPINGS: Final = {
    "descriptor": "by descriptor",
    "cluster": "by groups of similar features",
    "input": "by part of the configuration",
}


@styled()
def main(
    *,
    tables: Sequence[Path],
    stem: Path,
    models: LabelEntries,
    most: int,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw, for each model, method and grouping, a panel of the largest groups and the control.

    Parameters
    ----------
    tables : sequence of Path
        Tables of ``attribution_tables.py`` and ``attribution_network.py``, in drawing order.
    stem : Path
        Path of the figure files, without suffix.
    models : mapping
        Label and role of every model of the configuration.
    most : int
        Maximum number of groups per panel, not counting the control.
    metadata : mapping, optional
        Metadata stored in the figure files.
    """
    styles = model_styles(models)
    table = read_all(tables)
    panels = [
        part.sort_values("value", ascending=False, kind="stable")
        for _, part in table.groupby(["model", "metric", "grouping", "target"], sort=False)
        if part["group"].ne(CONTROL).sum() > 1  # a single group explains everything
    ]
    shown = [_largest(part, most) for part in panels]
    n_rows = -(-len(shown) // COLUMNS)
    heights = [
        max(len(part) for part in shown[COLUMNS * k : COLUMNS * (k + 1)]) for k in range(n_rows)
    ]
    figure, axes = new_figure(
        n_rows, COLUMNS, width=DOUBLE, height=ROW_HEIGHT * sum(heights) + MARGIN * n_rows + 0.3,
        height_ratios=[height + 1 for height in heights],
    )  # fmt: skip
    titles = []
    for panel, part in zip(axes.flat, shown, strict=False):
        first = part.iloc[0]
        style = styles[str(first["model"])]
        _draw(panel, part, style.colour)
        unit = UNITS.get(str(first["unit"]), f" ({first['unit']})")
        panel.set_xlabel(METHODS[str(first["metric"])] + unit)
        several = len(set(table.loc[table["model"] == first["model"], "target"])) > 1
        when = f", {percent(strain_of(str(first['target'])))} strain" if several else ""
        titles.append(f"{style.label}, {GROUPINGS[str(first['grouping'])]}{when}")
    for panel in axes.flat[len(shown) :]:
        panel.remove()
    letter_panels(axes.flat[: len(shown)], titles, wrap=28)
    figure.supxlabel(MEANING, fontsize=6.5)
    save_figure(
        figure,
        stem,
        pd.concat(shown, ignore_index=True),
        title="Attribution",
        columns=FIGURES["attribution"],
        metadata=metadata,
    )


def _largest(part: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return the largest groups, followed by the control."""
    control = part["group"] == CONTROL
    return pd.concat([part[~control].head(most), part[control]])


def _draw(axes: Axes, part: pd.DataFrame, colour: str) -> None:
    place = -np.arange(len(part), dtype=float)
    control = (part["group"] == CONTROL).to_numpy()
    for chosen, look in ((~control, colour), (control, GREY)):
        if chosen.any():
            style: Look = {"color": look, "marker": "o", "linestyle": "none", "markersize": 3.4}
            points_with_intervals(axes, place[chosen], part[chosen], style=style, horizontal=True)
    axes.axvline(0, color="black", linewidth=0.6, zorder=0)
    names = [feature_label(name) for name in part["group"]]
    axes.set_yticks(place, names, fontsize=6.0)
    axes.set_ylim(0.6 - len(part), 0.6)
    axes.xaxis.set_major_locator(MaxNLocator(3))
    axes.grid(axis="y", color="#eeeeee", linewidth=0.6)
    axes.tick_params(axis="y", length=0)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            tables=[Path(path) for path in snakemake.input.tables],
            stem=Path(snakemake.output.pdf).with_suffix(""),
            models=snakemake.params.models,
            most=snakemake.params.most,
            metadata=snakemake.params.metadata,
        )
