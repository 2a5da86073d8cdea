"""Learn the strength of dislocation samples from images, augmented images, and features."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mechanist.core.progress import log_to
from mechanist.core.seeds import generator
from mechanist.core.typing import FloatArray, IntArray
from mechanist.describe.shared.glide import Glide, read_glide
from mechanist.describe.shared.raw_images import dislocation_image
from mechanist.formats.meanings.of_scores import EFFICIENCY
from mechanist.formats.tables import LOAD, SAMPLE, write_table
from mechanist.learn.dataset import load_dataset
from mechanist.learn.estimators.catalogue import make_regressor
from mechanist.learn.learning_curve import CurveSizes, augmented, problem_curve
from mechanist.learn.models import Problem
from mechanist.learn.pair_states import QUANTITY, States, read_states
from mechanist.learn.splits import Splits, read_splits
from mechanist.learn.training_task import ModelSpec, given_features
from mechanist.mechanics.loads import simple_shear, strain_of
from mechanist.settings.entry_types.block_entries import ModelEntry
from mechanist.settings.target_names import at_strain

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

IMAGE: Final = "image"
AUGMENTED: Final = "image_moved"
#: Number of augmented copies per image, each randomly shifted and possibly mirrored.
COPIES: Final = 7
#: Estimator for images; features use the models of the configuration.
ESTIMATOR: Final = "ridge_gauss"


def main(
    batches: Sequence[Path],
    features: Mapping[str, Path],
    targets: Path,
    splits: Path,
    out: Path,
    *,
    models: Mapping[str, ModelEntry],
    strain: float,
    branch: str,
    cells: int,
    sizes: Sequence[int],
    draws: int,
    seed: int,
) -> None:
    """Write the errors on held-out samples by number of training samples.

    Parameters
    ----------
    batches, targets, splits : sequence of Path, Path, Path
        Sample files of a system, its target table and its folds.
    features : mapping of str to Path
        Feature tables of the models.
    out : Path
        Parquet, one row per model, training size, draw and sample.
    models : mapping
        Models of the configuration with symmetric features, compared with the images.
    strain, branch : float, str
        Strain at which the stress is learnt, and branch.
    cells : int
        Pixels along a side of the image.
    sizes, draws
        As in ``models/curve.py``.
    seed : int
        Root seed.
    """
    folds = read_splits(splits)
    target = at_strain(QUANTITY, strain)
    states = read_states(batches, targets, [target], samples=set(folds.samples))
    images = _of_images(states, branch, folds, cells, seed)
    problems = {IMAGE: images[0], AUGMENTED: augmented(images[0], images[1])}
    specs = {name: ModelSpec.of(model) for name, model in models.items()}
    for name, spec in specs.items():
        tables = given_features(spec, features)
        data = load_dataset(
            tables, targets, columns=[target], samples=folds.samples, loads=[branch]
        )
        fold = data.keys.folds(folds.fold_of)
        problems[name] = _problem(data.X, data.Y, fold, data.keys.sample, seed)
    curve = CurveSizes(sizes=sizes, draws=draws, seed=seed)
    parts = []
    for name, problem in problems.items():
        spec = specs.get(name, ModelSpec(ESTIMATOR))
        make = partial(make_regressor, spec.estimator, spec.parameters)
        for point in problem_curve(make, problem, folds, curve, label=name):
            errors = _errors(problem, point.predicted[:, 0], folds.samples)
            parts.append(errors.assign(model=name, n_train=point.n_train, draw=point.draw))
    write_table(
        out, pd.concat(parts, ignore_index=True)[list(EFFICIENCY)], columns=EFFICIENCY, check=False
    )


def _of_images(
    states: States, branch: str, folds: Splits, cells: int, seed: int
) -> tuple[Problem, list[FloatArray]]:
    """Return the problem with images as features, and the images of all moved copies."""
    load = strain_of(simple_shear("xy"))
    order = np.argsort(states.keys[SAMPLE].astype(str).to_numpy(), kind="stable")
    rows = [k for k in order if states.keys[LOAD].iloc[k] == branch]
    names = [str(states.keys[SAMPLE].iloc[k]) for k in rows]
    glides = [read_glide(states.configurations[k], load) for k in rows]
    copies = []
    for copy in range(COPIES):
        rng = generator(seed, "efficiency", str(copy))
        copies.append(np.stack([_moved(glide, cells, rng) for glide in glides]))
    problem = _problem(
        np.stack([dislocation_image(glide, cells=cells) for glide in glides]),
        states.truth[rows],
        np.array([folds.fold_of[name] for name in names]),
        np.array([folds.samples.index(name) for name in names]),
        seed,
    )
    return problem, copies


def _moved(glide: Glide, cells: int, rng: np.random.Generator) -> FloatArray:
    return dislocation_image(glide, cells=cells, shift=rng.random(2), mirror=bool(rng.integers(2)))


def _problem(
    X: FloatArray | NDArray[np.float32], Y: FloatArray, fold: IntArray, sample: IntArray, seed: int
) -> Problem:
    n = len(Y)
    return Problem(
        X=X,  # type: ignore[arg-type]  # images keep double precision, tables have single
        Y=Y, folds=fold, samples=sample, frames=np.arange(n), objects=np.zeros(n, np.int64),
        blocks={"all": slice(0, X.shape[1])}, train=np.ones(n, bool), seed=seed,
    )  # fmt: skip


def _errors(problem: Problem, said: FloatArray, names: Sequence[str]) -> pd.DataFrame:
    """Return each original sample's squared error and squared deviation from the mean."""
    _, first = np.unique(problem.samples, return_index=True)
    truth = problem.Y[first, 0]
    return pd.DataFrame(
        {
            SAMPLE: [names[k] for k in problem.samples[first]],
            "error": (truth - said[first]) ** 2,
            "spread": (truth - truth.mean()) ** 2,
        }
    )


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input.batches],
            {Path(path).stem: Path(path) for path in snakemake.input.features},
            Path(snakemake.input.targets),
            Path(snakemake.input.splits),
            Path(snakemake.output[0]),
            models=snakemake.params.models,
            strain=snakemake.params.strain,
            branch=snakemake.params.branch,
            cells=snakemake.params.cells,
            sizes=snakemake.params.sizes,
            draws=snakemake.params.draws,
            seed=snakemake.params.seed,
        )
