"""Find what a user's series shows: counts, D2min above the floor, T1 events and the continuity equation."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.interpolate import CubicSpline

from mechanist.assess.resampling import IntervalOptions
from mechanist.assess.series_findings import series_findings
from mechanist.core.atomic import replacing
from mechanist.core.progress import LOGGER, log_to
from mechanist.core.typing import FloatArray
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.meanings.of_experiments import FOUND
from mechanist.formats.tables import read_table
from mechanist.pictures.tracked_series import TrackedSeries
from mechanist.settings.entry_types.picture_imports_entries import (
    PictureImportEntry,
    TrackImportEntry,
)

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    tracks: Path,
    motion: Path,
    picture: Path,
    *,
    entry: PictureImportEntry | TrackImportEntry,
    table: Path,
    fields: Path,
    interval: IntervalOptions,
) -> None:
    """Write the table of what was found, and density and flux for a figure.

    Parameters
    ----------
    tracks, motion, picture : Path
        Results of following the particles.
    entry : mapping
        Entry of ``experiment/imports``.
    table, fields : Path
        CSV table, and arrays of the change of the density and what the flux predicts.
    interval : mapping
        Level, resamples and seed of intervals.
    """
    with np.load(picture) as stored:
        low, high = stored["low"], stored["high"]
        error, floor = float(stored["error"]), float(stored["floor"])
    series = TrackedSeries(pd.read_csv(tracks), low, high)
    found = series_findings(series, read_table(motion), cutoff=entry["cutoff"], error=error, floor=floor,
                            unit=entry["unit"], interval=interval)  # fmt: skip
    for note in found.notes:
        LOGGER.info(note)
    write_csv(table, found.table, title="What a series of pictures or tracks shows", columns=FOUND,
              float_format="%.6g")  # fmt: skip
    arrays: dict[str, FloatArray] = {}
    for subset, data in found.fields.items():
        x, y = (
            CubicSpline(data.axes[axis], data.inputs[name], axis=k)(data.axes[axis], 1)
            for k, (axis, name) in enumerate((("x", "p"), ("y", "q")))
        )
        arrays |= {f"{subset}/change": data.fields["c"], f"{subset}/predicted": -x - y,
                   f"{subset}/x": data.axes["x"], f"{subset}/y": data.axes["y"]}  # fmt: skip
    with replacing(fields) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input.tracks),
            Path(snakemake.input.motion),
            Path(snakemake.input.picture),
            entry=snakemake.params.entry,
            table=Path(snakemake.output.table),
            fields=Path(snakemake.output.fields),
            interval=snakemake.params.interval,
        )
