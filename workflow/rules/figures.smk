# REQUIRED INPUTS: what the glass and learning rules leave
# OUTPUTS: <results>/figures/{system}/*.{pdf,svg,png,csv}: each figure with the data that it shows
# STEPS: one rule and one script a figure; a changed style redraws all of them and nothing else.


rule glass_figure_glass:
    input:
        samples=GLASS.samples,
        targets="<results>/glass/{system}/targets.parquet",
    output:
        pdf="<results>/figures/{system}/glass.pdf",
        svg="<results>/figures/{system}/glass.svg",
        png=report(
            "<results>/figures/{system}/glass.png",
            caption="../report/glass_glass.rst",
            category="Glasses",
            subcategory="Simulation",
            labels={"system": "{system}", "figure": "glass"},
        ),
        csv="<results>/figures/{system}/glass.csv",
        columns="<results>/figures/{system}/glass.csv-metadata.json",
    log:
        "<logs>/glass_figure_glass/{system}.log",
    benchmark:
        "<benchmarks>/glass_figure_glass/{system}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=20,
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
        pdf="<results>/figures/{system}/response.pdf",
        svg="<results>/figures/{system}/response.svg",
        png=report(
            "<results>/figures/{system}/response.png",
            caption="../report/glass_response.rst",
            category="Glasses",
            subcategory="Simulation",
            labels={"system": "{system}", "figure": "response"},
        ),
        csv="<results>/figures/{system}/response.csv",
        columns="<results>/figures/{system}/response.csv-metadata.json",
    log:
        "<logs>/glass_figure_response/{system}.log",
    benchmark:
        "<benchmarks>/glass_figure_response/{system}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=20,
    params:
        metadata=GLASS.figure_metadata,
        code=lib_hash("glass/figure_response.py"),
    script:
        "../scripts/glass/figure_response.py"


rule glass_figure_definition:
    input:
        scores=GLASS.figure_scores("definition"),
    output:
        pdf="<results>/figures/{system}/definition.pdf",
        svg="<results>/figures/{system}/definition.svg",
        png=report(
            "<results>/figures/{system}/definition.png",
            caption="../report/glass_definition.rst",
            category="Glasses",
            subcategory="Scores",
            labels={"system": "{system}", "figure": "definition"},
        ),
        csv="<results>/figures/{system}/definition.csv",
        columns="<results>/figures/{system}/definition.csv-metadata.json",
    log:
        "<logs>/glass_figure_definition/{system}.log",
    benchmark:
        "<benchmarks>/glass_figure_definition/{system}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=20,
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
        pdf="<results>/figures/{system}/strain.pdf",
        svg="<results>/figures/{system}/strain.svg",
        png=report(
            "<results>/figures/{system}/strain.png",
            caption="../report/glass_strain.rst",
            category="Glasses",
            subcategory="Scores",
            labels={"system": "{system}", "figure": "strain"},
        ),
        csv="<results>/figures/{system}/strain.csv",
        columns="<results>/figures/{system}/strain.csv-metadata.json",
    log:
        "<logs>/glass_figure_strain/{system}.log",
    benchmark:
        "<benchmarks>/glass_figure_strain/{system}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=20,
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
        pdf="<results>/figures/{system}/thesis.pdf",
        svg="<results>/figures/{system}/thesis.svg",
        png=report(
            "<results>/figures/{system}/thesis.png",
            caption="../report/glass_thesis.rst",
            category="Glasses",
            subcategory="Scores",
            labels={"system": "{system}", "figure": "thesis"},
        ),
        csv="<results>/figures/{system}/thesis.csv",
        columns="<results>/figures/{system}/thesis.csv-metadata.json",
    log:
        "<logs>/glass_figure_thesis/{system}.log",
    benchmark:
        "<benchmarks>/glass_figure_thesis/{system}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=20,
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
        pdf="<results>/figures/{system}/transfer.pdf",
        svg="<results>/figures/{system}/transfer.svg",
        png=report(
            "<results>/figures/{system}/transfer.png",
            caption="../report/glass_transfer.rst",
            category="Glasses",
            subcategory="Scores",
            labels={"system": "{system}", "figure": "transfer"},
        ),
        csv="<results>/figures/{system}/transfer.csv",
        columns="<results>/figures/{system}/transfer.csv-metadata.json",
    log:
        "<logs>/glass_figure_transfer/{system}.log",
    benchmark:
        "<benchmarks>/glass_figure_transfer/{system}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=20,
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
        pdf="<results>/figures/{system}/learning_curve.pdf",
        svg="<results>/figures/{system}/learning_curve.svg",
        png=report(
            "<results>/figures/{system}/learning_curve.png",
            caption="../report/glass_learning_curve.rst",
            category="Glasses",
            subcategory="Scores",
            labels={"system": "{system}", "figure": "learning curve"},
        ),
        csv="<results>/figures/{system}/learning_curve.csv",
        columns="<results>/figures/{system}/learning_curve.csv-metadata.json",
    log:
        "<logs>/glass_figure_learning_curve/{system}.log",
    benchmark:
        "<benchmarks>/glass_figure_learning_curve/{system}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=20,
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
        pdf="<results>/figures/{system}/parity.pdf",
        svg="<results>/figures/{system}/parity.svg",
        png=report(
            "<results>/figures/{system}/parity.png",
            caption="../report/glass_parity.rst",
            category="Glasses",
            subcategory="Scores",
            labels={"system": "{system}", "figure": "parity"},
        ),
        csv="<results>/figures/{system}/parity.csv",
        columns="<results>/figures/{system}/parity.csv-metadata.json",
    log:
        "<logs>/glass_figure_parity/{system}.log",
    benchmark:
        "<benchmarks>/glass_figure_parity/{system}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=20,
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
        pdf="<results>/figures/{system}/indicator.pdf",
        svg="<results>/figures/{system}/indicator.svg",
        png=report(
            "<results>/figures/{system}/indicator.png",
            caption="../report/glass_indicator.rst",
            category="Glasses",
            subcategory="Mechanism",
            labels={"system": "{system}", "figure": "indicator"},
        ),
        csv="<results>/figures/{system}/indicator.csv",
        columns="<results>/figures/{system}/indicator.csv-metadata.json",
    log:
        "<logs>/glass_figure_indicator/{system}.log",
    benchmark:
        "<benchmarks>/glass_figure_indicator/{system}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=20,
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
        pdf="<results>/figures/{system}/angular.pdf",
        svg="<results>/figures/{system}/angular.svg",
        png=report(
            "<results>/figures/{system}/angular.png",
            caption="../report/glass_angular.rst",
            category="Glasses",
            subcategory="Structure",
            labels={"system": "{system}", "figure": "angular"},
        ),
        csv="<results>/figures/{system}/angular.csv",
        columns="<results>/figures/{system}/angular.csv-metadata.json",
    log:
        "<logs>/glass_figure_angular/{system}.log",
    benchmark:
        "<benchmarks>/glass_figure_angular/{system}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=20,
    params:
        strain=GLASS.figure_strain,
        plastic_fraction=lookup("glass/figures/angular/plastic_fraction", within=config),
        rigid_fraction=lookup("glass/figures/angular/rigid_fraction", within=config),
        metadata=GLASS.figure_metadata,
        code=lib_hash("glass/figure_angular.py"),
    script:
        "../scripts/glass/figure_angular.py"
