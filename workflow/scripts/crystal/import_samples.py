"""Convert an external simulation or measurement of a crystal to a run file.

A DAMASK result becomes a run with all its frames; an orientation map becomes an undeformed
microstructure. For the inputs that are rejected, and remedies, see :mod:`mechanist.formats.damask`,
:mod:`mechanist.formats.orientation_maps` and :mod:`mechanist.imports.orientation_grains`.
"""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import LOGGER, log_to
from mechanist.formats.polycrystal_batches import write_runs
from mechanist.imports.entry_errors import entry_errors, files_of
from mechanist.imports.polycrystals import import_crystal
from mechanist.settings.entry_types.crystal_imports_entries import CrystalImportEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(out: Path, *, entry: CrystalImportEntry, name: str) -> None:
    """Write one run.

    Parameters
    ----------
    out : Path
        Run file.
    entry : mapping
        The configuration's entry: ``format`` (``damask`` or ``map``), ``path``, and the settings of
        the format.
    name : str
        Name of the run.

    Raises
    ------
    FormatError, ValueError
        If the file or the entry is not valid.
    """
    with entry_errors(f"crystal/imports/{name}", entry):
        run = import_crystal(entry, name)
    sources = [
        {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for path in files_of(entry)
    ]
    source = sources[0] if len(sources) == 1 else sources
    run = replace(run, material={**run.material, "format": entry["format"], "source": source})
    write_runs(out, [run], attributes={"strain_measure": "logarithmic", "imported": name})
    LOGGER.info("%d grains on %s voxels, %d frames up to a strain of %.4g, status %s",
                run.grains.max() + 1, run.shape, run.n_frames, run.strains[-1], run.status)  # fmt: skip


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.output[0]),
            entry=snakemake.params.entry,
            name=snakemake.wildcards.case,
        )
