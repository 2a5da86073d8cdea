"""Predict how the lattice of every voxel of a user's polycrystal turns in tension."""

from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import log_to
from mechanist.predict.predict_crystal import predict_crystal

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        predict_crystal(
            Path(snakemake.input.model).parent,
            Path(snakemake.output.table),
            Path(snakemake.output.grains),
            Path(snakemake.output.orientations),
            Path(snakemake.output.image),
            Path(snakemake.output.summary),
            entry=snakemake.params.entry,
            place=snakemake.params.place,
            name=snakemake.wildcards.specimen,
        )
