"""Simulate one batch of pileups: relax them in their landscapes, then ramp to the flow stress."""

from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import log_to, progress
from mechanist.formats.pileup_batches import write_batch
from mechanist.settings.entry_types.dislocation_systems_entries import PileupProtocolEntry
from mechanist.simulate.pileup_ramps import protocol_from, simulate

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    out: Path,
    *,
    system: str,
    settings: PileupProtocolEntry,
    first: int,
    count: int,
    seed: int,
) -> None:
    """Write a batch of samples, including failed samples with the reason for failure.

    Parameters
    ----------
    out : Path
        Batch file, HDF5.
    system : str
        Name of the system.
    settings : mapping
        Fields of :class:`mechanist.simulate.pileup_ramps.PileupProtocol` to set.
    first, count : int
        Number of the first sample, and number of samples.
    seed : int
        Root seed; a sample's random numbers do not depend on its batch.
    """
    protocol = protocol_from(settings)
    names = [f"{system}-{k:05d}" for k in range(first, first + count)]
    samples = [
        simulate(protocol, name=name, system=system, seed=seed)
        for name in progress(names, "simulated")
    ]
    write_batch(out, samples)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.output[0]),
            system=snakemake.params.system,
            settings=snakemake.params.settings,
            first=snakemake.params.first,
            count=snakemake.params.size,
            seed=snakemake.params.seed,
        )
