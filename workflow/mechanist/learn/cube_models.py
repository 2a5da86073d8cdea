"""Models of the lattice rotation of each voxel of a polycrystal, and their cross-validation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from mechanist.core.narrowing import built, texts
from mechanist.core.typing import FloatArray
from mechanist.formats.voxel_paths import VoxelPaths
from mechanist.learn.cube_guess import fit_guess, unfitted
from mechanist.learn.cube_inputs import make_layout
from mechanist.learn.cube_tables import fit_ridge, fit_trees
from mechanist.learn.fitted_cubes import FittedCubeModel, Learnt
from mechanist.learn.splits import Splits

KINDS: Final = ("persistence", "mechanism", "ridge", "trees", "recurrent")


@dataclass(frozen=True, kw_only=True)
class CubeModel:
    """A model of rotation paths.

    Parameters
    ----------
    kind : {"persistence", "mechanism", "ridge", "trees", "recurrent"}
        No rotation; a sum of mechanisms; or an estimator of what that sum lacks.
    guess : tuple of str
        Mechanisms: fields of axial vectors.
    fitted : bool
        Whether the coefficients are fitted; a single mechanism may be used unfitted.
    radius : int
        Radius of the cube; 0 is a single voxel.
    fields, central : tuple of str
        Fields read at every voxel of the cube, and at its centre only.
    options : dict
        Options of the estimator.

    Raises
    ------
    ValueError
        If parameters contradict each other.
    """

    kind: str
    guess: tuple[str, ...] = ()
    fitted: bool = True
    radius: int = 1
    fields: tuple[str, ...] = ()
    central: tuple[str, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Validate the combination of parameters."""
        if self.kind not in KINDS:
            raise ValueError(f"kind = {self.kind!r}; expected one of {list(KINDS)}")
        learns = self.kind in ("ridge", "trees", "recurrent")
        if learns != bool(self.fields or self.central):
            raise ValueError(
                f"a model of kind {self.kind!r} with fields {self.fields} and central"
                f" {self.central}; expected {'some' if learns else 'none'}"
            )
        if (self.kind == "mechanism") > bool(self.guess):
            raise ValueError("kind 'mechanism' without a field; name one or more under guess")
        if self.guess and self.kind in ("persistence", "ridge", "trees"):
            raise ValueError(
                f"kind {self.kind!r} takes no guess, got {self.guess}; use kind 'recurrent'"
            )
        if not self.fitted and len(self.guess) != 1:
            raise ValueError(f"fitted is false with guess {self.guess}; expected one mechanism")

    @classmethod
    def of(cls, settings: Mapping[str, object]) -> "CubeModel":
        """Read a model from the configuration, ignoring its label and role."""
        named = {k: v for k, v in settings.items() if k not in ("label", "role")}
        listed = {k: texts(named[k]) for k in ("guess", "fields", "central") if k in named}
        return built(cls, named | listed)


def fit_model(model: CubeModel, samples: Sequence[VoxelPaths], *, seed: int) -> FittedCubeModel:
    """Fit a model to all voxels of the given samples.

    Parameters
    ----------
    model : CubeModel
    samples : sequence of VoxelPaths
        Samples with equal strains and the named fields.
    seed : int
        Root of random numbers.

    Raises
    ------
    ValueError
        If there is no sample, or strains differ.
    """
    if not samples:
        raise ValueError("no training sample; expected at least one")
    strains = samples[0].strains
    for sample in samples:
        if len(sample.strains) != len(strains) or not np.allclose(sample.strains, strains):
            raise ValueError(f"{sample.name}: strains {sample.strains}; expected {strains} as in"
                             f" {samples[0].name}")  # fmt: skip
    guess = fit_guess(samples, model.guess) if model.fitted else unfitted(samples, model.guess[0])
    if not (model.fields or model.central):
        return FittedCubeModel(guess, strains)
    layout = make_layout(samples, radius=model.radius, fields=model.fields, central=model.central)
    learnt: Learnt
    if model.kind == "ridge":
        learnt = fit_ridge(samples, layout)
    elif model.kind == "trees":
        learnt = built(
            lambda **options: fit_trees(samples, layout, seed=seed, **options), model.options
        )
    else:
        from mechanist.learn.cube_training import CubeSchedule, fit_cubes

        schedule = built(CubeSchedule, model.options)
        guesses = guess.predict(samples)
        learnt = fit_cubes(samples, guesses, layout=layout, schedule=schedule, seed=seed)
    return FittedCubeModel(guess, strains, learnt)


def cross_fit(
    model: CubeModel, samples: Sequence[VoxelPaths], splits: Splits, *, seed: int
) -> tuple[list[FloatArray], list[FittedCubeModel]]:
    """Predict every sample by a model trained on none of its voxels.

    Parameters
    ----------
    model : CubeModel
    samples : sequence of VoxelPaths
    splits : Splits
        Fold of every sample.
    seed : int

    Returns
    -------
    paths : list of ndarray of shape (n_voxels, n_steps, 3)
        One array per sample, in their order.
    fitted : list of FittedCubeModel
        One model per fold.
    """
    paths: dict[str, FloatArray] = {}
    fitted = []
    for fold, names in enumerate(splits.folds):
        training = [sample for sample in samples if sample.name not in names]
        tested = [sample for sample in samples if sample.name in names]
        one = fit_model(model, training, seed=seed + fold)
        paths |= {s.name: p for s, p in zip(tested, one.predict(tested), strict=True)}
        fitted.append(one)
    return [paths[sample.name] for sample in samples], fitted
