"""Relax and load external dislocation configurations, given as text files of ``x y b``."""

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import log_to, progress
from mechanist.formats.dislocation_batches import write_batch
from mechanist.formats.dislocation_text import read_dislocation_text
from mechanist.formats.sample import UNKNOWN_SEED
from mechanist.imports.entry_errors import entry_errors
from mechanist.simulate.dislocation_samples import sample_from, sample_name
from mechanist.simulate.dislocation_system import DislocationSystem

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(out: Path, *, files: Sequence[Path], system: str, entry: Mapping[str, object]) -> None:
    """Write one batch with one sample per file, in the order of ``files``.

    Parameters
    ----------
    out : Path
        The batch.
    files : sequence of Path
        Configurations; all are read before the first simulation starts.
    system : str
        Name of the system, from which sample names are made.
    entry : mapping
        Entry for :meth:`DislocationSystem.from_entry`. Each file sets its number of dislocations;
        ``density`` then sets the box size. Pins are not supported.

    Raises
    ------
    FormatError, ValueError
        If a file or the entry is not valid; raised before any simulation.
    """
    if entry.get("pinning"):
        raise ValueError(
            f"system {system!r}: pinning is given, but files of x y b contain no pins; remove it"
        )
    plans = []
    for path in files:
        model = DislocationSystem.from_entry(system, {"dislocations": 2, **entry})
        with entry_errors(f"dislocation/imports/{system}", {"path": str(path)}):
            start = read_dislocation_text(path, density=model.density)
        plans.append((path, dataclasses.replace(model, dislocations=len(start)), start))
    samples = []
    for number, (path, model, start) in enumerate(progress(plans, "simulated")):
        name = sample_name(system, number)
        sample = sample_from(model, start, name=name, seed=UNKNOWN_SEED)
        source = {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        provenance = {**sample.provenance, "source": source}
        samples.append(dataclasses.replace(sample, provenance=provenance))
    write_batch(out, samples)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.output[0]),
            files=[Path(path) for path in snakemake.params.files],
            system=snakemake.wildcards.system,
            entry=snakemake.params.system,
        )
