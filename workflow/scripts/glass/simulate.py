"""Make one glass: quench it from the melt and deform it under every load of its system."""

from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import log_to
from mechanist.formats.sample import write_sample
from mechanist.simulate.glass_samples import simulate_glass
from mechanist.simulate.protocol import GlassSystem

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(out: Path, *, system: GlassSystem, sample: str, seed: int) -> None:
    """Write one sample file; if a minimisation failed, the file records which and why.

    Parameters
    ----------
    out : Path
        The sample file.
    system : GlassSystem
        System to simulate.
    sample : str
        Name of the sample, such as ``"ka2d-0007"``.
    seed : int
        The configured seed.
    """
    write_sample(out, simulate_glass(system, sample, seed=seed))


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.output[0]),
            system=GlassSystem.from_entry(snakemake.wildcards.system, snakemake.params.system),
            sample=snakemake.wildcards.sample,
            seed=snakemake.params.seed,
        )
