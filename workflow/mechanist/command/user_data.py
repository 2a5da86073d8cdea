"""Check all simulations that a user names: print what was read, and list every problem.

Nothing is computed or written. Systems of glasses without frames at the strains at which models would
be trained are told: importing them is possible, training is not. Entries come from the sample sheet and from the configuration; all
are read, whatever error one of them causes, so that all problems are reported at once: first those
of the configuration (where the library of each case of field data is held against their names), then those of the sheet by line,
last those of the samples to predict, which are held against the models that predict them.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from mechanist.core.narrowing import mapping
from mechanist.core.progress import LOGGER
from mechanist.imports.case_terms import case_problem
from mechanist.imports.entry_check import Checked, check_apart
from mechanist.imports.learnt_strains import strain_notices
from mechanist.predict.asked_check import check_asked
from mechanist.predict.asked_sample import AskedSample
from mechanist.settings.own_imports import Import, configured_imports, sheet_imports
from mechanist.wings.sheets import SHEET_RULES


class DataError(ValueError):
    """Some of the user's simulations are unusable; the message has one line per problem."""


def check_user_data(
    sheet: Path | None,
    *,
    settings: Mapping[str, object],
    schema: Mapping[str, object],
    asked: Sequence[AskedSample] = (),
    asked_problems: Sequence[tuple[int, str]] = (),
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
    asked : sequence of AskedSample
        Samples to predict.
    asked_problems : sequence of tuple of int and str
        Lines and texts of the problems of the sheet that names them.

    Raises
    ------
    DataError
        If the sheet, an entry, or a file that an entry names is invalid.
    """
    imports = configured_imports(settings, SHEET_RULES)
    problems: list[tuple[int, str]] = []  # line of the sheet, 0 for the configuration, and message
    if sheet is not None:
        rows, found = sheet_imports(sheet, settings, schema, SHEET_RULES)
        imports += rows
        problems += [(error.line or 0, str(error)) for error in found]
    cases = mapping(mapping(settings.get("equations", {})).get("cases", {}))
    good = 0
    usable: list[tuple[Import, Checked]] = []
    for one in imports:
        checked = check_apart(one)
        problems += [(_line(sheet, place), said) for place, said in checked.problems]
        of_case = case_problem(one, cases)
        if of_case is not None:
            problems.append((0, of_case))
        elif not checked.problems:
            good += 1
            _say("\n  ".join([f"{one.title} ({one.place})", *checked.lines]))
            usable.append((one, checked))
    _say_strains(usable, mapping(settings.get("glass", {})))
    odd = list(asked_problems)
    for sample in asked:
        lines, wrong = check_asked(sample)
        odd += [(_line_of(sample["place"]), said) for said in wrong]
        if not wrong:
            good += 1
            _say("\n  ".join([f"{sample['title']} ({sample['place']})", *lines]))
    if problems or odd:
        ordered = [said for part in (problems, odd) for _, said in sorted(part, key=_by_line)]
        listed = "\n".join(f"  {k}. {problem}" for k, problem in enumerate(ordered, start=1))
        plural = "" if len(ordered) == 1 else "s"
        raise DataError(
            f"{good} of your entries can be used; {len(ordered)} problem{plural}:\n{listed}"
        )
    _say(f"all {good} of your entries can be used" if good else _nothing(sheet))


def _say_strains(usable: Sequence[tuple[Import, Checked]], glass: Mapping[str, object]) -> None:
    """Tell which systems of glasses have no frame at a strain at which models would be trained."""
    strains: dict[str, dict[str, tuple[float, ...]]] = {}  # by system and sample
    groups: dict[str, dict[str, str]] = {}
    for one, checked in usable:
        if checked.strains:
            system, name = one.names
            strains.setdefault(system, {})[name] = checked.strains
            groups.setdefault(system, {})[name] = str(one.entry.get("group", name))
    for system, samples in strains.items():
        for notice in strain_notices(system, samples, groups[system], glass):
            _say(f"note: {notice}")


def _line(sheet: Path | None, place: str) -> int:
    """Return the line of the sheet that a place states, or 0 for a place in the configuration."""
    stated = place.removeprefix(f"{sheet}:")
    return int(stated) if sheet is not None and stated != place else 0


def _line_of(place: str) -> int:
    """Return the line of the sheet of samples to predict, or 0 for a place in the configuration."""
    _, _, line = place.rpartition(":")
    return int(line) if line.isdecimal() else 0


def _by_line(problem: tuple[int, str]) -> int:
    return problem[0]


def _nothing(sheet: Path | None) -> str:
    where = "the configuration" if sheet is None else f"{sheet} or the configuration"
    return f"no simulations of your own are named in {where}: see config/README.md"


def _say(message: str) -> None:
    LOGGER.info(message)
    print(message, flush=True)
