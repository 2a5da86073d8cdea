"""Draw how kept models and mechanism-based rivals do on glasses that they have not seen."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from mechanist.core.progress import log_to
from mechanist.draw.labels import metric_label, percent
from mechanist.draw.meanings.figures_of_glasses import FIGURES
from mechanist.draw.panels import points_with_intervals
from mechanist.draw.score_tables import SCORE_PARTS
from mechanist.draw.stems import figure_stems
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
from mechanist.predict.unseen_rows import COVERAGE, OUTSIDE, REFUSED
from mechanist.settings.label_entry import LabelEntries

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from snakemake.iocontainers import snakemake

#: Height of the figure for each kind of glasses, and what the axes need, in inches.
ROW_HEIGHT: Final = 0.34
MARGIN: Final = 1.1
#: Part of the height of a row over which the points of its models are spread.
SPREAD: Final = 0.6


@styled()
def main(
    table: Path,
    stem: Path,
    *,
    system: str,
    models: LabelEntries,
    kinds: Mapping[str, str],
    target: str,
    metric: str,
    level: float,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a panel for the score, the coverage and the reports, with a row for each kind of glasses.

    Parameters
    ----------
    table : Path
        The test on unseen glasses.
    stem : Path
        Figure files without their suffix.
    system : str
        System of the models, whose held-out glasses are the first row.
    models : mapping
        Label and role of every model of the configuration.
    kinds : mapping of str to str
        What is different in each kind of glasses.
    target, metric : str
        What to show, such as ``log10_d2min@0.040`` and ``auc_top10``.
    level : float
        Nominal coverage of the intervals of a prediction.
    metadata : mapping, optional
        Kept in the files.
    """
    found = pd.read_csv(table, dtype={"reason": str}).fillna({"reason": ""})
    chosen = found["target"].isin([target, "all"]) & found["metric"].isin(
        [metric, COVERAGE, OUTSIDE, REFUSED]
    )
    found = found[chosen].reset_index(drop=True)
    styles = {n: s for n, s in model_styles(models).items() if n in set(found["model"])}
    order = {system: "its own glasses, held out", **kinds}
    figure, axes = new_figure(
        1, 3, width=DOUBLE, height=MARGIN + ROW_HEIGHT * len(order), sharey=True
    )
    shown = (metric, COVERAGE, OUTSIDE)
    for panel, name in zip(axes[0], shown, strict=True):
        for k, (model, style) in enumerate(styles.items()):
            offset = SPREAD * (k / max(1, len(styles) - 1) - 0.5)
            _draw(panel, found, name, model, style, list(order), offset)
        numbers = found.loc[found["metric"] == name, "value"]
        if numbers.isna().all():
            panel.text(0.5, 0.5, "no value: too few glasses,\nor models without intervals",
                       ha="center", va="center", transform=panel.transAxes, fontsize=6,
                       bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0})  # fmt: skip
        panel.grid(axis="y", color="#eeeeee", linewidth=0.6)
        panel.tick_params(axis="y", length=0)
    axes[0, 1].axvline(level, color="#999999", linewidth=0.8, zorder=0)
    axes[0, 0].set_yticks(-np.arange(len(order), dtype=float), list(order.values()))
    axes[0, 0].set_ylim(0.6 - len(order), 0.6)
    axes[0, 0].set_xlabel(metric_label(metric))
    axes[0, 1].set_xlabel(f"truth within the {percent(level)} interval")
    axes[0, 2].set(xlabel="reported as outside", xlim=(-0.06, 1.06))
    letter_panels(axes)
    figure_legend(figure, list(axes.flat))
    columns = ["metric", "model", "train", "test", "value", "low", "high", *SCORE_PARTS, "reason"]
    save_figure(
        figure,
        stem,
        found[columns],
        title="Kept models on unseen glasses",
        columns=FIGURES["unseen"],
        metadata=metadata,
    )


def _draw(
    panel: "Axes",
    table: pd.DataFrame,
    metric: str,
    model: str,
    style: ModelStyle,
    order: list[str],
    offset: float,
) -> None:
    """Draw one model in one panel; where it refuses the glasses, a cross at the edge."""
    mine = table[(table["model"] == model) & (table["metric"] == metric)]
    mine = mine[mine["test"].isin(order)]
    place = -np.array([order.index(test) for test in mine["test"]], float) - offset
    look: Look = {**style.line, "linestyle": "none", "label": style.label}
    points_with_intervals(panel, place, mine, style=look, horizontal=True)
    refused = table[(table["model"] == model) & (table["metric"] == REFUSED)]
    at_the_edge = panel.get_yaxis_transform()
    for test in refused["test"]:
        y = -float(order.index(test)) - offset
        panel.plot(
            [0.02], [y], marker="x", color=style.colour, markersize=3.5, transform=at_the_edge
        )


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input[0]),
            figure_stems(snakemake.output)["unseen"],
            system=snakemake.wildcards.system,
            models=snakemake.params.models,
            kinds=snakemake.params.kinds,
            target=snakemake.params.target,
            metric=snakemake.params.metric,
            level=snakemake.params.level,
            metadata=snakemake.params.metadata,
        )
