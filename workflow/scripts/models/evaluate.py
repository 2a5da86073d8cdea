"""Score one model's predictions, per frame and overall, with intervals over samples."""

from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.assess.score_predictions import score_predictions as main
from mechanist.core.progress import log_to

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input.predictions),
            Path(snakemake.input.splits),
            Path(snakemake.output.frames),
            Path(snakemake.output.scores),
            scoring=snakemake.params.scoring,
        )
