"""Compare pairs of models sample by sample: differences of scores with intervals."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from mechanist.assess.records import COMPARISONS, PairRecord, write_records
from mechanist.assess.scorer import make_scorer
from mechanist.assess.scoring import Scoring
from mechanist.core.progress import log_to
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.meanings.of_scores import ABOUT, DIFFERENCE, INTERVAL_METHOD, SCORE
from mechanist.formats.tables import column_metadata, read_table
from mechanist.learn.splits import read_splits

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    frames: Mapping[str, Path],
    targets: Path,
    splits: Path,
    json_out: Path,
    csv_out: Path,
    *,
    pairs: Sequence[Sequence[str]],
    scoring: Scoring,
) -> None:
    """Write the differences of all pairs, first minus second.

    Parameters
    ----------
    frames : mapping of str to Path
        Frame scores of each model, by name.
    targets : Path
        Target table, for units.
    splits : Path
        Folds of the system, for groups of dependent samples.
    json_out, csv_out : Path
        Output files with the same records.
    pairs : sequence of (str, str)
        Names of models.
    scoring : mapping
        Arguments of :func:`mechanist.assess.scorer.make_scorer`.

    Raises
    ------
    ValueError
        If a pair names a model without scores.
    """
    lost = sorted({name for pair in pairs for name in pair} - set(frames))
    if lost:
        raise ValueError(f"comparisons name models {lost}; scored models: {sorted(frames)}")
    tables = {name: read_table(path) for name, path in frames.items()}
    units = {name: entry.get("unit", "") for name, entry in column_metadata(targets).items()}
    scorer = make_scorer(**scoring, groups=read_splits(splits).groups)
    records: list[PairRecord] = [
        {"first": first, "second": second, **record}
        for first, second in pairs
        for record in scorer.differences(tables[first], tables[second], units=units)
    ]
    write_records(json_out, records, kind=COMPARISONS)
    columns = {**ABOUT, **SCORE, **DIFFERENCE, **INTERVAL_METHOD}
    title = "Scores of one model less those of another"
    write_csv(csv_out, pd.DataFrame(records), title=title, columns=columns)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            {Path(path).stem: Path(path) for path in snakemake.input.frames},
            Path(snakemake.input.targets),
            Path(snakemake.input.splits),
            Path(snakemake.output.json),
            Path(snakemake.output.csv),
            pairs=snakemake.params.pairs,
            scoring=snakemake.params.scoring,
        )
