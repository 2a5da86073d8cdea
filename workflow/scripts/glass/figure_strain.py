"""Draw scores against strain, to show where learnt models overtake the elastic indicator."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from mechanist.draw.labels import metric_label
from mechanist.draw.score_curves import by_strain, strain_curves
from mechanist.draw.score_tables import ALL, SCORE_PARTS, read_scores, rows
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
    scores: Sequence[Path],
    stem: Path,
    models: LabelEntries,
    quantity: str,
    metrics: Sequence[str],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a panel for each metric and a line with a band for each model.

    Parameters
    ----------
    scores : sequence of Path
        Score files of the models to show.
    stem : Path
        Figure files without their suffix.
    models : mapping
        Label and role of every model of the configuration.
    quantity : str
        Target to show, such as ``log10_d2min``, at every strain that was scored.
    metrics : sequence of str
        Such as ``auc_top10``, ``spearman`` and ``r2_within``.
    metadata : mapping, optional
        Kept in the files.
    """
    styles = model_styles(models)
    table = read_scores(scores)
    table = table[(table["subset"] == ALL) & table["metric"].isin(metrics)]
    table = by_strain(table[table["target"].str.startswith(f"{quantity}@")])

    figure, axes = new_figure(1, len(metrics), width=DOUBLE, height=2.7)
    for panel, metric in zip(axes[0], metrics, strict=True):
        shown = rows(table, metric=metric)
        strain_curves(panel, shown, styles)
        strains = sorted(shown["strain"].unique())
        panel.set(xlabel=r"strain $\gamma$ (%)", ylabel=metric_label(metric))
        panel.set_xticks([100 * strain for strain in strains], [f"{100 * s:g}" for s in strains])
    letter_panels(axes)
    figure_legend(figure, list(axes.flat))
    columns = ["metric", "model", "strain", "value", "low", "high", *SCORE_PARTS]
    save_figure(figure, stem, table[columns], title="Scores against strain", metadata=metadata)
