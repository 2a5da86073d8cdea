"""Draw the scores of models and of coarse simulations against the CPU seconds that they take."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter

from mechanist.core.progress import log_to
from mechanist.draw.labels import metric_label, percent
from mechanist.draw.panels import points_with_intervals
from mechanist.draw.score_tables import rows
from mechanist.draw.style import (
    DOUBLE,
    Look,
    figure_legend,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.meanings.of_scores import FRONTIER
from mechanist.settings.label_entry import LabelEntries

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Metrics that are drawn, a row of panels each.
DRAWN: Final = 2
#: Look of the coarse paths and of the full one.
PATHS: Final[Look] = {"color": "black", "marker": ".", "linestyle": "-", "markersize": 5.0}
FULL: Final[Look] = {"color": "black", "marker": "*", "linestyle": "none", "markersize": 8.0}
PATHS_LABEL: Final = "Coarse simulation (frontier)"
FULL_LABEL: Final = "Full simulation, kicked"


@styled()
def main(
    *,
    frontier: Path,
    stem: Path,
    labels: LabelEntries,
    metrics: Sequence[str],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a row of panels for each of the first metrics, a column for each strain.

    Parameters
    ----------
    frontier : Path
        CSV of ``frontier.py``.
    stem : Path
        Figure files without their suffix.
    labels : mapping
        Label and role of every path and model, those of the wing first.
    metrics : sequence of str
        Metrics of the table.
    metadata : mapping, optional
        Kept in the files.
    """
    table = pd.read_csv(frontier, dtype={"unit": str})
    table = table[table["metric"].isin(list(metrics[:DRAWN]))]
    styles = model_styles(labels)
    strains = sorted(table["strain"].unique())
    shown = list(metrics[:DRAWN])
    figure, axes = new_figure(
        len(shown),
        len(strains),
        width=DOUBLE,
        height=2.5 * len(shown) + 0.6,
        sharex=True,
        sharey="row",
    )
    for line, metric in zip(axes, shown, strict=True):
        for panel, strain in zip(line, strains, strict=True):
            part = rows(table, metric=metric, strain=strain)
            paths = part[part["kind"] == "path"].sort_values("cpu_seconds")
            seconds = paths["cpu_seconds"].to_numpy(float)
            points_with_intervals(panel, seconds, paths, style={**PATHS, "label": PATHS_LABEL})
            full = part[part["kind"] == "kicked"]
            place = full["cpu_seconds"].to_numpy(float)
            points_with_intervals(panel, place, full, style={**FULL, "label": FULL_LABEL})
            for name, style in styles.items():
                one = part[(part["model"] == name) & (part["kind"] == "model")]
                if len(one):
                    look: Look = {**style.line, "linestyle": "none", "label": style.label}
                    place = one["cpu_seconds"].to_numpy(float)
                    points_with_intervals(panel, place, one, style=look)
            _settle(panel)
        line[0].set_ylabel(metric_label(metric))
    for panel, strain in zip(axes[0], strains, strict=True):
        panel.set_title(f"{percent(strain)} strain")
    for panel in axes[-1]:
        panel.set_xlabel("CPU seconds a glass and load")
    letter_panels(axes)
    figure_legend(figure, list(axes.flat))
    save_figure(
        figure, stem, table, title="Score against cost", columns=FRONTIER, metadata=metadata
    )


def _settle(panel: Axes) -> None:
    """Set a logarithmic axis of cost."""
    panel.set_xscale("log")
    panel.xaxis.set_minor_formatter(NullFormatter())
    panel.axhline(1.0, color="black", linewidth=0.6, zorder=0)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            frontier=Path(snakemake.input[0]),
            stem=Path(snakemake.output.pdf).with_suffix(""),
            labels=snakemake.params.labels,
            metrics=snakemake.params.metrics,
            metadata=snakemake.params.metadata,
        )
