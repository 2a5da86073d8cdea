"""Simulate one batch of polycrystals: random grains, strained step by step."""

from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.formats.polycrystal_batches import write_runs
from mechanist.settings.entry_types.crystal_systems_entries import (
    CrystalMaterialEntry,
    CrystalSystemEntry,
)
from mechanist.simulate.polycrystal_system import PolycrystalSystem, sample_name

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    out: Path, *, system: str, entry: CrystalSystemEntry, material: CrystalMaterialEntry,
    first: int, count: int, seed: int, threads: int = 1,
) -> None:  # fmt: skip
    """Write one batch, including runs that did not converge, with the reason.

    Parameters
    ----------
    out : Path
        Batch file.
    system : str
        Name of the system.
    entry, material : mapping
        Settings of the system and of its material.
    first, count : int
        Number of the first sample, counted from 0, and number of samples; a sample does not depend
        on its batch.
    seed : int
        The configured seed.
    threads : int
        Number of threads; results do not depend on it.
    """
    if first < 0 or count < 1:
        raise ValueError(
            f"first = {first}, count = {count}; expected first >= 0 and at least one sample"
        )
    family = PolycrystalSystem.from_entry(system, entry, material)
    names = [sample_name(system, number) for number in range(first, first + count)]
    runs = [family.run(name, seed=seed, threads=threads) for name in progress(names, "simulated")]
    write_runs(out, runs, attributes={"strain_measure": "logarithmic", "system": system})
    failed = [run.name for run in runs if not run.ok]
    LOGGER.info("%d runs, %d failed %s", len(runs), len(failed), failed)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.output[0]),
            system=snakemake.wildcards.system,
            entry=snakemake.params.system,
            material=snakemake.params.material,
            first=snakemake.params.first,
            count=snakemake.params.size,
            seed=snakemake.params.seed,
            threads=snakemake.threads,
        )
