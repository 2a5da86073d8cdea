"""Make several small glasses of one kind in one job, which starting a job for each would cost more than."""

from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import log_to
from mechanist.simulate.protocol import GlassSystem
from scripts.glass import simulate

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        name = f"{snakemake.wildcards.system}_{snakemake.wildcards.kind}"
        system = GlassSystem.from_entry(name, snakemake.params.system)
        for path in map(Path, snakemake.output):
            simulate.main(
                path, system=system, sample=f"{name}-{path.stem}", seed=snakemake.params.seed
            )
