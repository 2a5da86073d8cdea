"""Score one model over all samples of a system, with intervals over samples."""

from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.assess.records import write_records
from mechanist.assess.sample_scores import population_scores
from mechanist.core.progress import log_to
from mechanist.formats.predictions import read_predictions, read_units

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(predictions: Path, scores: Path, *, level: float) -> None:
    """Write the scores of every target under every load.

    Parameters
    ----------
    predictions : Path
        Out-of-fold predictions of a model.
    scores : Path
        List of records, JSON.
    level : float
        Level of intervals.
    """
    units = read_units(predictions)
    records = population_scores(read_predictions(predictions), units=units, level=level)
    write_records(scores, records)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input[0]),
            Path(snakemake.output[0]),
            level=snakemake.params.level,
        )
