# REQUIRED INPUTS: <results>/{wing}/{system}/scores/*.json of every model of the configuration
# OUTPUTS: <results>/figures/models/{wing}_{system}.{pdf,svg,png,csv}, <results>/{wing}/{system}/models.md
# STEPS: one figure and one table a system, from best to worst; a model that is added to the
# configuration is trained, scored, drawn and listed by that alone.


rule models_figure_overview:
    input:
        scores=LEARNING.overview_scores,
    output:
        **figure_outputs(
            report,
            "<results>/figures/models/{wing}_{system}",
            caption="models",
            category="Models",
            labels={"wing": "{wing}", "system": "{system}"},
        ),
        table="<results>/{wing}/{system}/models.md",
    log:
        "<logs>/models_figure_overview/{wing}/{system}.log",
    benchmark:
        "<benchmarks>/models_figure_overview/{wing}/{system}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=LEARNING.overview_models,
        views=LEARNING.overview_views,
        metadata=GLASS.figure_metadata,
        code=lib_hash("models/figure_overview.py"),
    script:
        "../scripts/models/figure_overview.py"


# Every model of every system.
rule models:
    input:
        LEARNING.overview_figures(),
