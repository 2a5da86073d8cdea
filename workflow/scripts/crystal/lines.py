"""Convert dislocation-dynamics networks to densities by slip system and to fields.

Node files of ParaDiS, OpenDiS and ExaDiS are read by :mod:`mechanist.formats.paradis`. Their lines
are assigned to slip systems and cut at voxel faces by :mod:`mechanist.mechanics.line_segments`.
Units are converted to SI with the magnitude of the Burgers vector.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.core.rotations import from_rotation_vector, quaternion_to_matrix
from mechanist.core.typing import FloatArray
from mechanist.formats.line_fields import LineFields, write_line_fields
from mechanist.formats.paradis import read_paradis
from mechanist.formats.tables import keyed, stacked, write_table
from mechanist.mechanics.line_segments import (
    UNASSIGNED,
    assign_systems,
    density_fields,
    nye_field,
    segments_of,
    split,
    system_densities,
)
from mechanist.mechanics.slip_systems import SlipSystems, slip_systems
from mechanist.settings.entry_types.crystal_imports_entries import CrystalLinesEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

DENSITY = {"unit": "1/m^2", "description": "dislocation length per volume"}
COLUMNS = {
    "density": DENSITY,
    "screw": {**DENSITY, "description": "its screw part, by the squared cosine of the character"},
    "edge": {**DENSITY, "description": "its edge part; both add up to the density"},
    "time": {"unit": "s", "description": "of the snapshot, where the configuration tells it"},
}


def main(
    *, densities: Path, fields: Path, files: Sequence[Path], entry: CrystalLinesEntry, name: str
) -> None:
    """Write densities by slip system and fields of all snapshots.

    Parameters
    ----------
    densities : Path
        Table with one row per snapshot and slip system, followed by unassigned lines.
    fields : Path
        The same densities voxel by voxel, with Nye tensors.
    files : sequence of Path
        Node files in order of time.
    entry : mapping
        The configuration's entry: ``systems``, ``burgers`` in m, ``grid``, and optionally
        ``c_over_a``, ``rotation`` (degrees times axis, crystal to box), ``tolerance`` in degrees,
        ``periodic``, ``fold`` and ``times`` in s.
    name : str
        Name of the run; snapshots are numbered.

    Raises
    ------
    FormatError, ValueError
        If a file is not valid, or the numbers of times and files differ.
    """
    times = np.array(entry.get("times", [np.nan] * len(files)), dtype=float)
    if len(times) != len(files):
        raise ValueError(f"{name}: {len(times)} times for {len(files)} files; expected one each")
    options = {"c_over_a": entry["c_over_a"]} if "c_over_a" in entry else {}
    systems = slip_systems(entry["systems"], **options)
    labels = [f"{family} {k}" for k, family in enumerate(systems.families)] + list(UNASSIGNED)
    tables, grids, tensors, lengths = [], [], [], np.zeros(3)
    for k, path in enumerate(progress(files, "networks")):
        values, density, nye, lengths = _snapshot(path, systems, entry)
        table = keyed(values, ["density", "screw", "edge"], sample=f"{name}-{k:04d}")
        tables.append(table.assign(time=times[k], label=pd.Categorical(labels, labels)))
        grids.append(density)
        tensors.append(nye)
        lost = values[len(systems) :, 0] / max(values[:, 0].sum(), np.finfo(float).tiny)
        LOGGER.info("%s: %.4g 1/m^2, of which %.2f %% have another Burgers vector and %.2f %% lie"
                    " on another plane", path.name, values[:, 0].sum(), *(100 * lost))  # fmt: skip
    about = {"files": [path.name for path in files], "burgers": entry["burgers"],
             "systems": systems.name}  # fmt: skip
    write_table(densities, stacked(tables), columns=COLUMNS, allow_missing=True)
    write_line_fields(
        fields,
        LineFields(tuple(labels), lengths, times, np.array(grids), np.array(tensors), about),
    )


def _snapshot(
    path: Path, systems: SlipSystems, entry: CrystalLinesEntry
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return densities by system, fields of densities and Nye tensors, and box lengths, in SI."""
    burgers = float(entry["burgers"])
    network = read_paradis(path, fold=entry.get("fold", False))
    periodic = tuple(entry.get("periodic", (True, True, True)))
    segments = segments_of(network, periodic=(periodic[0], periodic[1], periodic[2]))
    turn = np.radians(np.array(entry.get("rotation", (0.0, 0.0, 0.0)), dtype=float))
    rotation = quaternion_to_matrix(from_rotation_vector(turn))
    options = {"tolerance": entry["tolerance"]} if "tolerance" in entry else {}
    assigned = assign_systems(segments, systems, rotation=rotation, **options)
    nx, ny, nz = (int(n) for n in entry["grid"])
    pieces = split(segments, (nx, ny, nz))
    return (
        system_densities(segments, assigned, len(systems)) / burgers**2,
        density_fields(segments, pieces, assigned, len(systems)) / burgers**2,
        nye_field(segments, pieces) / burgers,
        segments.lengths * burgers,
    )


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            densities=Path(snakemake.output.densities),
            fields=Path(snakemake.output.fields),
            files=[Path(path) for path in snakemake.input],
            entry=snakemake.params.entry,
            name=snakemake.wildcards.case,
        )
