"""Check that no model predicted a sample from its training folds, and list the splits used."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from mechanist.assess.leakage import LeakError, check_folds
from mechanist.core.atomic import write_text
from mechanist.core.progress import log_to
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.meanings.of_scores import LEAKAGE
from mechanist.formats.tables import read_table
from mechanist.learn.splits import read_splits

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    predictions: Sequence[Path], splits: Sequence[Path], csv_out: Path, markdown_out: Path
) -> None:
    """Check all prediction files and write one row per file.

    Parameters
    ----------
    predictions : sequence of Path
        Files ``<wing>/<system>/predictions/<model>.parquet``.
    splits : sequence of Path
        Files ``<wing>/<system>/splits.json`` of the same systems; their hashes are verified.
    csv_out, markdown_out : Path
        The listing as CSV, and a summary as Markdown.

    Raises
    ------
    LeakError
        If a sample was tested in several folds or in the wrong fold; the message names the file.
    ValueError
        If the splits of a system are missing.
    """
    known = {path.parent: read_splits(path) for path in splits}
    rows = []
    for path in predictions:
        folder = path.parent.parent
        if folder not in known:
            raise ValueError(f"{path}: no splits were given for {folder}")
        table = read_table(path, ["sample", "fold"])
        try:
            check_folds(table, known[folder])
        except LeakError as error:
            raise LeakError(f"{path}: {error}") from error
        rows.append({
            "wing": folder.parent.name, "system": folder.name, "model": path.stem,
            "n_samples": table["sample"].nunique(), "n_rows": len(table),
            "folds": len(known[folder].folds), "splits_sha256": known[folder].sha256,
        })  # fmt: skip
    listed = pd.DataFrame(rows).sort_values(["wing", "system", "model"], ignore_index=True)
    write_csv(csv_out, listed, title="Folds of all predictions", columns=LEAKAGE)
    write_text(markdown_out, markdown(listed))


def markdown(listed: pd.DataFrame) -> str:
    """Return a table with one row per system: its splits and the number of tested models."""
    lines = [
        "| wing | system | folds | samples | models | hash of the splits |",
        "|" + " --- |" * 6,
    ]
    for (wing, system), part in listed.groupby(["wing", "system"], sort=False):
        first = part.iloc[0]
        cells = [wing, system, first["folds"], part["n_samples"].max(), len(part),
                 f"`{first['splits_sha256'][:12]}`"]  # fmt: skip
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    note = (
        "Every model was tested once on every sample, in the fold that the frozen splits of the"
        " system assign to the sample, after training on the other folds."
    )
    return "\n\n".join(["# Splits used for the predictions", "\n".join(lines), note]) + "\n"


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input.predictions],
            [Path(path) for path in snakemake.input.splits],
            Path(snakemake.output.csv),
            Path(snakemake.output.md),
        )
