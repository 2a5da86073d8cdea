"""Find the common properties and the unusable samples of a user's own glass system."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.atomic import write_text
from mechanist.core.progress import LOGGER, log_to
from mechanist.formats.sample import read_sample
from mechanist.imports.own_glasses import common_of, summary, unusable

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    samples: Sequence[Path],
    out: Path,
    *,
    length: float | None,
    strains: Sequence[float],
    tolerance: float,
) -> None:
    """Write the unit of length, the groups, and the unusable samples with reasons.

    Parameters
    ----------
    samples : sequence of Path
        Imported sample files of one system.
    out : Path
        JSON.
    length : float or None
        Unit of length set by the user, in the unit of the files.
    strains, tolerance
        As in :func:`mechanist.imports.own_glasses.adopted`.
    """
    read = [read_sample(path) for path in samples]
    common = common_of(read, length=length)
    LOGGER.info("unit of length: %.6g in %s units", common.length, common.units)
    lost = unusable(read, common, strains=strains, tolerance=tolerance)
    for name, reason in lost.items():
        LOGGER.warning("left out: sample %s: %s", name, reason)
    write_text(out, json.dumps(summary(common, lost), indent=1) + "\n")


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input],
            Path(snakemake.output[0]),
            length=snakemake.params.length,
            strains=snakemake.params.strains,
            tolerance=snakemake.params.tolerance,
        )
