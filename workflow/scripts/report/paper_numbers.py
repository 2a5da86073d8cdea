"""Collect the numbers, tables and equations that the paper quotes from result files in one file."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from mechanist.core.atomic import write_text
from mechanist.core.narrowing import mapping
from mechanist.core.progress import LOGGER, log_to
from mechanist.draw.numerals import printed
from mechanist.draw.paper_tables import Context, build_table
from mechanist.draw.typst_math import typst_math
from mechanist.formats.equation_files import Equation, read_equations
from mechanist.settings.paper_entries import QuantityEntry
from mechanist.settings.paper_numbers import quantity
from mechanist.settings.paper_specification import AbsentError, read_specification, variables

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

SCHEMA: Final = "mechanist.paper/1"
#: Selection rule whose equations are printed.
RULE: Final = "auto"
Asked = TypeVar("Asked")
Found = TypeVar("Found")


def main(
    specification: Path,
    out: Path,
    *,
    files: Mapping[str, Path],
    equations: Mapping[str, Path],
    config: Mapping[str, object],
) -> None:
    """Write all quoted quantities, tables and equations.

    Parameters
    ----------
    specification : Path
        Specification in the format of :mod:`mechanist.settings.paper_numbers`.
    out : Path
        JSON: ``quantities`` by name, each with ``text``, ``interval``, ``verdict`` and ``source``;
        ``tables``; ``equations``; the ``parts`` that this size makes; ``absent`` entries and why.
    files : mapping of str to Path
        Sources that this size of the workflow makes, by name.
    equations : mapping of str to Path
        Equations files by printed name, in printing order.
    config : mapping
        The configuration of the run.

    Raises
    ------
    FormatError
        If the specification or a file is damaged.
    """
    spec = read_specification(specification)
    context = Context(config, variables(spec, config), files)
    absent: dict[str, str] = {}
    quantities = known(spec["quantities"], lambda _, e: quoted(e, context), absent)
    content = {
        "schema": SCHEMA,
        "results": mapping(config.get("pathvars", {})).get("results", "results"),
        "parts": [part for part, source in spec["parts"].items() if source in files],
        "quantities": quantities,
        "tables": known(spec["tables"], lambda n, e: build_table(n, e, context), absent),
        "equations": [row for name, path in equations.items() for row in found_rows(name, path)],
        "absent": absent,
    }
    write_text(out, json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    LOGGER.info("%d quantities, %d absent", len(quantities), len(absent))


def known(
    entries: Mapping[str, Asked], read: Callable[[str, Asked], Found], absent: dict[str, str]
) -> dict[str, Found]:
    """Return the entries available at this size, and add reasons for the others to ``absent``."""
    found: dict[str, Found] = {}
    for name, entry in entries.items():
        try:
            found[name] = read(name, entry)
        except AbsentError as error:
            absent[name] = str(error)
    return found


def quoted(entry: QuantityEntry, context: Context) -> dict[str, str]:
    """Return a quantity as printed, with its source."""
    found = quantity(entry, context.config, context.values, context.files)
    return {**printed(found, entry), "source": found.source}


def found_rows(name: str, path: Path) -> list[dict[str, str]]:
    """Return the equations of a file as Typst mathematics, and whether their terms are right."""
    file = read_equations(path)
    chosen = [equation for equation in file.equations if equation.rule == RULE]
    return [
        {
            "name": name if place == 0 else "",
            "mathematics": typst_math(equation.to_latex()),
            "right": right(equation),
            "verdict": equation.verdict or "not judged",
            "unexplained": f"{100 * equation.loss:.2g} %",
            "inclusion": f"{min((term.inclusion for term in equation.terms), default=0.0):.2f}",
        }
        for place, equation in enumerate(chosen)
    ]


def right(equation: Equation) -> str:
    """Return whether the terms are the true ones: ``yes``, ``no``, or ``unknown``."""
    if equation.truth is None:
        return "unknown"
    true = {name for name, value in equation.truth.items() if value}
    return "yes" if set(equation.coefficients) == true else "no"


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        given = {name: Path(path) for name, path in snakemake.input.items()}
        main(
            given.pop("specification"),
            Path(snakemake.output[0]),
            equations={
                name: given.pop(key) for key, name in snakemake.params.equation_names.items()
            },
            files=given,
            config=snakemake.params.settings,
        )
