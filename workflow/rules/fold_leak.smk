# REQUIRED INPUTS: targets.parquet, splits.json and one feature table of the first glass system
# OUTPUTS: <results>/trust/fold_leak.csv, <results>/figures/trust/fold_leak.*
# STEPS: train the same models on folds of whole glasses, of atoms and of rows; draw how much tearing gains.


# How much a score gains where the neighbours of a tested atom were trained on.
rule trust_fold_leak:
    input:
        features=RUN.fold_leak.features,
        targets=RUN.fold_leak.targets,
        splits=RUN.fold_leak.splits,
    output:
        csv="<results>/trust/fold_leak.csv",
        columns="<results>/trust/fold_leak.csv-metadata.json",
    log:
        "<logs>/trust_fold_leak.log",
    benchmark:
        "<benchmarks>/trust_fold_leak.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=240,
    params:
        study=RUN.fold_leak.study,
        seed=lookup("seed", within=config),
        level=lookup("learning/level", within=config),
        resamples=lookup("learning/resamples", within=config),
        code=lib_hash("glass/fold_leak.py"),
    script:
        "../scripts/glass/fold_leak.py"


# The table as a figure: a panel for each strain.
rule trust_figure_fold_leak:
    input:
        rules.trust_fold_leak.output.csv,
    output:
        **figure_outputs(
            report,
            "<results>/figures/trust/fold_leak",
            caption="trust_fold_leak",
            category="Trust",
            subcategory="Scores",
            labels={"figure": "folds of atoms and of glasses"},
        ),
    log:
        "<logs>/trust_figure_fold_leak.log",
    benchmark:
        "<benchmarks>/trust_figure_fold_leak.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=RUN.fold_leak.models,
        metadata=FIGURE_METADATA,
        code=lib_hash("glass/figure_fold_leak.py"),
    script:
        "../scripts/glass/figure_fold_leak.py"
