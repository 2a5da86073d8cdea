"""Draw stress-strain curves of single samples with their bursts, and the ensemble around them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mechanist.core.typing import FloatArray
from mechanist.draw.legibility import EXPLAINED
from mechanist.draw.meanings.figures_of_dislocations import FIGURES
from mechanist.draw.palette import CASES
from mechanist.draw.style import DOUBLE, letter_panels, new_figure, save_figure, styled
from mechanist.formats.dislocation_batches import Branch, read_batch

COLOURS: Final = {"undeformed": CASES[0], "prestrained": CASES[5]}
LABELS: Final = {"undeformed": "undeformed", "prestrained": "pre-strained"}
OTHER: Final = "#444444"
#: Colours of the single curves, used in turn.
SINGLE_COLOURS: Final = CASES
#: Strains and quantiles of the ensemble panel, and maximum number of single curves.
STRAINS: Final = np.geomspace(2e-4, 0.2, 61)
SPREAD: Final = (0.1, 0.9)
BEHIND: Final = 40
#: Largest strain in the first panel.
SHOWN_STRAIN: Final = 0.05
#: A plateau of the stress is a burst if it adds at least this strain.
SMALLEST_BURST: Final = 1e-6


def bursts_of(branch: Branch) -> FloatArray:
    """Return the strain of every burst: the strain gained at constant stress.

    Parameters
    ----------
    branch : Branch
        A branch loaded by a ramp that holds the stress during bursts.

    Returns
    -------
    ndarray of shape (k,)
    """
    gains, waits = np.diff(branch.strain), np.diff(branch.stress) == 0
    starts = np.flatnonzero(waits & ~np.concatenate([[False], waits[:-1]]))
    if not len(starts):
        return np.empty(0)
    sums = np.add.reduceat(np.where(waits, gains, 0.0), starts)
    return sums[sums >= SMALLEST_BURST]


@styled()
def main(
    *,
    samples: Sequence[Path],
    stem: Path,
    shown: int = 5,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw single curves, mean and spread of each branch, and the distribution of burst sizes.

    Parameters
    ----------
    samples : sequence of Path
        Batches of one system.
    stem : Path
        Path of the figure files, without suffix.
    shown : int
        Number of single curves in colour, from the first samples.
    metadata : mapping, optional
        Metadata stored in the figure files.

    Raises
    ------
    ValueError
        If no branch completed.
    """
    branches: dict[str, list[Branch]] = {}
    for path in samples:
        for sample in read_batch(path):
            for name, branch in sample.good_branches.items():
                branches.setdefault(name, []).append(branch)
    if not branches:
        raise ValueError(f"no branch completed in {[str(path) for path in samples]}")
    names = sorted(branches, key=lambda name: name != "undeformed")
    figure, axes = new_figure(1, 3, width=DOUBLE, height=2.5)
    tables = {
        "single curves": _single(axes[0, 0], branches[names[0]], shown),
        "ensemble": _ensemble(axes[0, 1], branches, names),
        "bursts": _sizes(axes[0, 2], branches, names),
    }
    first = LABELS.get(names[0], names[0])
    letter_panels(
        axes,
        [
            f"{first} samples, {min(shown, len(branches[names[0]]))} in colour",
            f"mean; band and dashes: {100 * SPREAD[0]:.0f} to {100 * SPREAD[1]:.0f} % of samples",
            "strain bursts, both kinds of samples" if len(names) > 1 else "strain bursts",
        ],
        wrap=34,
    )
    stresses = dict.fromkeys(("stress", "mean", "low", "high"), "D/b")
    save_figure(figure, stem, tables, title="Strain bursts", units={**stresses, "share": "1"},
                columns=FIGURES["bursts"], metadata=metadata)  # fmt: skip


def _single(panel: Axes, branches: Sequence[Branch], shown: int) -> pd.DataFrame:
    tables = []
    for number, branch in enumerate(branches[:BEHIND]):
        coloured = number < shown
        last = int(np.searchsorted(branch.strain, SHOWN_STRAIN)) + 1
        strain, stress = branch.strain[:last], branch.stress[:last]
        colour = SINGLE_COLOURS[number % len(SINGLE_COLOURS)] if coloured else "#cfcfcf"
        panel.plot(100 * strain, stress, color=colour, linewidth=1.0 if coloured else 0.4,
                   zorder=3 if coloured else 1, gid=EXPLAINED)  # fmt: skip
        tables.append(pd.DataFrame({"curve": number, "strain": strain, "stress": stress}))
    panel.set(xlabel=r"plastic strain $\gamma$ (%)", ylabel=r"stress $\tau$ ($D/b$)")
    panel.set(xlim=(0, 100 * SHOWN_STRAIN), ylim=(0, None))
    return pd.concat(tables, ignore_index=True)


def _ensemble(
    panel: Axes, branches: Mapping[str, Sequence[Branch]], names: Sequence[str]
) -> pd.DataFrame:
    tables = []
    for name in names:
        stress = np.array([branch.stress_at(STRAINS) for branch in branches[name]])
        reached = np.isfinite(stress).all(axis=0)
        strain, stress = STRAINS[reached], stress[:, reached]
        low, high = np.quantile(stress, SPREAD, axis=0)
        colour = COLOURS.get(name, OTHER)
        label = f"{LABELS.get(name, name)} ({len(stress)})"
        panel.plot(100 * strain, stress.mean(axis=0), color=colour, label=label)
        if name == names[0]:
            panel.fill_between(100 * strain, low, high, color=colour, alpha=0.18, linewidth=0)
        else:  # two overlapping bands would mix their colours
            panel.plot(100 * strain, np.transpose([low, high]), "--", color=colour, linewidth=0.7,
                       gid=EXPLAINED)  # fmt: skip
        # low and high enclose this share of the samples; they are not an interval for the mean.
        mean = {"mean": stress.mean(axis=0), "low": low, "high": high, "subset": name,
                "level": SPREAD[1] - SPREAD[0], "n_samples": len(stress)}  # fmt: skip
        tables.append(pd.DataFrame({"branch": name, "strain": strain, **mean}))
    panel.set(xscale="log", yscale="log")
    panel.set(xlabel=r"plastic strain $\gamma$ (%)")
    panel.legend(loc="lower right")
    return pd.concat(tables, ignore_index=True)


def _sizes(
    panel: Axes, branches: Mapping[str, Sequence[Branch]], names: Sequence[str]
) -> pd.DataFrame:
    tables = []
    for name in names:
        sizes = np.sort(np.concatenate([bursts_of(branch) for branch in branches[name]]))
        share = 1 - np.arange(len(sizes)) / max(len(sizes), 1)
        panel.plot(100 * sizes, share, color=COLOURS.get(name, OTHER), linewidth=1.0)
        tables.append(pd.DataFrame({"branch": name, "strain": sizes, "share": share}))
    if any(len(table) for table in tables):  # spring loading has no bursts; log axes need data
        panel.set(xscale="log", yscale="log")
    panel.set(xlabel=r"burst $\Delta\gamma$ (%)", ylabel="share of larger bursts")
    return pd.concat(tables, ignore_index=True)
