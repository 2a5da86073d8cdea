"""After a run that failed: name the file of settings that cannot be read, and the line.

Snakemake reads these files before it reads any rule, and of a broken one it tells neither.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

# This script runs outside Snakemake, which tells other scripts where the library is.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from mechanist.settings.schema_errors import SettingsError
from mechanist.settings.settings_files import files_named, read_settings


def main(arguments: Sequence[str]) -> str:
    """Return what is wrong with the files of settings that a command line names, or nothing."""
    try:
        for path in files_named(arguments):
            read_settings(path)
    except SettingsError as error:
        return str(error)
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) or 0)
