"""Learn the plasticity of glasses from pixels, from rotation-augmented pixels, and from rings."""

import itertools
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from mechanist.core.progress import log_to, progress
from mechanist.core.seeds import generator
from mechanist.core.typing import FloatArray, IntArray
from mechanist.describe.shared.raw_images import SQUARE_GROUP, pixels, rings
from mechanist.formats.meanings.of_scores import EFFICIENCY
from mechanist.formats.sample import read_sample
from mechanist.formats.tables import LOAD, OBJECT, SAMPLE, read_table, write_table
from mechanist.learn.estimators.catalogue import make_regressor
from mechanist.learn.learning_curve import CurveSizes, augmented, problem_curve
from mechanist.learn.models import Problem
from mechanist.learn.splits import Splits, read_splits
from mechanist.learn.training import centred
from mechanist.settings.target_names import at_strain

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

PIXELS: Final = "pixels"
AUGMENTED: Final = "pixels_turned"
RINGS: Final = "rings"
ESTIMATOR: Final = "ridge"
#: Number of the sample, number of the frame and object of every row.
KEYS: Final = ("sample", "frame", OBJECT)


def main(
    samples: Sequence[Path],
    targets: Path,
    splits: Path,
    out: Path,
    *,
    quantity: str,
    strain: float,
    objects: int,
    sizes: Sequence[int],
    draws: int,
    seed: int,
) -> None:
    """Write the errors on held-out glasses by number of training glasses.

    Parameters
    ----------
    samples : sequence of Path
        Sample files of a two-dimensional system.
    targets, splits : Path
        Target table and folds of the system.
    out : Path
        Parquet, one row per model, training size, draw and sample.
    quantity, strain : str, float
        Quantity that is learnt, and the strain.
    objects : int
        Number of random particles per glass and load.
    sizes, draws
        As in ``models/curve.py``.
    seed : int
        Root seed.
    """
    folds = read_splits(splits)
    target = at_strain(quantity, strain)
    truth = read_table(targets, [SAMPLE, LOAD, OBJECT, target])
    truth = truth.astype({SAMPLE: str, LOAD: str}).set_index([SAMPLE, LOAD, OBJECT])
    blocks = _described(samples, truth[target].sort_index(), folds, objects, seed)
    curve = CurveSizes(sizes=sizes, draws=draws, seed=seed)
    parts = []
    for model in (PIXELS, AUGMENTED, RINGS):
        problem = _problem(blocks, model, folds, seed)
        for point in problem_curve(
            partial(make_regressor, ESTIMATOR), problem, folds, curve, label=model
        ):
            errors = _errors(blocks, problem, point.predicted[:, 0])
            names = [folds.samples[k] for k in errors.index]
            about = {"model": model, "n_train": point.n_train, "draw": point.draw}
            parts.append(errors.assign(**about, **{SAMPLE: names}))
    write_table(
        out, pd.concat(parts, ignore_index=True)[list(EFFICIENCY)], columns=EFFICIENCY, check=False
    )


def _described(
    samples: Sequence[Path], truth: "pd.Series[float]", folds: Splits, objects: int, seed: int
) -> list[dict[str, FloatArray]]:
    """Return the features, targets and keys of every usable frame."""
    blocks = []
    for path in progress(samples, "described"):
        sample = read_sample(path)
        if sample.name not in folds.fold_of:
            continue
        number = folds.samples.index(sample.name)
        for place, (name, load) in enumerate(sorted(sample.good_loads.items())):
            if (sample.name, name) not in truth.index.droplevel(OBJECT):
                continue
            n = len(sample.reference)
            rng = generator(seed, "efficiency", sample.name, name)
            chosen: IntArray = np.sort(rng.permutation(n)[:objects])
            y = truth.loc[(sample.name, name)].loc[chosen].to_numpy(float)
            turned = [
                pixels(sample.reference, load.tensor, chosen, turn=turn) for turn in SQUARE_GROUP
            ]
            blocks.append(
                {
                    "turned": np.stack(turned),
                    RINGS: rings(sample.reference, load.tensor, chosen),
                    "y": y,
                    "sample": np.full(len(chosen), number),
                    "frame": np.full(len(chosen), number * len(sample.loads) + place),
                    OBJECT: chosen,
                }
            )
    return blocks


def _problem(
    blocks: Sequence[dict[str, FloatArray]], model: str, folds: Splits, seed: int
) -> Problem:
    """Return the problem of one model, whose original rows precede their copies."""
    joined = {key: np.concatenate([block[key] for block in blocks]) for key in (RINGS, "y", *KEYS)}
    n_copies = len(SQUARE_GROUP) if model == AUGMENTED else 1
    turned = (np.concatenate([block["turned"][c] for block in blocks]) for c in range(n_copies))
    described = [joined[RINGS]] if model == RINGS else turned
    X, *copies = (values.astype(np.float32) for values in described)
    n, sample = len(X), joined["sample"]
    edges = np.flatnonzero(np.diff(joined["frame"])) + 1
    frames = [slice(a, b) for a, b in itertools.pairwise([0, *edges.tolist(), n])]
    fold = np.array([folds.fold_of[name] for name in folds.samples])
    problem = Problem(
        X=X,
        Y=centred(joined["y"][:, np.newaxis], frames),
        folds=fold[sample],
        samples=sample,
        frames=joined["frame"],
        objects=joined[OBJECT],
        blocks={model: slice(0, X.shape[1])},
        train=np.ones(n, bool),
        seed=seed,
    )
    return augmented(problem, copies)


def _errors(
    blocks: Sequence[dict[str, FloatArray]], problem: Problem, said: FloatArray
) -> pd.DataFrame:
    """Return each sample's mean squared error and mean squared target, centred by frame."""
    n = sum(len(block["y"]) for block in blocks)  # copies follow
    frames, samples, y = problem.frames[:n], problem.samples[:n], problem.Y[:n, 0]
    table = pd.DataFrame({"frame": frames, "sample": samples, "said": said[:n]})
    apart = table["said"] - table.groupby("frame")["said"].transform("mean")
    table = table.assign(error=(y - apart) ** 2, spread=y**2)
    return table.groupby("sample", sort=True)[["error", "spread"]].mean()


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input.samples],
            Path(snakemake.input.targets),
            Path(snakemake.input.splits),
            Path(snakemake.output[0]),
            quantity=snakemake.params.quantity,
            strain=snakemake.params.strain,
            objects=snakemake.params.objects,
            sizes=snakemake.params.sizes,
            draws=snakemake.params.draws,
            seed=snakemake.params.seed,
        )
