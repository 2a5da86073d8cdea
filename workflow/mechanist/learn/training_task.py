"""What a model is trained for: its targets, its entry of the configuration, its feature tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from mechanist.learn.estimators.catalogue import (
    CLASSIFICATION,
    REGRESSION,
    make_classifier,
    make_regressor,
)
from mechanist.settings.entry_types.block_entries import ModelEntry
from mechanist.settings.target_names import PLASTIC, at_strain, class_target

SAME_STRAIN: Final = 1e-9


@dataclass(frozen=True)
class ClassDefinition:
    """Strain and fractions that define the plastic and the rigid objects of a frame.

    At rest, the objects with the highest and the lowest values of ``quantity`` take their places.
    """

    strain: float
    plastic_fraction: float
    rigid_fraction: float
    quantity: str = PLASTIC

    @property
    def name(self) -> str:
        """Name of the target."""
        return class_target(self.strain, self.plastic_fraction, self.rigid_fraction, self.quantity)


@dataclass(frozen=True)
class Task:
    """Targets of a model.

    Parameters
    ----------
    quantity : str
        Name of the regression target in the target table; its rank also defines classes.
    strains : tuple of float
        Strains at which it is predicted.
    classes : tuple of ClassDefinition
        Definitions of classes.
    """

    quantity: str
    strains: tuple[float, ...]
    classes: tuple[ClassDefinition, ...] = ()

    @property
    def columns(self) -> list[str]:
        """Required columns of the target table, by ascending strain."""
        strains = {*self.strains, *(definition.strain for definition in self.classes)}
        return [at_strain(self.quantity, strain) for strain in sorted(strains)]


def make_task(
    quantity: str,
    strains: Sequence[float],
    class_strains: Sequence[float],
    class_definitions: Sequence[Sequence[float]],
) -> Task:
    """Return the task of a configuration, ignoring class strains that are not stored."""
    stored = [s for s in class_strains if any(abs(s - t) < SAME_STRAIN for t in strains)]
    classes = [
        ClassDefinition(s, plastic, rigid, quantity)
        for s in stored
        for plastic, rigid in class_definitions
    ]
    return Task(quantity, tuple(strains), tuple(classes))


@dataclass(frozen=True)
class ModelSpec:
    """A model entry of the configuration; further keys, such as its label, are ignored."""

    estimator: str
    features: tuple[str, ...] = ()
    task: str = REGRESSION
    parameters: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, entry: ModelEntry) -> "ModelSpec":
        """Read an entry of the configuration."""
        return cls(
            estimator=entry["estimator"],
            features=tuple(entry.get("features", ())),
            task=entry.get("task", REGRESSION),
            parameters=entry.get("parameters", {}),
        )

    def check(self) -> None:
        """Validate estimator, task and parameters before any data are read.

        Raises
        ------
        ValueError
            If one of them is unknown, or a parameter is missing.
        """
        if self.task not in (REGRESSION, CLASSIFICATION):
            raise ValueError(f"task {self.task!r}; expected {REGRESSION!r} or {CLASSIFICATION!r}")
        make = make_regressor if self.task == REGRESSION else make_classifier
        make(self.estimator, self.parameters)


def given_features(model: ModelSpec, features: Mapping[str, Path]) -> dict[str, Path]:
    """Return the feature tables that a model names, in the order of its entry.

    Raises
    ------
    ValueError
        If one of them was not given.
    """
    lost = [name for name in model.features if name not in features]
    if lost:
        raise ValueError(f"no feature tables of {lost} were given; given: {sorted(features)}")
    return {name: features[name] for name in model.features}
