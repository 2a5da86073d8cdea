"""Draw how well particles and D2min are found, against noise, resolution, blur and spread of radii."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd
from matplotlib.axes import Axes

from mechanist.core.progress import log_to
from mechanist.draw.labels import length_symbol
from mechanist.draw.panels import curve
from mechanist.draw.style import (
    DOUBLE,
    ModelStyle,
    figure_legend,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.meanings.of_experiments import DETECTION
from mechanist.settings.entry_types.experiment_block_entries import CameraEntry, SeriesEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Scores in the order of rows, with their labels.
ROWS: Final = {
    "error": "coordinate error ({length})",
    "species": "species right",
    "d2min_auc": "AUC of $D^2_{\\mathrm{min}}$",
    "d2min_r2_above_floor": "$R^2$ of log $D^2_{\\mathrm{min}}$",
}
#: The score without subtraction of the floor, drawn dashed in the row of the one with it.
RAW: Final = "d2min_r2"
#: What is changed in the order of columns, with labels.
COLUMNS: Final = {
    "snr": "contrast over noise",
    "pixels": "pixels per {length}",
    "blur": "blur (pixels)",
    "spread": "spread of radii",
}
#: Range of the axis of scores that have an upper limit of 1.
LIMITS: Final = {
    "species": (0.6, 1.02),
    "d2min_auc": (0.48, 1.02),
    "d2min_r2_above_floor": (-0.1, 1.05),
}
HEIGHT: Final = 1.45


@styled()
def main(
    table: Path,
    stem: Path,
    *,
    camera: CameraEntry,
    series: Mapping[str, SeriesEntry],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a column of panels for each thing that is changed in the camera.

    Parameters
    ----------
    table : Path
        The table of detection.
    stem : Path
        Figure files without their suffix.
    camera : mapping
        The usual camera, which is a point of every column.
    series : mapping
        Renderers with detectors: the lines.
    metadata : mapping, optional
        Kept in the files.
    """
    found = pd.read_csv(table, dtype={"sweep": str, "unit": str, "setting_unit": str})
    found["sweep"] = found["sweep"].fillna("")
    styles = model_styles(series)
    length = length_symbol(str(found.loc[found["metric"] == "error", "unit"].iloc[0]))
    shown = [sweep for sweep in COLUMNS if sweep in set(found["sweep"])]
    figure, axes = new_figure(len(ROWS), len(shown), width=DOUBLE, height=HEIGHT * len(ROWS) + 0.5,
                              sharey="row", sharex="col")  # fmt: skip
    drawn = []
    for column, sweep in enumerate(shown):
        points = _points(found, sweep, float(camera[sweep]))  # type: ignore[literal-required]
        for row, metric in enumerate(ROWS):
            panel = axes[row, column]
            for name, entry in series.items():
                mine = points[(points["renderer"] == entry["renderer"])
                              & (points["detector"] == entry["detector"])]  # fmt: skip
                _line(panel, mine, metric, styles[name])
                kept = mine[
                    mine["metric"].isin([metric, RAW] if metric.startswith(RAW) else [metric])
                ]
                drawn.append(kept.assign(series=name, sweep=sweep))
            _null(panel, points, metric)
            if metric in LIMITS:
                panel.set_ylim(*LIMITS[metric])
        axes[-1, column].set_xlabel(COLUMNS[sweep].replace("{length}", length))
        if sweep == "snr":
            axes[0, column].set_xscale("log")
            axes[0, column].set_xticks(sorted(points["setting"].unique()))
            axes[0, column].xaxis.set_major_formatter("{x:g}")
            axes[0, column].minorticks_off()
    for row, label in enumerate(ROWS.values()):
        axes[row, 0].set_ylabel(label.replace("{length}", length))
    axes[0, 0].set_ylim(bottom=0)
    letter_panels(axes)
    figure_legend(figure, list(axes.flat))
    save_figure(figure, stem, pd.concat(drawn).drop(columns=["description"]),
                title="Particles and D2min in rendered pictures",
                columns=DETECTION, metadata=metadata)  # fmt: skip


def _points(found: pd.DataFrame, sweep: str, usual: float) -> pd.DataFrame:
    """Return the rows of one column: those of the sweep, and those of the usual camera."""
    unit = found.loc[found["sweep"] == sweep, "setting_unit"].iloc[0]
    base = found[found["sweep"] == ""].assign(setting=usual, setting_unit=unit)
    return pd.concat([found[found["sweep"] == sweep], base]).sort_values("setting", kind="stable")


def _line(panel: Axes, mine: pd.DataFrame, metric: str, style: ModelStyle) -> None:
    rows = mine[mine["metric"] == metric]
    arrays = [rows[key].to_numpy(float) for key in ("setting", "value", "low", "high")]
    curve(panel, *arrays, style=style)
    if metric.startswith(RAW):
        raw = mine[mine["metric"] == RAW]
        panel.plot(raw["setting"], raw["value"], color=style.colour, linestyle=":", linewidth=1.0,
                   label="floor not subtracted" if style.role == "data" else None)  # fmt: skip


def _null(panel: Axes, points: pd.DataFrame, metric: str) -> None:
    """Draw the largest null of all lines, where the panel shows it."""
    rows = points[(points["metric"] == metric) & points["null"].notna()]
    best = (
        rows.groupby("setting")["null"].min()
        if metric == "error"
        else rows.groupby("setting")["null"].max()
    )
    if metric in LIMITS and metric != "d2min_r2_above_floor":
        panel.plot(best.index, best, color="#888888", linestyle="--", linewidth=0.9, label="null")


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input.table),
            Path(snakemake.output.pdf).with_suffix(""),
            camera=snakemake.params.camera,
            series=snakemake.params.series,
            metadata=snakemake.params.metadata,
        )
