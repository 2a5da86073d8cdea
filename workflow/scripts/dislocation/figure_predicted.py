"""Draw a dislocation configuration beside the stress-strain curve that a kept model predicts for it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mechanist.core.progress import log_to
from mechanist.draw.labels import percent, plain
from mechanist.draw.meanings.figures_of_dislocations import FIGURES
from mechanist.draw.outside import note_outside
from mechanist.draw.style import (
    DOUBLE,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import read_batch
from mechanist.formats.tables import read_table
from mechanist.mechanics.edge_kernel import stress_on_grid
from mechanist.predict.curve_summary import CurveSummary
from mechanist.predict.outside_column import OUTSIDE
from mechanist.settings.label_entry import LabelEntries
from scripts.dislocation.figure_configuration import (
    CELLS,
    CLIPPED,
    configuration_table,
    dislocation_marks,
    stress_panel,
)

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


@styled()
def main(
    *,
    state: Path,
    table: Path,
    summary: Path,
    stem: Path,
    models: LabelEntries,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw one predicted curve.

    Parameters
    ----------
    state : Path
        The configuration at rest.
    table, summary : Path
        The curve, and what it is.
    stem : Path
        Figure files without their suffix.
    models : mapping
        Label and role of every model of the configuration.
    metadata : mapping, optional
        Kept in the files.
    """
    said: CurveSummary = json.loads(summary.read_text(encoding="utf-8"))
    curve = read_table(table)
    (sample,) = read_batch(state)
    start = _wrapped(sample.branches[said["state"]].start)
    field = stress_on_grid(start, CELLS)
    limit = float(np.quantile(np.abs(field), 1 - CLIPPED))
    figure, axes = new_figure(1, 2, width=DOUBLE, height=0.42 * DOUBLE)
    left, right = axes[0]
    image = stress_panel(left, field, said["side"], limit)
    dislocation_marks(left, start)
    left.set_ylabel(r"$y$ ($b$)")
    bar = figure.colorbar(image, ax=left, extend="both", shrink=0.85, aspect=22, pad=0.02)
    bar.set_label(r"internal shear stress ($D/b$)")
    _curve(right, curve, said, models)
    letter_panels(
        axes, [f"{said['dislocations']} dislocations, {plain(said['state'])}", "predicted"]
    )
    rows = {"configuration": configuration_table(start, field), "curve": _long(curve, said)}
    kept = {**(metadata or {}), "model": said["model"], "outside": "; ".join(said["outside"])}
    note_outside(figure, said["outside"])
    save_figure(
        figure,
        stem,
        rows,
        title="Predicted stress-strain curve",
        units={"x": "b", "y": "b", "strain": "1", "value": "{unit}"},
        columns=FIGURES["predicted"],
        metadata=kept,
    )


def _wrapped(state: Configuration) -> Configuration:
    """Return the same dislocations with positions inside the box."""
    box = np.diag(state.cell)
    return state.moved(np.mod(state.positions, box), state.cell)


def _curve(panel: Axes, curve: pd.DataFrame, said: CurveSummary, models: LabelEntries) -> None:
    """Draw the curve with its bands, and its rivals."""
    styles = model_styles(models)
    name = said["model"].partition("/")[2]
    colour = styles[name].colour if name in styles else "black"
    strain = 100 * curve["strain"]
    if curve["lower"].notna().all():
        share = percent(said["level"])
        for ends, opacity, what in (
            (("curve_lower", "curve_upper"), 0.15, f"{share} of whole curves"),
            (("lower", "upper"), 0.3, f"{share} at each strain"),
        ):
            low, high = (curve[end] for end in ends)
            if low.notna().all():
                panel.fill_between(
                    strain, low, high, color=colour, alpha=opacity, linewidth=0, label=what
                )
    panel.plot(strain, curve["stress"], color=colour, marker="o", label=said["label"])
    for rival, label in said["rivals"].items():
        look = styles.get(rival)
        panel.plot(
            strain,
            curve[rival],
            color=look.colour if look else "0.4",
            linestyle="--",
            marker=look.marker if look else "s",
            label=label,
        )
    panel.axhline(0, color="black", linewidth=0.6, zorder=0)
    panel.set(xscale="log", xlabel=r"plastic strain $\gamma$ (%)", ylabel=r"stress ($D/b$)")
    panel.xaxis.set_major_formatter("{x:g}")
    panel.legend(loc="upper left", fontsize="small")


def _long(curve: pd.DataFrame, said: CurveSummary) -> pd.DataFrame:
    """Return a row for each mark of the curve."""
    drawn = curve.drop(columns=OUTSIDE)
    rows = drawn.melt("strain", var_name="what", value_name="value").dropna()
    return rows.assign(unit=said["unit"])


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            state=Path(snakemake.input.state),
            table=Path(snakemake.input.table),
            summary=Path(snakemake.input.summary),
            stem=Path(snakemake.output.pdf).with_suffix(""),
            models=snakemake.params.models,
            metadata=snakemake.params.metadata,
        )
