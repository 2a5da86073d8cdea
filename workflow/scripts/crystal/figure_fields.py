"""Draw a slice of one polycrystal per system: grains, and final stress and lattice rotation."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from mechanist.draw.crystals import (
    AXIS_NAMES,
    colour_key,
    direction_colours,
    plane_of,
    slice_bar,
    slice_panel,
    sliced,
)
from mechanist.draw.meanings.figures_of_crystals import FIGURES
from mechanist.draw.style import DOUBLE, letter_panels, new_figure, save_figure, styled
from mechanist.formats.polycrystal_batches import PolycrystalRun, read_runs
from mechanist.mechanics.field_agreement import lattice_rotation, von_mises
from mechanist.mechanics.poles import sample_axis_in_crystal
from mechanist.mechanics.slip_systems import slip_systems

#: Field, label and colour map of each row below the grains.
ROWS: Final = (
    ("von_mises", "von Mises stress (MPa)", "viridis"),
    ("rotation", "lattice rotation (degrees)", "magma"),
)
ROW_HEIGHT: Final = 1.4
#: Percentiles at the ends of the colour scale, so that a few extreme voxels do not dominate it.
SPAN: Final = (1, 99)


@styled()
def main(
    *,
    runs: Mapping[str, Path],
    stem: Path,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a column for each system and a row for each field.

    Parameters
    ----------
    runs : mapping
        One batch per system, of which the first completed run is drawn. Systems with the same
        material, load and final strain share a colour scale.
    stem : Path
        Figure files without their suffix.
    metadata : mapping, optional
        Stored in the files.
    """
    shown = {system: _first(path) for system, path in runs.items()}
    figure, axes = new_figure(3, len(shown), width=DOUBLE, height=0.5 + 3 * ROW_HEIGHT)
    tables = []
    for group in _groups(shown):
        columns = [list(shown).index(system) for system in group]
        drawn = [shown[system] for system in group]
        lattice = slip_systems(drawn[0].systems).lattice
        for panel, run in zip(axes[0, columns], drawn, strict=True):
            directions = sample_axis_in_crystal(run.orientations[0], run.axis)
            slice_panel(panel, run, direction_colours(directions, lattice))
        colour_key(axes[0, columns[-1]].inset_axes((1.12, 0.2, 0.4, 0.6)), lattice)
        for row, (field, label, cmap) in enumerate(ROWS, start=1):
            _row(figure, list(axes[row, columns]), drawn, field=field, label=label, cmap=cmap)
        tables += [_table(system, shown[system]) for system in group]
    for panel, (system, run) in zip(axes[0], shown.items(), strict=True):
        shape = r"$\times$".join(map(str, run.shape))
        title = (
            f"{system}, to {100 * run.strains[-1]:.3g} %\n{shape}, {run.grains.max() + 1} grains"
        )
        panel.set_title(title, pad=4, fontsize=6.5)
    _name_rows(list(axes[:, 0]), next(iter(shown.values())))
    letter_panels(axes[:, 0])
    save_figure(figure, stem, pd.concat(tables), title="Slices of polycrystals under tension",
                units={"von_mises": "MPa", "rotation": "degrees"}, columns=FIGURES["fields"], metadata=metadata)  # fmt: skip


def _first(path: Path) -> PolycrystalRun:
    """Return the first completed run, or the first run if none completed."""
    batch = read_runs(path)
    return next((run for run in batch if run.ok), batch[0])


def _groups(shown: Mapping[str, PolycrystalRun]) -> list[list[str]]:
    """Group systems by material, load and final strain, in the given order."""
    groups: dict[str, list[str]] = {}
    for system, run in shown.items():
        key = f"{run.material} {run.axis} {run.strains[-1]:.6g}"
        groups.setdefault(key, []).append(system)
    return list(groups.values())


def field_of(run: PolycrystalRun, field: str) -> np.ndarray:
    """Return a field of the last frame."""
    return von_mises(run.stress[-1]) if field == "von_mises" else lattice_rotation(run)


def _row(
    figure: Figure,
    panels: Sequence[Axes],
    runs: Sequence[PolycrystalRun],
    *,
    field: str,
    label: str,
    cmap: str,
) -> None:
    """Draw one field of the systems of a group, with the same colour scale."""
    values = [sliced(field_of(run, field), plane_of(run)) for run in runs]
    low, high = np.percentile(np.concatenate([one.ravel() for one in values]), SPAN)
    norm = Normalize(low, max(high, np.nextafter(low, np.inf)))
    for panel, run in zip(panels, runs, strict=True):
        image = slice_panel(panel, run, field_of(run, field), cmap=cmap, norm=norm)
    slice_bar(figure, panels[-1], image, label, extend="both")


def _name_rows(panels: Sequence[Axes], run: PolycrystalRun) -> None:
    """Label the axes of the slices with the sample axes."""
    plane = plane_of(run)
    panels[0].set_xlabel(f"{AXIS_NAMES[plane.across]} $\\rightarrow$", labelpad=1, fontsize=6.5)
    for panel in panels:
        panel.set_ylabel(f"{AXIS_NAMES[plane.up]} $\\rightarrow$", labelpad=1, fontsize=6.5)


def _table(system: str, run: PolycrystalRun) -> pd.DataFrame:
    """Return the drawn fields, one row per voxel of the slice."""
    plane = plane_of(run)
    grains = sliced(run.grains, plane)
    row, column = np.indices(grains.shape)
    columns = {field: sliced(field_of(run, field), plane).ravel() for field, *_ in ROWS}
    return pd.DataFrame({"system": system, "sample": run.name, "row": row.ravel(),
                         "column": column.ravel(), "grain": grains.ravel(), **columns})  # fmt: skip
