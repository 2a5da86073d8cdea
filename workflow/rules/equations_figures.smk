# REQUIRED INPUTS: tables of runs of the equation wing, and the data of the cases that figures follow
# OUTPUTS: <results>/figures/equations/*.{pdf,svg,png,csv}: each figure with the data that it shows
# STEPS: list the models that selection chooses from; integrate what was found; one rule a figure.


# The models that selection chooses from, and which of them rules take.
rule equations_paths:
    input:
        "<results>/equations/{case}/data.h5",
    output:
        "<results>/equations/{case}/paths.parquet",
    log:
        "<logs>/equations_paths/{case}.log",
    benchmark:
        "<benchmarks>/equations_paths/{case}.tsv"
    wildcard_constraints:
        case=EQUATIONS.discovered_cases,
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=30,
    params:
        case=EQUATIONS.case_name,
        library=lookup("equations/cases/{case}/library", within=config),
        settings=lookup("equations/cases/{case}/settings", within=config, default={}),
        rules=lookup("equations/rules", within=config),
        levels=EQUATIONS.path_levels,
        seed=lookup("seed", within=config),
        code=lib_hash("equations/paths.py"),
    script:
        "../scripts/equations/paths.py"


# What was found in the beginning of a trajectory, integrated along the rest of it.
rule equations_forecast:
    input:
        "<results>/equations/lorenz/data.h5",
    output:
        "<results>/equations/lorenz/forecast.parquet",
    log:
        "<logs>/equations_forecast.log",
    benchmark:
        "<benchmarks>/equations_forecast.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=30,
    params:
        case="lorenz",
        method="weak",
        rule="auto",
        library=lookup("equations/cases/lorenz/library", within=config),
        settings=lookup("equations/cases/lorenz/settings", within=config, default={}),
        levels=lookup("equations/levels", within=config),
        share=lookup("equations/figures/forecast/share", within=config),
        every=lookup("equations/figures/forecast/every", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("equations/forecast.py"),
    script:
        "../scripts/equations/forecast.py"


rule equations_figure_error:
    input:
        runs=EQUATIONS.figure_runs,
    output:
        pdf="<results>/figures/equations/error.pdf",
        svg="<results>/figures/equations/error.svg",
        png=report(
            "<results>/figures/equations/error.png",
            caption="../report/equations_error.rst",
            category="Equations",
            subcategory="Partial differential equations",
            labels={"figure": "error"},
        ),
        csv="<results>/figures/equations/error.csv",
        columns="<results>/figures/equations/error.csv-metadata.json",
    log:
        "<logs>/equations_figure_error.log",
    benchmark:
        "<benchmarks>/equations_figure_error.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=10,
    params:
        cases=lookup("equations/figures/cases", within=config),
        published=lookup("equations/figures/published", within=config),
        metadata=EQUATIONS.metadata,
        code=lib_hash("equations/figure_error.py"),
    script:
        "../scripts/equations/figure_error.py"


rule equations_figure_structure:
    input:
        runs=EQUATIONS.run_tables(),
    output:
        pdf="<results>/figures/equations/structure.pdf",
        svg="<results>/figures/equations/structure.svg",
        png=report(
            "<results>/figures/equations/structure.png",
            caption="../report/equations_structure.rst",
            category="Equations",
            subcategory="Partial differential equations",
            labels={"figure": "structure"},
        ),
        csv="<results>/figures/equations/structure.csv",
        columns="<results>/figures/equations/structure.csv-metadata.json",
    log:
        "<logs>/equations_figure_structure.log",
    benchmark:
        "<benchmarks>/equations_figure_structure.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=10,
    params:
        noises=lookup("equations/levels", within=config),
        rivalled=lookup("equations/figures/cases", within=config),
        metadata=EQUATIONS.metadata,
        code=lib_hash("equations/figure_structure.py"),
    script:
        "../scripts/equations/figure_structure.py"


rule equations_figure_paths:
    input:
        paths=EQUATIONS.path_tables,
    output:
        pdf="<results>/figures/equations/paths.pdf",
        svg="<results>/figures/equations/paths.svg",
        png=report(
            "<results>/figures/equations/paths.png",
            caption="../report/equations_paths.rst",
            category="Equations",
            subcategory="Selection",
            labels={"figure": "paths"},
        ),
        csv="<results>/figures/equations/paths.csv",
        columns="<results>/figures/equations/paths.csv-metadata.json",
    log:
        "<logs>/equations_figure_paths.log",
    benchmark:
        "<benchmarks>/equations_figure_paths.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=10,
    params:
        cells=lookup("equations/figures/paths", within=config),
        metadata=EQUATIONS.metadata,
        code=lib_hash("equations/figure_paths.py"),
    script:
        "../scripts/equations/figure_paths.py"


rule equations_figure_chaos:
    input:
        runs=["<results>/equations/chaos/runs/weak.parquet"],
    output:
        pdf="<results>/figures/equations/chaos.pdf",
        svg="<results>/figures/equations/chaos.svg",
        png=report(
            "<results>/figures/equations/chaos.png",
            caption="../report/equations_chaos.rst",
            category="Equations",
            subcategory="Ordinary differential equations",
            labels={"figure": "chaos"},
        ),
        csv="<results>/figures/equations/chaos.csv",
        columns="<results>/figures/equations/chaos.csv-metadata.json",
    log:
        "<logs>/equations_figure_chaos.log",
    benchmark:
        "<benchmarks>/equations_figure_chaos.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=10,
    params:
        metadata=EQUATIONS.metadata,
        code=lib_hash("equations/figure_chaos.py"),
    script:
        "../scripts/equations/figure_chaos.py"


rule equations_figure_costs:
    input:
        runs=EQUATIONS.figure_runs,
    output:
        pdf="<results>/figures/equations/costs.pdf",
        svg="<results>/figures/equations/costs.svg",
        png=report(
            "<results>/figures/equations/costs.png",
            caption="../report/equations_costs.rst",
            category="Equations",
            subcategory="Costs",
            labels={"figure": "costs"},
        ),
        csv="<results>/figures/equations/costs.csv",
        columns="<results>/figures/equations/costs.csv-metadata.json",
    log:
        "<logs>/equations_figure_costs.log",
    benchmark:
        "<benchmarks>/equations_figure_costs.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=10,
    params:
        cases=lookup("equations/figures/cases", within=config),
        metadata=EQUATIONS.metadata,
        code=lib_hash("equations/figure_costs.py"),
    script:
        "../scripts/equations/figure_costs.py"


rule equations_figure_lorenz:
    input:
        forecast="<results>/equations/lorenz/forecast.parquet",
    output:
        pdf="<results>/figures/equations/lorenz.pdf",
        svg="<results>/figures/equations/lorenz.svg",
        png=report(
            "<results>/figures/equations/lorenz.png",
            caption="../report/equations_lorenz.rst",
            category="Equations",
            subcategory="Ordinary differential equations",
            labels={"figure": "lorenz"},
        ),
        csv="<results>/figures/equations/lorenz.csv",
        columns="<results>/figures/equations/lorenz.csv-metadata.json",
    log:
        "<logs>/equations_figure_lorenz.log",
    benchmark:
        "<benchmarks>/equations_figure_lorenz.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=10,
    params:
        metadata=EQUATIONS.metadata,
        code=lib_hash("equations/figure_lorenz.py"),
    script:
        "../scripts/equations/figure_lorenz.py"
