"""Train a pair network on dislocation states, and apply it unchanged to other system sizes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mechanist.core.progress import LOGGER, log_to
from mechanist.core.typing import FloatArray
from mechanist.formats.predictions import TARGET, write_predictions
from mechanist.formats.tables import (
    LOAD,
    OBJECT,
    SAMPLE,
    column_metadata,
    write_table,
)
from mechanist.learn.pair_learning import PairModel, cross_fit_pairs
from mechanist.learn.pair_states import QUANTITY, States, read_states
from mechanist.learn.splits import read_splits
from mechanist.settings.target_names import at_strain

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    batches: Sequence[Path],
    targets: Path,
    splits: Path,
    out: Path,
    *,
    system: str,
    model: Mapping[str, Any],
    strains: Sequence[float],
    others: Mapping[str, tuple[Sequence[Path], Path]],
    transfer_out: Path,
    seed: int,
) -> None:
    """Write out-of-fold predictions, and predictions for other systems by the same networks.

    One network learns from all branches, because the state itself reflects its loading history.

    Parameters
    ----------
    batches : sequence of Path
        Samples of the training system.
    targets, splits : Path
        Target table and folds of the training system.
    out : Path
        Out-of-fold predictions, parquet.
    system : str
        Name of the training system, for the column ``train``.
    model : mapping
        Fields of :class:`mechanist.learn.pair_learning.PairModel`.
    strains : sequence of float
        Strains at which the stress is learnt, all by the same network.
    others : mapping of str to (sequence of Path, Path)
        Sample files and target table of each other system, at the same density.
    transfer_out : Path
        Mean predictions of all fold networks for the other systems, parquet, with the columns
        ``sample``, ``load``, ``object``, ``target``, ``truth``, ``prediction``, ``train`` and
        ``test``.
    seed : int
        Root seed.
    """
    network, names = PairModel(**model), [at_strain(QUANTITY, strain) for strain in strains]
    folds = read_splits(splits).fold_of
    states = read_states(batches, targets, names, samples=set(folds))
    fold = states.keys[SAMPLE].map(folds).to_numpy(int)
    prediction, fitted = cross_fit_pairs(
        network,
        network.inputs(states.configurations, senses=states.senses),
        states.truth,
        samples=pd.factorize(states.keys[SAMPLE])[0].astype(np.int64),
        folds=fold,
        seed=seed,
    )
    table = _long(states, names, prediction)
    table.insert(3, "fold", np.tile(fold, len(names)).astype(np.int8))
    metadata = column_metadata(targets)
    units = {name: metadata.get(name, {}).get("unit", "") for name in names}
    write_predictions(out, table, units=units)
    LOGGER.info("%d states predicted out of fold", len(fold))

    tables = []
    for other, (files, truth) in others.items():
        tested = read_states(files, truth, names)
        inputs = network.inputs(tested.configurations, senses=tested.senses)
        mean = np.mean([one.predict(inputs) for one in fitted], axis=0)
        tables.append(_long(tested, names, mean).assign(train=system, test=other))
        LOGGER.info("%s: %d states predicted", other, len(mean))
    columns = [SAMPLE, LOAD, OBJECT, TARGET, "truth", "prediction", "train", "test"]
    result = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
    write_table(transfer_out, result[columns], check=False)


def _long(states: States, names: Sequence[str], prediction: FloatArray) -> pd.DataFrame:
    """Return one row per target and state, ordered by target."""
    table = pd.concat([states.keys] * len(names), ignore_index=True)
    table[TARGET] = pd.Categorical(np.repeat(list(names), len(states.keys)))
    table["truth"] = states.truth.T.ravel()
    table["prediction"] = prediction.T.ravel()
    return table


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input.batches],
            Path(snakemake.input.targets),
            Path(snakemake.input.splits),
            Path(snakemake.output.predictions),
            system=snakemake.wildcards.system,
            model=snakemake.params.model,
            strains=snakemake.params.strains,
            others={
                name: ([Path(path) for path in files], Path(table))
                for name, (files, table) in snakemake.params.others.items()
            },
            transfer_out=Path(snakemake.output.transfer),
            seed=snakemake.params.seed,
        )
