"""Compare pairs of models over the same samples: differences of scores with intervals."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from mechanist.assess.records import COMPARISONS, write_records
from mechanist.assess.sample_scores import compare_populations
from mechanist.core.atomic import replacing
from mechanist.core.progress import log_to
from mechanist.formats.predictions import read_predictions, read_units

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    predictions: Mapping[str, Path],
    json_out: Path,
    csv_out: Path,
    *,
    pairs: Sequence[Sequence[str]],
    level: float,
    permutations: int,
    seed: int,
) -> None:
    """Write the differences of all pairs, first minus second.

    Parameters
    ----------
    predictions : mapping of str to Path
        Predictions of each model, by name.
    json_out, csv_out : Path
        Output files with the same records.
    pairs : sequence of (str, str)
        Names of models.
    level : float
        Level of intervals.
    permutations, seed : int
        Number of permutations for p-values, and their seed.

    Raises
    ------
    ValueError
        If a pair names a model without predictions.
    """
    lost = sorted({name for pair in pairs for name in pair} - set(predictions))
    if lost:
        raise ValueError(f"comparisons name models {lost}; known models: {sorted(predictions)}")
    tables = {name: read_predictions(path) for name, path in predictions.items()}
    options: dict[str, Any] = {"level": level, "permutations": permutations, "seed": seed}
    records = [
        {"first": first, "second": second, **record}
        for first, second in pairs
        for record in compare_populations(
            tables[first], tables[second], units=read_units(predictions[first]), **options
        )
    ]
    write_records(json_out, records, kind=COMPARISONS)
    with replacing(csv_out) as temporary:
        pd.DataFrame(records).to_csv(temporary, index=False)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            {Path(path).stem: Path(path) for path in snakemake.input},
            Path(snakemake.output.json),
            Path(snakemake.output.csv),
            pairs=snakemake.params.pairs,
            level=snakemake.params.level,
            permutations=snakemake.params.permutations,
            seed=snakemake.params.seed,
        )
