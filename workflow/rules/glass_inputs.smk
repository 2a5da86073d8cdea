# What the rules of the glass wing read, by system: of a simulated one everything, of a user's own
# what needs neither its potential nor an engine. Include it after own_data_inputs.smk.
from snakemake.logging import logger

from mechanist.settings.target_names import at_strain

#: Figures of the glass wing, and why a user's own system has not all of them.
GLASS_FIGURES = (
    "glass",
    "response",
    "definition",
    "strain",
    "thesis",
    "transfer",
    "learning_curve",
    "parity",
    "indicator",
    "angular",
)
NOT_OF_OWN = {
    "response": "needs stresses, which trajectories do not hold",
    "thesis": "needs the hybrid model, which cannot be had",
    "indicator": "needs indicators, which cannot be had",
}


def own_part(system):
    """What a user's own system has beside the keys of simulated ones; empty for those."""
    return config["glass"]["systems"][system].get("own", {})


def refuse_left_out(system, kind, name):
    """Stop if a user's own system cannot have what is asked for by name."""
    own = OWN_GLASSES.get(system)
    reason = own and own.left_out.get(f"{kind}/{name}")
    if reason:
        raise WorkflowError(f"{kind}/{name} cannot be had for {system!r}: it {reason}")


def possible_models(system, models):
    """Those of some glass models that a system can have."""
    own = OWN_GLASSES.get(system)
    return [m for m in models if own is None or m in own.models]


def possible_pairs(system):
    """Comparisons of models that a system can have."""
    pairs = config["glass"].get("comparisons", [])
    return [pair for pair in pairs if len(possible_models(system, pair)) == len(pair)]


def described_samples(wildcards):
    """Sample files of a system, for a descriptor that it can have."""
    refuse_left_out(wildcards.system, "descriptors", wildcards.descriptor)
    return glass_samples(wildcards)


def descriptor_entry(wildcards):
    """A descriptor's entry, without a potential where that is not known."""
    own = OWN_GLASSES.get(wildcards.system)
    entries = own.descriptors if own else config["glass"]["descriptors"]
    return entries[wildcards.descriptor]


def descriptor_code(wildcards):
    """Hash of the describing script together with the descriptor's own file."""
    kind = config["glass"]["descriptors"][wildcards.descriptor]["kind"]
    return lib_hash("glass/describe.py", f"describe/{kind}")


def glass_quantity(system):
    """What is learnt of a glass system: the user's own target where one is named."""
    own = own_part(system).get("quantity")
    return own or config["learning"]["regression_target"]


def glass_strain(system):
    """The strain of figures that show one; of a user's own system that or its last."""
    return own_part(system).get("shown", config["glass"]["figures"]["strain"])


def glass_load(system):
    """The load of figures that show one; of a user's own system its first."""
    own = own_part(system)
    loads = config["glass"]["systems"][system]["loads"]
    return next(iter(loads)) if own else config["glass"]["figures"]["load"]


def figure_quantity(wildcards):
    """What figures of a system show."""
    return glass_quantity(wildcards.system)


def figure_strain(wildcards):
    """The strain of figures that show one."""
    return glass_strain(wildcards.system)


def figure_load(wildcards):
    """The load of figures that show one."""
    return glass_load(wildcards.system)


def figure_target(wildcards):
    """The target of figures that show one."""
    return at_strain(
        glass_quantity(wildcards.system), float(glass_strain(wildcards.system))
    )


def figure_diameters(wildcards):
    """Drawn diameter of each species; those of a user's own count as one unit of length."""
    own = dict.fromkeys(own_part(wildcards.system).get("species", ()), 1.0)
    return own | config["glass"]["figures"]["diameters"]


def class_strains(wildcards):
    """Strains at which classes are told apart; of a user's own system the one that figures show."""
    shown = own_part(wildcards.system).get("shown")
    return config["learning"]["class_strains"] if shown is None else [shown]


def curve_strains(wildcards):
    """Learning curves are measured at one strain, the one that figures show."""
    return [glass_strain(wildcards.system)]


def target_quantities(wildcards):
    """Targets that a user's own files hold."""
    own = own_part(wildcards.system).get("quantity")
    return [own] if own else []


def own_splits(wildcards):
    """Whether there may be fewer folds, since a user's own system is as large as it is."""
    return wildcards.wing == "glass" and wildcards.system in OWN_GLASSES


def compared_pairs(wildcards):
    """Pairs of models that are compared."""
    return possible_pairs(wildcards.system)


def compared_frames(wildcards):
    """Frame by frame scores of all models that are compared."""
    models = sorted({m for pair in possible_pairs(wildcards.system) for m in pair})
    return per_model("frame_scores", "parquet", models)(wildcards)


def per_model(kind, suffix, models):
    """Input function for one file a model that the system can have."""

    def files(wildcards):
        return [
            f"<results>/glass/{wildcards.system}/{kind}/{model}.{suffix}"
            for model in possible_models(wildcards.system, models)
        ]

    return files


def figure_scores(figure):
    """Score files of the models that a figure shows."""
    return per_model("scores", "json", config["glass"]["figures"][figure]["models"])


def figure_predictions(figure):
    """Predictions of the models that a figure shows."""
    return per_model(
        "predictions", "parquet", config["glass"]["figures"][figure]["models"]
    )


def indicator_tables(wildcards):
    """Feature tables that hold the indicators to draw."""
    names = sorted(
        {entry["descriptor"] for entry in config["glass"]["figures"]["indicators"]}
    )
    return [
        f"<results>/glass/{wildcards.system}/features/{name}.parquet" for name in names
    ]


def absent_figures(system):
    """Figures that a user's own system has not, and why."""
    glass, own = config["glass"], own_part(system)
    shown = {
        "definition": glass["figures"]["definition"]["models"],
        "strain": glass["figures"]["curves"]["models"],
        "parity": glass["figures"]["parity"]["models"],
        "transfer": glass["transfer"],
        "learning_curve": glass["learning_curve"]["models"],
    }
    absent = dict(NOT_OF_OWN)
    if "structure_functions" not in OWN_GLASSES[system].descriptors:
        absent["angular"] = "needs structure functions"
    if len(glass["systems"][system]["deformation"]["frames"]) == 1:
        absent["strain"] = "needs several strains (glass/own)"
    folds = min(config["learning"]["folds"], own["groups"])
    most = own["groups"] * (folds - 1) // folds
    if len({min(size, most) for size in glass["learning_curve"]["sizes"]}) == 1:
        absent["learning_curve"] = f"needs more groups than {own['groups']}"
    # Whichever fold is tested, each load must be left to learn from.
    by_load = own["groups_by_load"]
    if len(by_load) == 1 or min(by_load.values()) <= -(-own["groups"] // folds):
        absent["transfer"] = f"needs several loads in more groups each than {by_load}"
    for figure, models in shown.items():
        if not possible_models(system, models):
            absent[figure] = "shows none of the models that can be had"
    return absent


def figures_of(system):
    """Names of the figures of a glass system."""
    absent = absent_figures(system) if system in OWN_GLASSES else ()
    return [figure for figure in GLASS_FIGURES if figure not in absent]


def own_tables(system):
    """Of a user's own system, what no figure shows: differences of models, what is left out."""
    if system not in OWN_GLASSES:
        return []
    tables = ["comparisons.csv"] if possible_pairs(system) else []
    return [f"<results>/glass/{system}/{name}" for name in ["left_out.json", *tables]]


def system_figures(system):
    """Every figure of one glass system."""
    figures = [f"<results>/figures/{system}/{f}.pdf" for f in figures_of(system)]
    return figures + own_tables(system)


def glass_figures(wildcards):
    """Every figure of every glass system that runs."""
    return [
        file for system in config["glass"]["run"] for file in system_figures(system)
    ]


def own_figures(wildcards):
    """Figures and tables of models of every glass system of the user's."""
    refuse_bad_sheet()
    refused = "\n".join(f"  {line}" for lines in OWN_REFUSED.values() for line in lines)
    if not OWN_GLASSES:
        raise WorkflowError(
            "nothing can be learnt from your glasses"
            + (
                f":\n{refused}"
                if refused
                else f"; {OWN_SHEET or 'glass/imports'} has none"
            )
        )
    if refused:
        logger.warning(f"left out of own_models:\n{refused}")
    return [file for system in OWN_GLASSES for file in system_figures(system)] + [
        f"<results>/figures/models/glass_{system}.pdf" for system in OWN_GLASSES
    ]


def first_glass(dimension=None):
    """The first system that runs, a simulated one and of a dimension if there is one."""
    block = config["glass"]
    simulated = [s for s in block["run"] if s not in OWN_GLASSES] or block["run"]
    fit = [s for s in simulated if block["systems"][s]["dimension"] == dimension]
    return (fit or simulated)[0]


def own_imported(wildcards):
    """Imported files of the samples that a user's own system is made of."""
    names = sample_names("glass", wildcards.system)
    return [f"<results>/imported/{wildcards.system}/{name}.h5" for name in names]


def own_left_out(wildcards):
    """What a user's own system does without, and why."""
    system = wildcards.system
    figures = {f"figures/{f}": why for f, why in absent_figures(system).items()}
    return OWN_GLASSES[system].left_out | figures
