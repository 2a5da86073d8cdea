"""Make microstructures of curved dislocations, with equally many samples per class."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.narrowing import built
from mechanist.core.progress import log_to
from mechanist.formats.microstructure_files import write_microstructures
from mechanist.simulate.microstructures import CLASSES, MicrostructureSystem, make_microstructure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(out: Path, *, parameters: Mapping[str, object], samples: int, seed: int) -> None:
    """Write all samples of all classes.

    Parameters
    ----------
    out : Path
        The batch.
    parameters : mapping
        Fields of :class:`mechanist.simulate.microstructures.MicrostructureSystem` to set.
    samples : int
        Number of samples of each class.
    seed : int
        Root seed.

    Raises
    ------
    ValueError
        If ``samples`` is less than one.
    """
    if samples < 1:
        raise ValueError(f"samples = {samples}; expected at least one per class")
    system = built(MicrostructureSystem, parameters)
    labels = [label for label in CLASSES for _ in range(samples)]
    made = [
        make_microstructure(system, label, f"{system.name}-{k:05d}", seed=seed)
        for k, label in enumerate(labels)
    ]
    write_microstructures(out, made)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.output[0]),
            parameters=snakemake.params.parameters,
            samples=snakemake.params.samples,
            seed=snakemake.params.seed,
        )
