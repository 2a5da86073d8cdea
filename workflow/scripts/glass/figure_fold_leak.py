"""Draw the scores of models by folds of whole glasses, of atoms, and of rows."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

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
from mechanist.formats.meanings.of_scores import FOLD_LEAK
from mechanist.settings.label_entry import LabelEntries

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Tick label of each unit of folds.
UNITS: Final = {
    "sample": "whole glasses",
    "object": "atoms",
    "row": "atoms under\none load",
}
#: Marks of one unit are spread over this fraction of the distance to the next.
SPREAD: Final = 0.4


@styled()
def main(
    *,
    table: Path,
    stem: Path,
    models: LabelEntries,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a panel for each strain, a column for each unit of folds, a mark for each model.

    Parameters
    ----------
    table : Path
        CSV of ``fold_leak.py``.
    stem : Path
        Figure files without their suffix.
    models : mapping
        Label and role of every model.
    metadata : mapping, optional
        Kept in the files.
    """
    data, styles = pd.read_csv(table, dtype={"unit": str}), model_styles(models)
    strains = sorted(data["strain"].unique())
    figure, axes = new_figure(1, len(strains), width=DOUBLE, height=3.0, sharey=True)
    offsets = np.linspace(-SPREAD / 2, SPREAD / 2, len(styles))
    for panel, strain in zip(axes[0], strains, strict=True):
        for offset, (name, style) in zip(offsets, styles.items(), strict=True):
            chosen = rows(data, model=name, strain=strain).set_index("folds").loc[list(UNITS)]
            look: Look = {**style.line, "linestyle": "none", "label": style.label}
            points_with_intervals(panel, np.arange(len(UNITS)) + offset, chosen, style=look)
        panel.set_xticks(range(len(UNITS)), list(UNITS.values()))
        panel.set_xlabel("what is in one fold as a whole")
        panel.set_title(f"{percent(strain)} strain")
    axes[0, 0].set_ylabel(metric_label("auc"))
    letter_panels(axes)
    figure_legend(figure, list(axes.flat))
    save_figure(figure, stem, data, title="Scores by folds of glasses and of atoms", columns=FOLD_LEAK,
                metadata=metadata)  # fmt: skip


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            table=Path(snakemake.input[0]),
            stem=Path(snakemake.output.pdf).with_suffix(""),
            models=snakemake.params.models,
            metadata=snakemake.params.metadata,
        )
