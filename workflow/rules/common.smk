# What every wing's rules use: the checked configuration and the hash of the library code they run.
import os
import sys
from pathlib import Path

import yaml
from snakemake.exceptions import WorkflowError
from snakemake.utils import validate

WORKFLOW = Path(workflow.current_basedir).parent
SCRIPTS = WORKFLOW / "scripts"
# Here and in the processes that run scripts, wherever those lie.
sys.path.insert(0, str(WORKFLOW))
os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(WORKFLOW), *filter(None, [os.environ.get("PYTHONPATH")])]
)

from mechanist.core.code_hash import LIBRARY, code_hash
from mechanist.settings.schema_errors import SettingsError, check_settings


def read_yaml(path):
    """Content of a YAML file, by the compiled reader: every start of Snakemake waits for it."""
    return yaml.load(
        path.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    )


SCHEMA = read_yaml(SCRIPTS.parent / "schemas" / "config.schema.yaml")

try:
    check_settings(config, SCHEMA)
except SettingsError as error:
    raise WorkflowError(str(error))
validate(config, schema="../schemas/config.schema.yaml")  # fills defaults in
# Names in it are checked once the user's sheet is read too: own_data_inputs.smk.


searching_lookup = lookup


def lookup(path, within, **default):
    """Value at a path of the configuration: Snakemake's ``lookup``, but straight along the keys.

    That one compares every path of the configuration with its argument, for wildcards of the shell
    that no path here has: a third of what it took to start. It still tells what is missing.
    """

    def value(wildcards):
        place = path.format(**dict(wildcards.items()))
        found = within
        for key in place.split("/"):
            if key not in found:
                return searching_lookup(place, within=within, **default)
            found = found[key]
        return found

    return value if "{" in path else value({})


def lib_hash(script, *modules):
    """Hash the library code that a script imports, and named modules that it finds at run time."""
    return code_hash(
        [SCRIPTS / script, *(LIBRARY / f"{module}.py" for module in modules)]
    )


#: Networks run on the processor, unless the configuration gives each a graphics device.
NETWORK_GPUS = int(config["learning"]["device"] == "gpu")
NETWORK_ENV = "../../envs/train_gpu.yaml" if NETWORK_GPUS else "../../envs/train.yaml"

#: Wings that learn from many objects a sample, and wings whose objects are whole samples.
OBJECT_WINGS = "glass"
POPULATION_WINGS = "dislocation"


wildcard_constraints:
    wing=f"{OBJECT_WINGS}|{POPULATION_WINGS}|equations|crystal",
    batch="[0-9]{4}",
    system="[a-z][a-z0-9_]*",
    sample="[a-z][a-z0-9_]*-[0-9]{4}",
    descriptor="[a-z][a-z0-9_]*",
    model="[a-z][a-z0-9_]*",
    case="[a-z][a-z0-9_]*",
    method="[a-z][a-z0-9_]*",


def sample_names(wing, system):
    """Names of all samples of a system, whether they will succeed or not."""
    if wing == "glass" and system in OWN_GLASSES:
        return config["glass"]["systems"][system]["own"]["samples"]
    count = config[wing]["systems"][system]["samples"]
    return [f"{system}-{k:04d}" for k in range(count)]


def wing_samples(wildcards):
    """Sample files of the wing and system that the wildcards name."""
    if wildcards.wing == "dislocation":
        return dislocation_batches(wildcards)
    names = sample_names(wildcards.wing, wildcards.system)
    return [
        f"<results>/{wildcards.wing}/{wildcards.system}/samples/{n}.h5" for n in names
    ]


def glass_samples(wildcards):
    """Sample files of a glass system."""
    names = sample_names("glass", wildcards.system)
    return [f"<results>/glass/{wildcards.system}/samples/{name}.h5" for name in names]


def feature_tables(wing, system, models):
    """Feature tables that the named models read, each once."""
    used = {
        name for model in models for name in config[wing]["models"][model]["features"]
    }
    return [
        f"<results>/{wing}/{system}/features/{name}.parquet" for name in sorted(used)
    ]


def model_features(wildcards):
    """Feature tables of the model that the wildcards name."""
    if wildcards.wing == "glass":
        refuse_left_out(wildcards.system, "models", wildcards.model)
    return feature_tables(wildcards.wing, wildcards.system, [wildcards.model])


def figure_metadata(wildcards):
    """Kept in every figure file."""
    return {"project": "Mechanist", "system": wildcards.system, "licence": "CC-BY-4.0"}


def named_model(wildcards):
    """The model that the wildcards name, as a mapping from its name."""
    return {wildcards.model: config[wildcards.wing]["models"][wildcards.model]}


PUBLISHED = read_yaml(SCRIPTS.parents[1] / "config" / "published.yaml")


def scoreboard_models(wildcards):
    """Models of every wing, for their labels and roles."""
    return {
        "glass": config["glass"]["models"],
        "dislocation": dislocation_models(),
        "equations": EQUATION_MODELS,
        "crystal": crystal_models(),
    }


def scored_rows():
    """Published rows beside which this run sets a score of its own."""
    return [
        row
        for row in PUBLISHED["rows"]
        if "ours" in row and row["ours"]["system"] in wing_systems(row["wing"])
    ]


def wing_systems(wing):
    """Systems of a wing that this run learns from."""
    if wing == "dislocation":
        return [*config[wing]["run"], *DISLOCATION_PARTS]
    if wing == "equations":
        return [*config[wing]["run"], *config[wing]["varying"]["cases"], "chaos"]
    if wing == "crystal":
        return ["interactions", "surrogate"]
    return config[wing]["run"]


def shown_models(wing):
    """Models of a wing that figures show: the best of them stands on the scoreboard too."""
    if wing != "glass":
        return set()
    figures = config["glass"]["figures"]
    parts = ("curves", "definition", "parity")
    return {model for part in parts for model in figures[part]["models"]}


def scoreboard_scores(wildcards):
    """Scores of all models that published rows or figures name, for systems that run."""
    files = set()
    for row in scored_rows():
        ours = row["ours"]
        named = {ours["model"], *row["baselines"].values(), *row["rivals"]}
        base = f"<results>/{row['wing']}/{ours['system']}/scores"
        files |= {f"{base}/{model}.json" for model in named | shown_models(row["wing"])}
    # A small run does not hear every rival on every case.
    silent = {f for f in files if "/equations/" in f} - set(equation_scores())
    return sorted(files - silent)


def scoreboard_figures(wildcards):
    """A picture of the scoreboard for every wing with a score on it."""
    wings = sorted({row["wing"] for row in scored_rows()})
    return [f"<results>/figures/scoreboard_{wing}.pdf" for wing in wings]


def import_files(wildcards):
    """Files that one imported sample is read from."""
    entry = config["glass"]["imports"][wildcards.system][wildcards.sample]
    return [
        entry[key]
        for key in ("path", "reference_path", "deformed_path")
        if key in entry
    ]


def scoreboard_curves(wildcards):
    """Learning curves of the first glass system that runs."""
    system = first_glass()
    models = config["glass"]["learning_curve"]["models"]
    return [
        f"<results>/glass/{system}/learning_curve/{model}.parquet"
        for model in possible_models(system, models)
    ]


def growing(megabytes):
    """Memory that doubles when a job that was killed is tried again, triples at the next attempt."""

    def memory(wildcards, attempt):
        return attempt * megabytes

    return memory


def table_rows(wildcards):
    """Rows of a load-aware table of a system, in millions."""
    system = config[wildcards.get("wing", "glass")]["systems"][wildcards.system]
    return system["samples"] * system["particles"] * len(system["loads"]) / 1e6


def describe_memory(wildcards, attempt):
    """Megabytes to hold some hundred features of every row twice; more when tried again."""
    return int(attempt * (1500 + 4000 * table_rows(wildcards)))


def train_memory(wildcards, attempt):
    """Megabytes to hold the features of all descriptors of a model; more when tried again."""
    return int(attempt * (2000 + 6000 * table_rows(wildcards)))


def table_minutes(wildcards, attempt):
    """Minutes to work through a table, generously."""
    return int(attempt * (30 + 60 * table_rows(wildcards)))
