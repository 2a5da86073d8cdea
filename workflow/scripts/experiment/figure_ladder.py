"""Draw what noise, missed particles and mistaken species cost models and mechanisms."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from mechanist.assess.ladder_scores import CLEAN
from mechanist.core.progress import log_to
from mechanist.draw.panels import curve
from mechanist.draw.style import (
    DOUBLE,
    figure_legend,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.meanings.of_experiments import LADDER
from mechanist.settings.entry_types.block_entries import ModelEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Degradations in the order of panels, with labels of their axes.
PANELS: Final = {
    "noise": "error of a coordinate ($\\sigma$)",
    "missed": "part of the particles missed",
    "species": "part taken for another species",
}
METRIC: Final = "auc_top10"
HEIGHT: Final = 3.0
#: Roles of models that are in the table only.
UNDRAWN: Final = ("baseline", "control")
#: Role of the models whose intervals are drawn.
BANDED: Final = "data"


@styled()
def main(
    table: Path,
    stem: Path,
    *,
    models: Mapping[str, ModelEntry],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a panel for each degradation.

    Parameters
    ----------
    table : Path
        The table of the ladder.
    stem : Path
        Figure files without their suffix.
    models : mapping
        Models with labels and roles.
    metadata : mapping, optional
        Kept in the files.
    """
    found = pd.read_csv(table, dtype={"unit": str})
    found = found[found["metric"] == METRIC]
    # The table holds the others: a line shows chance, and more lines cannot be told apart.
    shown = {name: model for name, model in models.items() if model["role"] not in UNDRAWN}
    styles = model_styles(shown)
    figure, axes = new_figure(1, len(PANELS), width=DOUBLE, height=HEIGHT, sharey="row")
    drawn = []
    for panel, (kind, label) in zip(axes.flat, PANELS.items(), strict=True):
        both = found[found["degradation"].isin([CLEAN, kind])]
        for name, style in styles.items():
            mine = both[both["model"] == name]
            same = mine[mine["training"] == "same"].sort_values("setting")
            # Bands of all models would cover each other.
            bounds = ("low", "high") if shown[name]["role"] == BANDED else ()
            curve(panel, *(same[key].to_numpy(float) for key in ("setting", "value", *bounds)),
                  style=style)  # fmt: skip
            drawn.append(same.assign(degradation=kind))
        panel.axhline(0.5, color="#888888", linestyle="--", linewidth=0.9)
        panel.set_xlabel(label)
    axes.flat[0].set_ylabel("AUC of the top 10 %")
    letter_panels(axes)
    figure_legend(figure, list(axes.flat))
    save_figure(figure, stem, pd.concat(drawn), title="What degradation costs models and mechanisms",
                columns=LADDER, metadata=metadata)  # fmt: skip


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input.table),
            Path(snakemake.output.pdf).with_suffix(""),
            models=snakemake.params.models,
            metadata=snakemake.params.metadata,
        )
