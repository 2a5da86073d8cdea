"""Draw how often error bars hold the truth, and how often each verdict is given."""

from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import log_to
from mechanist.draw.stems import figure_stems
from scripts.equations import figure_error_bars, figure_verdicts

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        files, params = snakemake.input, snakemake.params
        stems = figure_stems(snakemake.output)
        figure_error_bars.main(
            bars=[Path(path) for path in files.bars],
            stem=stems["error_bars"],
            metadata=params.metadata,
        )
        figure_verdicts.main(
            verdicts=[Path(path) for path in files.verdicts],
            stem=stems["verdicts"],
            metadata=params.metadata,
        )
