"""Turn the runs of all methods on all cases into score records for the scoreboard."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mechanist.assess.equation_records import score_records
from mechanist.assess.records import write_records
from mechanist.core.progress import LOGGER, log_to
from mechanist.formats.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Name of the table with the runs of all methods on a case with varying coefficients.
VARYING: Final = "varying"


def main(runs: Sequence[Path], outs: Sequence[Path], *, level: float, resamples: int) -> None:
    """Write score records; an empty list if no true equation is known.

    Parameters
    ----------
    runs : sequence of Path
        Tables ``<case>/runs/<method>.parquet``, or ``<case>/runs/varying.parquet`` for all methods.
    outs : sequence of Path
        Files ``<case>/scores/<method>.json``.
    level : float
        Level of the intervals over seeds.
    resamples : int
        Draws of the bootstrap.

    Raises
    ------
    ValueError
        If no table holds the runs for one of the score files.
    """
    known = {(path.parent.parent.name, path.stem): path for path in runs}
    for out in outs:
        case, method = out.parent.parent.name, out.stem
        path = known.get((case, method)) or known.get((case, VARYING))
        if path is None:
            raise ValueError(f"{out}: no runs of {method!r} on {case!r} among {sorted(known)}")
        table = read_table(path)
        if path.stem == VARYING:
            table = table[table["method"] == method]
        records = score_records(table, level=level, resamples=resamples)
        write_records(out, records)
    LOGGER.info("%d score files from %d tables", len(outs), len(runs))


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input],
            [Path(path) for path in snakemake.output],
            level=snakemake.params.level,
            resamples=snakemake.params.resamples,
        )
