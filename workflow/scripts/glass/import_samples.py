"""Convert an external trajectory to a sample file.

:class:`mechanist.imports.trajectory_entry.ImportEntry` lists what the configuration must declare,
because no file states it reliably. Errors and their remedies are in the readers that
:mod:`mechanist.formats.trajectory_files` names and in :mod:`mechanist.imports.loading_path`.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import LOGGER, log_to
from mechanist.formats.sample import write_sample
from mechanist.imports.entry_errors import entry_errors
from mechanist.imports.trajectory_samples import import_sample
from mechanist.settings.entry_types.glass_imports_entries import GlassImportEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(out: Path, *, entry: GlassImportEntry, sample: str, system: str) -> None:
    """Write one sample file.

    Parameters
    ----------
    out : Path
        Sample file.
    entry : mapping
        The configuration's entry: location and contents of the trajectory.
    sample, system : str
        Names of the sample and of its system.
    """
    with entry_errors(f"glass/imports/{system}/{sample}", entry):
        imported = import_sample(entry, name=sample, system=system)
    write_sample(out, imported)
    for dropped in imported.provenance["import"]["dropped"]:
        LOGGER.warning("a truncated last frame was dropped: %s", dropped)
    for note in imported.provenance["import"]["notes"]:
        LOGGER.warning("%s", note)
    for name, load in imported.loads.items():
        last = load.frames[-1].strain
        LOGGER.info("load %s: %d frames up to a strain of %.4g", name, len(load.frames), last)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.output[0]),
            entry=snakemake.params.entry,
            sample=snakemake.wildcards.sample,
            system=snakemake.wildcards.system,
        )
