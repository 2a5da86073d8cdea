"""Take memory, keep it until SLURM has looked, then say how much it was."""

import time
from pathlib import Path

#: Seconds; the cluster looks every second one.
KEPT = 10

taken = b"1" * (snakemake.params.megabytes * 1_000_000)  # noqa: F821
time.sleep(KEPT)
Path(snakemake.output[0]).write_text(f"{len(taken)}\n")  # noqa: F821
