"""A model fitted to all samples of its system, with what is needed to use it on others.

It is linear in the features of its descriptors, or a sum of trees that read them, so it consists of
numbers alone: its files cannot hold code (see :mod:`mechanist.predict.kept_files`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from mechanist.core.narrowing import Json
from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Descriptor, load_descriptor
from mechanist.predict.known_range import KnownRange
from mechanist.predict.plastic_odds import PlasticOdds
from mechanist.predict.trees import Trees
from mechanist.settings.target_names import at_strain

#: Name of what a kept classifier predicts.
LOG_ODDS: Final = "log_odds"


@dataclass(frozen=True)
class KeptDescriptor:
    """A descriptor that a kept model reads.

    Parameters
    ----------
    kind : str
        Its name in :mod:`mechanist.describe`.
    parameters : dict
        Its parameters.
    features : tuple of str
        Names of its features, in order.
    """

    kind: str
    parameters: Mapping[str, object]
    features: tuple[str, ...]

    def load(self) -> Descriptor:
        """Return the descriptor itself."""
        return load_descriptor(self.kind, self.parameters)


@dataclass(frozen=True)
class Interval:
    """Residuals between which the truth of a further sample is expected.

    Parameters
    ----------
    lower, upper : float
        Truth minus prediction.
    level : float
        Probability that the truth of an object lies between them.
    """

    lower: float
    upper: float
    level: float


@dataclass(frozen=True, eq=False)
class KeptModel:
    """A fitted model of particles in a glass.

    Parameters
    ----------
    system, name, label : str
        System that it was fitted to, name of the model there, and its label in figures.
    quantity, unit : str
        Quantity that it predicts, such as ``log10_d2min``, and its unit.
    strains : tuple of float
        Equivalent shear strains at which it predicts.
    descriptors : tuple of KeptDescriptor
    slopes : ndarray of shape (n_features, n_strains)
    constant : ndarray of shape (n_strains,)
    intervals : tuple of Interval or None
        One for each strain; None where there were too few samples, or where the truth is a class.
    odds : tuple of PlasticOdds
        One for each strain.
    known : KnownRange
        Samples that it has seen.
    facts : dict
        What else its card says: scores, calibration, code, how to cite.
    trees : Trees, optional
        Boosted trees, which are added to the linear part.
    """

    system: str
    name: str
    label: str
    quantity: str
    unit: str
    strains: tuple[float, ...]
    descriptors: tuple[KeptDescriptor, ...]
    slopes: FloatArray
    constant: FloatArray
    intervals: tuple[Interval | None, ...]
    odds: tuple[PlasticOdds, ...]
    known: KnownRange
    facts: Mapping[str, Json] = field(default_factory=dict)
    trees: Trees | None = None

    def __post_init__(self) -> None:
        """Check that the parts fit together.

        Raises
        ------
        ValueError
            If shapes disagree or a number is not finite.
        """
        n_features = sum(len(one.features) for one in self.descriptors)
        shapes = {
            "slopes": (self.slopes, (n_features, len(self.strains))),
            "constant": (self.constant, (len(self.strains),)),
            "mean": (self.known.mean, (n_features,)),
            "deviation": (self.known.deviation, (n_features,)),
        }
        for name, (array, expected) in shapes.items():
            if array.shape != expected:
                raise ValueError(f"{name} has the shape {array.shape}; expected {expected}")
            if not np.isfinite(array).all():
                raise ValueError(
                    f"{name} holds {np.sum(~np.isfinite(array))} numbers that are not finite"
                )
        if not (self.known.deviation > 0).all():
            raise ValueError("deviation holds a number that is not positive")
        if not len(self.strains) == len(self.intervals) == len(self.odds):
            raise ValueError(
                f"{len(self.intervals)} intervals and {len(self.odds)} odds; expected one for each of"
                f" {len(self.strains)} strains"
            )

        if self.trees is not None:
            self.trees.check(n_features, len(self.strains))

    def of_features(self, X: FloatArray) -> FloatArray:
        """Return predictions for rows of features, shape (n_rows, n_strains)."""
        found = X @ self.slopes + self.constant
        if self.trees is not None:
            found = found + self.trees.predict(X.astype(np.float32), len(self.strains))
        return np.asarray(found)

    @property
    def targets(self) -> list[str]:
        """Name of the predicted column at each strain."""
        return [at_strain(self.quantity, strain) for strain in self.strains]

    @property
    def classifies(self) -> bool:
        """Whether it predicts the log odds of a class rather than numbers."""
        return self.quantity == LOG_ODDS

    @property
    def load_aware(self) -> bool:
        """Whether predictions depend on the load."""
        return any(one.load().card.load_aware for one in self.descriptors)
