# REQUIRED INPUTS: samples, targets.parquet, splits.json, features and frame_scores of the first glass system
# OUTPUTS: <results>/glass/{system}/coarse/{path}.{parquet,csv}, <results>/trust/{model_costs,twins,frontier}.csv,
#          <results>/figures/frontier.*
# STEPS: walk coarse paths to the stored strains; measure what features, training and the full path cost;
#        score paths and models against their cost; draw them. A killed run goes on with the next path.


# One coarse path, for all glasses and loads: how particles move along it, and what it takes.
rule glass_coarse_path:
    input:
        samples=RUN.frontier.samples,
    output:
        table="<results>/glass/{system}/coarse/{path}.parquet",
        csv="<results>/glass/{system}/coarse/{path}.csv",
        columns="<results>/glass/{system}/coarse/{path}.csv-metadata.json",
    log:
        "<logs>/glass_coarse_path/{system}/{path}.log",
    benchmark:
        "<benchmarks>/glass_coarse_path/{system}/{path}.tsv"
    wildcard_constraints:
        path=RUN.frontier.path_names,
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=240,
    params:
        path=RUN.frontier.path,
        strains=RUN.frontier.strains,
        quantity=RUN.frontier.quantity,
        cutoff=lookup("glass/targets/neighbour_cutoff", within=config),
        code=RUN.frontier.code,
    script:
        "../scripts/glass/coarse_path.py"


# CPU seconds of features, training and the full path; and twins of the full path, kicked at every step.
rule glass_model_costs:
    input:
        samples=RUN.frontier.timed_samples,
        features=RUN.frontier.features,
        paths=RUN.frontier.paths,
        targets=RUN.frontier.targets,
        splits=RUN.frontier.splits,
    output:
        costs="<results>/trust/model_costs.csv",
        costs_columns="<results>/trust/model_costs.csv-metadata.json",
        twins="<results>/trust/twins.csv",
        twins_columns="<results>/trust/twins.csv-metadata.json",
    log:
        "<logs>/glass_model_costs.log",
    benchmark:
        "<benchmarks>/glass_model_costs.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=240,
    params:
        descriptors=RUN.frontier.descriptors,
        models=RUN.frontier.trained,
        deformation=RUN.frontier.deformation,
        quantity=RUN.frontier.quantity,
        cutoff=lookup("glass/targets/neighbour_cutoff", within=config),
        kick=lookup("glass/frontier/kick", within=config),
        metrics=lookup("glass/frontier/metrics", within=config),
        top_fractions=lookup("learning/top_fractions", within=config),
        seed=lookup("seed", within=config),
        code=RUN.frontier.cost_code,
    script:
        "../scripts/glass/model_costs.py"


# Scores of paths and models beside their costs.
rule glass_frontier:
    input:
        paths=RUN.frontier.paths,
        path_costs=RUN.frontier.path_costs,
        costs=rules.glass_model_costs.output.costs,
        twins=rules.glass_model_costs.output.twins,
        features=RUN.frontier.features,
        frames=RUN.frontier.frames,
        targets=RUN.frontier.targets,
        splits=RUN.frontier.splits,
    output:
        csv="<results>/trust/frontier.csv",
        columns="<results>/trust/frontier.csv-metadata.json",
    log:
        "<logs>/glass_frontier.log",
    benchmark:
        "<benchmarks>/glass_frontier.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=240,
    params:
        models=RUN.frontier.trained,
        trained=RUN.frontier.own_models,
        quantity=RUN.frontier.quantity,
        strains=RUN.frontier.strains,
        metrics=lookup("glass/frontier/metrics", within=config),
        top_fractions=lookup("learning/top_fractions", within=config),
        seed=lookup("seed", within=config),
        level=lookup("learning/level", within=config),
        resamples=lookup("learning/resamples", within=config),
        code=lib_hash("glass/frontier.py"),
    script:
        "../scripts/glass/frontier.py"


# The table as a figure: a panel for each metric and strain, and one for the kicked twins.
rule glass_figure_frontier:
    input:
        rules.glass_frontier.output.csv,
    output:
        **figure_outputs(
            report,
            "<results>/figures/frontier",
            caption="glass_frontier",
            category="Glasses",
            subcategory="Scores",
            labels={"figure": "score against cost"},
        ),
    log:
        "<logs>/glass_figure_frontier.log",
    benchmark:
        "<benchmarks>/glass_figure_frontier.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        labels=RUN.frontier.labels,
        metrics=lookup("glass/frontier/metrics", within=config),
        metadata=FIGURE_METADATA,
        code=lib_hash("glass/figure_frontier.py"),
    script:
        "../scripts/glass/figure_frontier.py"
