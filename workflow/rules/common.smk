# The checked configuration, and the objects that answer what rules ask: see mechanist/wings.
import os
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.utils import validate

WORKFLOW = Path(workflow.current_basedir).parent
# Here, and in the processes that run scripts, wherever those lie.
sys.path.insert(0, str(WORKFLOW))
os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(WORKFLOW), *filter(None, [os.environ.get("PYTHONPATH")])]
)

from mechanist.settings.lookup import lookup
from mechanist.settings.schema_errors import SettingsError, check_settings
from mechanist.wings.figures import FIGURE_METADATA, figure_outputs
from mechanist.wings.resources import FIGURE_RESOURCES, TableResources, growing
from mechanist.wings.run import Run, read_yaml
from mechanist.wings.wing import pattern

SCHEMA = read_yaml(WORKFLOW / "schemas" / "config.schema.yaml")
try:
    check_settings(config, SCHEMA)
    validate(config, schema="../schemas/config.schema.yaml")  # fills defaults in
    # Targets are known from the command line alone; a process that runs one job of another has
    # them from there.
    RUN = Run(
        config,
        SCHEMA,
        checking="check_data" in sys.argv,
        main=workflow.is_main_process,
    )
except SettingsError as error:
    raise WorkflowError(str(error))

GLASS, DISLOCATION = RUN.glass, RUN.dislocation
EQUATIONS, CRYSTAL = RUN.equations, RUN.crystal
LEARNING = RUN.learning
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
