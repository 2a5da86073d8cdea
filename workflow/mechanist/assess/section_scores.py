"""What a simulation knows that starts from a few sections of a polycrystal.

The same load is applied to the true cell and to a cell that was rebuilt. Compared are the stress-strain
curve, the von Mises stress of each voxel, and the orientation of each voxel before and after the load.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import pandas as pd

from mechanist.assess.metric_functions import r_squared
from mechanist.assess.resampling import IntervalOptions, mean_interval, paired_interval
from mechanist.core.typing import BoolArray, FloatArray, Lattice
from mechanist.mechanics.misorientations import misorientation

#: Methods: a stack of sections; one section, taken for columnar grains; a random cell with as many
#: grains and the same orientations; the mean of other cells.
SECTIONS: Final = "sections"
COLUMNAR: Final = "columnar"
VORONOI: Final = "voronoi"
DUMMY: Final = "dummy"
#: The method that the others are compared to.
AGAINST: Final = COLUMNAR
#: Voxels that are scored.
ALL: Final = "all voxels"
BETWEEN: Final = "layers that are not known"
#: Scores with their units and what they say.
SCORES: Final = {
    "right_start": ("1", "Share of the voxels that start in the right orientation"),
    "curve_error": ("%", "Root mean square error of the stress-strain curve over that of its stress"),
    "stress_r2": ("1", "R2 of the von Mises stress of voxels at the last strain"),
    "misorientation": ("degree", "Mean angle between orientations of voxels at the last strain"),
}  # fmt: skip
#: Orientations that differ by less, in degrees, are the same.
SAME: Final = 1.0
_BOUNDS: Final = {"stress_r2": (-np.inf, 1.0), "right_start": (0.0, 1.0)}


def start_score(start: FloatArray, true: FloatArray, lattice: Lattice) -> float:
    """Return the share of voxels that start in the right orientation."""
    return float((misorientation(start, true, lattice) < SAME).mean())


def curve_error(stress: FloatArray, true: FloatArray) -> float:
    """Return the root mean square error of a curve over that of the true stress, in %."""
    return 100 * float(np.sqrt(((stress - true) ** 2).mean() / (true**2).mean()))


def field_r2(stress: FloatArray, true: FloatArray, kept: BoolArray) -> float:
    """Return R2 of a field over the voxels of a mask; NaN if there are none."""
    return r_squared(true[kept], stress[kept]) if kept.any() else np.nan


def section_table(scores: pd.DataFrame, *, interval: IntervalOptions) -> pd.DataFrame:
    """Return the mean over microstructures of every score, with intervals and the change from columnar.

    Parameters
    ----------
    scores : DataFrame
        Columns ``sample``, ``method``, ``known``, ``rule``, ``axis``, ``metric``, ``subset`` and ``value``.
    interval : mapping
        Level, resamples and seed of the intervals.
    """
    return pd.DataFrame(list(_rows(scores.dropna(subset=["value"]), interval)))


def _rows(scores: pd.DataFrame, interval: IntervalOptions) -> Iterator[dict[str, object]]:
    keys: Sequence[str] = ("axis", "metric", "subset")
    for key, group in scores.groupby(list(keys), sort=False):
        about = dict(zip(keys, key, strict=True))
        unit, said = SCORES[str(about["metric"])]
        wide = group.pivot_table(
            index="sample", columns=["method", "known", "rule"], values="value", sort=False
        )
        against = wide.xs(AGAINST, level="method", axis=1).iloc[:, 0].to_numpy(float)
        for (method, known, rule), column in wide.items():
            values = column.to_numpy(float)
            bounds = _BOUNDS.get(str(about["metric"]), (0.0, np.inf))
            found = mean_interval(values, bounds=bounds, **interval)
            change = paired_interval(values, against, **interval)
            yield {
                "method": method, "known": known, "rule": rule, **about,
                "value": found.value, "low": found.low, "high": found.high,
                "change": change.value, "change_low": change.low, "change_high": change.high,
                "level": interval["level"], "n_samples": len(values), "unit": unit, "description": said,
            }  # fmt: skip
