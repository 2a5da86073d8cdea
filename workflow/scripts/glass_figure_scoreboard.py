"""Draw the scoreboard: published values beside ours, the baselines and the mechanism-based rivals."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mechanist.draw.labels import metric_label
from mechanist.draw.panels import points_with_intervals
from mechanist.draw.style import (
    DOUBLE,
    ModelStyle,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.progress import log_to

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

COLUMNS: Final = ("case", "metric", "model", "label", "value", "low", "high", "bound")
ROW_HEIGHT: Final = 0.17
PUBLISHED: Final = "#000000"
#: Length of the arrow that says on which side of a published bound the value lies, in points.
ARROW: Final = 22


@styled()
def main(
    *,
    scoreboard: Path,
    stem: Path,
    models: Mapping[str, Mapping[str, Any]],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a panel for each published case and a line for each value.

    Parameters
    ----------
    scoreboard : Path
        CSV with a row a value: ``case`` and ``metric`` (what is compared), ``model`` (a model of the
        configuration, or empty for a published value), ``label``, ``value``, ``low``, ``high``
        (empty without an interval) and ``bound`` (``<`` or ``>`` where the published value is one,
        else empty). Further columns are ignored.
    stem : Path
        Figure files without their suffix.
    models : mapping
        Label and role of every model of the configuration.
    metadata : mapping, optional
        Kept in the files.
    """
    table = pd.read_csv(scoreboard, dtype={"model": str, "bound": str})[list(COLUMNS)]
    table[["model", "bound"]] = table[["model", "bound"]].fillna("")
    cases = list(table.groupby(["case", "metric"], sort=False))
    sizes = [len(part) + 2 for _, part in cases]
    figure, axes = new_figure(
        len(cases), 1, width=DOUBLE, height=ROW_HEIGHT * sum(sizes) + 0.25 * len(sizes),
        height_ratios=sizes,
    )  # fmt: skip
    styles = model_styles(models)
    for panel, ((_, metric), part) in zip(axes[:, 0], cases, strict=True):
        draw_case(panel, part.reset_index(drop=True), styles)
        panel.set_xlabel(metric_label(str(metric)))
    letter_panels(axes, [str(case) for (case, _), _ in cases], wrap=110)
    save_figure(figure, stem, table, title="Scoreboard", metadata=metadata)


def draw_case(axes: Axes, table: pd.DataFrame, styles: Mapping[str, ModelStyle]) -> None:
    """Draw values from top to bottom; published ones hollow, with a line through the others."""
    for row in table.itertuples():
        place = -float(row.Index)
        if row.model:
            look = {**styles[str(row.model)].line, "linestyle": "none"}
        else:
            look = {
                "color": PUBLISHED,
                "marker": "o",
                "markerfacecolor": "white",
                "markersize": 5.0,
            }
            axes.axvline(row.value, color="#bbbbbb", linewidth=0.6, zorder=0)
        points_with_intervals(
            axes, np.array([place]), pd.DataFrame([row]), style=look, horizontal=True
        )
        if row.bound:
            side = -ARROW if row.bound == "<" else ARROW
            axes.annotate("", (row.value, place), (side, 0), textcoords="offset points",
                          arrowprops={"arrowstyle": "<-", "color": PUBLISHED, "linewidth": 0.8,
                                      "shrinkA": 0, "shrinkB": 3})  # fmt: skip
    axes.set_yticks(-np.arange(len(table)), list(table["label"]))
    axes.set_ylim(-len(table) + 0.4, 0.6)
    axes.margins(x=0.08)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color="#eeeeee", linewidth=0.6)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            scoreboard=Path(snakemake.input.scoreboard),
            stem=Path(snakemake.output.pdf).with_suffix(""),
            models=snakemake.params.models,
            metadata=snakemake.params.metadata,
        )
