"""Check all simulations that a user names: print what was read, and list every problem."""

from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.command.user_data import check_user_data
from mechanist.core.progress import log_to

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        check_user_data(
            Path(snakemake.params.sheet) if snakemake.params.sheet else None,
            settings=snakemake.params.settings,
            schema=snakemake.params.schema,
            asked=snakemake.params.asked,
            asked_problems=snakemake.params.asked_problems,
        )
