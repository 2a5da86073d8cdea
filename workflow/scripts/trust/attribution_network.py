"""Attribute a response network's predictions to parts of the dislocation configuration."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from mechanist.assess.resampling import mean_interval
from mechanist.attribution.integrated_gradients import Average, response_attributions
from mechanist.core.narrowing import built
from mechanist.core.progress import log_to, progress
from mechanist.formats.tables import LOAD, SAMPLE, write_table
from mechanist.learn.estimators.pair_network import PairModel, fit_pairs
from mechanist.learn.network_training import take
from mechanist.learn.pair_states import read_states
from mechanist.learn.splits import read_splits
from mechanist.settings.target_names import at_strain

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

QUANTITY: Final = "stress"
#: Ranges of modes, ranked from the softest.
RANKS: Final = {
    "softest mode": (0, 1),
    "modes 2 to 5": (1, 5),
    "modes 6 to 20": (5, 20),
    "stiffer modes": (20, 1_000_000),
}


def main(
    batches: Sequence[Path],
    targets: Path,
    splits: Path,
    out: Path,
    *,
    name: str,
    model: Mapping[str, object],
    strains: Sequence[float],
    shown: Sequence[float],
    branch: str,
    folds: int,
    level: float,
    resamples: int,
    seed: int,
) -> None:
    """Write integrated gradients of a response network, averaged over held-out states.

    Parameters
    ----------
    batches, targets, splits : sequence of Path, Path, Path
        Sample files of a system, its target table and its folds.
    model : mapping
        Fields of :class:`mechanist.learn.estimators.pair_network.PairModel`.
    strains, seed
        As for the training of the network, which is repeated here.
    out : Path
        Parquet, one row per strain and part of the input.
    name : str
        Name of the model, written to the table.
    shown : sequence of float
        Strains whose predictions are explained.
    branch : str
        Branch whose states are explained; training uses all branches.
    folds : int
        Number of folds to train and explain.
    level, resamples : float, int
        Level of the intervals over samples, and number of resamples.

    Raises
    ------
    ValueError
        If the model is not a response network.
    """
    network, names = built(PairModel, model), [at_strain(QUANTITY, strain) for strain in strains]
    if network.kind != "response":
        raise ValueError(f"kind = {network.kind!r}; only response networks can be explained")
    fold_of = read_splits(splits).fold_of
    states = read_states(batches, targets, names, samples=set(fold_of))
    inputs = network.inputs(states.configurations, senses=states.senses)
    fold = states.keys[SAMPLE].map(fold_of).to_numpy(int)
    sample = pd.factorize(states.keys[SAMPLE])[0].astype(np.int64)
    asked = (states.keys[LOAD] == branch).to_numpy()
    found: dict[str, list[pd.DataFrame]] = {at_strain(QUANTITY, strain): [] for strain in shown}
    for k in progress(range(folds), "folds explained"):
        training, test = np.flatnonzero(fold != k), np.flatnonzero((fold == k) & asked)
        fitted = fit_pairs(
            network, take(inputs, training), states.truth[training], sample[training], seed=seed + k
        )
        average = Average.of(take(inputs, training))
        for target, parts in found.items():
            output = names.index(target)
            table = response_attributions(
                fitted, take(inputs, test), average, output=output, ranks=RANKS
            )
            parts.append(pd.DataFrame(table))
    records = []
    for target, parts in found.items():
        sizes = pd.concat(parts, ignore_index=True).abs()
        for group in sizes.columns:
            interval = mean_interval(
                sizes[group].to_numpy(), level=level, resamples=resamples, seed=seed
            )
            about = {"model": name, "grouping": "input", "group": group, "n_features": 1,
                     "target": target, "subset": branch, "metric": "mean_gradient",
                     "unit": "ln(stress)"}  # fmt: skip
            numbers = {"value": interval.value, "low": interval.low, "high": interval.high}
            rest = {"level": interval.level, "method": interval.method, "n_samples": interval.n}
            records.append({**about, **numbers, **rest, "n_objects": len(sizes)})
    write_table(out, pd.DataFrame(records), check=False)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input.batches],
            Path(snakemake.input.targets),
            Path(snakemake.input.splits),
            Path(snakemake.output[0]),
            name=snakemake.wildcards.model,
            model=snakemake.params.model,
            strains=snakemake.params.strains,
            shown=snakemake.params.shown,
            branch=snakemake.params.branch,
            folds=snakemake.params.folds,
            level=snakemake.params.level,
            resamples=snakemake.params.resamples,
            seed=snakemake.params.seed,
        )
