"""Convert errors, counts and curves of identified laws to score records, one file per method."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from mechanist.assess.curve_errors import curve_errors
from mechanist.assess.evaluate import ALL
from mechanist.assess.records import ScoreRecord, score_record, write_records
from mechanist.assess.resampling import IntervalOptions, mean_interval
from mechanist.core.progress import LOGGER, log_to
from mechanist.formats.tables import read_table
from mechanist.settings.entry_types.interactions_entries import ShownInteractionsEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

ERROR: Final = "error_percent"
NONZERO: Final = "nonzero_percent"
TRUTH: Final = "truth"
POLYCRYSTAL: Final = "polycrystal"


def main(
    errors: Path,
    counts: Path,
    curves: Path,
    outs: Sequence[Path],
    *,
    shown: ShownInteractionsEntry,
    level: float,
    resamples: int,
) -> None:
    """Write the records of each method.

    Parameters
    ----------
    errors, counts, curves : Path
        Outputs of crystal_interaction_errors.py, crystal_interaction_table.py, crystal_feedback.py.
    outs : sequence of Path
        Files ``<method>.json``.
    shown : mapping
        ``runs`` and ``noise`` of the errors to report, and datasets ``data`` whose fractions of
        nonzero coefficients to report.
    level, resamples : float, int
        Level and bootstrap resamples of the intervals, which are over seeds or crystals.
    """
    study, table = read_table(errors), pd.read_csv(counts)
    wrong = curve_errors(read_table(curves), truth=TRUTH)
    options: IntervalOptions = {"level": level, "resamples": resamples}
    for out in outs:
        records = [
            *_errors(study[study["method"] == out.stem], shown, options),
            *_shares(table[table["method"] == out.stem], shown["data"], level),
            *_curves(wrong[wrong["law"] == out.stem], options),
        ]
        write_records(out, records)
        LOGGER.info("%s: %d records", out.stem, len(records))


def _errors(
    study: pd.DataFrame, shown: ShownInteractionsEntry, options: IntervalOptions
) -> Iterator[ScoreRecord]:
    """Yield the error of each tensor, with its interval over seeds."""
    here = study[study["runs"].eq(shown["runs"]) & np.isclose(study["noise"], shown["noise"])]
    for tensor, part in here.groupby("tensor", sort=True):
        interval = mean_interval(part[ERROR].to_numpy(), bounds=(0.0, np.inf), **options)
        yield score_record(ERROR, str(tensor), ALL, "%", interval, n_objects=len(part))


def _shares(table: pd.DataFrame, data: Sequence[str], level: float) -> Iterator[ScoreRecord]:
    """Yield the fractions of nonzero coefficients of each dataset, without intervals."""
    for row in table[table["data"].isin(data)].to_dict("records"):
        for counted, share, number in (
            ("entries", "entry_percent", "entries"),
            ("orbits", "orbit_percent", "orbits"),
        ):
            interval = mean_interval(np.array([row[share]]), level=level)
            target = f"{row['tensor']} of {row['data']}, {counted}"
            yield score_record(NONZERO, target, ALL, "%", interval, n_objects=int(row[number]))


def _curves(wrong: pd.DataFrame, options: IntervalOptions) -> Iterator[ScoreRecord]:
    """Yield the error of stress, unless a curve ended early."""
    whole = wrong["specimen"].eq(POLYCRYSTAL)
    for target, part in (("stress of a polycrystal", wrong[whole]),
                         ("stress of single crystals", wrong[~whole])):  # fmt: skip
        values = part[ERROR].to_numpy(float)
        if len(values) and np.isfinite(values).all():
            interval = mean_interval(values, bounds=(0.0, np.inf), **options)
            yield score_record(ERROR, target, ALL, "%", interval, n_objects=len(values))


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input.errors),
            Path(snakemake.input.counts),
            Path(snakemake.input.curves),
            [Path(path) for path in snakemake.output],
            shown=snakemake.params.shown,
            level=snakemake.params.level,
            resamples=snakemake.params.resamples,
        )
