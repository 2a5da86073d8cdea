"""Draw the scores of models of dislocation samples against the number of training samples."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from mechanist.draw.labels import metric_label, percent, plain, strain_of
from mechanist.draw.score_curves import training_curves
from mechanist.draw.score_tables import SCORE_PARTS, read_all, rows
from mechanist.draw.style import (
    DOUBLE,
    figure_legend,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.settings.label_entry import LabelEntries


@styled()
def main(
    *,
    curves: Sequence[Path],
    stem: Path,
    models: LabelEntries,
    branches: Sequence[str],
    target: str,
    metric: str = "r2",
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw, for each branch, a panel with every training draw, and the mean and range of the draws.

    Parameters
    ----------
    curves : sequence of Path
        Scores by number of training samples and draw, one parquet file per model.
    stem : Path
        Path of the figure files, without suffix.
    models : mapping
        Label and role of every model of the configuration.
    branches : sequence of str
        Branches to draw, one panel each, such as ``undeformed`` and ``prestrained``.
    target, metric : str
        Target and metric to show, such as ``stress@0.010`` and ``r2``.
    metadata : mapping, optional
        Metadata stored in the figure files.
    """
    styles = model_styles(models)
    table = rows(read_all(curves), target=target, metric=metric)
    figure, axes = new_figure(1, len(branches), width=DOUBLE, height=2.6, sharey=True)
    for panel, branch in zip(axes[0], branches, strict=True):
        training_curves(panel, rows(table, load=branch), styles)
        panel.set(xlabel="number of training samples", ylim=(min(0, panel.get_ylim()[0]), 1))
    what = f"stress at {percent(strain_of(target))} strain"
    axes[0, 0].set_ylabel(f"{metric_label(metric)} of the {what}")
    letter_panels(axes, [plain(branch) for branch in branches])
    figure_legend(figure, list(axes.flat))
    columns = ["load", "model", "n_train", "draw", "metric", "value", "low", "high", *SCORE_PARTS]
    save_figure(figure, stem, table.assign(subset=table["load"])[columns], title="Learning curves",
                metadata=metadata)  # fmt: skip
