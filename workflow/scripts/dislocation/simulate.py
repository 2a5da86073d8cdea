"""Make one batch of dislocation samples: relax random dislocations and load them."""

from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import LOGGER, log_to
from mechanist.formats.dislocation_batches import write_batch
from mechanist.simulate.dislocation_samples import simulate_batch
from mechanist.simulate.dislocation_system import DislocationSystem

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(out: Path, *, system: DislocationSystem, first: int, count: int, seed: int) -> None:
    """Write one batch, including failed samples with their status and reason.

    Parameters
    ----------
    out : Path
        The batch.
    system : DislocationSystem
        The system to simulate.
    first, count : int
        Number of the first sample, counted from 0, and number of samples. A sample does not depend
        on its batch.
    seed : int
        Root seed.
    """
    if first < 0 or count < 1:
        raise ValueError(f"first = {first}, count = {count}; expected first >= 0 and count >= 1")
    samples = simulate_batch(system, range(first, first + count), seed=seed)
    write_batch(out, samples)
    failed = [sample for sample in samples if sample.status != "ok"]
    branches = [branch for sample in samples for branch in sample.branches.values()]
    lost = sum(branch.status != "ok" for branch in branches)
    LOGGER.info(
        "%d samples, %d failed; %d branches, %d failed",
        len(samples), len(failed), len(branches), lost,
    )  # fmt: skip


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.output[0]),
            system=DislocationSystem.from_entry(
                snakemake.wildcards.system, snakemake.params.system
            ),
            first=snakemake.params.first,
            count=snakemake.params.size,
            seed=snakemake.params.seed,
        )
