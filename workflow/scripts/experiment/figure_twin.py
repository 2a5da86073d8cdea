"""Draw how often twins of pictures come home, and what their mechanics predicts."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

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
from mechanist.formats.meanings.of_experiments import TWIN
from mechanist.settings.entry_types.block_entries import LabelEntry
from mechanist.settings.target_names import FROM_REST, LATER

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Metric, target and label of each panel.
PANELS: Final = (
    ("home", "", "share of particles at home"),
    ("auc_top10", FROM_REST, "AUC, motion from rest"),
    ("auc_top10", LATER, "AUC, motion after the past interval"),
)
HEIGHT: Final = 3.2
#: Methods whose intervals are drawn; bands of all would cover each other.
BANDED: Final = ("truth", "repaired")


@styled()
def main(
    table: Path,
    stem: Path,
    *,
    methods: Mapping[str, LabelEntry],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a panel for the places and one for each target.

    Parameters
    ----------
    table : Path
        The table of twins.
    stem : Path
        Figure files without their suffix.
    methods : mapping
        Labels and roles of the methods.
    metadata : mapping, optional
        Kept in the files.
    """
    found = pd.read_csv(table, dtype={"unit": str, "target": str})
    found["target"] = found["target"].fillna("")
    styles = model_styles(methods)
    figure, axes = new_figure(1, len(PANELS), width=DOUBLE, height=HEIGHT)
    drawn = []
    for panel, (metric, target, label) in zip(axes.flat, PANELS, strict=True):
        shown = found[(found["metric"] == metric) & (found["target"] == target)]
        for name, style in styles.items():
            mine = shown[shown["method"] == name].sort_values("snr")
            # Controls are in the panel before it: seven lines could not be told apart.
            if mine.empty or (target == LATER and style.role == "control"):
                continue
            bounds = ("low", "high") if name in BANDED else ()
            curve(panel, *(mine[key].to_numpy(float) for key in ("snr", "value", *bounds)),
                  style=style)  # fmt: skip
            drawn.append(mine)
        if metric != "home":
            panel.axhline(0.5, color="#888888", linestyle="--", linewidth=0.9)
        panel.set_ylabel(label)
        panel.set_xlabel("contrast over noise")
        panel.set_xscale("log")
        panel.set_xticks(sorted(found["snr"].unique()))
        panel.xaxis.set_major_formatter("{x:g}")
        panel.minorticks_off()
    axes.flat[0].set_ylim(0, 1.03)
    letter_panels(axes)
    figure_legend(figure, list(axes.flat))
    save_figure(figure, stem, pd.concat(drawn).drop(columns=["description"]),
                title="Mechanics that starts from pictures", columns=TWIN, metadata=metadata)  # fmt: skip


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input.table),
            Path(snakemake.output.pdf).with_suffix(""),
            methods=snakemake.params.methods,
            metadata=snakemake.params.metadata,
        )
