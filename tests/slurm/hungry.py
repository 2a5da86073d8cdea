"""Allocate memory, hold it until SLURM has measured it, then write its size."""

import time
from pathlib import Path

#: Seconds to hold the memory; the cluster measures every two seconds.
KEPT = 10

taken = b"1" * (snakemake.params.megabytes * 1_000_000)  # noqa: F821
time.sleep(KEPT)
Path(snakemake.output[0]).write_text(f"{len(taken)}\n")  # noqa: F821
