"""Measure the coverage of our intervals on synthetic data with known truth."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from mechanist.assess.coverage import OBJECTS, SAMPLES, coverage
from mechanist.assess.synthetic_predictions import World
from mechanist.core.atomic import write_text
from mechanist.core.progress import log_to, progress
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.meanings.of_scores import COVERAGE
from mechanist.settings.entry_types.trust_block_entries import WorldEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

NAMES: Final = {
    "mse": "mean squared error",
    "r2": "R2",
    "pearson": "Pearson",
    "median_error": "median error",
}
HEADERS: Final = (
    "distribution", "samples", "objects each", "shared variance", "statistic", "interval",
    "coverage", "over objects (control)",
)  # fmt: skip
KEYS: Final = ["tails", "n_samples", "statistic"]


def main(
    csv_out: Path,
    markdown_out: Path,
    *,
    worlds: Sequence[WorldEntry],
    repeats: int,
    resamples: int,
    level: float,
    seed: int,
) -> None:
    """Write the coverage table as CSV and as Markdown.

    Parameters
    ----------
    csv_out, markdown_out : Path
    worlds : sequence of mapping
        Fields of :class:`mechanist.assess.synthetic_predictions.World` that differ from its defaults.
    repeats, resamples, level, seed
        As in :func:`mechanist.assess.coverage.coverage`.
    """
    tables = [
        coverage(World(**world), repeats=repeats, resamples=resamples, seed=seed, level=level)
        for world in progress(list(worlds), "worlds drawn")
    ]
    table = pd.concat(tables, ignore_index=True)
    title = "Coverage of intervals on made-up data"
    write_csv(csv_out, table, title=title, columns=COVERAGE, float_format="%.7g")
    write_text(markdown_out, markdown(table, level=level))


def markdown(table: pd.DataFrame, *, level: float) -> str:
    """Return a Markdown table of the coverage of intervals over samples and over objects."""
    lines = ["| " + " | ".join(HEADERS) + " |", "|" + " --- |" * len(HEADERS)]
    for _, part in table.groupby([*KEYS, "n_objects", "shared", "noise", "slope"], sort=False):
        ours, control = (part[part["resampled"] == unit].iloc[0] for unit in (SAMPLES, OBJECTS))
        cells = [
            ours["tails"], ours["n_samples"], ours["n_objects"], f"{ours['shared']:g}",
            NAMES[ours["statistic"]], f"{ours['interval']}, {ours['method']}",
            *(f"{row['covered']:.3f} +- {row['error']:.3f}" for row in (ours, control)),
        ]  # fmt: skip
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    note = (
        f"Share of nominal {100 * level:g} % intervals that contain the known truth, with its"
        " standard error. Intervals are over whole samples; as a control, intervals over objects"
        " treat each object as an independent experiment."
    )
    return "\n\n".join(["# Coverage of intervals", "\n".join(lines), note]) + "\n"


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.output.csv),
            Path(snakemake.output.md),
            worlds=snakemake.params.worlds,
            repeats=snakemake.params.repeats,
            resamples=snakemake.params.resamples,
            level=snakemake.params.level,
            seed=snakemake.params.seed,
        )
