"""Typeset the paper offline, with embedded fonts only, reproducibly to the byte.

The document is archival (PDF/A). Typst refuses to write PDF/A if a character has no glyph.
"""

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypedDict

from mechanist.core.atomic import replacing
from mechanist.core.errors import TypesettingError
from mechanist.core.progress import LOGGER, log_to

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

MAIN: Final = "main.typ"
STANDARD: Final = "a-2u"
#: 2026-01-01 in seconds: an archival document needs a date, which must not come from the clock.
TIMESTAMP: Final = 1767225600


def main(
    sources: Sequence[Path],
    numbers: Path,
    out: Path,
    *,
    figures: Mapping[str, Path],
    citation: Path,
) -> None:
    """Typeset the paper.

    Parameters
    ----------
    sources : sequence of Path
        Typst sources and references; sections are in the folder ``sections`` next to ``main.typ``.
    numbers : Path
        Output of ``paper_numbers.py``.
    out : Path
        The PDF.
    figures : mapping of str to Path
        SVG files by their names in the sources.
    citation : Path
        ``CITATION.cff``, the source of title and authors.

    Raises
    ------
    TypesettingError
        If Typst issues a warning or cannot typeset the paper.
    """
    with tempfile.TemporaryDirectory() as folder:
        stage = gathered(Path(folder), sources, numbers, figures, cited(citation))
        document = typeset(stage)
    with replacing(out) as temporary:
        temporary.write_bytes(document)
    LOGGER.info("%s: %d bytes", out, len(document))


class Cited(TypedDict):
    """Title and authors."""

    title: str
    authors: list[str]


def cited(citation: Path) -> Cited:
    """Return the title and authors from a citation file."""
    import yaml

    content = yaml.safe_load(citation.read_text(encoding="utf-8"))
    names = [
        entry.get("name") or f"{entry['given-names']} {entry['family-names']}"
        for entry in content["authors"]
    ]
    return {"title": content["title"], "authors": names}


def gathered(
    folder: Path,
    sources: Sequence[Path],
    numbers: Path,
    figures: Mapping[str, Path],
    about: Cited,
) -> Path:
    """Copy all inputs of the paper into one folder and return the main source."""
    root = next(path for path in sources if path.name == MAIN).parent
    for path in sources:
        place = folder / path.relative_to(root)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
    content = json.loads(numbers.read_text(encoding="utf-8"))
    content |= {"figures": sorted(figures), "about": dict(about)}
    (folder / "numbers.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    (folder / "figures").mkdir()
    for name, path in figures.items():
        shutil.copyfile(path, folder / "figures" / f"{name}.svg")
    return folder / MAIN


def typeset(source: Path) -> bytes:
    """Return the document as PDF.

    Raises
    ------
    TypesettingError
        If Typst issues a warning or fails.
    """
    import typst

    try:
        document, warnings = typst.compile_with_warnings(
            str(source),
            root=str(source.parent),
            ignore_system_fonts=True,
            pdf_standards=[STANDARD],
            timestamp=TIMESTAMP,
        )
    except typst.TypstError as error:
        raise TypesettingError(f"the paper cannot be typeset: {error}") from error
    if warnings:
        said = "\n".join(f"  {warning.message}" for warning in warnings)
        raise TypesettingError(f"Typst issued warnings; expected none:\n{said}")
    return bytes(document)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input.sources],
            Path(snakemake.input.numbers),
            Path(snakemake.output[0]),
            figures=dict(
                zip(snakemake.params.figures, map(Path, snakemake.input.figures), strict=True)
            ),
            citation=Path(snakemake.input.citation),
        )
