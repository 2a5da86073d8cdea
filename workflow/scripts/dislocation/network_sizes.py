"""Score a network at its training size, out of fold, and at the other system sizes."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from mechanist.assess.sample_scores import population_scores
from mechanist.core.progress import log_to
from mechanist.formats.predictions import TARGET, read_predictions, read_units
from mechanist.formats.tables import read_table, write_table
from mechanist.learn.whole_samples import target_names

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

COLUMNS = ["model", "train", "test", "load", "target", "metric", "unit", "value", "low", "high",
           "level", "n_samples"]  # fmt: skip


def main(
    predictions: Path,
    transfer: Path,
    out: Path,
    *,
    name: str,
    system: str,
    quantity: str,
    strains: Sequence[float],
    level: float,
) -> None:
    """Write the scores at every size, with the columns of ``population_sizes.py``.

    Parameters
    ----------
    predictions, transfer : Path
        Outputs of ``dislocation_network.py``.
    out : Path
        Parquet, one row per tested size, load, target and metric.
    name, system : str
        Names of the network and of its training system.
    quantity, strains
        Targets to score.
    level
        As in ``population_evaluate.py``.
    """
    wanted = target_names(quantity, strains)
    tested = {system: read_predictions(predictions)}
    for test, part in read_table(transfer).groupby("test", observed=True, sort=True):
        tested[str(test)] = part
    tables = []
    for test, table in tested.items():
        records = population_scores(
            table[table[TARGET].isin(wanted)],
            units=read_units(predictions),
            level=level,
        )
        tables.append(pd.DataFrame(records).assign(model=name, train=system, test=test))
    result = pd.concat(tables, ignore_index=True).rename(columns={"subset": "load"})
    write_table(out, result[COLUMNS], check=False)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input.predictions),
            Path(snakemake.input.transfer),
            Path(snakemake.output[0]),
            name=snakemake.wildcards.model,
            system=snakemake.params.main,
            quantity=snakemake.params.quantity,
            strains=snakemake.params.strains,
            level=snakemake.params.level,
        )
