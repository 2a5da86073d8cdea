# REQUIRED INPUTS: what the glass and learning rules leave
# OUTPUTS: <results>/figures/{system}/*.{pdf,svg,png,csv}: each figure with the data that it shows
# STEPS: one rule and one script a figure; a changed style redraws all of them and nothing else.


rule glass_figure_glass:
    input:
        samples=GLASS.samples,
        targets="<results>/glass/{system}/targets.parquet",
    output:
        **GLASS.figure(report, "glass", "Simulation"),
    log:
        "<logs>/glass_figure_glass/{system}.log",
    benchmark:
        "<benchmarks>/glass_figure_glass/{system}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        load=GLASS.figure_load,
        strains=lookup("glass/systems/{system}/deformation/frames", within=config),
        quantity=GLASS.figure_quantity,
        diameters=GLASS.figure_diameters,
        metadata=GLASS.figure_metadata,
        code=lib_hash("glass/figure_glass.py"),
    script:
        "../scripts/glass/figure_glass.py"


rule glass_figure_response:
    input:
        samples=GLASS.samples,
    output:
        **GLASS.figure(report, "response", "Simulation"),
    log:
        "<logs>/glass_figure_response/{system}.log",
    benchmark:
        "<benchmarks>/glass_figure_response/{system}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        metadata=GLASS.figure_metadata,
        code=lib_hash("glass/figure_response.py"),
    script:
        "../scripts/glass/figure_response.py"


rule glass_figure_definition:
    input:
        scores=GLASS.figure_scores("definition"),
    output:
        **GLASS.figure(report, "definition", "Scores"),
    log:
        "<logs>/glass_figure_definition/{system}.log",
    benchmark:
        "<benchmarks>/glass_figure_definition/{system}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=lookup("glass/models", within=config),
        strain=GLASS.figure_strain,
        metrics=lookup("glass/figures/definition/metrics", within=config),
        published=lookup("glass/figures/definition/published", within=config),
        metadata=GLASS.figure_metadata,
        code=lib_hash("glass/figure_definition.py"),
    script:
        "../scripts/glass/figure_definition.py"


rule glass_figure_strain:
    input:
        scores=GLASS.figure_scores("curves"),
    output:
        **GLASS.figure(report, "strain", "Scores"),
    log:
        "<logs>/glass_figure_strain/{system}.log",
    benchmark:
        "<benchmarks>/glass_figure_strain/{system}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=lookup("glass/models", within=config),
        quantity=GLASS.figure_quantity,
        metrics=lookup("glass/figures/metrics", within=config),
        metadata=GLASS.figure_metadata,
        code=lib_hash("glass/figure_strain.py"),
    script:
        "../scripts/glass/figure_strain.py"


rule glass_figure_thesis:
    input:
        comparisons="<results>/glass/{system}/comparisons.csv",
        frame_scores=GLASS.compared_frames,
    output:
        **GLASS.figure(report, "thesis", "Scores"),
    log:
        "<logs>/glass_figure_thesis/{system}.log",
    benchmark:
        "<benchmarks>/glass_figure_thesis/{system}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=lookup("glass/models", within=config),
        hybrid=lookup("glass/figures/hybrid", within=config),
        quantity=GLASS.figure_quantity,
        metrics=lookup("glass/figures/metrics", within=config),
        metadata=GLASS.figure_metadata,
        code=lib_hash("glass/figure_thesis.py"),
    script:
        "../scripts/glass/figure_thesis.py"


rule glass_figure_transfer:
    input:
        transfer=GLASS.per_model("transfer", "parquet", GLASS.block["transfer"]),
    output:
        **GLASS.figure(report, "transfer", "Scores"),
    log:
        "<logs>/glass_figure_transfer/{system}.log",
    benchmark:
        "<benchmarks>/glass_figure_transfer/{system}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=lookup("glass/models", within=config),
        target=GLASS.shown_target,
        metric=lookup("glass/figures/metric", within=config),
        metadata=GLASS.figure_metadata,
        code=lib_hash("glass/figure_transfer.py"),
    script:
        "../scripts/glass/figure_transfer.py"


rule glass_figure_learning_curve:
    input:
        curves=GLASS.per_model(
            "learning_curve", "parquet", GLASS.block["learning_curve"]["models"]
        ),
    output:
        **GLASS.figure(report, "learning_curve", "Scores"),
    log:
        "<logs>/glass_figure_learning_curve/{system}.log",
    benchmark:
        "<benchmarks>/glass_figure_learning_curve/{system}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=lookup("glass/models", within=config),
        target=GLASS.shown_target,
        metrics=lookup("glass/figures/metrics", within=config),
        metadata=GLASS.figure_metadata,
        code=lib_hash("glass/figure_learning_curve.py"),
    script:
        "../scripts/glass/figure_learning_curve.py"


rule glass_figure_parity:
    input:
        predictions=GLASS.figure_predictions("parity"),
        scores=GLASS.figure_scores("parity"),
    output:
        **GLASS.figure(report, "parity", "Scores"),
    log:
        "<logs>/glass_figure_parity/{system}.log",
    benchmark:
        "<benchmarks>/glass_figure_parity/{system}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=lookup("glass/models", within=config),
        target=GLASS.shown_target,
        metadata=GLASS.figure_metadata,
        code=lib_hash("glass/figure_parity.py"),
    script:
        "../scripts/glass/figure_parity.py"


rule glass_figure_indicator:
    input:
        features=GLASS.indicator_tables,
        targets="<results>/glass/{system}/targets.parquet",
    output:
        **GLASS.figure(report, "indicator", "Mechanism"),
    log:
        "<logs>/glass_figure_indicator/{system}.log",
    benchmark:
        "<benchmarks>/glass_figure_indicator/{system}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        indicators=lookup("glass/figures/indicators", within=config),
        strains=lookup("glass/systems/{system}/deformation/frames", within=config),
        quantity=GLASS.figure_quantity,
        metadata=GLASS.figure_metadata,
        code=lib_hash("glass/figure_indicator.py"),
    script:
        "../scripts/glass/figure_indicator.py"


rule glass_figure_angular:
    input:
        samples=GLASS.samples,
        features="<results>/glass/{system}/features/structure_functions.parquet",
        targets="<results>/glass/{system}/targets.parquet",
    output:
        **GLASS.figure(report, "angular", "Structure"),
    log:
        "<logs>/glass_figure_angular/{system}.log",
    benchmark:
        "<benchmarks>/glass_figure_angular/{system}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        strain=GLASS.figure_strain,
        plastic_fraction=lookup("glass/figures/angular/plastic_fraction", within=config),
        rigid_fraction=lookup("glass/figures/angular/rigid_fraction", within=config),
        metadata=GLASS.figure_metadata,
        code=lib_hash("glass/figure_angular.py"),
    script:
        "../scripts/glass/figure_angular.py"
