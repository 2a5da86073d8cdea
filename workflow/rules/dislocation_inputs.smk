# What the rules of the dislocation wing read: files by system, model and figure.

#: Systems beside those of config/dislocation/systems, each with a block of its own.
DISLOCATION_PARTS = ("pileup", "pinned", "microstructures")


def dislocation_system(name):
    """Settings of a system of the dislocation wing."""
    block = config["dislocation"]
    return block[name] if name in DISLOCATION_PARTS else block["systems"][name]


def dislocation_models(system=None):
    """Models of a system, or of the whole wing."""
    block = config["dislocation"]
    if system is None:
        found = {**block["confusion"]["features"], **block["confusion"]["order"]}
        found |= block["microstructures"]["models"]
        return {**found, **block["pileup"]["models"], **block["models"]}
    return block["pileup"]["models"] if system == "pileup" else block["models"]


def names_pattern(names):
    """Pattern of wildcards that match these names and no other."""
    return "|".join(sorted(names)) or "no_such_name"


#: Models that learn from configurations themselves; all others learn from feature tables.
NETWORK_MODELS = names_pattern(
    name
    for name, model in config["dislocation"]["models"].items()
    if model["estimator"] == "pair_network"
)
TABLE_MODELS = names_pattern(
    name
    for name, model in dislocation_models().items()
    if model.get("estimator", "pair_network") != "pair_network"
)
GLIDE_SYSTEMS = names_pattern(config["dislocation"]["systems"])


def batch_numbers(system):
    """Numbers of the batches that a system's samples come in."""
    settings = dislocation_system(system)
    return range(-(-settings["samples"] // settings["batch"]))


def dislocation_batches(wildcards):
    """Sample files of the system that the wildcards name."""
    base = f"<results>/dislocation/{wildcards.system}/samples"
    return [f"{base}/{k:04d}.h5" for k in batch_numbers(wildcards.system)]


def batches_of(system):
    """Sample files of one system."""
    base = f"<results>/dislocation/{system}/samples"
    return [f"{base}/{k:04d}.h5" for k in batch_numbers(system)]


def first_of_batch(system, batch):
    """Number of the first sample of a batch."""
    return int(batch) * dislocation_system(system)["batch"]


def size_of_batch(system, batch):
    """Number of samples of a batch; the last one may be short."""
    settings = dislocation_system(system)
    return min(settings["batch"], settings["samples"] - first_of_batch(system, batch))


def batch_first(wildcards):
    """Number of the first sample of the batch that the wildcards name."""
    return first_of_batch(wildcards.system, wildcards.batch)


def batch_size(wildcards):
    """Number of samples of the batch that the wildcards name."""
    return size_of_batch(wildcards.system, wildcards.batch)


def batch_minutes(wildcards):
    """Minutes for a batch, generously: cost grows with the cube of the number of dislocations."""
    size = dislocation_system(wildcards.system).get("dislocations", 100)
    return 10 + int(batch_size(wildcards) * (size / 100) ** 3 / 10)


def population_system(wildcards):
    """Settings of the system that the wildcards name."""
    return dislocation_system(wildcards.system)


def population_model(wildcards):
    """Entry of the model that the wildcards name."""
    return dislocation_models(wildcards.system)[wildcards.model]


def population_features(wildcards):
    """Feature tables that a model of a system reads."""
    base = f"<results>/{wildcards.wing}/{wildcards.system}/features"
    return [
        f"{base}/{name}.parquet"
        for name in population_model(wildcards).get("features", [])
    ]


def population_strains(wildcards):
    """Strains at which stresses are learnt."""
    block = config[wildcards.wing]
    return dislocation_system(wildcards.system).get("strains", block["strains"])


def population_others(wildcards):
    """Targets beside the stresses at strains."""
    return dislocation_system(wildcards.system).get("other_targets", [])


def compared_predictions(wildcards):
    """Predictions of all models that a wing compares."""
    models = sorted(
        {model for pair in config[wildcards.wing]["comparisons"] for model in pair}
    )
    base = f"<results>/{wildcards.wing}/{wildcards.system}/predictions"
    return [f"{base}/{model}.parquet" for model in models]


def size_features(wildcards):
    """Feature tables of one model at every system size."""
    block = config[wildcards.wing]
    names = block["models"][wildcards.model].get("features", [])
    return [
        f"<results>/{wildcards.wing}/{system}/features/{name}.parquet"
        for system in block["run"]
        for name in names
    ]


def size_files(name):
    """Input function for one file a system size."""

    def files(wildcards):
        return [
            f"<results>/{wildcards.wing}/{system}/{name}"
            for system in config[wildcards.wing]["run"]
        ]

    return files


def dislocation_descriptor_code(wildcards):
    """Hash of the describing script together with the descriptor's own file."""
    kind = config["dislocation"]["descriptors"][wildcards.descriptor]["kind"]
    return lib_hash("dislocation/describe.py", f"describe/{kind}")


def other_systems(wildcards):
    """Names of the other system sizes that run."""
    return [s for s in config["dislocation"]["run"] if s != wildcards.system]


def other_sizes(wildcards):
    """Sample files and targets of the other system sizes."""
    files = []
    for system in other_systems(wildcards):
        files += [
            *batches_of(system),
            f"<results>/dislocation/{system}/targets.parquet",
        ]
    return files


def other_size_files(wildcards, input):
    """The same, as they are found: by system, its sample files and its target table."""
    files = {}
    for system in other_systems(wildcards):
        own = [path for path in input.others if f"/dislocation/{system}/" in path]
        files[system] = ([p for p in own if p.endswith(".h5")], own[-1])
    return files


def main_file(name):
    """A file of the system that figures show."""
    return f"<results>/dislocation/{config['dislocation']['main']}/{name}"


def confusion_code(wildcards):
    """Hash of the confusion script together with the files of its descriptors."""
    kinds = config["dislocation"]["confusion"]["features"]
    return lib_hash("dislocation/confusion.py", *(f"describe/{kind}" for kind in kinds))


def imported_configurations(wildcards):
    """Files of the configurations that a user brings."""
    path = config["dislocation"]["imports"][wildcards.system]["path"]
    return path if isinstance(path, list) else [path]


def edge_batches(wildcards):
    """The first batches of the system that figures show."""
    count = config["dislocation"]["microstructures"]["edge_batches"]
    return batches_of(config["dislocation"]["main"])[:count]


def structure_tables(wildcards):
    """What was found about the transition or about classes."""
    base = f"<results>/dislocation/{wildcards.system}"
    if wildcards.system == "pinned":
        return {"summary": f"{base}/confusion.json"}
    return {"summary": f"{base}/accuracy.json", "table": f"{base}/accuracy.parquet"}


DISLOCATION_FIGURES = (
    "configuration",
    "bursts",
    "strain",
    "parity",
    "learning_curve",
    "sizes",
    "pileup",
    "confusion",
    "microstructures",
)
DISLOCATION_METADATA = {
    "project": "Mechanist",
    "wing": "dislocation",
    "licence": "CC-BY-4.0",
}


def dislocation_figures(wildcards):
    """Every figure of the dislocation wing."""
    return [f"<results>/figures/dislocation/{name}.pdf" for name in DISLOCATION_FIGURES]


def main_batches(wildcards):
    """Sample files of the system that figures show."""
    return batches_of(config["dislocation"]["main"])


def main_files(kind, suffix, names, system=None):
    """Files of some models of the system that figures show, or of another."""
    base = f"<results>/dislocation/{system or config['dislocation']['main']}/{kind}"
    return [f"{base}/{name}.{suffix}" for name in names]


def main_models(kind, suffix, figure):
    """Files of the models that a figure shows."""
    return main_files(kind, suffix, config["dislocation"]["figures"][figure]["models"])


def size_tables(wildcards):
    """Size transfer of the models that are tested at other sizes."""
    models = config["dislocation"]["sizes"]["models"]
    return [f"<results>/dislocation/size_transfer/{model}.parquet" for model in models]


def system_sizes():
    """Numbers of dislocations of the systems that run, by name."""
    block = config["dislocation"]
    return {name: block["systems"][name]["dislocations"] for name in block["run"]}


def pileup_scores(wildcards):
    """Scores of all models of pileups."""
    return main_files(
        "scores", "json", config["dislocation"]["pileup"]["models"], "pileup"
    )


def pileup_parity(wildcards):
    """Predictions that the figure of pileups shows."""
    model = config["dislocation"]["figures"]["pileup"]["parity"]
    return f"<results>/dislocation/pileup/predictions/{model}.parquet"


def stress_shown():
    """The target of figures that show one."""
    return f"stress@{config['dislocation']['figures']['strain_shown']:.3f}"
