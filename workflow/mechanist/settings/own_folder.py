"""Where the results of a run go whose settings are not those of the default size.

A file of settings that changes what the default run has, such as a number of samples, would overwrite its
results. Such a run has folders of its own, named after the file. A file that only adds entries of its own,
such as data to import or a further model, goes on in the folders of the default run: what it adds stands
beside the rest, and what it shares with it is not computed twice.
"""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from mechanist.settings.defaults import fill_defaults
from mechanist.settings.json_schema import JsonSchema
from mechanist.settings.schema_errors import SettingsError
from mechanist.settings.settings_files import merged_settings, read_settings

#: The default settings, in the folder in which Snakemake works.
DEFAULTS: Final = Path("config/config.yaml")
#: Folders that a run writes to.
KINDS: Final = ("results", "logs", "benchmarks")
#: What the default run writes into its folder of results beside a folder for each block of the settings.
BESIDE: Final = frozenset({"figures", "imported", "paper", "predicted", "ro-crate", "smoke"})
#: Blocks that say nothing of the sizes of the default run.
_ELSEWHERE: Final = ("pathvars", "own_data")


def refuse_without_defaults(files: Sequence[str | Path]) -> None:
    """Refuse a run without the default settings, which would lack almost every key.

    Parameters
    ----------
    files : sequence of str or Path
        The files of settings that Snakemake has read.

    Raises
    ------
    SettingsError
        If the default settings are not among them.
    """
    if not any(Path(path).resolve() == DEFAULTS.resolve() for path in files):
        raise SettingsError(
            f"{DEFAULTS}: no such file in {Path.cwd()}; the default settings and the sheets of data are"
            " read from the folder in which Snakemake works: copy `config` there, or leave out --directory"
        )


def own_folders(files: Sequence[Path], schema: JsonSchema) -> tuple[dict[str, str], list[str]]:
    """Return the folders of a run that needs its own, and the settings because of which it does.

    Parameters
    ----------
    files : sequence of Path
        The default settings, then the files that override them, in order.
    schema : mapping
        Schema of the configuration.

    Returns
    -------
    folders : dict of str to str
        By the names that rules use; empty for a run in the folders of the default run, or in those that
        one of its files names.
    changed : list of str
        Keys, with slashes, that the default run has with another value.

    Raises
    ------
    SettingsError
        If a file cannot be read as settings.
    """
    default, *overlays = files
    theirs = read_settings(default)
    ours = merged_settings(overlays)
    if not overlays or "pathvars" in ours:
        return {}, []
    filled = copy.deepcopy(theirs)
    fill_defaults(filled, schema)
    for key in _ELSEWHERE:
        ours.pop(key, None)
    changed = list(_changed(filled, ours, schema, schema["$defs"], ""))
    if not changed:
        return {}, []
    name = "_".join(re.sub(r"[^A-Za-z0-9_.-]", "_", path.stem) for path in overlays)
    if name in BESIDE or name in schema["properties"]:
        name = f"{name}_run"
    return {kind: f"{kind}/{name}" for kind in KINDS}, changed


def _changed(
    theirs: Mapping[str, object],
    ours: Mapping[str, object],
    part: JsonSchema,
    definitions: Mapping[str, JsonSchema],
    above: str,
) -> Iterator[str]:
    """Yield the keys of settings that others have with another value."""
    if "$ref" in part:
        part = definitions[part["$ref"].rpartition("/")[2]]
    known = part.get("properties", {})
    empty: JsonSchema = {}
    others = next(iter(part.get("patternProperties", {}).values()), None)
    for key, value in ours.items():
        place = f"{above}{key}"
        before = theirs.get(key)
        if isinstance(before, dict) and isinstance(value, dict):
            inner = known.get(key, others) or empty
            yield from _changed(before, value, inner, definitions, f"{place}/")
        elif key in theirs:
            if before != value:
                yield place
        elif (
            key in known or others is None
        ):  # an entry under a new name changes nothing that is there
            yield place
