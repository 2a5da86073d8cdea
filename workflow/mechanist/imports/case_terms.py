"""Hold the library of a case against the names of its field data, before the data are read."""

from collections.abc import Mapping

import numpy as np

from mechanist.core.narrowing import mapping, texts
from mechanist.discover.search import Search
from mechanist.formats.field_files import FieldData
from mechanist.settings.field_entry import FieldEntry
from mechanist.settings.key_places import located
from mechanist.settings.own_imports import Import


def case_problem(one: Import, cases: Mapping[str, object]) -> str | None:
    """Return what is wrong with the library or the settings of the case of an entry, if anything.

    Parameters
    ----------
    one : Import
        An entry; those of other blocks than ``equations/imports`` have no case.
    cases : mapping
        The block ``equations/cases`` of the configuration.

    Returns
    -------
    str or None
        One sentence that begins with the place, in a workflow with file and line; None also if the entry itself is invalid, which
        is told where it is read.
    """
    if one.block != ("equations", "imports"):
        return None
    if one.names[0] not in cases:
        return located(
            f"equations/imports/{one.names[0]}: there is no case of this name. Add one to"
            " equations/cases, with its library of terms"
        )
    case = mapping(cases[one.names[0]])
    try:
        data = _named(FieldEntry.from_mapping({k: v for k, v in one.entry.items() if k != "truth"}))
    except ValueError:
        return None
    method = "map" if texts(case.get("methods", ["weak"]))[0] == "map" else "weak"
    library, settings = (mapping(case.get(key) or {}) for key in ("library", "settings"))
    if library.get("parameters") and one.entry.get("truth"):
        return (
            f"equations/cases/{one.names[0]}: the library has parameters to be fitted, and"
            f" equations/imports/{one.names[0]} states a truth, with which terms are compared by their"
            " names. Leave `truth` out, or give numbers in place of the parameters"
        )
    try:
        Search.from_settings(method, library, settings).check(data)
    except ValueError as error:
        return located(f"equations/cases/{one.names[0]}: {error}")
    return None


def _named(entry: FieldEntry) -> FieldData:
    """Return data with the names of an entry, which are one everywhere."""
    ones = np.ones((2,) * len(entry.axes))
    axes = {name: np.arange(2.0) for name in entry.axes}
    return FieldData(
        "names", axes, dict.fromkeys(entry.fields, ones), dict.fromkeys(entry.inputs, ones)
    )
