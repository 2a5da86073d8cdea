# What the rules of crystals are given: batches, materials, tables, figures.


def crystal_pattern():
    """Pattern of the polycrystal systems and of no other wing's."""
    return "|".join(sorted(config["crystal"].get("systems", {}))) or "no_such_system"


def crystal_material(wildcards):
    """Settings of the material of the system that the wildcards name."""
    block = config["crystal"]
    return block["materials"][block["systems"][wildcards.system]["material"]]


def crystal_system(wildcards):
    """Settings of the system that the wildcards name, apart from how many samples there are."""
    system = config["crystal"]["systems"][wildcards.system]
    return {k: v for k, v in system.items() if k not in {"samples", "batch"}}


def crystal_first(wildcards):
    """Number of the first sample of a batch."""
    return (
        int(wildcards.batch) * config["crystal"]["systems"][wildcards.system]["batch"]
    )


def crystal_size(wildcards):
    """Number of samples of a batch; the last one may be short."""
    system = config["crystal"]["systems"][wildcards.system]
    return min(system["batch"], system["samples"] - crystal_first(wildcards))


def crystal_voxel_steps(wildcards):
    """Voxels times steps of a batch, in millions: what its cost goes with."""
    system = config["crystal"]["systems"][wildcards.system]
    grid = system["grid"]
    shape = [grid] * 3 if isinstance(grid, int) else grid
    voxels = shape[0] * shape[1] * shape[2]
    steps = system["frames"] * system.get("substeps", 2)
    return voxels * steps * crystal_size(wildcards) / 1e6


def crystal_minutes(wildcards, attempt):
    """Minutes for a batch, ten times what it takes."""
    return int(attempt * (20 + 6 * crystal_voxel_steps(wildcards)))


def crystal_memory(wildcards, attempt):
    """Megabytes for the fields of one run in work and all frames of the batch."""
    return int(attempt * (1000 + 400 * crystal_voxel_steps(wildcards)))


def crystal_runs(system):
    """All batches of a system."""
    settings = config["crystal"]["systems"][system]
    batches = range(-(-settings["samples"] // settings["batch"]))
    return [f"<results>/crystal/{system}/runs/{k:04d}.h5" for k in batches]


CRYSTAL_IMPORTS = config["crystal"].get("imports", {})
CRYSTAL_LINES = config["crystal"].get("lines", {})


def crystal_import_file(wildcards):
    """The file that one imported crystal is read from."""
    return CRYSTAL_IMPORTS[wildcards.case]["path"]


def crystal_line_files(wildcards):
    """Node files of one run of discrete dislocation dynamics, in order of time."""
    path = CRYSTAL_LINES[wildcards.case]["path"]
    return [path] if isinstance(path, str) else path


def crystal_import_system(wildcards):
    """Settings of the system that an imported map is loaded as, None for results."""
    name = CRYSTAL_IMPORTS[wildcards.case].get("system")
    return config["crystal"]["systems"][name] if name else None


def crystal_import_material(wildcards):
    """Settings of the material of that system."""
    system = crystal_import_system(wildcards)
    return config["crystal"]["materials"][system["material"]] if system else None


#: Imports that the engine can load: results, and maps that name a system.
CRYSTAL_LOADED = [
    name
    for name, entry in CRYSTAL_IMPORTS.items()
    if entry["format"] == "damask" or "system" in entry
]


#: Imported results that the engine reruns and draws beside its own.
CRYSTAL_RESULTS = [
    name for name, entry in CRYSTAL_IMPORTS.items() if entry["format"] == "damask"
]


INTERACTIONS = config["crystal"]["interactions"]
INTERACTIONS_METADATA = {
    "project": "Mechanist",
    "wing": "crystal",
    "licence": "CC-BY-4.0",
}
#: Data sets whose law is known; the others are users' own.
SIMULATED_SLIP = [n for n, entry in INTERACTIONS["data"].items() if "truth" in entry]


def slip_tables(wildcards):
    """The tables that laws are identified from, in the order of the configuration."""
    return [
        entry.get("path", f"<results>/crystal/interactions/data/{name}.csv")
        for name, entry in INTERACTIONS["data"].items()
    ]


def slip_files(kind, suffix):
    """A file for each data set and each of its methods."""
    return [
        f"<results>/crystal/interactions/{kind}/{name}/{model}.{suffix}"
        for name, entry in INTERACTIONS["data"].items()
        for model in entry["methods"]
    ]


def interaction_scores():
    """Score files of the methods that are studied."""
    return [
        f"<results>/crystal/interactions/scores/{model}.json"
        for model in INTERACTIONS["errors"]["methods"]
    ]


def running_surrogates(block):
    """The surrogate block with the models that run, and what is left to compare and draw."""
    run = block.get("run", list(block["models"]))
    shown = [model for model in block["figure"]["models"] if model in run]
    pairs = [pair for pair in block["comparisons"] if set(pair) <= set(run)]
    return block | {
        "models": {model: block["models"][model] for model in run},
        "comparisons": pairs,
        "figure": block["figure"] | {"models": shown},
    }


SURROGATE = running_surrogates(config["crystal"]["surrogate"])
SURROGATE_METADATA = {
    "project": "Mechanist",
    "wing": "crystal",
    "licence": "CC-BY-4.0",
}
CURVE_MODELS = ("mean", "taylor", "taylor_scaled", "texture", "pooled")


def surrogate_runs(wildcards):
    """Run files by the name of their system, or of their import."""
    named = {s: crystal_runs(s) for s in [SURROGATE["train"], *SURROGATE["others"]]}
    imported = {i: [f"<results>/crystal/imported/{i}.h5"] for i in SURROGATE["imports"]}
    return {**named, **imported}


def surrogate_materials(wildcards):
    """Settings of the materials of simulated systems."""
    block = config["crystal"]
    systems = [SURROGATE["train"], *SURROGATE["others"]]
    return {s: block["materials"][block["systems"][s]["material"]] for s in systems}


def surrogate_files(kind, suffix, models=None):
    """One file for each of some models, or for all."""
    base = f"<results>/crystal/surrogate/{kind}"
    return [f"{base}/{model}.{suffix}" for model in models or SURROGATE["models"]]


#: Kept in every figure file.
CRYSTAL_METADATA = {"project": "Mechanist", "wing": "crystal", "licence": "CC-BY-4.0"}

CRYSTAL_SYSTEMS = list(config["crystal"].get("systems", {}))


def crystal_first_batches(wildcards):
    """The first batch of every system."""
    return [crystal_runs(system)[0] for system in CRYSTAL_SYSTEMS]


def crystal_all_batches(wildcards):
    """Every batch of every system."""
    return [path for system in CRYSTAL_SYSTEMS for path in crystal_runs(system)]


def crystal_pole_batches(wildcards):
    """Every batch of the system whose pole figures are drawn."""
    return crystal_runs(config["crystal"]["figures"]["poles"]["system"])


def crystal_field_figures(wildcards):
    """Figures of this file, those of imported results included."""
    names = ["fields", "poles", "curves", *(f"reference_{n}" for n in CRYSTAL_RESULTS)]
    return [f"<results>/figures/crystal/{name}.pdf" for name in names]


CRYSTAL_FIGURES = (
    "orbits",
    "coefficients",
    "sparsity",
    "feedback",
    "misorientation",
    "prediction",
    "nonlocal",
    "transfer",
)


def crystal_figures(wildcards):
    """Every figure of the crystal wing, those of imported results included."""
    drawn = [f"<results>/figures/crystal/{name}.pdf" for name in CRYSTAL_FIGURES]
    return drawn + crystal_field_figures(wildcards)


def crystal_models():
    """Models of the crystal wing, for their labels and roles."""
    return INTERACTIONS["models"] | SURROGATE["models"]
