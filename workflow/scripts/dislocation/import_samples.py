"""Relax and load dislocation configurations that someone else made: text files of ``x y b``."""

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mechanist.core.progress import log_to, progress
from mechanist.formats.dislocation_batches import write_batch
from mechanist.formats.dislocation_text import read_dislocation_text
from mechanist.formats.sample import UNKNOWN_SEED
from mechanist.simulate.dislocation_samples import sample_from, sample_name
from mechanist.simulate.dislocation_system import DislocationSystem

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(out: Path, *, files: Sequence[Path], system: str, entry: Mapping[str, Any]) -> None:
    """Write one batch with a sample for each file, in order of ``files``.

    Parameters
    ----------
    out : Path
        The batch.
    files : sequence of Path
        Configurations, all read before the first is simulated.
    system : str
        Name of the system, which numbers its samples.
    entry : mapping
        As :meth:`DislocationSystem.from_entry` takes it; the number of dislocations is that of each
        file, and ``density`` gives its box a size. There are no pins.

    Raises
    ------
    FormatError, ValueError
        If a file or the entry is not valid, before anything is simulated.
    """
    if entry.get("pinning"):
        raise ValueError(
            f"system {system!r}: pinning is given; files of x y b hold no pins, leave it out"
        )
    plans = []
    for path in files:
        model = DislocationSystem.from_entry(system, {"dislocations": 2, **entry})
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
            files=[Path(path) for path in snakemake.input],
            system=snakemake.wildcards.system,
            entry=snakemake.params.system,
        )
