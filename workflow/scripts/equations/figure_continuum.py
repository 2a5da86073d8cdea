"""Draw friction, back stress and forward errors of continuum laws of dislocations."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mechanist.core.progress import log_to
from mechanist.draw.legibility import EXPLAINED
from mechanist.draw.meanings.figures_of_equations import FIGURES
from mechanist.draw.style import (
    DOUBLE,
    figure_legend,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.tables import read_table
from mechanist.settings.entry_types.continuum_settings_entries import ContinuumLawsEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

HEIGHT: Final = 2.9
MARKERS: Final = ("o", "s", "^", "D")
#: Equation, term and axis label of the two panels of coefficients.
PANELS: Final = {
    "friction": ("rho^1/2", "Taylor coefficient $\\alpha$"),
    "back stress": ("rho^-1 d_kappa", "coefficient of the back stress"),
}
#: Columns of the data that are numbers without a unit.
UNITLESS: Final = ("coefficient", "lower", "upper", "mode_error", "load")
WIDTH: Final = 0.16


@styled()
def main(
    *,
    laws: Path,
    forward: Path,
    stem: Path,
    settings: ContinuumLawsEntry,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw three panels: friction and back stress by load and size, and errors of solutions.

    Parameters
    ----------
    laws, forward : Path
        Tables of continuum_laws.py.
    stem : Path
        Figure files without their suffix.
    settings : dict
        Block ``equations/continuum``.
    metadata : mapping, optional
        Kept in the files.
    """
    table, followed = read_table(laws), read_table(forward)
    figure, axes = new_figure(1, 3, width=DOUBLE, height=HEIGHT, width_ratios=[1.0, 1.0, 1.4])
    row = np.ravel(axes)
    scale = 1 / (2 * np.pi * (1 - settings["poisson"]))
    drawn = {
        name: _by_load(panel, table, settings, term, label, scale if name == "friction" else 1.0)
        for panel, (name, (term, label)) in zip(row, PANELS.items(), strict=False)
    }
    drawn["errors"] = _errors(row[2], followed[followed["held"]], settings)
    letter_panels(axes)
    figure_legend(figure, list(row))
    save_figure(figure, stem, drawn, title="Continuum laws of dislocations",
                units=dict.fromkeys(UNITLESS, "1"), columns=FIGURES["continuum"], metadata=metadata)  # fmt: skip


def _by_load(
    panel: Axes,
    table: pd.DataFrame,
    settings: ContinuumLawsEntry,
    term: str,
    label: str,
    scale: float,
) -> pd.DataFrame:
    """Draw minus a coefficient of the flux of kappa, with intervals, by load and ensemble."""
    parts = []
    found = table[(table["equation"] == "friction of j") & (table["term"] == term)]
    places = found["part"].str.extract(r"^(?P<ensemble>\w+), load (?P<load>[\d.]+)$")
    for marker, (name, entry) in zip(MARKERS, settings["ensembles"].items(), strict=False):
        mine = found[(places["ensemble"] == name).to_numpy()]
        loads = places["load"][mine.index].astype(float).to_numpy()
        value, low, high = (
            -scale * mine[k].to_numpy(float) for k in ("coefficient", "high", "low")
        )
        said = f"{entry['spacings']} spacings"
        said += ", annihilation" if entry.get("annihilation", 0.0) else ""
        panel.plot(loads, value, marker=marker, markersize=4, color="black", linewidth=0.8,
                   markerfacecolor="white", label=said)  # fmt: skip
        # the interval corrects the attenuation by noise, so that it need not hold the value
        panel.vlines(loads, low, high, color="black", linewidth=0.8)
        parts.append(pd.DataFrame({"ensemble": name, "load": loads, "coefficient": value,
                                   "lower": low, "upper": high}))  # fmt: skip
    panel.set(xlabel=r"load / $\frac{Gb}{2\pi(1-\nu)}\sqrt{\rho_0}$", ylabel=label)
    return pd.concat(parts, ignore_index=True)


def _errors(panel: Axes, table: pd.DataFrame, settings: ContinuumLawsEntry) -> pd.DataFrame:
    """Draw the error of modes of every law on every held-out ensemble, and that of sampling."""
    styles = model_styles(settings["models"])
    keys = ["ensemble", "profile", "load"]
    cells = table[[*keys, "spacings"]].drop_duplicates().reset_index(drop=True)
    parts = []
    for k, (law, style) in enumerate(styles.items()):
        mine = cells.merge(table[table["law"] == law], on=[*keys, "spacings"])
        at = cells.merge(mine[keys].reset_index(), on=keys)["index"]
        x = np.arange(len(cells))[: len(mine)] + WIDTH * (k - (len(styles) - 1) / 2)
        panel.plot(x, mine["mode_error"].to_numpy()[at], linestyle="none", marker=style.marker,
                   markersize=4, color=style.colour, label=style.label)  # fmt: skip
        parts.append(mine.assign(law=law)[["law", *keys, "stable", "mode_error"]])
    noise = cells.merge(table.groupby(keys)["noise"].max().reset_index(), on=keys)["noise"]
    for place, value in enumerate(noise):
        panel.plot([place - 0.4, place + 0.4], [value, value], color="black", linewidth=1.0,
                   label="sampling" if place == 0 else None, gid=None if place == 0 else EXPLAINED)  # fmt: skip
    names = [
        f"{row['spacings']:g} {row['profile']}\n{row['load']:g}" for _, row in cells.iterrows()
    ]
    panel.set_xticks(range(len(cells)), names)
    panel.set_yscale("log")
    panel.set(xlabel="spacings and profile, load", ylabel="error of modes, held out")
    parts.append(cells[keys].assign(law="sampling", mode_error=noise))
    return pd.concat(parts, ignore_index=True)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            laws=Path(snakemake.input.laws),
            forward=Path(snakemake.input.forward),
            stem=Path(snakemake.output.pdf).with_suffix(""),
            settings=snakemake.params.settings,
            metadata=snakemake.params.metadata,
        )
