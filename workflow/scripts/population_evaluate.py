"""Score one model over all samples of a system, with intervals over samples."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.assess.population import population_scores
from mechanist.formats.atomic import write_text
from mechanist.formats.predictions import read_predictions, read_units
from mechanist.progress import log_to

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(predictions: Path, scores: Path, *, level: float, resamples: int, seed: int) -> None:
    """Write the scores of every target under every load.

    Parameters
    ----------
    predictions : Path
        Out-of-fold predictions of a model.
    scores : Path
        JSON: a list of records.
    level : float
        Level of intervals.
    resamples, seed : int
        Of the bootstrap over samples.
    """
    records = population_scores(
        read_predictions(predictions),
        units=read_units(predictions),
        level=level,
        resamples=resamples,
        seed=seed,
    )
    write_text(scores, json.dumps(records, indent=1, allow_nan=False) + "\n")


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input[0]),
            Path(snakemake.output[0]),
            level=snakemake.params.level,
            resamples=snakemake.params.resamples,
            seed=snakemake.params.seed,
        )
