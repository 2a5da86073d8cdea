"""Published results as ``config/published.yaml`` lists them, checked."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mechanist.assess.metrics import METRICS
from mechanist.assess.published_rows import DescribedRow, PublishedContent, PublishedRow
from mechanist.core.errors import FormatError
from mechanist.settings.schema_errors import SettingsError, check_settings

_REMEDY: Final = (
    "Correct the row; workflow/schemas/published.schema.yaml states what each field takes."
)


@dataclass(frozen=True)
class Reference:
    """A publication.

    Parameters
    ----------
    citation : str
    doi : str or None
        None if it is not known to us.
    """

    citation: str
    doi: str | None

    @property
    def full(self) -> str:
        """Citation and DOI in one line."""
        return ", ".join(filter(None, (self.citation, self.doi)))


@dataclass(frozen=True)
class Published:
    """Published results.

    Parameters
    ----------
    rows : list of dict
        Rows of the file, with their short keys.
    references : dict
        Publications by key.
    systems, tasks : dict
        Descriptions by key.
    """

    rows: list[PublishedRow]
    references: dict[str, Reference]
    systems: dict[str, str]
    tasks: dict[str, str]

    def described(self) -> Iterator[DescribedRow]:
        """Yield the rows with full texts in place of keys, and ``publication`` and ``doi``."""
        for row in self.rows:
            cited = self.references[row["reference"]]
            source = self.references.get(row["source"])
            yield {
                **row,
                "publication": cited.citation,
                "doi": cited.doi,
                "system": self.systems[row["system"]],
                "task": self.tasks[row["task"]],
                "source": source.full if source else row["source"],
            }


def check_published(
    path: Path, content: PublishedContent, schema: Mapping[str, object]
) -> Published:
    """Check published results against their schema.

    Parameters
    ----------
    path : Path
        Path of the file, for errors.
    content, schema : mapping
        Parsed file and JSON Schema.

    Raises
    ------
    FormatError
        If the content does not fit the schema, an id repeats, a key is not described or not used,
        or a metric of ours does not exist.
    """
    try:
        check_settings(content, schema)
    except SettingsError as error:
        raise FormatError(path, str(error), remedy=_REMEDY) from error
    rows = [row.copy() for row in content["rows"]]
    problems = [*_repeated(rows), *_unlisted(rows, content), *_unknown_metrics(rows)]
    if problems:
        raise FormatError(path, "; ".join(problems), remedy=_REMEDY)
    references = {key: Reference(**entry) for key, entry in content["references"].items()}
    return Published(rows, references, dict(content["systems"]), dict(content["tasks"]))


def _repeated(rows: list[PublishedRow]) -> Iterator[str]:
    counts = Counter(row["id"] for row in rows)
    twice = sorted(name for name, count in counts.items() if count > 1)
    if twice:
        yield f"ids {twice} repeat; expected a unique id per row"


def _unlisted(rows: list[PublishedRow], content: PublishedContent) -> Iterator[str]:
    """Yield the keys that rows use but nothing describes, and those that no row uses."""
    for block, field, known, used in (
        ("references", "reference", set(content["references"]), {r["reference"] for r in rows}),
        ("systems", "system", set(content["systems"]), {row["system"] for row in rows}),
        ("tasks", "task", set(content["tasks"]), {row["task"] for row in rows}),
    ):
        if used - known:
            yield f"{field} {sorted(used - known)} of a row is not listed under {block}"
        sources = {row["source"] for row in rows} if field == "reference" else set()
        if known - used - sources:
            yield f"{block} {sorted(known - used - sources)} are used by no row"


def _unknown_metrics(rows: list[PublishedRow]) -> Iterator[str]:
    # A ranking of the top fraction, such as ``auc_top10``, is listed without its fraction.
    asked = {row["ours"]["metric"].partition("_top")[0] for row in rows if "ours" in row}
    if asked - set(METRICS):
        yield f"metric {sorted(asked - set(METRICS))} of ours is none of {sorted(METRICS)}"
