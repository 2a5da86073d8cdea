"""Draw accuracy against the definition of "plastic": a single accuracy has little meaning.

Cubuk et al., https://doi.org/10.1103/PhysRevLett.114.108001, leave this question open: an accuracy
depends on which particles count as plastic, which as rigid, and which are left out.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from string import ascii_lowercase
from typing import Final, TypedDict

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from mechanist.draw.labels import metric_label, percent, plain
from mechanist.draw.meanings.figures_of_glasses import FIGURES
from mechanist.draw.panels import points_with_intervals
from mechanist.draw.score_tables import ALL, SCORE_PARTS, read_scores, rows
from mechanist.draw.style import (
    DOUBLE,
    Look,
    ModelStyle,
    figure_legend,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.settings.label_entry import LabelEntries
from mechanist.settings.target_names import AT_REST, ranking

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
    """Draw a row of panels for each metric, one for each definition, with a row for each model.

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

    names = [name for name in styles if name in set(table["model"])]
    figure, axes = new_figure(
        len(metrics), len(definitions), width=DOUBLE, sharex="row", sharey=True,
        height=len(metrics) * (max(0.7, 0.16 * len(names)) + 0.5) + 0.5,
    )  # fmt: skip
    for row, metric in zip(axes, metrics, strict=True):
        lines = (
            [] if strain == AT_REST else [line for line in published if line["metric"] == metric]
        )
        for panel, definition in zip(row, definitions, strict=True):
            chosen = rows(table, metric=metric, plastic=definition[0], rigid=definition[1])
            draw_models(panel, chosen, {name: styles[name] for name in names})
            for line in lines:
                panel.axvline(line["value"], color=PUBLISHED, linewidth=0.8, linestyle=(0, (6, 2)),
                              label=f"published, {line['label']} this line; its definition is unknown to us")  # fmt: skip
        row[len(definitions) // 2].set_xlabel(metric_label(metric))
    for panel, (p, r) in zip(axes[0], definitions, strict=True):
        panel.set_title(f"top {percent(p)}\nvs bottom\n{percent(r)}", loc="left")
    for letter, row in zip(ascii_lowercase, axes, strict=False):
        row[0].annotate(letter, (0, 1), (-4, 6), xycoords="axes fraction", ha="right",
                        textcoords="offset points", weight="bold", size=8.5)  # fmt: skip
    classes = (
        f"high and low {plain(quantity)}"
        if strain == AT_REST
        else f"plastic and rigid at {percent(strain)} strain"
    )
    figure.suptitle(f"Definition of {classes}; particles in between are left out", fontsize=7.5)
    figure_legend(figure, list(axes.flat))
    columns = ["metric", "model", "target", highest, lowest, "value", "low", "high", *SCORE_PARTS]
    table = table.rename(columns={"plastic": highest, "rigid": lowest})
    save_figure(figure, stem, table[columns], title="Accuracy against class definition",
                columns=FIGURES["definition"], metadata=metadata)  # fmt: skip


def draw_models(axes: Axes, table: pd.DataFrame, styles: Mapping[str, ModelStyle]) -> None:
    """Draw one metric at one definition, a row for each model from top to bottom."""
    for place, (name, model) in enumerate(styles.items()):
        style: Look = {**model.line, "linestyle": "none"}
        chosen = rows(table, model=name)
        points_with_intervals(axes, np.full(len(chosen), float(-place)), chosen, style=style,
                              horizontal=True)  # fmt: skip
    places = [-float(place) for place in range(len(styles))]
    axes.set_yticks(places, [model.label for model in styles.values()], fontsize=6.3)
    axes.set_ylim(0.6 - len(styles), 0.6)
    axes.xaxis.set_major_locator(MaxNLocator(2))
    axes.grid(axis="y", color="#eeeeee", linewidth=0.6)
    axes.tick_params(axis="y", length=0)
