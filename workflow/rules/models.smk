# REQUIRED INPUTS: <results>/{wing}/{system}/scores/*.json of every model of the configuration
# OUTPUTS: <results>/figures/models/{wing}_{system}.{pdf,svg,png,csv}, <results>/{wing}/{system}/models.md
# STEPS: one figure and one table a system, from best to worst; a model that is added to the
# configuration is trained, scored, drawn and listed by that alone.
from mechanist.formats.predictions import at_strain, class_target


def overview_systems():
    """Systems, by wing, all of whose models this run trains."""
    dislocation = [config["dislocation"]["main"], "pileup"]
    return {"glass": config["glass"]["run"], "dislocation": dislocation}


def overview_models(wildcards):
    """Every model that the configuration gives a system."""
    if wildcards.wing == "dislocation":
        return dislocation_models(wildcards.system)
    return config[wildcards.wing]["models"]


def overview_scores(wildcards):
    """Score files of all these models."""
    base = f"<results>/{wildcards.wing}/{wildcards.system}/scores"
    return [f"{base}/{model}.json" for model in overview_models(wildcards)]


def overview_views(wildcards):
    """What is shown of the models of a system; each model predicts one of these at least."""
    if wildcards.wing == "glass":
        figures, learning = config["glass"]["figures"], config["learning"]
        definition = class_target(
            learning["class_strains"][0], *learning["class_definitions"][0]
        )
        target = at_strain(learning["regression_target"], figures["strain"])
        return [
            {"metric": figures["metric"], "target": target, "subset": "all"},
            {"metric": "balanced_accuracy", "target": definition, "subset": "all"},
        ]
    if wildcards.system == "pileup":
        targets = dislocation_system("pileup")["other_targets"]
        return [{"metric": "r2", "target": t, "subset": "ramp"} for t in targets]
    branches = config["dislocation"]["figures"]["branches"]
    return [{"metric": "r2", "target": stress_shown(), "subset": b} for b in branches]


rule models_figure:
    input:
        scores=overview_scores,
    output:
        pdf="<results>/figures/models/{wing}_{system}.pdf",
        svg="<results>/figures/models/{wing}_{system}.svg",
        png=report(
            "<results>/figures/models/{wing}_{system}.png",
            caption="../report/models.rst",
            category="Models",
            labels={"wing": "{wing}", "system": "{system}"},
        ),
        csv="<results>/figures/models/{wing}_{system}.csv",
        table="<results>/{wing}/{system}/models.md",
    log:
        "<logs>/models_figure/{wing}/{system}.log",
    benchmark:
        "<benchmarks>/models_figure/{wing}/{system}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        models=overview_models,
        views=overview_views,
        metadata=figure_metadata,
        code=lib_hash("models_figure.py"),
    script:
        "../scripts/models_figure.py"


# Every model of every system.
rule models:
    input:
        [
            f"<results>/figures/models/{wing}_{system}.pdf"
            for wing, systems in overview_systems().items()
            for system in systems
        ],
