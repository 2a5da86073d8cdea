"""Turn errors of found laws of slip into score records, one file for each way of finding them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from mechanist.assess.evaluate import ALL
from mechanist.assess.records import ScoreRecord, score_record, write_records
from mechanist.assess.resampling import mean_interval
from mechanist.core.progress import LOGGER, log_to

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

ERROR: Final = "error_percent"
#: Beginning of the names of slopes, whose largest error is scored.
SLOPE: Final = "slope, "
WORST: Final = "worst slope"
#: Targets by the quantity of the table.
TARGETS: Final = {
    "exponent": "exponent",
    "reference rate": "reference rate",
    "initial resistance": "initial resistance",
    "saturation": "saturation",
    WORST: WORST,
    "difference of the stress of a held-out cell": "stress of a held-out cell",
}


def main(laws: Path, outs: Sequence[Path], *, level: float, resamples: int) -> None:
    """Write the records of each method at the largest noise.

    Parameters
    ----------
    laws : Path
        Table of slip_laws.py.
    outs : sequence of Path
        Files ``<method>.json``.
    level : float
        Level of the intervals over realisations of the noise.
    resamples : int
        Draws of the bootstrap.
    """
    table = pd.read_csv(laws)
    noisiest = table[table["noise"] == table["noise"].max()]
    for out in outs:
        mine = noisiest[noisiest["method"] == out.stem]
        records = list(_records(mine, level=level, resamples=resamples))
        write_records(out, records)
        LOGGER.info("%s: %d records", out.stem, len(records))


def _records(table: pd.DataFrame, *, level: float, resamples: int) -> Iterator[ScoreRecord]:
    """Yield a record for each quantity that was found in every realisation.

    A missing error is that of a curve that ended early, or of a number that the method cannot find;
    the mean of the others would flatter it.
    """
    slopes = table["quantity"].str.startswith(SLOPE)
    worst = table[slopes].groupby("realisation", as_index=False)[ERROR].max().assign(quantity=WORST)
    together = pd.concat([table[~slopes], worst])
    for quantity, target in TARGETS.items():
        errors = together.loc[together["quantity"] == quantity, ERROR].to_numpy(float)
        if len(errors) and np.isfinite(errors).all():
            interval = mean_interval(errors, level=level, resamples=resamples, bounds=(0.0, np.inf))
            yield score_record(ERROR, target, ALL, "%", interval, n_objects=len(errors))


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input[0]),
            [Path(path) for path in snakemake.output],
            level=snakemake.params.level,
            resamples=snakemake.params.resamples,
        )
