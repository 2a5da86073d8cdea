# The checked configuration, and the objects that answer what rules ask: see mechanist/wings.
import json
import os
import sys
from pathlib import Path

WORKFLOW = Path(workflow.current_basedir).parent
sys.path.insert(0, str(WORKFLOW))

from mechanist.core.search_path import offer_library
from mechanist.settings.defaults import fill_defaults
from mechanist.settings.key_places import tell_jobs, with_places
from mechanist.settings.lookup import lookup
from mechanist.settings.own_folder import own_folders, refuse_without_defaults
from mechanist.settings.schema_errors import SettingsError, check_settings
from mechanist.wings.figures import FIGURE_METADATA, figure_outputs
from mechanist.wings.resources import FIGURE_RESOURCES, TableResources, growing
from mechanist.wings.run import Run
from mechanist.wings.wing import pattern

offer_library()
# Snakemake lists the files of the command line, which override the Snakefile's own, first.
CONFIG_FILES = [workflow.configfiles[-1], *workflow.configfiles[:-1]]
OVERRIDDEN = workflow.config_settings.config
tell_jobs(CONFIG_FILES, overridden=OVERRIDDEN)
SCHEMA = json.loads((WORKFLOW / "schemas" / "config.schema.json").read_text())
try:
    refuse_without_defaults(workflow.configfiles)
    # A run with other sizes than the default ones has folders of its own, unless it names some.
    FOLDERS, CHANGED = own_folders(
        [Path(os.path.relpath(path)) for path in CONFIG_FILES], SCHEMA
    )
    if FOLDERS:
        config["pathvars"] = FOLDERS
    check_settings(config, SCHEMA)
    fill_defaults(config, SCHEMA)
    # Targets are known from the command line alone; a process that runs one job of another has
    # them from there.
    RUN = Run(
        config,
        SCHEMA,
        checking="check_data" in sys.argv,
        main=workflow.is_main_process,
    )
except SettingsError as error:
    sys.exit(f"\n{with_places(str(error), CONFIG_FILES, overridden=OVERRIDDEN)}")

if FOLDERS and workflow.is_main_process:
    RUN.tell_folders(FOLDERS, CHANGED)


pathvars:
    **FOLDERS,


GLASS, DISLOCATION = RUN.glass, RUN.dislocation
EQUATIONS, CRYSTAL = RUN.equations, RUN.crystal
LEARNING, PREDICTIONS, UNSEEN = RUN.learning, RUN.predictions, RUN.unseen
CRYSTAL_PREDICTIONS = RUN.crystal_predictions
LAWS = RUN.followed_laws
EXPERIMENT = RUN.experiment
CURVES = RUN.curve_predictions
TABLES = TableResources(config)
lib_hash = RUN.code

#: Networks run on the processor, unless the configuration gives each a graphics device.
NETWORK_GPUS = int(config["learning"]["device"] == "gpu")
NETWORK_ENV = "../../envs/train_gpu.yaml" if NETWORK_GPUS else "../../envs/train.yaml"


wildcard_constraints:
    wing=pattern(RUN.wings),
    batch="[0-9]{4}",
    system="[a-z][a-z0-9_]*",
    sample="[a-z][a-z0-9_]*-[0-9]{4}",
    descriptor="[a-z][a-z0-9_]*",
    model="[a-z][a-z0-9_]*",
    case="[a-z][a-z0-9_]*",
    method="[a-z][a-z0-9_]*",
