"""Follow the particles of a user's pictures or tracks: tracks, D2min above its floor, and a summary."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from mechanist.core.atomic import replacing, write_text
from mechanist.core.progress import LOGGER, log_to
from mechanist.formats.meanings import of_experiments
from mechanist.formats.particle_tracks import write_tracks
from mechanist.formats.tables import write_table
from mechanist.imports.measured_files import series_of, tracked_table
from mechanist.imports.tracked_pictures import tracked_pictures
from mechanist.pictures.tracked_series import floor_of, motion_table
from mechanist.settings.entry_types.picture_imports_entries import (
    PictureImportEntry,
    TrackImportEntry,
)

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: How the error of a coordinate is known.
SAID: Final = {
    "stated": "stated in the entry",
    "exposures": "measured between two exposures at rest",
    "roughness": "measured on the roughness of tracks",
    "unknown": "not known, so that no floor is subtracted",
}


def main(
    entry: PictureImportEntry | TrackImportEntry,
    *,
    name: str,
    tracks: Path,
    motion: Path,
    summary: Path,
    picture: Path,
) -> None:
    """Write the tracks, D2min of every particle, a summary, and the first picture.

    Parameters
    ----------
    entry : mapping
        Entry of ``experiment/imports``.
    name : str
        Its name.
    tracks, motion, summary, picture : Path
        CSV, parquet, Markdown, and an array that is empty where there are tracks only.
    """
    if entry["format"] == "tracks":
        series, first = tracked_table(entry), np.zeros((0, 0))
    else:
        pictures = series_of(entry)
        series, first = tracked_pictures(entry, pictures), pictures.frames[0]
    pair = entry.get("exposures")
    floor, origin = floor_of(series, entry["cutoff"], error=entry.get("error"),
                             exposures=None if pair is None else (pair[0], pair[1]))  # fmt: skip
    outline = entry.get("outline") if entry["format"] == "pictures" else None
    table = motion_table(
        series, entry["cutoff"], floor, steps=entry.get("steps", 1), outline=outline
    )
    unit = entry["unit"]
    free = table[~table["censored"] & table["d2min"].notna()]
    lines = [f"# {name}", "", *(f"- {note}" for note in series.notes)]
    lines.append(f"- the error of a coordinate is {SAID[origin]}"
                 + (f": {floor.error:.4g} {unit}" if floor else ""))  # fmt: skip
    if floor:
        above = float((free["d2min"] > 2 * floor.d2min).mean())
        lines.append(f"- the floor of D2min is {floor.d2min:.4g} {unit}^2 and is subtracted;"
                     f" {above:.1%} of the values are above twice the floor")  # fmt: skip
    lines.append(f"- D2min: median {free['d2min'].median():.4g}, largest {free['d2min'].max():.4g} {unit}^2,"
                 f" of {len(free)} values; {table['censored'].mean():.0%} of the particles are too near"
                 " the edge")  # fmt: skip
    for line in lines:
        LOGGER.info(line)
    write_text(summary, "\n".join(lines) + "\n")
    write_tracks(tracks, series.table)
    meanings = of_experiments.motion(unit)
    columns = {name: meanings[name] for name in table.columns}
    write_table(motion, table, columns=columns, check=False)
    with replacing(picture) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, picture=first, low=series.low, high=series.high,
                            floor=floor.d2min if floor else np.nan,
                            error=floor.error if floor else np.nan)  # fmt: skip


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            snakemake.params.entry,
            name=snakemake.wildcards.case,
            tracks=Path(snakemake.output.tracks),
            motion=Path(snakemake.output.motion),
            summary=Path(snakemake.output.summary),
            picture=Path(snakemake.output.picture),
        )
