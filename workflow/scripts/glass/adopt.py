"""Convert an imported glass to its system's unit of length and to frames at the learnt strains."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import LOGGER, log_to
from mechanist.formats.sample import read_sample, write_sample
from mechanist.imports.own_glasses import adopted

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    imported: Path, common: Path, out: Path, *, strains: Sequence[float], tolerance: float
) -> None:
    """Write one sample file; if no frame fits, the file records it.

    Parameters
    ----------
    imported : Path
        Imported sample file.
    common : Path
        Output of ``glass_own.py`` for its system.
    out : Path
        Sample file.
    strains, tolerance
        As in :func:`mechanist.imports.own_glasses.adopted`.
    """
    length = json.loads(common.read_text(encoding="utf-8"))["length"]
    sample = adopted(read_sample(imported), strains=strains, tolerance=tolerance, length=length)
    write_sample(out, sample)
    for name, load in sample.loads.items():
        if load.status != "ok":
            LOGGER.warning("%s is left out under load %s: %s", sample.name, name, load.reason)
    if sample.status != "ok":
        LOGGER.warning("%s is left out: %s", sample.name, sample.reason)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input.sample),
            Path(snakemake.input.common),
            Path(snakemake.output[0]),
            strains=snakemake.params.strains,
            tolerance=snakemake.params.tolerance,
        )
