# REQUIRED INPUTS: tables of the audit, of attributions and of data efficiency, and scores of the models that trust/panels names
# OUTPUTS: <results>/figures/ audit.*, attribution_{wing}.*, trust_efficiency.*, trust/pearson.*; <results>/trust/efficiency.json
# STEPS: one rule and one script a figure; a changed style redraws all of them and nothing else.


rule audit_figure_verdicts:
    input:
        table="<results>/audit/audit.csv",
    output:
        **figure_outputs(
            report,
            "<results>/figures/audit",
            caption="audit",
            category="Audit",
            labels={"figure": "audit"},
        ),
    log:
        "<logs>/audit_figure_verdicts.log",
    benchmark:
        "<benchmarks>/audit_figure_verdicts.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        metadata=FIGURE_METADATA,
        code=lib_hash("trust/figure_verdicts.py"),
    script:
        "../scripts/trust/figure_verdicts.py"


rule attribution_figure_features:
    input:
        tables=LEARNING.attribution_tables,
    output:
        **figure_outputs(
            report,
            "<results>/figures/attribution_{wing}",
            caption="attribution",
            category="Trust",
            subcategory="Attribution",
            labels={"wing": "{wing}"},
        ),
    log:
        "<logs>/attribution_figure_features/{wing}.log",
    benchmark:
        "<benchmarks>/attribution_figure_features/{wing}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=LEARNING.models,
        most=lookup("attribution/most", within=config),
        metadata=FIGURE_METADATA,
        code=lib_hash("trust/figure_attribution.py"),
    script:
        "../scripts/trust/figure_attribution.py"


# Learning curves of both wings, and how many times fewer samples symmetry needs.
rule trust_figure_efficiency:
    input:
        glass="<results>/trust/efficiency_glass.parquet",
        dislocation="<results>/trust/efficiency_dislocation.parquet",
    output:
        **figure_outputs(
            report,
            "<results>/figures/trust_efficiency",
            caption="trust_efficiency",
            category="Trust",
            subcategory="Data efficiency",
            labels={"figure": "data efficiency"},
        ),
        claims="<results>/trust/efficiency.json",
    log:
        "<logs>/trust_figure_efficiency.log",
    benchmark:
        "<benchmarks>/trust_figure_efficiency.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=RUN.efficiency.models,
        pairs=RUN.efficiency.pairs,
        level=lookup("learning/level", within=config),
        resamples=lookup("learning/resamples", within=config),
        seed=lookup("seed", within=config),
        metadata=FIGURE_METADATA,
        code=lib_hash("trust/figure_efficiency.py"),
    script:
        "../scripts/trust/figure_efficiency.py"


# How far a correlation flatters: every model, and a constructed case.
rule trust_figure_pearson:
    input:
        unpack(RUN.trust.scores),
    output:
        **figure_outputs(
            report,
            "<results>/figures/trust/pearson",
            caption="trust_pearson",
            category="Trust",
            subcategory="Scores",
            labels={"figure": "R2 against Pearson"},
        ),
    log:
        "<logs>/trust_figure_pearson.log",
    benchmark:
        "<benchmarks>/trust_figure_pearson.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        panels=RUN.trust.panels,
        models=RUN.trust.panel_entries,
        constructed=lookup("trust/constructed", within=config)
        | {"level": config["learning"]["level"]},
        seed=lookup("seed", within=config),
        metadata=FIGURE_METADATA,
        code=lib_hash("trust/figure_pearson.py"),
    script:
        "../scripts/trust/figure_pearson.py"
