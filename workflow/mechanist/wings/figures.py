"""What all figure rules share: output files, an entry in the report, and metadata."""

from collections.abc import Mapping
from typing import Final, Protocol

#: Metadata in the files of figures that belong to no single wing or system.
FIGURE_METADATA: Final[dict[str, str]] = {"project": "Mechanist", "licence": "CC-BY-4.0"}


class Report(Protocol):
    """Snakemake's function that files an output in the report."""

    def __call__(
        self,
        value: str,
        caption: str,
        category: str,
        subcategory: str | None,
        labels: Mapping[str, str],
    ) -> str:
        """Return the path of the output, marked for the report."""
        ...


def figure_outputs(
    report: Report,
    stem: str,
    *,
    caption: str,
    category: str,
    subcategory: str | None = None,
    labels: Mapping[str, str],
) -> dict[str, str]:
    """Return the files of a figure, by the names under which its script finds them.

    Parameters
    ----------
    report : Report
        Marks the picture for the report.
    stem : str
        Path of the files without suffix; it may contain wildcards.
    caption : str
        Name of a file in ``workflow/report``, without suffix.
    category, subcategory : str
        Where the report lists the figure.
    labels : mapping of str to str
        What the report calls the figure; values may contain wildcards.
    """
    picture = report(f"{stem}.png", f"../report/{caption}.rst", category, subcategory, dict(labels))
    return {
        "pdf": f"{stem}.pdf",
        "svg": f"{stem}.svg",
        "png": picture,
        "csv": f"{stem}.csv",
        "columns": f"{stem}.csv-metadata.json",
    }
