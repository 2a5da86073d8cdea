"""The run that a command of the console works in: the settings that come with the library, and a user's."""

import json
from collections.abc import Sequence
from pathlib import Path

from mechanist.core.beside_library import beside_library
from mechanist.settings.defaults import fill_defaults
from mechanist.settings.key_places import with_places
from mechanist.settings.schema_errors import SettingsError, check_settings
from mechanist.settings.settings_files import merged_settings
from mechanist.wings.run import Run


def run_of(
    overlays: Sequence[Path], *, sheet: Path | None = None, predict: Path | None = None
) -> Run:
    """Return the run with the default settings, those of some files, and the named sheets.

    Parameters
    ----------
    overlays : sequence of Path
        Files of settings as Snakemake takes them after ``--configfile``.
    sheet, predict : Path, optional
        Sheet of a user's simulations, and of samples to predict. Only sheets that are named here are
        read, whatever the settings name.

    Raises
    ------
    SettingsError
        If a file cannot be read or does not fit the schema; each line names file and line.
    """
    for named in (sheet, predict):
        if named is not None and not named.is_file():
            raise SettingsError(
                f"{named}: no such file, from the folder {Path.cwd()}; expected a tab-separated sheet with the"
                " columns of config/samples.tsv"
            )
    schema = json.loads((beside_library("schemas") / "config.schema.json").read_text("utf-8"))
    files = [beside_library("config") / "config.yaml", *overlays]
    settings = merged_settings(files)
    settings["own_data"] = {"sheet": str(sheet or ""), "predict": str(predict or "")}
    try:
        check_settings(settings, schema)
        fill_defaults(settings, schema)
        return Run(settings, schema, checking=True, main=False)
    except SettingsError as error:
        raise SettingsError(with_places(str(error), files)) from error
