"""How well particles are found in pictures whose truth is known, and what that does to D2min.

Each score has a *null*, the same number without what it measures: places drawn at random in the view
instead of found ones, the more frequent species for all particles, and the D2min of other particles.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from mechanist.assess.metric_functions import auc, r_squared, ranks
from mechanist.core.typing import FloatArray, IntArray
from mechanist.pictures.followed_view import FollowedView
from mechanist.pictures.mean_motion import partners
from mechanist.pictures.noise_floor import above_floor
from mechanist.pictures.open_view import OpenView
from mechanist.pictures.scenes import TrueView

#: A found particle is a true one that is closer than this, in the unit of length of the sample.
NEAR: Final = 0.3
#: Share of the particles that the AUC of D2min asks for.
TOP: Final = 0.1
#: Scores with their units and what they are.
SCORES: Final[Mapping[str, tuple[str, str]]] = {
    "precision": ("1", "Share of the found particles that are true ones"),
    "recall": ("1", "Share of the true particles that are found"),
    "error": ("length", "Root mean square error of a coordinate"),
    "error_stated": ("length", "The same as two exposures of the sample at rest show it"),
    "species": ("1", "Share of the particles whose species is right"),
    "linked": ("1", "Share of the particles that are found again under load"),
    "link_right": ("1", "Share of these links that join the same particle"),
    "floor": ("1", "D2min between two exposures, in squared errors of a coordinate"),
    "d2min_auc": ("1", "AUC of the measured D2min for the most plastic tenth of the particles"),
    "d2min_r2": ("1", "R2 of the logarithm of the measured D2min"),
    "d2min_r2_above_floor": ("1", "The same after the floor is subtracted"),
}


def picture_scores(
    found: FollowedView, truth: TrueView, *, edge: float, cutoff: float
) -> dict[str, float]:
    """Return the scores of :data:`SCORES`.

    Parameters
    ----------
    found : FollowedView
    truth : TrueView
    edge : float
        Particles closer to the edge are not scored: the picture cuts them.
    cutoff : float
        Radius of the neighbourhood of D2min; particles closer to the edge have no D2min.
    """
    name = _names(found.view.positions, truth.before)
    later = _names(found.after.positions, truth.after)
    inside = ~found.view.censored(edge)
    wanted = ~truth.before.censored(edge)
    right = inside & (name >= 0)
    which = name[right]
    wrong = found.view.positions[right] - truth.before.positions[which]
    i, j = found.first, found.second
    both = (name[i] >= 0) & (later[j] >= 0)
    same = truth.names_before[name[i][both]] == truth.names_after[later[j][both]]
    scored = ~found.view.kept(i).censored(cutoff) & np.isfinite(found.d2min) & (name[i] >= 0)
    return {
        "precision": float((name[inside] >= 0).mean()),
        "recall": float(np.isin(np.flatnonzero(wanted), name).mean()),
        "error": float(np.sqrt((wrong**2).mean())),
        "error_stated": found.floor.error,
        "species": float((found.view.species[right] == truth.before.species[which]).mean()),
        "linked": len(i) / len(found.view),
        "link_right": float(same.mean()),
        "floor": found.floor.d2min / found.floor.error**2,
        **_plastic(truth.d2min[name[i][scored]], found.d2min[scored], found.floor.d2min),
    }


def _names(positions: FloatArray, truth: OpenView) -> IntArray:
    """Return the index of the true particle at each place, -1 where there is none."""
    i, j = partners(positions, truth.positions, NEAR)
    found = np.full(len(positions), -1, np.int64)
    found[i] = j
    return found


def _plastic(truth: FloatArray, measured: FloatArray, floor: float) -> dict[str, float]:
    """Return the scores of D2min."""
    top = truth >= np.quantile(truth, 1 - TOP)
    logarithm = np.log10(truth)
    return {
        "d2min_auc": auc(top, ranks(measured)),
        "d2min_r2": r_squared(logarithm, np.log10(measured)),
        "d2min_r2_above_floor": r_squared(logarithm, np.log10(above_floor(measured, floor))),
    }


def null_scores(
    found: FollowedView, truth: TrueView, rng: np.random.Generator, *, edge: float, cutoff: float
) -> dict[str, float]:
    """Return what :func:`picture_scores` gives without information, where that is defined.

    Parameters
    ----------
    found, truth, edge, cutoff
        As there.
    rng : Generator
        Draws places, and deals D2min to other particles.
    """
    view = found.view
    drawn = view.low + (view.high - view.low) * rng.random(view.positions.shape)
    inside = OpenView(drawn, view.species, view.low, view.high).edge_distance >= edge
    name = _names(drawn, truth.before)
    right = inside & (name >= 0)
    wrong = drawn[right] - truth.before.positions[name[right]]
    wanted = ~truth.before.censored(edge)
    share = float((truth.before.species[wanted] == 1).mean())
    name_found = _names(view.positions, truth.before)[found.first]
    scored = ~view.kept(found.first).censored(cutoff) & np.isfinite(found.d2min) & (name_found >= 0)
    dealt = rng.permutation(found.d2min[scored])
    return {
        "precision": float((name[inside] >= 0).mean()),
        "recall": float(np.isin(np.flatnonzero(wanted), name).mean()),
        "error": float(np.sqrt((wrong**2).mean())),
        "species": max(share, 1 - share),
        **_plastic(truth.d2min[name_found[scored]], dealt, found.floor.d2min),
    }
