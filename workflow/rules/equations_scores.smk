# REQUIRED INPUTS: <results>/equations/{case}/ data.h5 and runs/*.parquet
# OUTPUTS: <results>/equations/{case}/ scores/{method}.json and paths.parquet; <results>/equations/lorenz/forecast.parquet
# STEPS: score every method over seeds; list the candidate models; integrate what was found.


# Scores of every method on every case, by noise level: one job, since each takes no time.
rule equations_scores:
    input:
        EQUATIONS.run_tables(),
        "<results>/equations/chaos/runs/weak.parquet",
        EQUATIONS.varying_files("runs/varying.parquet"),
    output:
        sorted(EQUATIONS.case_scores()),
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


# The candidate models, and which of them each rule selects.
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
