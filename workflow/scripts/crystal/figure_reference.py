"""Compare an imported simulation with the engine: stress, lattice rotation and differences."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from mechanist.core.progress import log_to
from mechanist.core.rotations import rotation_angle
from mechanist.core.typing import FloatArray, IntArray
from mechanist.draw.crystals import AXIS_NAMES, plane_of, slice_bar, slice_panel, sliced
from mechanist.draw.meanings.figures_of_crystals import FIGURES
from mechanist.draw.style import DOUBLE, letter_panels, save_figure, styled
from mechanist.formats.polycrystal_batches import PolycrystalRun, read_runs
from mechanist.mechanics.field_agreement import lattice_rotation, von_mises

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

ENGINE: Final = "#0072b2"
REFERENCE: Final = "#d55e00"
HEIGHT: Final = 3.3
#: Units of columns in the figure's data.
UNITS: Final = {
    **dict.fromkeys(("engine_von_mises", "reference_von_mises", "stress", "reference_stress"), "MPa"),
    **dict.fromkeys(("engine_rotation", "reference_rotation", "rotation", "apart", "difference"),
                    "degrees"),
    **dict.fromkeys(("correlation", "relative_rms"), "1"),
}  # fmt: skip
#: Lower end of the axis over the smallest difference, which leaves room for the legend.
LEGEND_ROOM: Final = 0.02


@styled()
def main(
    *,
    engine: Path,
    imported: Path,
    numbers: Path,
    stem: Path,
    label: str = "DAMASK",
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw both fields in the last frame of the engine's run, and the agreement against strain.

    Parameters
    ----------
    engine, imported : Path
        Runs of the same microstructure.
    numbers : Path
        Their agreement, from ``crystal_reference.py``.
    stem : Path
        Figure files without their suffix.
    label : str
        Name of the other program.
    metadata : mapping, optional
        Stored in the files.
    """
    (ours,), (theirs,) = read_runs(engine), read_runs(imported)
    frames = pd.DataFrame(json.loads(numbers.read_text(encoding="utf-8"))["frames"])
    frame = ours.n_frames - 1
    figure = Figure(figsize=(DOUBLE, HEIGHT))
    halves = figure.add_gridspec(1, 2, width_ratios=[2.7, 1.0])
    fields = halves[0].subgridspec(2, 3).subplots(squeeze=False)
    curves = halves[1].subgridspec(2, 1).subplots(squeeze=False)[:, 0].tolist()
    stresses = [von_mises(run.stress[frame]) for run in (ours, theirs)]
    turns = [lattice_rotation(run, frame) for run in (ours, theirs)]
    apart = rotation_angle(ours.orientations[frame], theirs.orientations[frame])
    _row(figure, fields[0], ours, [*stresses, stresses[0] - stresses[1]], "viridis",
         ("von Mises stress (MPa)", "difference (MPa)"), signed=True)  # fmt: skip
    _row(figure, fields[1], ours, [*turns, apart], "magma",
         ("lattice rotation (degrees)", "misorientation (degrees)"), signed=False)  # fmt: skip
    for panel, title in zip(fields[0], ("engine", label, "difference"), strict=True):
        panel.set_title(title, pad=4)
    plane = plane_of(ours)
    for panel in fields[:, 0]:
        panel.set_ylabel(f"{AXIS_NAMES[plane.up]} $\\rightarrow$ (loaded)" if plane.up == ours.axis
                         else AXIS_NAMES[plane.up], labelpad=1)  # fmt: skip
    _curves(curves, ours, theirs, frames, label)
    letter_panels([fields[0, 0], fields[1, 0], *curves])
    save_figure(figure, stem, {"fields": _table(ours, stresses, turns, apart), "agreement": frames},
                title=f"Engine and {label}", units=UNITS, columns=FIGURES["reference"], metadata=metadata)  # fmt: skip


def _row(
    figure: Figure, panels: Sequence[Axes], run: PolycrystalRun, values: Sequence[FloatArray],
    cmap: str, labels: tuple[str, str], *, signed: bool,
) -> None:  # fmt: skip
    """Draw both programs with a common colour scale, and their difference with its own."""
    plane = plane_of(run)
    slices = [sliced(value, plane) for value in values]
    both = np.concatenate([one.ravel() for one in slices[:2]])
    norm = Normalize(both.min(), both.max())
    for panel, value in zip(panels[:2], values[:2], strict=True):
        image = slice_panel(panel, run, value, cmap=cmap, norm=norm)
    largest = float(np.abs(slices[2]).max()) or 1.0
    other = Normalize(-largest, largest) if signed else Normalize(0.0, largest)
    colours = "RdBu_r" if signed else "Greys"
    difference = slice_panel(panels[2], run, values[2], cmap=colours, norm=other)
    slice_bar(figure, panels[1], image, labels[0])
    slice_bar(figure, panels[2], difference, labels[1])


def _curves(
    panels: Sequence[Axes], ours: PolycrystalRun, theirs: PolycrystalRun, frames: pd.DataFrame,
    label: str,
) -> None:  # fmt: skip
    """Plot stress, and rotation with its difference, against strain."""
    stress, turning = panels
    stress.plot(100 * ours.curve[:, 0], ours.curve[:, 1], color=ENGINE, label="engine")
    stress.plot(100 * theirs.curve[:, 0], theirs.curve[:, 1], "o", color=REFERENCE, label=label,
                markersize=3, markerfacecolor="none")  # fmt: skip
    stress.set(xlabel="strain (%)", ylabel="stress (MPa)", ylim=(0, None))
    stress.legend(loc="lower right")
    strain = 100 * frames["strain"]
    turning.plot(strain, frames["rotation"], color=ENGINE, label="_")
    turning.plot(strain, frames["reference_rotation"], "o", color=REFERENCE, markersize=3,
                 markerfacecolor="none", label="_")  # fmt: skip
    turning.plot(strain, frames["difference"], color="black", linestyle=":", label="misorientation")
    turning.set(xlabel="strain (%)", ylabel="mean rotation (degrees)", yscale="log")
    turning.set_ylim(bottom=LEGEND_ROOM * frames["difference"].min())
    turning.legend(loc="lower right")


def _table(
    run: PolycrystalRun, stresses: Sequence[FloatArray], turns: Sequence[FloatArray],
    apart: FloatArray,
) -> pd.DataFrame:  # fmt: skip
    """Return the drawn fields, one row per voxel of the slice."""
    plane = plane_of(run)
    row, column = np.indices(sliced(run.grains, plane).shape)
    values: dict[str, FloatArray | IntArray] = {"row": row.ravel(), "column": column.ravel(),
              "grain": sliced(run.grains, plane).ravel()}  # fmt: skip
    names = ("engine_von_mises", "reference_von_mises", "engine_rotation", "reference_rotation")
    for name, field in zip((*names, "apart"), (*stresses, *turns, apart), strict=True):
        values[name] = sliced(field, plane).ravel()
    return pd.DataFrame(values)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            engine=Path(snakemake.input.engine),
            imported=Path(snakemake.input.imported),
            numbers=Path(snakemake.input.numbers),
            stem=Path(snakemake.output.pdf).with_suffix(""),
            metadata=snakemake.params.metadata,
        )
