"""Draw the predictability of the strength of dislocation samples against strain."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from mechanist.draw.labels import metric_label, plain
from mechanist.draw.meanings.figures_of_dislocations import FIGURES
from mechanist.draw.score_curves import by_strain, name_lines, strain_curves
from mechanist.draw.score_tables import SCORE_PARTS, read_scores, rows
from mechanist.draw.style import (
    DOUBLE,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.settings.label_entry import LabelEntries

#: Lowest score shown; models with lower scores have no predictive value.
FLOOR: Final = -0.15


@styled()
def main(
    *,
    scores: Sequence[Path],
    stem: Path,
    models: LabelEntries,
    branches: Sequence[str],
    quantity: str = "stress",
    metric: str = "r2",
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a panel for each branch, with a line and an interval band for each model.

    Parameters
    ----------
    scores : sequence of Path
        Score files of the models to show.
    stem : Path
        Path of the figure files, without suffix.
    models : mapping
        Label and role of every model of the configuration.
    branches : sequence of str
        Branches to draw, one panel each, such as ``undeformed`` and ``prestrained``.
    quantity, metric : str
        Predicted quantity, shown at every scored strain, and the metric.
    metadata : mapping, optional
        Metadata stored in the figure files.
    """
    styles = model_styles(models)
    table = rows(read_scores(scores), metric=metric)
    table = by_strain(table[table["target"].str.startswith(f"{quantity}@")])
    table = table[table["subset"].isin(list(branches))].rename(columns={"subset": "branch"})

    figure, axes = new_figure(1, len(branches), width=DOUBLE, height=3.1, sharey=True)
    for panel, branch in zip(axes[0], branches, strict=True):
        strain_curves(panel, rows(table, branch=branch), styles)
        panel.axhline(0, color="black", linewidth=0.6, zorder=0)
        panel.set(xscale="log", xlabel=r"plastic strain $\gamma$ (%)", ylim=(FLOOR, 1.0))
        panel.xaxis.set_major_formatter("{x:g}")
    axes[0, 0].set_ylabel(f"{metric_label(metric)} across samples")
    letter_panels(axes, [plain(branch) for branch in branches])
    name_lines(axes[0, -1], rows(table, branch=list(branches)[-1]), styles)
    columns = ["branch", "model", "strain", "metric", "value", "low", "high", *SCORE_PARTS]
    save_figure(figure, stem, table.assign(subset=table["branch"])[columns],
                title="Predictability of strength against strain", columns=FIGURES["strain"], metadata=metadata)  # fmt: skip
