"""Convert dislocation-dynamics networks to densities by slip system and to fields.

Node files of ParaDiS, OpenDiS and ExaDiS are read, and their lines assigned to slip systems, by
:mod:`mechanist.imports.dislocation_lines`; :mod:`mechanist.mechanics.line_segments` cuts lines at voxel faces.
Units are converted to SI with the magnitude of the Burgers vector.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.core.typing import FloatArray
from mechanist.formats.described_columns import NOT_NEGATIVE, Column, text
from mechanist.formats.line_fields import LineFields, write_line_fields
from mechanist.formats.tables import keyed, stacked, write_table
from mechanist.imports.dislocation_lines import ImportedNetwork, import_network
from mechanist.imports.entry_errors import entry_errors
from mechanist.mechanics.line_segments import UNASSIGNED, density_fields, nye_field, split
from mechanist.mechanics.slip_systems import slip_systems
from mechanist.settings.entry_types.crystal_imports_entries import CrystalLinesEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

DENSITY = Column("1/m^2", "Dislocation length per volume.", NOT_NEGATIVE)
COLUMNS = {
    "density": DENSITY,
    "screw": replace(
        DENSITY, description="Screw part of the density, by the squared cosine of the character."
    ),
    "edge": replace(
        DENSITY, description="Edge part of the density; the screw and the edge part add up to it."
    ),
    "label": text("Slip system of the row, or the reason why its lines belong to none."),
    "time": Column("s", "Time of the snapshot; missing where the configuration does not tell it."),
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
        ``periodic``, ``fold``, ``unassigned`` and ``times`` in s.
    name : str
        Name of the run; snapshots are numbered.

    Raises
    ------
    FormatError, ValueError
        If a file is not valid, most of its lines belong to none of the slip systems, or the numbers
        of times and files differ.
    """
    times = np.array(entry.get("times", [np.nan] * len(files)), dtype=float)
    if len(times) != len(files):
        raise ValueError(f"{name}: {len(times)} times for {len(files)} files; expected one each")
    options = {"c_over_a": entry["c_over_a"]} if "c_over_a" in entry else {}
    systems = slip_systems(entry["systems"], **options)
    labels = [f"{family} {k}" for k, family in enumerate(systems.families)] + list(UNASSIGNED)
    tables, grids, tensors, lengths = [], [], [], np.zeros(3)
    for k, path in enumerate(progress(files, "networks")):
        with entry_errors(f"crystal/lines/{name}", {"path": str(path)}):
            network = import_network(path, entry)
        values, density, nye, lengths = _snapshot(network, entry)
        table = keyed(values, ["density", "screw", "edge"], sample=f"{name}-{k:04d}")
        tables.append(table.assign(time=times[k], label=pd.Categorical(labels, labels)))
        grids.append(density)
        tensors.append(nye)
        LOGGER.info("%s: %.4g 1/m^2; %s", path.name, values[:, 0].sum(), network.said)
    about = {"files": [path.name for path in files], "burgers": entry["burgers"],
             "systems": systems.name}  # fmt: skip
    write_table(densities, stacked(tables), columns=COLUMNS, allow_missing=True)
    write_line_fields(
        fields,
        LineFields(tuple(labels), lengths, times, np.array(grids), np.array(tensors), about),
    )


def _snapshot(
    network: ImportedNetwork, entry: CrystalLinesEntry
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return densities by system, fields of densities and Nye tensors, and box lengths, in SI."""
    burgers = float(entry["burgers"])
    segments, assigned, count = network.segments, network.assigned, len(network.systems)
    nx, ny, nz = (int(n) for n in entry["grid"])
    pieces = split(segments, (nx, ny, nz))
    return (
        network.densities / burgers**2,
        density_fields(segments, pieces, assigned, count) / burgers**2,
        nye_field(segments, pieces) / burgers,
        segments.lengths * burgers,
    )


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            densities=Path(snakemake.output.densities),
            fields=Path(snakemake.output.fields),
            files=[Path(path) for path in snakemake.params.files],
            entry=snakemake.params.entry,
            name=snakemake.wildcards.case,
        )
