"""A model of stress-strain curves of whole dislocation samples, fitted to all samples of its system.

Every branch of loading has a fit of its own: from the relaxed state, or after pre-straining. A fit is
linear in the features of its descriptors, or in their normal scores, so that the model consists of
numbers alone (see :mod:`mechanist.predict.curve_files`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from mechanist.core.narrowing import Json
from mechanist.core.typing import FloatArray
from mechanist.learn.score_map import ScoreMap
from mechanist.predict.curve_intervals import CurveBand
from mechanist.predict.kept_model import KeptDescriptor
from mechanist.settings.target_names import at_strain


@dataclass(frozen=True, eq=False)
class BranchFit:
    """The fit to one branch of loading, and the states that it has seen.

    Parameters
    ----------
    scores : ScoreMap or None
        Map of the features; None if the prediction is linear in them.
    slopes : ndarray of shape (n_features, n_strains)
    constant : ndarray of shape (n_strains,)
    band : CurveBand or None
        Residuals to expect of a further sample; None if there were too few samples.
    mean, deviation : ndarray of shape (n_features,)
        Mean and standard deviation of the features over the samples seen.
    limit : float
        Distance that a further sample exceeds in one case out of twenty; infinite if unknown.
    """

    scores: ScoreMap | None
    slopes: FloatArray
    constant: FloatArray
    band: CurveBand | None
    mean: FloatArray
    deviation: FloatArray
    limit: float

    def stress(self, features: FloatArray) -> FloatArray:
        """Return the predicted stresses, shape (n_strains,), for features of shape (n_features,)."""
        seen = features if self.scores is None else self.scores(features[None, :])[0]
        return np.asarray(self.constant + seen @ self.slopes)

    def distance(self, features: FloatArray) -> float:
        """Return the root mean square deviation of features from those seen."""
        return float(np.sqrt(np.mean(((features - self.mean) / self.deviation) ** 2)))

    def arrays(self) -> dict[str, FloatArray]:
        """Return all numbers of the fit by name."""
        known = {
            "slopes": self.slopes,
            "constant": self.constant,
            "mean": self.mean,
            "deviation": self.deviation,
        }
        if self.band is not None:
            known |= {"lower": self.band.lower, "upper": self.band.upper}
        if self.scores is None:
            return known
        return {**known, "values": self.scores.values, "scores": self.scores.scores}


def shapes_of(
    n_features: int, n_strains: int, n_knots: int, *, band: bool
) -> dict[str, tuple[int, ...]]:
    """Return the shapes of :meth:`BranchFit.arrays`; without knots, features are not mapped."""
    ends = {name: (n_strains,) for name in ("lower", "upper") if band}
    knots = {name: (n_features, n_knots) for name in ("values", "scores") if n_knots}
    return {
        "slopes": (n_features, n_strains),
        "constant": (n_strains,),
        "mean": (n_features,),
        "deviation": (n_features,),
        **ends,
        **knots,
    }


@dataclass(frozen=True)
class KnownStates:
    """The samples that a model has seen, least and greatest of each number.

    Parameters
    ----------
    dislocations : tuple of float
        Number of dislocations.
    density : tuple of float
        Dislocations per b^2.
    side : tuple of float
        Side of the square box in b.
    """

    dislocations: tuple[float, float]
    density: tuple[float, float]
    side: tuple[float, float]


@dataclass(frozen=True, eq=False)
class CurveModel:
    """A fitted model of stress-strain curves.

    Parameters
    ----------
    system, name, label : str
        System that it was fitted to, name of the model there, and its label in figures.
    quantity, unit : str
        Quantity that it predicts, ``stress``, and its unit.
    strains : tuple of float
        Plastic strains at which it predicts, ascending.
    descriptors : tuple of KeptDescriptor
    branches : dict of str to BranchFit
        Fit of each branch of loading by its name, such as ``undeformed``.
    level : float
        Probability that the truth lies in an interval of the bands.
    known : KnownStates
    facts : dict
        What else its card says: scores, coverage, code.
    """

    system: str
    name: str
    label: str
    quantity: str
    unit: str
    strains: tuple[float, ...]
    descriptors: tuple[KeptDescriptor, ...]
    branches: Mapping[str, BranchFit]
    level: float
    known: KnownStates
    facts: Mapping[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check that the parts fit together.

        Raises
        ------
        ValueError
            If shapes disagree, strains do not ascend, or a number is not finite.
        """
        if not self.strains or not (np.diff([0.0, *self.strains]) > 0).all():
            raise ValueError(f"strains = {self.strains}; expected positive and ascending ones")
        if not 0 < self.level < 1:
            raise ValueError(f"level = {self.level}; expected a probability between 0 and 1")
        if not self.branches:
            raise ValueError("no branch of loading; expected at least one")
        n_features = sum(len(one.features) for one in self.descriptors)
        for branch, fit in self.branches.items():
            knots = 0 if fit.scores is None else fit.scores.values.shape[1]
            band = fit.band is not None
            shapes = shapes_of(n_features, len(self.strains), knots, band=band)
            for name, array in fit.arrays().items():
                if array.shape != shapes[name]:
                    raise ValueError(
                        f"{branch}: {name} has the shape {array.shape}; expected {shapes[name]}"
                    )
                if not np.isfinite(array).all():
                    raise ValueError(
                        f"{branch}: {name} holds {np.sum(~np.isfinite(array))} numbers that are not"
                        " finite"
                    )
            if not (fit.deviation > 0).all():
                raise ValueError(f"{branch}: deviation holds a number that is not positive")
            if fit.band is not None and not (
                (fit.band.lower <= fit.band.upper).all() and fit.band.factor >= 1
            ):
                raise ValueError(
                    f"{branch}: the band has the factor {fit.band.factor} and lower ends up to"
                    f" {np.max(fit.band.lower - fit.band.upper):.3g} above upper ones; expected none"
                    " above, and a factor of at least 1"
                )

    @property
    def targets(self) -> list[str]:
        """Name of the predicted quantity at each strain."""
        return [at_strain(self.quantity, strain) for strain in self.strains]
