"""Predict every particle of one sample of a user's, under the loads that the user asks for."""

from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import log_to
from mechanist.predict.predict_glass import predict_glass

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        predict_glass(
            Path(snakemake.input.model).parent,
            Path(snakemake.output.table),
            Path(snakemake.output.summary),
            Path(snakemake.output.state),
            Path(snakemake.output.xyz),
            Path(snakemake.output.dump),
            entry=snakemake.params.entry,
            place=snakemake.params.place,
        )
