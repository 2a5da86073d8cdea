"""Write the card of a kept model for readers, with what a test on unseen glasses has shown."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from mechanist.core.atomic import write_text
from mechanist.core.progress import log_to
from mechanist.predict.kept_files import read_kept
from mechanist.predict.model_card import card_text
from mechanist.predict.unseen_card import unseen_section

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    folder: Path,
    out: Path,
    *,
    unseen: Path | None = None,
    kinds: Mapping[str, str],
    rivals: Mapping[str, str],
) -> None:
    """Write the card as Markdown.

    Parameters
    ----------
    folder : Path
        Folder of the model.
    out : Path
    unseen : Path, optional
        Table of its test on unseen glasses.
    kinds, rivals
        As in :func:`mechanist.predict.unseen_card.unseen_section`.
    """
    model = read_kept(folder)
    table = None if unseen is None else pd.read_csv(unseen)
    told = [] if table is None else unseen_section(model, table, kinds=kinds, rivals=rivals)
    write_text(out, card_text(model, told))


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        found = snakemake.input.get("unseen")
        main(
            Path(snakemake.input.model).parent,
            Path(snakemake.output[0]),
            unseen=Path(found) if found else None,
            kinds=snakemake.params.kinds,
            rivals=snakemake.params.rivals,
        )
