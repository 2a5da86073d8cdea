"""Draw elastic laws of rubbers: measured curves, misfits to tests not fitted, and known laws found."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mechanist.assess.shares import with_intervals
from mechanist.core.progress import log_to
from mechanist.draw.meanings.figures_of_equations import FIGURES
from mechanist.draw.score_tables import ALL, rows
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
from mechanist.settings.entry_types.block_entries import LabelEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Label, colour and marker of each kind of test.
TESTS: Final[Mapping[str, tuple[str, str, str]]] = {
    "uniaxial": ("uniaxial tension", "#0072b2", "o"),
    "equibiaxial": ("equibiaxial tension", "#d55e00", "s"),
    "pure_shear": ("pure shear", "#009e73", "^"),
    "simple_shear": ("simple shear", "#cc79a7", "v"),
}
ENERGY_COLOURS: Final = ("#000000", "#e69f00", "#56b4e9", "#8a4b08")
ENERGY_MARKERS: Final = ("o", "s", "^", "D")
TERM_TEXT: Final = re.compile(r"I([12])")
#: Misfits in this range are drawn; larger ones are marked at its end.
RANGE: Final = (0.2, 50.0)


@styled()
def main(
    *,
    laws: Path,
    curves: Path,
    misfits: Path,
    recovery: Path,
    stem: Path,
    materials: Mapping[str, Mapping[str, str]],
    models: Mapping[str, LabelEntry],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a row for each material, curves and misfits, and a panel of known laws.

    Parameters
    ----------
    laws, curves, misfits, recovery : Path
        Laws and tables of elastic.py, and the table of elastic_recovery.py.
    stem : Path
        Figure files without their suffix.
    materials : mapping
        Entries of the configuration: ``label`` and ``unit`` of each material.
    models : mapping
        ``label`` and ``role`` of each law.
    metadata : mapping, optional
        Kept in the files.
    """
    drawn, scored, known = read_table(curves), read_table(misfits), read_table(recovery)
    n = len(materials)
    figure, axes = new_figure(n + 1, 2, width=DOUBLE, height=2.1 * (n + 1))
    for row, (name, entry) in zip(axes, materials.items(), strict=False):
        _curves(row[0], rows(drawn, material=name), entry["unit"])
        _misfits(row[1], rows(scored, material=name), models)
    for panel in axes[:-2, 1]:
        panel.set_xlabel("")
    shares = (
        known.groupby(["energy", "noise"], sort=False)
        .agg(share=("exact", "mean"), draws=("exact", "size"))
        .reset_index()
    )
    _known(axes[n, 0], shares, models)
    axes[n, 1].axis("off")
    letter_panels([*axes[:n].flat, axes[n, 0]])
    found = json.loads(laws.read_text(encoding="utf-8"))
    for row, (name, entry) in zip(axes, materials.items(), strict=False):
        row[0].set_title(f"{entry['label']}\n{_law(found[name]['terms'])}", loc="left")
        row[1].set_title("Prediction of tests that were not fitted", loc="left")
    axes[n, 0].set_title("Known energies found again", loc="left")
    keys = axes[n, 0].get_legend_handles_labels()
    axes[n, 1].legend(*keys, loc="upper left", title="known energy")
    figure_legend(figure, list(axes[:n, 0]))
    tables = {
        "curves": drawn.rename(columns={"error": "assumed_error"}),
        "misfits": scored,
        "known": with_intervals(shares, runs="draws").assign(subset=ALL),
    }
    stress = next(iter(materials.values()))["unit"]
    save_figure(
        figure, stem, tables, title="Elastic energies of rubbers", columns=FIGURES["elastic"], metadata=metadata,
        units={"stretch": "1", "stress": stress, "assumed_error": stress, "misfit": "1", "draws": "1"},
    )  # fmt: skip


def _law(terms: Sequence[Mapping[str, str | float]]) -> str:
    """Return an energy as a line of mathematics."""
    parts = []
    for term in terms:
        factor, _, power = f"{term['value']:.3g}".partition("e")
        power = rf"\times 10^{{{int(power)}}}" if power else ""
        name = TERM_TEXT.sub(r"I_\1", str(term["term"]))
        name = name.replace("sqrt(I_2)", r"\sqrt{I_2}").replace("sqrt(I_1)", r"\sqrt{I_1}")
        parts.append(rf"{factor}{power}\,{name.replace('ln', chr(92) + 'ln')}")
    return f"$W = {' + '.join(parts)}$".replace("+ -", "- ")


def _curves(panel: Axes, table: pd.DataFrame, unit: str) -> None:
    for test, (label, colour, marker) in TESTS.items():
        if test not in set(table["test"]):
            continue
        one = rows(table, test=test)
        points, fitted = rows(one, series="measured"), rows(one, series="fitted")
        predicted = rows(one, series="predicted")
        panel.errorbar(
            points["stretch"], points["stress"], points["error"], color=colour, marker=marker,
            linestyle="none", markersize=3, elinewidth=0.6, label=f"{label}, measured",
        )  # fmt: skip
        panel.plot(fitted["stretch"], fitted["stress"], color=colour, lw=0.9)
        panel.plot(predicted["stretch"], predicted["stress"], color=colour, lw=1.0, ls=(0, (4, 2)))
    panel.plot([], [], color="black", lw=0.9, label="law fitted to all tests")
    panel.plot([], [], color="black", lw=1.0, ls=(0, (4, 2)), label="law found without this test")
    panel.set(xlabel="stretch", ylabel=f"nominal stress ({unit})")
    panel.set_ylim(bottom=0)


def _misfits(panel: Axes, table: pd.DataFrame, models: Mapping[str, LabelEntry]) -> None:
    styles = model_styles(models)
    names = [name for name in models if name in set(table["model"])]
    for place, name in enumerate(names):
        one = rows(table, model=name)
        for test, value in zip(one["test"], one["misfit"], strict=True):
            _, _, marker = TESTS[test]
            panel.plot(np.clip(value, *RANGE), place, marker=marker, color=styles[name].colour,
                       markersize=4, linestyle="none")  # fmt: skip
            if value > RANGE[1]:
                panel.annotate(f"{value:.0f}", (RANGE[1], place), (-6, 0), ha="right", va="center",
                               textcoords="offset points", fontsize=6)  # fmt: skip
    panel.axvline(1, color="black", lw=0.6, ls=":")
    panel.set_xscale("log")
    panel.set_xlim(RANGE[0], RANGE[1] * 1.3)
    panel.set_yticks(range(len(names)), [models[name]["label"] for name in names])
    panel.invert_yaxis()
    panel.set_xlabel("misfit (standard errors)")


def _known(panel: Axes, shares: pd.DataFrame, models: Mapping[str, LabelEntry]) -> None:
    levels = sorted(shares["noise"].unique())
    for k, energy in enumerate(dict.fromkeys(shares["energy"])):
        one = rows(shares, energy=energy)
        panel.plot(range(len(levels)), one["share"], color=ENERGY_COLOURS[k % 4],
                   marker=ENERGY_MARKERS[k % 4], label=models[energy]["label"])  # fmt: skip
    panel.set_xticks(range(len(levels)), [f"{100 * level:g}" for level in levels])
    panel.set(xlabel="noise (%)", ylabel="share of draws with\nexactly the true terms")
    panel.set_ylim(-0.05, 1.05)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            laws=Path(snakemake.input.laws),
            curves=Path(snakemake.input.curves),
            misfits=Path(snakemake.input.misfits),
            recovery=Path(snakemake.input.recovery),
            stem=Path(snakemake.output.pdf).with_suffix(""),
            materials=snakemake.params.materials,
            models=snakemake.params.models,
            metadata=snakemake.params.metadata,
        )
