"""Turn the runs of all methods that find latent coordinates into score records."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.assess.latent_records import latent_records
from mechanist.assess.records import write_records
from mechanist.core.progress import LOGGER, log_to
from mechanist.formats.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(runs: Sequence[Path], outs: Sequence[Path], *, level: float, resamples: int) -> None:
    """Write the score records of every method on every case.

    Parameters
    ----------
    runs : sequence of Path
        Tables ``<case>/runs/<method>.parquet``.
    outs : sequence of Path
        Files ``<case>/scores/<method>.json`` in the same order.
    level : float
        Level of the intervals over starts.
    resamples : int
        Draws of the bootstrap.
    """
    for path, out in zip(runs, outs, strict=True):
        write_records(out, latent_records(read_table(path), level=level, resamples=resamples))
    LOGGER.info("%d score files", len(outs))


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input],
            [Path(path) for path in snakemake.output],
            level=snakemake.params.level,
            resamples=snakemake.params.resamples,
        )
