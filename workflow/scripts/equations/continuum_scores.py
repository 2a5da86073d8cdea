"""Turn the forward errors of continuum laws into score records."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.assess.forward_records import forward_records
from mechanist.assess.records import write_records
from mechanist.core.progress import LOGGER, log_to
from mechanist.formats.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(forward: Path, outs: Sequence[Path], *, level: float, resamples: int) -> None:
    """Write the score records of every law.

    Parameters
    ----------
    forward : Path
        Table of continuum_laws.py.
    outs : sequence of Path
        Files ``<law>.json``.
    level : float
        Level of the intervals over held-out ensembles.
    resamples : int
        Draws of the bootstrap.
    """
    table = read_table(forward)
    for out in outs:
        records = forward_records(table, out.stem, level=level, resamples=resamples)
        write_records(out, records)
        if not records:
            LOGGER.warning("%s has no score: it was not found, or a solution blows up", out.stem)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input[0]),
            [Path(path) for path in snakemake.output],
            level=snakemake.params.level,
            resamples=snakemake.params.resamples,
        )
