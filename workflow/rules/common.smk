# What every wing's rules use: the checked configuration and the hash of the library code they run.
import sys
from pathlib import Path

import yaml
from snakemake.exceptions import WorkflowError
from snakemake.utils import validate

SCRIPTS = Path(workflow.current_basedir).parent / "scripts"
sys.path.insert(0, str(SCRIPTS))

from mechanist.codehash import LIBRARY, code_hash
from mechanist.formats.settings import SettingsError, check_settings

SCHEMA = SCRIPTS.parent / "schemas" / "config.schema.yaml"

try:
    check_settings(config, yaml.safe_load(SCHEMA.read_text()))
except SettingsError as error:
    raise WorkflowError(str(error))
validate(config, schema="../schemas/config.schema.yaml")  # fills defaults in


def lib_hash(script, *modules):
    """Hash the library code that a script imports, and named modules that it finds at run time."""
    return code_hash([SCRIPTS / script, *(LIBRARY / f"{module}.py" for module in modules)])


wildcard_constraints:
    wing="glass",
    system="[a-z][a-z0-9_]*",
    sample="[a-z][a-z0-9_]*-[0-9]{4}",
    descriptor="[a-z][a-z0-9_]*",
    model="[a-z][a-z0-9_]*",
