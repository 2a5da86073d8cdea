# What the rules of training, the overview of models, attribution and data efficiency read.
from mechanist.settings.estimator_names import has_estimator
from mechanist.settings.target_names import class_target


def model_code(script):
    """Hash of a script together with the file of the model's estimator, where it has one of its own."""

    def code(wildcards):
        if wildcards.wing == "dislocation":
            # Without a system, such as where sizes are compared: the wing's own models.
            models = dislocation_models(wildcards.get("system", "any"))
        else:
            models = config[wildcards.wing]["models"]
        name = models[wildcards.model]["estimator"]
        own = [f"learn/estimators/{name}"] if has_estimator(name, LIBRARY) else []
        return lib_hash(script, *own)

    return code


def overview_systems():
    """Systems, by wing, all of whose models this run trains."""
    dislocation = [config["dislocation"]["main"], "pileup"]
    return {"glass": config["glass"]["run"], "dislocation": dislocation}


def overview_models(wildcards):
    """Every model that the configuration gives a system."""
    if wildcards.wing == "dislocation":
        return dislocation_models(wildcards.system)
    models = config["glass"]["models"]
    return {name: models[name] for name in possible_models(wildcards.system, models)}


def overview_scores(wildcards):
    """Score files of all these models."""
    base = f"<results>/{wildcards.wing}/{wildcards.system}/scores"
    return [f"{base}/{model}.json" for model in overview_models(wildcards)]


def overview_views(wildcards):
    """What is shown of the models of a system; each model predicts one of these at least."""
    if wildcards.wing == "glass":
        figures, learning = config["glass"]["figures"], config["learning"]
        definition = class_target(
            class_strains(wildcards)[0], *learning["class_definitions"][0]
        )
        target = figure_target(wildcards)
        return [
            {"metric": figures["metric"], "target": target, "subset": "all"},
            {"metric": "balanced_accuracy", "target": definition, "subset": "all"},
        ]
    if wildcards.system == "pileup":
        targets = dislocation_system("pileup")["other_targets"]
        return [{"metric": "r2", "target": t, "subset": "ramp"} for t in targets]
    branches = config["dislocation"]["figures"]["branches"]
    return [{"metric": "r2", "target": stress_shown(), "subset": b} for b in branches]


def attribution_system(wing):
    """The system of a wing that is explained."""
    block = config[wing]
    return block["main"] if wing == "dislocation" else first_glass()


def attribution_wings():
    """Wings that have a model to explain."""
    models = config["attribution"]["glass"]["models"]
    glass = possible_models(attribution_system("glass"), models)
    return [*(["glass"] if glass else []), "dislocation"]


def attribution_features(wildcards):
    """Feature tables of the model that the wildcards name."""
    return feature_tables(wildcards.wing, wildcards.system, [wildcards.model])


def attribution_load(wildcards):
    """The load, or branch, whose predictions are explained."""
    if wildcards.wing == "glass":
        return glass_load(wildcards.system)
    return config[wildcards.wing]["figures"]["branches"][0]


def attribution_strain(wildcards):
    """The strain of figures that show one."""
    if wildcards.wing == "glass":
        return glass_strain(wildcards.system)
    return config[wildcards.wing]["figures"]["strain_shown"]


def attribution_quantity(wildcards):
    """What the wing learns."""
    if wildcards.wing == "glass":
        return glass_quantity(wildcards.system)
    return config[wildcards.wing]["quantity"]


def attribution_options(wildcards):
    """How attributions of a wing's tables are measured."""
    block = config["attribution"]
    return {
        "objects": block[wildcards.wing].get("objects"),
        "repeats": block[wildcards.wing]["repeats"],
        "threshold": block["threshold"],
    }


def attribution_tables(wildcards):
    """Tables of all models that are explained."""
    system = attribution_system(wildcards.wing)
    base = f"<results>/{wildcards.wing}/{system}/attribution"
    models = config["attribution"][wildcards.wing]["models"]
    if wildcards.wing == "glass":
        models = possible_models(system, models)
    return [f"{base}/{model}.parquet" for model in models]


def efficiency_entries():
    """Entries of the dislocation models with symmetric features."""
    models = config["dislocation"]["models"]
    return {name: models[name] for name in ("hand", "elastic")}


def efficiency_features(wildcards):
    """Feature tables that these models read."""
    return feature_tables(
        "dislocation", config["dislocation"]["main"], efficiency_entries()
    )


def efficiency_glasses(wildcards):
    """Sample files of the glass system that is learnt from, one of two dimensions."""
    system = efficiency_system()
    names = sample_names("glass", system)
    return [f"<results>/glass/{system}/samples/{name}.h5" for name in names]


def efficiency_system():
    """The first two-dimensional glass system that runs."""
    return first_glass(dimension=2)
