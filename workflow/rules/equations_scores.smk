# REQUIRED INPUTS: <results>/equations/{case}/runs/*.parquet and tables of curves, laws and classes
# OUTPUTS: <results>/equations/{case}/scores/{method}.json; <results>/figures/equations/*
# STEPS: score every method over seeds; draw coefficients that vary, hardening laws, symmetry classes.


# Scores of every method on every case, by noise level: one job, since each takes no time.
rule equations_scores:
    input:
        EQUATIONS.run_tables(),
        "<results>/equations/chaos/runs/weak.parquet",
        EQUATIONS.varying_files("runs/varying.parquet"),
    output:
        sorted(EQUATIONS.score_files()),
    log:
        "<logs>/equations_scores.log",
    benchmark:
        "<benchmarks>/equations_scores.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=10,
    params:
        level=lookup("learning/level", within=config),
        resamples=lookup("learning/resamples", within=config),
        code=lib_hash("equations/scores.py"),
    script:
        "../scripts/equations/scores.py"


# Coefficient curves on the truth, and their error beside what was published.
rule equations_figure_parametric:
    input:
        runs=EQUATIONS.varying_files("runs/varying.parquet"),
        curves=EQUATIONS.varying_files("curves.parquet"),
    output:
        pdf="<results>/figures/equations/parametric.pdf",
        svg="<results>/figures/equations/parametric.svg",
        png=report(
            "<results>/figures/equations/parametric.png",
            caption="../report/equations_parametric.rst",
            category="Equations",
            subcategory="Partial differential equations",
            labels={"figure": "coefficients that vary"},
        ),
        csv="<results>/figures/equations/parametric.csv",
        columns="<results>/figures/equations/parametric.csv-metadata.json",
    log:
        "<logs>/equations_figure_parametric.log",
    benchmark:
        "<benchmarks>/equations_figure_parametric.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=10,
    params:
        shown_noise=lookup("equations/varying/shown_noise", within=config),
        published=lookup("equations/varying/published", within=config),
        metadata={"project": "Mechanist", "licence": "CC-BY-4.0"},
        code=lib_hash("equations/figure_parametric.py"),
    script:
        "../scripts/equations/figure_parametric.py"


# How often each rule finds a hardening law.
rule equations_figure_materials:
    input:
        runs="<results>/equations/materials/runs/weak.parquet",
    output:
        pdf="<results>/figures/equations/materials.pdf",
        svg="<results>/figures/equations/materials.svg",
        png=report(
            "<results>/figures/equations/materials.png",
            caption="../report/equations_materials.rst",
            category="Equations",
            subcategory="Materials",
            labels={"figure": "hardening laws"},
        ),
        csv="<results>/figures/equations/materials.csv",
        columns="<results>/figures/equations/materials.csv-metadata.json",
    log:
        "<logs>/equations_figure_materials.log",
    benchmark:
        "<benchmarks>/equations_figure_materials.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=10,
    params:
        shown_noise=lookup("equations/materials/shown_noise", within=config),
        seed=lookup("seed", within=config),
        metadata={"project": "Mechanist", "licence": "CC-BY-4.0"},
        code=lib_hash("equations/figure_materials.py"),
    script:
        "../scripts/equations/figure_materials.py"


# How often each method finds a symmetry class.
rule equations_figure_symmetry:
    input:
        "<results>/equations/symmetry/found.parquet",
    output:
        pdf="<results>/figures/equations/symmetry.pdf",
        svg="<results>/figures/equations/symmetry.svg",
        png=report(
            "<results>/figures/equations/symmetry.png",
            caption="../report/equations_symmetry.rst",
            category="Equations",
            subcategory="Materials",
            labels={"figure": "symmetry classes"},
        ),
        csv="<results>/figures/equations/symmetry.csv",
        columns="<results>/figures/equations/symmetry.csv-metadata.json",
    log:
        "<logs>/equations_figure_symmetry.log",
    benchmark:
        "<benchmarks>/equations_figure_symmetry.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=10,
    params:
        metadata={"project": "Mechanist", "licence": "CC-BY-4.0"},
        code=lib_hash("equations/figure_symmetry.py"),
    script:
        "../scripts/equations/figure_symmetry.py"
