"""Check all simulations that a user names: print what was read, and list every problem.

Nothing is computed or written. Entries come from the sample sheet and from the configuration; all
are read, so that all problems are reported at once.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import LOGGER, log_to
from mechanist.imports.import_summary import understood
from mechanist.settings.own_imports import Import, configured_imports, sheet_imports
from mechanist.wings.sheets import SHEET_RULES

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


class DataError(ValueError):
    """Some of the user's simulations are unusable; the message has one line per problem."""


def main(
    sheet: Path | None, *, settings: Mapping[str, object], schema: Mapping[str, object]
) -> None:
    """Check every row of the sheet and every entry of the configuration.

    Parameters
    ----------
    sheet : Path, optional
        The sample sheet.
    settings : mapping
        The configuration without the entries of the sheet.
    schema : mapping
        Schema of the configuration.

    Raises
    ------
    DataError
        If the sheet, an entry, or a file that an entry names is invalid.
    """
    imports, problems = configured_imports(settings, SHEET_RULES), []
    if sheet is not None:
        rows, found = sheet_imports(sheet, settings, schema, SHEET_RULES)
        imports += rows
        problems += [str(error) for error in found]
    good = 0
    for one in imports:
        try:
            lines = understood(one)
        except ValueError as error:
            problems.append(_blamed(one, error))
            continue
        good += 1
        _say("\n  ".join([f"{one.title} ({one.place})", *lines]))
    if problems:
        listed = "\n".join(f"  {k}. {problem}" for k, problem in enumerate(problems, start=1))
        plural = "" if len(problems) == 1 else "s"
        raise DataError(
            f"{good} of your entries can be used; {len(problems)} problem{plural}:\n{listed}"
        )
    _say(f"all {good} of your entries can be used" if good else _nothing(sheet))


def _blamed(one: Import, error: ValueError) -> str:
    """Return an error message that starts with the place of its entry."""
    said = str(error)
    return said if said.startswith(one.place) else f"{one.place}: {said}"


def _nothing(sheet: Path | None) -> str:
    where = "the configuration" if sheet is None else f"{sheet} or the configuration"
    return f"no simulations of your own are named in {where}: see config/README.md"


def _say(message: str) -> None:
    LOGGER.info(message)
    print(message, flush=True)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.params.sheet) if snakemake.params.sheet else None,
            settings=snakemake.params.settings,
            schema=snakemake.params.schema,
        )
