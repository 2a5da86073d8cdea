"""What mechanics knows that starts from a picture: whether a twin comes home, and what it predicts.

The same particles of the same pictures are judged by several methods: ``repaired`` and ``springs``, the
controls ``truth``, ``unrepaired`` and ``unrelaxed``, and, from the motion of an earlier interval of strain as
it was and as pictures show it, ``past_truth`` and ``past``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from mechanist.assess.metric_functions import auc, ranks
from mechanist.assess.resampling import IntervalOptions, mean_interval, paired_interval
from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.formats.configuration import Configuration
from mechanist.pictures.degraded_views import EMPTY
from mechanist.pictures.followed_view import FollowedView
from mechanist.pictures.frozen_rim import RimmedTwin, relaxed_within_rim, repaired_species
from mechanist.pictures.learnt_twins import in_learnt_forces
from mechanist.pictures.mean_motion import partners
from mechanist.pictures.neighbour_springs import spring_response
from mechanist.pictures.open_view import OpenView
from mechanist.pictures.relaxed_twin import HOME
from mechanist.settings.experiment_references import LEARNT
from mechanist.settings.target_names import LATER

#: The method that the others are compared to.
TRUTH: Final = "truth"
#: A found particle is a true one that is closer than this.
NEAR: Final = 0.3
#: Share of the particles that the AUC asks for.
TOP: Final = 0.1
#: Particles that are scored; species are those of all relaxed particles.
SCORED: Final = "neighbourhood beyond the rim"
RELAXED: Final = "beyond the rim"
#: Scores with their units and what they say.
SCORES: Final = {
    "home": ("1", "Share of the particles whose relaxed place is their true one"),
    "error": ("length", "Root mean square error of a coordinate"),
    "species": ("1", "Share of the particles beyond the rim whose species is right"),
    "stable": ("1", "Share of the glasses whose elastic response is defined"),
    "auc_top10": ("1", "AUC for the most plastic tenth of the particles"),
}


@dataclass(frozen=True, eq=False)
class PicturedGlass:
    """Particles as a picture shows them, beside the true ones.

    Parameters
    ----------
    shown, true : Configuration
        Particles that the edge does not cut, each in a cell with an empty strip.
    shown_free, true_free : ndarray of bool
        Particles beyond the rim.
    smaller : ndarray of shape (n,)
        Probability of each shown particle to be of the smaller species.
    error : float
        Standard error of a coordinate, as two exposures show it.
    found, pair : ndarray of shape (m,)
        Shown particles that are true ones, and the index of the true ones.
    scored : ndarray of shape (m,), bool
        Those whose neighbourhood is beyond the rim.
    offset : ndarray of shape (2,)
        Places of the shown cell less those of the true cell.
    view : ndarray of shape (n,)
        Index of each shown particle in the followed view.
    sample : ndarray
        Index of each true particle in the sample.
    """

    shown: Configuration
    true: Configuration
    shown_free: BoolArray
    true_free: BoolArray
    smaller: FloatArray
    error: float
    found: IntArray
    pair: IntArray
    scored: BoolArray
    offset: FloatArray
    view: IntArray
    sample: IntArray


def pictured(
    followed: FollowedView,
    truth: OpenView,
    sample: IntArray,
    glass: Configuration,
    *,
    cut: float,
    rim: float,
    cutoff: float,
) -> PicturedGlass:
    """Return the particles of a picture beside the true ones.

    Parameters
    ----------
    followed : FollowedView
        What was found.
    truth : OpenView
        All true particles in and about the picture.
    sample : ndarray
        Index of each of these in the sample.
    glass : Configuration
        The sample, for its species and its material.
    cut : float
        Radius of the largest particle: what is closer to the edge is cut by it.
    rim : float
        Width of the strip that is held.
    cutoff : float
        Radius of the neighbourhood of D2min.
    """
    kept = np.flatnonzero(followed.view.edge_distance > cut)
    there = np.flatnonzero(truth.edge_distance > cut)
    view, real = followed.view.kept(kept), truth.kept(there)
    shown, true = (
        replace(
            one.configuration(EMPTY), species_names=glass.species_names, material=glass.material
        )
        for one in (view, real)
    )
    i, j = partners(view.positions, real.positions, NEAR)
    away = (shown.positions[:1, :2] - view.positions[:1]) - (
        true.positions[:1, :2] - real.positions[:1]
    )
    return PicturedGlass(
        shown, true, view.edge_distance > rim, real.edge_distance > rim, followed.smaller[kept],
        followed.floor.error, i, j, ~real.kept(j).censored(rim + cutoff), away[0], kept, sample[there],
    )  # fmt: skip


def twin_scores(
    glass: PicturedGlass,
    loads: Mapping[str, FloatArray],
    targets: Mapping[str, Mapping[str, FloatArray]],
    past: Mapping[str, Mapping[str, FloatArray]],
    *,
    cutoff: float,
    doubtful: int,
    potential: Path | None = None,
) -> pd.DataFrame:
    """Return the scores of all methods on one picture.

    Parameters
    ----------
    glass : PicturedGlass
    loads : mapping
        Symmetric strain direction of each load.
    targets : mapping
        By target and load: true D2min of every particle of the sample.
    past : mapping
        By method, ``past_truth`` and ``past``, and load: D2min of an earlier interval, of every particle of the
        sample or of the followed view; NaN where it is not known.
    cutoff : float
        Radius of the neighbourhood of D2min.
    doubtful : int
        Number of particles whose species is tried.
    potential : Path, optional
        Table of pair forces that were learnt from other glasses; adds the method ``learnt``, in which species are
        repaired by these forces too.

    Returns
    -------
    DataFrame
        Columns ``method``, ``target`` (empty for scores of places), ``metric`` and ``value``.
    """
    shown, free = glass.shown, glass.shown_free
    species = repaired_species(shown, free, glass.smaller, glass.error, doubtful)
    twins = {
        "truth": relaxed_within_rim(glass.true, glass.true_free),
        "repaired": relaxed_within_rim(replace(shown, species=species), free),
        "unrepaired": relaxed_within_rim(shown, free),
        "unrelaxed": RimmedTwin(shown, free),
    }
    if potential is not None:
        tabled = in_learnt_forces(shown, potential)
        told_by = repaired_species(tabled, free, glass.smaller, glass.error, doubtful)
        twins[LEARNT] = relaxed_within_rim(replace(tabled, species=told_by), free)
    rows = []
    told: dict[str, list[FloatArray]] = {}
    for method, twin in twins.items():
        rows += [{"method": method, "target": "", "metric": metric, "value": value}
                 for metric, value in _places(glass, twin, method).items()]  # fmt: skip
        try:
            told[method], stable = twin.d2min(list(loads.values()), cutoff), 1.0
        except ValueError:  # an unstable response says nothing of any particle
            told[method], stable = [np.ones(len(twin.free)) for _ in loads], 0.0
        rows.append({"method": method, "target": "", "metric": "stable", "value": stable})
    told["springs"] = [spring_response(shown, load, cutoff) for load in loads.values()]
    particles = glass.sample[glass.pair[glass.scored]]
    for k, load in enumerate(loads):
        scores = {method: values[k][_own(glass, method)] for method, values in told.items()}
        seen = past["past"][load][glass.view[glass.found[glass.scored]]]
        earlier = {"past": seen, "past_truth": past["past_truth"][load][particles]}
        for target, of_loads in targets.items():
            truth = of_loads[load][particles]
            top = truth >= np.quantile(truth, 1 - TOP)
            for method, values in (scores | earlier if target == LATER else scores).items():
                known = np.where(np.isfinite(values), values, np.nanmedian(values))
                rows.append({"method": method, "target": target, "metric": "auc_top10",
                             "value": auc(top, ranks(known))})  # fmt: skip
    found = pd.DataFrame(rows)
    return found.groupby(["method", "target", "metric"], sort=False, as_index=False).mean()


def _own(glass: PicturedGlass, method: str) -> IntArray:
    """Return the index of each scored particle among those of a method."""
    return (glass.pair if method == TRUTH else glass.found)[glass.scored]


def _places(glass: PicturedGlass, twin: RimmedTwin, method: str) -> dict[str, float]:
    """Return how well the places and species of a twin are those of the true particles."""
    own = glass.pair if method == TRUTH else glass.found
    offset = np.zeros(2) if method == TRUTH else glass.offset
    away = twin.configuration.positions[own, :2] - offset - glass.true.positions[glass.pair, :2]
    away = away[glass.scored]
    free = glass.true_free[glass.pair]
    right = twin.configuration.species[own] == glass.true.species[glass.pair]
    # Before relaxation a particle is at no minimum, so that it cannot be home.
    home = float((np.linalg.norm(away, axis=1) < HOME).mean())
    return {
        "home": np.nan if method == "unrelaxed" else home,
        "error": float(np.sqrt((away**2).mean())),
        "species": float(right[free].mean()),
    }


def twin_table(scores: pd.DataFrame, *, length: str, interval: IntervalOptions) -> pd.DataFrame:
    """Return the mean over glasses of every score, with intervals and the difference from the truth.

    Parameters
    ----------
    scores : DataFrame
        Columns of :func:`twin_scores`, with ``sample`` and ``snr``.
    length : str
        Unit of length.
    interval : mapping
        Level, resamples and seed of the intervals.
    """
    return pd.DataFrame(list(_rows(scores, length, interval)))


def _rows(
    scores: pd.DataFrame, length: str, interval: IntervalOptions
) -> Iterator[dict[str, object]]:
    keys: Sequence[str] = ("snr", "target", "metric")
    for key, group in scores.dropna(subset=["value"]).groupby(list(keys), sort=False):
        wide = group.pivot_table(index="sample", columns="method", values="value", sort=False)
        unit, said = SCORES[str(key[2])]
        for method in wide.columns:
            values = wide[method].to_numpy(float)
            bounds = (0.0, np.inf) if unit == "length" else (0.0, 1.0)
            known = mean_interval(values, bounds=bounds, **interval)
            change = paired_interval(values, wide[TRUTH].to_numpy(float), **interval)
            yield {
                "method": method, **dict(zip(keys, key, strict=True)),
                "subset": RELAXED if key[2] in ("species", "stable") else SCORED,
                "value": known.value, "low": known.low, "high": known.high,
                "change": change.value, "change_low": change.low, "change_high": change.high,
                "level": interval["level"], "n_samples": len(values),
                "unit": length if unit == "length" else unit, "description": said,
            }  # fmt: skip
