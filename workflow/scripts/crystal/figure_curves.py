"""Plot stress-strain curves of polycrystals by system, and the deviation between samples."""

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mechanist.core.typing import FloatArray
from mechanist.draw.meanings.figures_of_crystals import FIGURES
from mechanist.draw.palette import CASES
from mechanist.draw.style import (
    DOUBLE,
    figure_legend,
    letter_panels,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.polycrystal_batches import PolycrystalRun, read_runs

#: Number of points of the mean curve.
POINTS: Final = 101
#: Fraction of the final strain below which the deviation is not shown, as stress is near zero.
FROM: Final = 0.05
HEIGHT: Final = 2.9


@styled()
def main(
    *,
    runs: Mapping[str, Sequence[Path]],
    stem: Path,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a thin line for each sample, a bold line for each mean, and the standard deviation.

    Parameters
    ----------
    runs : mapping
        All batches of each system. Failed samples are drawn up to their last strain and left out
        of mean and deviation.
    stem : Path
        Figure files without their suffix.
    metadata : mapping, optional
        Stored in the files.
    """
    figure, axes = new_figure(1, 2, width=DOUBLE, height=HEIGHT, width_ratios=[1.3, 1])
    samples, means = [], []
    for k, (system, paths) in enumerate(runs.items()):
        batch = [run for path in paths for run in read_runs(path)]
        colour = CASES[k % len(CASES)]
        for run in batch:
            samples.append(_sample(system, run))
            axes[0, 0].plot(100 * run.curve[:, 0], run.curve[:, 1], color=colour, alpha=0.5,
                            linewidth=0.6)  # fmt: skip
        good = [run for run in batch if run.ok]
        if good:
            shape = r"$\times$".join(map(str, batch[0].shape))
            means.append(
                _mean(
                    axes[0], system, good, colour=colour, label=f"{system} ({shape}, {len(good)})"
                )
            )
    axes[0, 0].set(xlabel="strain (%)", ylabel="stress (MPa)", xlim=(0, None), ylim=(0, None))
    axes[0, 1].set(xlabel="strain (%)", ylabel="standard deviation (% of mean)", xlim=(0, None),
                   ylim=(0, None))  # fmt: skip
    letter_panels(axes, ["samples and their means", "deviation between samples"])
    figure_legend(figure, [axes[0, 0]], title="system (voxels, samples)")
    tables = {"samples": pd.concat(samples)} | ({"means": pd.concat(means)} if means else {})
    save_figure(figure, stem, tables, title="Stress-strain curves of polycrystals",
                units={"stress": "MPa", "deviation": "MPa"}, columns=FIGURES["curves"], metadata=metadata)  # fmt: skip


def _sample(system: str, run: PolycrystalRun) -> pd.DataFrame:
    return pd.DataFrame({"system": system, "sample": run.name, "status": run.status,
                         "strain": run.curve[:, 0], "stress": run.curve[:, 1]})  # fmt: skip


def mean_curve(runs: Sequence[PolycrystalRun]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return strains up to the smallest final strain, with mean and standard deviation of stress.

    The deviation is that of the samples, not of their mean; NaN for a single sample.
    """
    final = min(runs, key=lambda run: abs(run.curve[-1, 0])).curve[-1, 0]
    strains = np.linspace(0.0, final, POINTS)
    sign = 1.0 if final >= 0 else -1.0  # interpolation needs increasing strains
    stress = np.array(
        [np.interp(sign * strains, sign * r.curve[:, 0], r.curve[:, 1]) for r in runs]
    )
    spread = stress.std(axis=0, ddof=1) if len(runs) > 1 else np.full(POINTS, np.nan)
    return strains, stress.mean(axis=0), spread


def _mean(
    panels: Sequence[Axes], system: str, runs: Sequence[PolycrystalRun], *, colour: str, label: str
) -> pd.DataFrame:
    """Draw mean and standard deviation of the samples of a system."""
    strains, mean, spread = mean_curve(runs)
    panels[0].plot(100 * strains, mean, color=colour, label=label, linewidth=1.6)
    late = np.abs(strains) >= FROM * abs(strains[-1])
    if np.isfinite(spread).all():
        panels[1].plot(100 * strains[late], 100 * spread[late] / np.abs(mean[late]), color=colour)
    return pd.DataFrame({"system": system, "strain": strains, "stress": mean, "deviation": spread})


def by_system(batches: Mapping[str, int], paths: Sequence[str]) -> dict[str, list[Path]]:
    """Assign all batches, listed system after system, to their systems."""
    left = iter(paths)
    return {name: [Path(path) for path in islice(left, n)] for name, n in batches.items()}
