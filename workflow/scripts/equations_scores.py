"""Turn the runs of one method on one case into score records, as the scoreboard reads them."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.assess.equation_records import score_records
from mechanist.formats.atomic import write_text
from mechanist.formats.tables import read_table
from mechanist.progress import LOGGER, log_to

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(runs: Path, out: Path, *, method: str | None, level: float, resamples: int) -> None:
    """Write score records; an empty list where no true equation is known.

    Parameters
    ----------
    runs : Path
        Table of runs.
    out : Path
        List of records, JSON.
    method : str, optional
        Only the runs of this method; by default all.
    level : float
        Level of the intervals over seeds.
    resamples : int
        Draws of the bootstrap.
    """
    table = read_table(runs)
    if method is not None:
        table = table[table["method"] == method]
    records = score_records(table, level=level, resamples=resamples)
    write_text(out, json.dumps(records, indent=1, sort_keys=True) + "\n")
    LOGGER.info("%d records from %d runs", len(records), len(table))


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input[0]),
            Path(snakemake.output[0]),
            method=snakemake.params.method,
            level=snakemake.params.level,
            resamples=snakemake.params.resamples,
        )
