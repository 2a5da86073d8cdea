"""Draw accuracy against the definition of "plastic": a single accuracy has little meaning.

Cubuk et al., https://doi.org/10.1103/PhysRevLett.114.108001, leave this question open: an accuracy
depends on which particles count as plastic, which as rigid, and which are left out.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, TypedDict

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mechanist.draw.labels import metric_label, percent, plain
from mechanist.draw.meanings.of_glasses import FIGURES
from mechanist.draw.panels import points_with_intervals
from mechanist.draw.score_tables import ALL, SCORE_PARTS, read_scores, rows
from mechanist.draw.style import (
    DOUBLE,
    Look,
    ModelStyle,
    figure_legend,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.settings.label_entry import LabelEntries
from mechanist.settings.target_names import AT_REST, ranking

#: Markers of one definition are spread over this fraction of the distance to the next definition.
SPREAD: Final = 0.7
PUBLISHED: Final = "#555555"


class PublishedLine(TypedDict):
    """A published score, drawn as a line across the panel of its metric."""

    metric: str
    value: float
    label: str


@styled()
def main(
    *,
    scores: Sequence[Path],
    stem: Path,
    models: LabelEntries,
    strain: float,
    quantity: str,
    metrics: Sequence[str],
    published: Sequence[PublishedLine] = (),
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a panel for each metric, a column for each definition, a mark for each model.

    Parameters
    ----------
    scores : sequence of Path
        Score files of classifiers.
    stem : Path
        Figure files without their suffix.
    models : mapping
        Label and role of every model of the configuration.
    strain : float
        Strain at which plasticity is measured; 0 for a target that belongs to no load.
    quantity : str
        Target by which particles are ranked.
    metrics : sequence of str
        Such as ``balanced_accuracy`` and ``mcc``.
    published : sequence of mapping
        Lines to draw: ``metric``, ``value``, ``label``; none beside a target that belongs to no load,
        because they are of plasticity.
    metadata : mapping, optional
        Kept in the files.
    """
    styles = model_styles(models)
    table = read_scores(scores)
    table = table[(table["subset"] == ALL) & table["metric"].isin(metrics)]
    table = table[table["target"].str.startswith(ranking(quantity, strain) + "|")]
    highest, lowest = ("top", "bottom") if strain == AT_REST else ("plastic", "rigid")
    fractions = table["target"].str.split("|", expand=True)
    table = table.assign(plastic=fractions[1].astype(float), rigid=fractions[2].astype(float))
    # From extremes against each other to two halves that include all particles.
    order = table[["plastic", "rigid"]].drop_duplicates()
    order = order.assign(kept=order.sum(axis=1)).sort_values(["kept", "plastic"])
    definitions = list(order[["plastic", "rigid"]].itertuples(index=False, name=None))

    figure, axes = new_figure(
        len(metrics), 1, width=DOUBLE, height=1.9 * len(metrics) + 0.8, sharex=True
    )
    for panel, metric in zip(axes[:, 0], metrics, strict=True):
        draw_metric(panel, rows(table, metric=metric), definitions, styles)
        for line in () if strain == AT_REST else published:
            if line["metric"] == metric:
                panel.axhline(line["value"], color=PUBLISHED, linewidth=0.8, linestyle=(0, (6, 2)))
                panel.annotate(line["label"], (1, line["value"]), (0, 2), color=PUBLISHED, ha="right",
                               xycoords=("axes fraction", "data"), textcoords="offset points")  # fmt: skip
        panel.set_ylabel(metric_label(metric))
    axes[-1, 0].set_xticks(
        range(len(definitions)),
        [f"top {percent(p)}\nvs bottom {percent(r)}" for p, r in definitions],
    )
    classes = f"high and low {plain(quantity)}" if strain == AT_REST else "plastic and rigid"
    axes[-1, 0].set_xlabel(f"definition of {classes}; particles in between are left out")
    letter_panels(axes)
    figure_legend(figure, list(axes.flat))
    columns = ["metric", "model", highest, lowest, "value", "low", "high", *SCORE_PARTS]
    table = table.rename(columns={"plastic": highest, "rigid": lowest})
    save_figure(figure, stem, table[columns], title="Accuracy against class definition",
                units={highest: "1", lowest: "1"}, columns=FIGURES["definition"], metadata=metadata)  # fmt: skip


def draw_metric(
    axes: Axes,
    table: pd.DataFrame,
    definitions: list[tuple[float, float]],
    styles: Mapping[str, ModelStyle],
) -> None:
    """Draw one metric of all models, side by side at each definition."""
    names = [name for name in styles if name in set(table["model"])]
    offsets = np.linspace(-SPREAD / 2, SPREAD / 2, len(names)) if len(names) > 1 else [0.0]
    places = pd.Series(range(len(definitions)), index=pd.MultiIndex.from_tuples(definitions))
    for name, offset in zip(names, offsets, strict=True):
        chosen = rows(table, model=name)
        place = places.loc[list(zip(chosen["plastic"], chosen["rigid"], strict=True))].to_numpy()
        style: Look = {**styles[name].line, "linestyle": "none", "label": styles[name].label}
        points_with_intervals(axes, place + offset, chosen, style=style)
    for k in range(len(definitions) - 1):
        axes.axvline(k + 0.5, color="#e0e0e0", linewidth=0.6, zorder=0)
    axes.set_xlim(-0.5, len(definitions) - 0.5)
