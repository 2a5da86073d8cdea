"""Find what the samples of a user's own glass system share, and say what is done without."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.formats.atomic import write_text
from mechanist.formats.sample import read_sample
from mechanist.progress import LOGGER, log_to
from mechanist.simulate.own_glass import common_of, summary

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    samples: Sequence[Path], out: Path, *, length: float | None, left_out: Mapping[str, str]
) -> None:
    """Write the unit of length, the groups, and what is left out.

    Parameters
    ----------
    samples : sequence of Path
        Imported sample files of one system.
    out : Path
        JSON.
    length : float or None
        Unit of length that the user states, in the unit of the files.
    left_out : mapping of str to str
        What the system does without, and why.
    """
    common = common_of([read_sample(path) for path in samples], length=length)
    LOGGER.info("unit of length: %.6g in %s units", common.length, common.units)
    for name, reason in left_out.items():
        LOGGER.info("left out: %s, it %s", name, reason)
    content = {**summary(common), "left_out": dict(left_out)}
    write_text(out, json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input],
            Path(snakemake.output[0]),
            length=snakemake.params.length,
            left_out=snakemake.params.left_out,
        )
