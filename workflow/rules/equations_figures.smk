# REQUIRED INPUTS: tables of runs, curves, paths, laws and classes of the equation wing
# OUTPUTS: <results>/figures/equations/*.{pdf,svg,png,csv}: each figure with the data that it shows
# STEPS: one rule and one script a figure; a changed style redraws all of them and nothing else.


rule equations_figure_error:
    input:
        runs=EQUATIONS.figure_runs,
    output:
        **EQUATIONS.figure(report, "error", "Partial differential equations"),
    log:
        "<logs>/equations_figure_error.log",
    benchmark:
        "<benchmarks>/equations_figure_error.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
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
        **EQUATIONS.figure(report, "structure", "Partial differential equations"),
    log:
        "<logs>/equations_figure_structure.log",
    benchmark:
        "<benchmarks>/equations_figure_structure.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        noises=lookup("equations/levels", within=config),
        rivalled=lookup("equations/figures/cases", within=config),
        metadata=EQUATIONS.metadata,
        code=lib_hash("equations/figure_structure.py"),
    script:
        "../scripts/equations/figure_structure.py"


# How often error bars hold the truth, and verdicts say rightly whether a term is missing.
rule equations_figure_error_bars:
    input:
        bars=EQUATIONS.error_bar_tables,
        verdicts=EQUATIONS.verdict_tables,
    output:
        EQUATIONS.several_figures(
            report,
            {"error_bars": "Selection", "verdicts": "Selection"},
            labels={"error_bars": "error bars"},
        ),
    log:
        "<logs>/equations_figure_error_bars.log",
    benchmark:
        "<benchmarks>/equations_figure_error_bars.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        metadata=EQUATIONS.metadata,
        code=lib_hash("equations/figures_error_bars.py"),
    script:
        "../scripts/equations/figures_error_bars.py"


rule equations_figure_paths:
    input:
        paths=EQUATIONS.path_tables,
    output:
        **EQUATIONS.figure(report, "paths", "Selection"),
    log:
        "<logs>/equations_figure_paths.log",
    benchmark:
        "<benchmarks>/equations_figure_paths.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
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
        **EQUATIONS.figure(report, "chaos", "Ordinary differential equations"),
    log:
        "<logs>/equations_figure_chaos.log",
    benchmark:
        "<benchmarks>/equations_figure_chaos.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        metadata=EQUATIONS.metadata,
        code=lib_hash("equations/figure_chaos.py"),
    script:
        "../scripts/equations/figure_chaos.py"


rule equations_figure_costs:
    input:
        runs=EQUATIONS.figure_runs,
    output:
        **EQUATIONS.figure(report, "costs", "Costs"),
    log:
        "<logs>/equations_figure_costs.log",
    benchmark:
        "<benchmarks>/equations_figure_costs.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
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
        **EQUATIONS.figure(report, "lorenz", "Ordinary differential equations"),
    log:
        "<logs>/equations_figure_lorenz.log",
    benchmark:
        "<benchmarks>/equations_figure_lorenz.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        metadata=EQUATIONS.metadata,
        code=lib_hash("equations/figure_lorenz.py"),
    script:
        "../scripts/equations/figure_lorenz.py"


# Coefficient curves on the truth, and their error beside what was published.
rule equations_figure_parametric:
    input:
        runs=EQUATIONS.varying_files("runs/varying.parquet"),
        curves=EQUATIONS.varying_files("curves.parquet"),
    output:
        **EQUATIONS.figure(
            report,
            "parametric",
            "Partial differential equations",
            label="varying coefficients",
        ),
    log:
        "<logs>/equations_figure_parametric.log",
    benchmark:
        "<benchmarks>/equations_figure_parametric.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        shown_noise=lookup("equations/varying/shown_noise", within=config),
        published=lookup("equations/varying/published", within=config),
        metadata=FIGURE_METADATA,
        code=lib_hash("equations/figure_parametric.py"),
    script:
        "../scripts/equations/figure_parametric.py"


# How often each rule finds a hardening law.
rule equations_figure_materials:
    input:
        runs="<results>/equations/materials/runs/weak.parquet",
    output:
        **EQUATIONS.figure(report, "materials", "Materials", label="hardening laws"),
    log:
        "<logs>/equations_figure_materials.log",
    benchmark:
        "<benchmarks>/equations_figure_materials.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        shown_noise=lookup("equations/materials/shown_noise", within=config),
        seed=lookup("seed", within=config),
        metadata=FIGURE_METADATA,
        code=lib_hash("equations/figure_materials.py"),
    script:
        "../scripts/equations/figure_materials.py"


# Laws of latent coordinates: attractors, terms, and errors beside published ones.
rule equations_figure_latent:
    input:
        runs=EQUATIONS.latent_files("runs"),
        terms=EQUATIONS.latent_files("terms"),
        latents=EQUATIONS.latent_files("latents"),
    output:
        **EQUATIONS.figure(report, "latent", "Coordinates", label="latent coordinates"),
    log:
        "<logs>/equations_figure_latent.log",
    benchmark:
        "<benchmarks>/equations_figure_latent.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=lookup("equations/latent/models", within=config),
        cases=lookup("equations/latent/cases", within=config),
        published=lookup("equations/latent/published", within=config),
        metadata=EQUATIONS.metadata,
        code=lib_hash("equations/figure_latent.py"),
    script:
        "../scripts/equations/figure_latent.py"


# The continuum law of dislocations: friction, back stress, and errors of laws that are followed.
rule equations_figure_continuum:
    input:
        laws="<results>/equations/continuum/laws.parquet",
        forward="<results>/equations/continuum/forward.parquet",
    output:
        **EQUATIONS.figure(
            report,
            "continuum",
            "Continuum laws",
            label="continuum laws of dislocations",
        ),
    log:
        "<logs>/equations_figure_continuum.log",
    benchmark:
        "<benchmarks>/equations_figure_continuum.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        settings=lookup("equations/continuum", within=config),
        metadata=EQUATIONS.metadata,
        code=lib_hash("equations/figure_continuum.py"),
    script:
        "../scripts/equations/figure_continuum.py"


# How often each method finds a symmetry class.
rule equations_figure_symmetry:
    input:
        "<results>/equations/symmetry/found.parquet",
    output:
        **EQUATIONS.figure(report, "symmetry", "Materials", label="symmetry classes"),
    log:
        "<logs>/equations_figure_symmetry.log",
    benchmark:
        "<benchmarks>/equations_figure_symmetry.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        metadata=FIGURE_METADATA,
        code=lib_hash("equations/figure_symmetry.py"),
    script:
        "../scripts/equations/figure_symmetry.py"
