"""List the cases of equation discovery with the source, size and accuracy of their data."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from mechanist.core.atomic import write_text
from mechanist.core.progress import log_to
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.field_files import read_about, read_fields
from mechanist.formats.meanings.of_equations import CASES

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

HEADINGS = {
    "case": "Case",
    "kind": "Kind",
    "source": "Source (DOI)",
    "trajectories": "Trajectories",
    "grid": "Grid, time last",
    "fields": "Fields",
    "accuracy": "Accuracy",
    "note": "Deviation from the source",
}


def main(data: Sequence[Path], out_csv: Path, out_markdown: Path) -> None:
    """Write the table as CSV and in markdown.

    Parameters
    ----------
    data : sequence of Path
        Field files, simulated or imported; the accuracy of imported ones is unknown.
    out_csv, out_markdown : Path
        Tables with one row per file, in the order given.
    """
    table = pd.DataFrame([_row(path) for path in data], columns=list(HEADINGS))
    write_csv(out_csv, table, title="Cases of equation discovery", columns=CASES)
    lines = ["| " + " | ".join(HEADINGS.values()) + " |", "|---" * len(HEADINGS) + "|"]
    for row in table.to_dict("records"):
        cells = {**row, "accuracy": "" if pd.isna(row["accuracy"]) else f"{row['accuracy']:.1e}"}
        lines.append("| " + " | ".join(str(cells[name]) for name in HEADINGS) + " |")
    write_text(out_markdown, "\n".join(lines) + "\n")


def _row(path: Path) -> dict[str, object]:
    about, trajectories = read_about(path), read_fields(path)
    first = trajectories[0]
    return {
        "case": about.get("title", path.parent.name),
        "kind": about.get("kind", ""),
        "source": about.get("source", ""),
        "trajectories": len(trajectories),
        "grid": " x ".join(str(n) for n in first.shape),
        "fields": ", ".join(first.variables),
        "accuracy": about.get("accuracy", float("nan")),
        "note": about.get("note", ""),
    }


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input],
            Path(snakemake.output.csv),
            Path(snakemake.output.markdown),
        )
