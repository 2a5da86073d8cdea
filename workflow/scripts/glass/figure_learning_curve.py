"""Draw scores against the number of training glasses."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from mechanist.draw.labels import metric_label, target_label
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
    target: str,
    metrics: Sequence[str],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a panel for each metric: every draw of training glasses, their mean and their range.

    Parameters
    ----------
    curves : sequence of Path
        Scores by number of training glasses and draw, one parquet file per model.
    stem : Path
        Figure files without their suffix.
    models : mapping
        Label and role of every model of the configuration.
    target : str
        Such as ``log10_d2min@0.040``.
    metrics : sequence of str
        Such as ``auc_top10`` and ``r2_within``.
    metadata : mapping, optional
        Kept in the files.
    """
    styles = model_styles(models)
    table = rows(read_all(curves), target=target)
    table = table[table["metric"].isin(list(metrics))]
    figure, axes = new_figure(1, len(metrics), width=DOUBLE, height=2.6)
    for panel, metric in zip(axes[0], metrics, strict=True):
        training_curves(panel, rows(table, metric=metric), styles)
        panel.set(xlabel="number of training glasses", ylabel=metric_label(metric))
    letter_panels(axes)
    figure_legend(figure, list(axes.flat))
    figure.suptitle(target_label(target), fontsize=7.5)
    columns = ["metric", "model", "target", "n_train", "draw", "value", "low", "high", *SCORE_PARTS]
    save_figure(figure, stem, table[columns], title="Learning curves", metadata=metadata)
