"""Fit the strain of a user's maps of displacements: a table with errors, fields for equations, a summary."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from mechanist.core.atomic import replacing, write_text
from mechanist.core.progress import LOGGER, log_to
from mechanist.core.typing import FloatArray
from mechanist.formats.displacement_maps import DisplacementMaps
from mechanist.formats.meanings import of_experiments
from mechanist.formats.meanings.of_experiments import COMPONENTS
from mechanist.formats.tables import write_table
from mechanist.imports.measured_files import displaced_maps
from mechanist.pictures.displacement_strain import (
    StrainMaps,
    complete_part,
    strain_maps,
)
from mechanist.settings.entry_types.picture_imports_entries import DisplacementImportEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: How the noise is known.
SAID: Final = {
    "stated": "stated in the entry",
    "rest": "measured on the frames at rest",
    "residuals": "the median residual of the fits, in which strain that changes within a window counts",
}


def main(
    entry: DisplacementImportEntry, *, name: str, table: Path, fields: Path, summary: Path
) -> None:
    """Write the strain at every point, fields on the part of the grid that is known throughout, and a summary.

    Parameters
    ----------
    entry : mapping
        Entry of ``experiment/imports``.
    name : str
        Its name.
    table, fields, summary : Path
        Parquet, arrays that ``equations/imports`` can name, and Markdown.
    """
    maps, unit, cutoff = displaced_maps(entry), entry["unit"], entry["cutoff"]
    rest = tuple(entry.get("rest", ()))
    strains = strain_maps(maps, cutoff, error=entry.get("error"), rest=rest)
    part = complete_part(strains)
    arrays = _fields(maps, strains, part)
    fitted = np.isfinite(strains.error).all(axis=-1)
    wide, high = maps.failed.shape[1:]
    most = strains.neighbours.max()
    lines = [
        f"# {name}", "",
        f"- {len(maps.times)} frames of {wide} x {high} points; {maps.failed.mean():.1%} of the points failed",
        (f"- the strain is fitted to the points within {cutoff:g} {unit}: {most:.0f} neighbours in a whole"
        f" window; it is known at {fitted.mean():.1%} of the points"),
        f"- noise of a displacement component: {strains.scatter:.4g} {unit}, {SAID[strains.origin]}",
    ]  # fmt: skip
    if rest:
        lines.append(
            f"- strains at rest scatter {strains.widened:.2f} times as much as noise that is independent from"
            " point to point would make them; all errors hold this factor"
        )
    for k, component in enumerate(COMPONENTS):
        last, error = strains.strain[-1, ..., k], strains.error[-1, ..., k]
        lines.append(
            f"- last frame, strain {component}: mean {np.nanmean(last):.4g}, {np.nanmin(last):.4g} to"
            f" {np.nanmax(last):.4g}; median standard error {np.nanmedian(error):.2g}"
        )
    lines.append(
        f"- fields.npz: {len(arrays['x'])} x {len(arrays['y'])} points and {len(arrays['t'])} times"
    )
    for line in lines:
        LOGGER.info(line)
    write_text(summary, "\n".join(lines) + "\n")
    write_table(table, _table(maps, strains), check=False,
                columns=of_experiments.strain(unit, entry.get("time_unit", "")))  # fmt: skip
    with replacing(fields) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def _table(maps: DisplacementMaps, strains: StrainMaps) -> pd.DataFrame:
    """Return a row for each point in each frame."""
    frames, wide, high = maps.failed.shape
    frame, x, y = np.meshgrid(np.arange(frames), maps.x, maps.y, indexing="ij")
    columns: dict[str, object] = {
        "frame": frame.ravel(), "time": np.repeat(maps.times, wide * high), "x": x.ravel(),
        "y": y.ravel(), "u": strains.displacement[..., 0].ravel(),
        "v": strains.displacement[..., 1].ravel(), "failed": maps.failed.ravel(),
    }  # fmt: skip
    for kind, values in (
        ("strain", strains.strain),
        ("noise", strains.noise),
        ("error", strains.error),
    ):
        columns |= {f"{kind}_{one}": values[..., k].ravel() for k, one in enumerate(COMPONENTS)}
    columns |= {
        "density": strains.density.ravel(), "d2min": strains.d2min.ravel(),
        "d2min_above_floor": strains.above.ravel(),
        "neighbours": strains.neighbours.ravel().astype(np.int64),
    }  # fmt: skip
    return pd.DataFrame(columns)


def _fields(
    maps: DisplacementMaps, strains: StrainMaps, part: tuple[slice, slice]
) -> dict[str, FloatArray]:
    """Return fields of shape (x, y, t), and velocities half way between frames, of shape (x, y, tm)."""
    i, j = part
    moved, times = strains.displacement[:, i, j], maps.times
    found = {"x": maps.x[i], "y": maps.y[j], "t": times, "tm": 0.5 * (times[1:] + times[:-1])}
    named = {"u": moved[..., 0], "v": moved[..., 1], "rho": strains.density[:, i, j]}
    named |= {f"e{one}": strains.strain[:, i, j, k] for k, one in enumerate(COMPONENTS)}
    found |= {name: np.moveaxis(values, 0, -1) for name, values in named.items()}
    speed = np.diff(moved, axis=0) / np.diff(times)[:, None, None, None]
    return found | {name: np.moveaxis(speed[..., k], 0, -1) for k, name in enumerate(("p", "q"))}


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            snakemake.params.entry,
            name=snakemake.wildcards.case,
            table=Path(snakemake.output.table),
            fields=Path(snakemake.output.fields),
            summary=Path(snakemake.output.summary),
        )
