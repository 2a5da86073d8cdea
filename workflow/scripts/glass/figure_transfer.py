"""Draw scores of models trained under one load and tested under another, as matrices."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from mechanist.draw.labels import metric_label, plain, target_label
from mechanist.draw.panels import matrix
from mechanist.draw.score_tables import SCORE_PARTS, read_all, rows
from mechanist.draw.style import (
    DOUBLE,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.settings.label_entry import LabelEntries

#: Number of characters of a title that fit above a matrix.
TITLE: Final = 22


@styled()
def main(
    *,
    transfer: Sequence[Path],
    stem: Path,
    models: LabelEntries,
    target: str,
    metric: str,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a matrix for each model that was transferred, all on one colour scale.

    Parameters
    ----------
    transfer : sequence of Path
        Scores by training load and test load, one parquet file per model.
    stem : Path
        Figure files without their suffix.
    models : mapping
        Label and role of every model of the configuration.
    target, metric : str
        What to show, such as ``log10_d2min@0.040`` and ``spearman``.
    metadata : mapping, optional
        Kept in the files.
    """
    styles = model_styles(models)
    table = rows(read_all(transfer), target=target, metric=metric)
    names = [name for name in styles if name in set(table["model"].astype(str))]
    matrices = {name: square(rows(table, model=name)) for name in names}
    limits = (float(table["value"].min()), float(table["value"].max()))
    size = DOUBLE / len(names)
    figure, axes = new_figure(1, len(names), width=DOUBLE, height=1.36 * size + 0.3, sharey=True)
    for panel, values in zip(axes[0], matrices.values(), strict=True):
        image = matrix(panel, values, limits=limits)
        panel.set_xlabel("tested on")
        panel.tick_params(axis="x", rotation=90)
    axes[0, 0].set_ylabel("trained on")
    letter_panels(axes, [styles[name].label for name in names], wrap=TITLE)
    bar = figure.colorbar(image, ax=axes, shrink=0.85)
    bar.set_label(f"{metric_label(metric)}; {target_label(target)}")
    columns = ["model", "target", "train", "test", "metric", "value", "low", "high", *SCORE_PARTS]
    save_figure(figure, stem, table.assign(subset=table["test"])[columns],
                title="Transfer between loads", metadata=metadata)  # fmt: skip


def square(table: pd.DataFrame) -> pd.DataFrame:
    """Return scores with training loads down and test loads across, in order of appearance."""
    train = list(dict.fromkeys(table["train"].astype(str)))
    test = list(dict.fromkeys(table["test"].astype(str)))
    table = table.astype({"train": str, "test": str})
    values = table.pivot_table(index="train", columns="test", values="value").loc[train, test]
    return values.rename(index=plain, columns=plain)
