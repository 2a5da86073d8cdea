"""Record which samples, descriptors, models and figures a glass lacks, and why."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.atomic import write_text
from mechanist.core.progress import LOGGER, log_to

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(common: Path | None, out: Path, *, left_out: Mapping[str, str]) -> None:
    """Write the reasons.

    Parameters
    ----------
    common : Path or None
        Output of ``own.py`` for a user's system, with its unusable samples.
    out : Path
        JSON: names of what is left out, such as ``samples/run7`` or ``models/hybrid``, and reasons.
    left_out : mapping of str to str
        Names and reasons that follow from the configuration alone.
    """
    unusable = json.loads(common.read_text(encoding="utf-8"))["unusable"] if common else {}
    reasons = {f"samples/{name}": reason for name, reason in unusable.items()} | dict(left_out)
    for name, reason in reasons.items():
        LOGGER.info("left out: %s: %s", name, reason)
    write_text(out, json.dumps(reasons, indent=1) + "\n")


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input[0]) if snakemake.input else None,
            Path(snakemake.output[0]),
            left_out=snakemake.params.left_out,
        )
