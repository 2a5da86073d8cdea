"""Write the table of detection: scores of rendered pictures over samples, with intervals and nulls."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from mechanist.assess.picture_table import picture_table
from mechanist.assess.resampling import IntervalOptions
from mechanist.core.progress import log_to
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.meanings.of_experiments import DETECTION
from mechanist.formats.tables import read_table
from mechanist.settings.target_names import LENGTH_UNITS

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(tables: Sequence[Path], out: Path, *, interval: IntervalOptions) -> None:
    """Write the table, with a description of its columns beside it.

    Parameters
    ----------
    tables : sequence of Path
        Scores of every sample.
    out : Path
        CSV table.
    interval : mapping
        Level, resamples and seed of the intervals.
    """
    rows = pd.concat([read_table(path) for path in tables], ignore_index=True)
    length = LENGTH_UNITS.get(str(rows["units"].iloc[0]), "length")
    table = picture_table(rows, length=length, interval=interval)
    title = "Particles and D2min in rendered pictures"
    write_csv(out, table, title=title, columns=DETECTION, float_format="%.6g")


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input],
            Path(snakemake.output.table),
            interval=snakemake.params.interval,
        )
