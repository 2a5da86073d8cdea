"""Draw hardening laws: test curves, how often each rule finds the law, and coefficient errors."""

from collections.abc import Mapping
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Final

from matplotlib.axes import Axes

from mechanist.assess.shares import with_intervals
from mechanist.core.progress import log_to
from mechanist.core.seeds import generator
from mechanist.draw.discovery import LOOKS
from mechanist.draw.legibility import EXPLAINED
from mechanist.draw.meanings.figures_of_equations import FIGURES
from mechanist.draw.palette import CASES
from mechanist.draw.score_tables import ALL, rows
from mechanist.draw.style import (
    DOUBLE,
    Look,
    figure_legend,
    letter_panels,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.tables import read_table
from mechanist.simulate.hardening_tests import LAWS, noisy_tests

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Label, colour and marker of each rule.
RULES: Final[Mapping[str, tuple[str, str, str]]] = {
    "auto": ("whitened rows, all subsets (ours)", *LOOKS["weak"]),
    "messenger_bortz": ("thresholds, Messenger-Bortz loss", *LOOKS["weak/messenger_bortz"]),
    "oracle": ("oracle: best model on the threshold path", *LOOKS["weak/oracle"]),
    "lasso": ("LASSO, cross-validated", "#e69f00", "D"),
}
MEANING: Final = (
    "a-c: lines are exact tests, a colour each, points the same tests with noise of {} % of the"
    " standard deviation;\ndensities and stresses in units of a reference"
)
TITLES: Final = {
    "kocks_mecking": ("Kocks-Mecking", r"$\rho' = k_1\sqrt{\rho} - k_2\rho$"),
    "voce": ("Voce", r"$\tau' = \theta\,(1 - \tau/\tau_s)$"),
    "armstrong_frederick": ("Armstrong-Frederick", r"$\dot X = C\dot\epsilon - D X|\dot\epsilon|$"),
}
AXES: Final = {
    "kocks_mecking": (r"shear strain $\gamma$", r"dislocation density $\rho$"),
    "voce": (r"shear strain $\gamma$", r"flow stress $\tau$"),
    "armstrong_frederick": ("cycles", "back stress $X$"),
}
POINT: Final = 1.2
#: Places of the rules beside each other at a noise level.
SHIFTS: Final = (-0.27, -0.09, 0.09, 0.27)


@styled()
def main(
    *,
    runs: Path,
    stem: Path,
    shown_noise: float,
    seed: int,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw three panels per law: noisy tests on exact curves, share found, and coefficient error.

    Parameters
    ----------
    runs : Path
        Table of runs of equations_materials.py.
    stem : Path
        Figure files without their suffix.
    shown_noise : float
        Noise of the tests that are shown.
    seed : int
        As in equations_materials.py: the tests of its first draw are shown.
    metadata : mapping, optional
        Kept in the files.
    """
    table = read_table(runs)
    laws = list(dict.fromkeys(table["case"]))
    figure, axes = new_figure(3, len(laws), width=DOUBLE, height=5.6)
    grouped = table.groupby(["case", "rule", "noise"], sort=True).agg(
        share=("exact", "mean"), error=("error_percent", "mean"), draws=("exact", "size")
    )
    shown = grouped.reset_index()
    levels = sorted(shown["noise"].unique())
    for column, law in zip(axes.T, laws, strict=True):
        _tests(column[0], law, shown_noise, seed)
        for (rule, (label, colour, marker)), shift in zip(RULES.items(), SHIFTS, strict=True):
            one = rows(shown, case=law, rule=rule)
            size = 8.0 if marker == "_" else 4.5
            look: Look = {
                "color": colour,
                "marker": marker,
                "linestyle": "none",
                "markersize": size,
            }
            place = one["noise"].map(levels.index).to_numpy(float) + shift
            column[1].plot(place, one["share"], label=label, **look)
            column[2].plot(place, one["error"], label=label, **look)
        column[1].set_ylim(-0.05, 1.05)
        column[2].set_yscale("log")
        for panel in column[1:]:
            panel.set_xticks(range(len(levels)), [f"{100 * level:g}" for level in levels])
            panel.set_xlabel("noise (%)")
            panel.set_xlim(-0.5, len(levels) - 0.5)
            for between in range(len(levels) - 1):
                panel.axvline(between + 0.5, color="#e0e0e0", linewidth=0.6, zorder=0)
    axes[1, 0].set_ylabel("share of draws with\nthe right law")
    axes[2, 0].set_ylabel("error of coefficients (%),\nwhere the law is right")
    letter_panels(axes)
    for panel, law in zip(axes[0], laws, strict=True):
        panel.set_title("\n".join(TITLES[law]), loc="left", pad=6.0)
    figure_legend(figure, list(axes[1]), title=MEANING.format(f"{100 * shown_noise:g}"))
    told = with_intervals(shown, runs="draws").assign(subset=ALL)
    save_figure(figure, stem, told, title="Hardening laws found", units={"error": "%", "draws": "1"},
                columns=FIGURES["materials"], metadata=metadata)  # fmt: skip


def _tests(panel: Axes, law: str, noise: float, seed: int) -> None:
    exact = LAWS[law].tests()
    heard = noisy_tests(LAWS[law], noise=noise, rng=generator(seed, "hardening", law, "0"))
    for clean, noisy, colour in zip(exact, heard, cycle(CASES), strict=False):
        (name,) = clean.fields
        panel.plot(noisy.axes["t"], noisy.fields[name], ls="none", marker=".", ms=POINT,
                   color=colour, gid=EXPLAINED)  # fmt: skip
        panel.plot(clean.axes["t"], clean.fields[name], color=colour, lw=0.9, gid=EXPLAINED)
    panel.set(xlabel=AXES[law][0], ylabel=AXES[law][1])
    panel.margins(x=0.01)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            runs=Path(snakemake.input.runs),
            stem=Path(snakemake.output.pdf).with_suffix(""),
            shown_noise=snakemake.params.shown_noise,
            seed=snakemake.params.seed,
            metadata=snakemake.params.metadata,
        )
