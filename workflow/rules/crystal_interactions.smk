# REQUIRED INPUTS: none; files of your own that crystal/interactions/data names by `path`
# OUTPUTS: <results>/crystal/interactions/: data, truth, laws, paths, errors.parquet, parameters.csv,
#          feedback.parquet, scores/{model}.json
# STEPS: make data of slip, identify laws, count and compare coefficients, load the found laws.


# Crystals pulled along random paths by known laws.
rule crystal_slip_data:
    output:
        tables=expand(
            "<results>/crystal/interactions/data/{data}.csv",
            data=CRYSTAL.simulated_slip,
        ),
        columns=expand(
            "<results>/crystal/interactions/data/{data}.csv-metadata.json",
            data=CRYSTAL.simulated_slip,
        ),
        truths=expand(
            "<results>/crystal/interactions/truth/{data}.json",
            data=CRYSTAL.simulated_slip,
        ),
    log:
        "<logs>/crystal_slip_data.log",
    benchmark:
        "<benchmarks>/crystal_slip_data.tsv"
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=30,
    params:
        data={
            name: CRYSTAL.interactions["data"][name] for name in CRYSTAL.simulated_slip
        },
        flow=lookup("crystal/interactions/flow", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("crystal/slip_data.py"),
    script:
        "../scripts/crystal/slip_data.py"


# The laws behind all tables of slip, by all methods.
rule crystal_identify:
    input:
        CRYSTAL.slip_tables,
    output:
        laws=CRYSTAL.slip_files("laws", "json"),
        paths=CRYSTAL.slip_files("paths", "csv"),
        columns=CRYSTAL.slip_files("paths", "csv-metadata.json"),
    log:
        "<logs>/crystal_identify.log",
    benchmark:
        "<benchmarks>/crystal_identify.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=60,
    params:
        data=lookup("crystal/interactions/data", within=config),
        settings=lookup("crystal/interactions/settings", within=config),
        folds=lookup("learning/folds/interactions", within=config),
        flow=lookup("crystal/interactions/flow", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("crystal/identify.py"),
    script:
        "../scripts/crystal/identify.py"


# Error of identified coefficients against number of states and noise.
rule crystal_interaction_errors:
    output:
        "<results>/crystal/interactions/errors.parquet",
    log:
        "<logs>/crystal_interaction_errors.log",
    benchmark:
        "<benchmarks>/crystal_interaction_errors.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=120,
    params:
        study=lookup("crystal/interactions/errors", within=config),
        settings=lookup("crystal/interactions/settings", within=config),
        folds=lookup("learning/folds/interactions", within=config),
        flow=lookup("crystal/interactions/flow", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("crystal/interaction_errors.py"),
    script:
        "../scripts/crystal/interaction_errors.py"


# Coefficients without symmetry, tied by it, and after LASSO, beside those published.
rule crystal_interaction_table:
    input:
        laws=CRYSTAL.slip_files("laws", "json"),
        truths=expand(
            "<results>/crystal/interactions/truth/{data}.json",
            data=CRYSTAL.simulated_slip,
        ),
    output:
        "<results>/crystal/interactions/parameters.csv",
        columns="<results>/crystal/interactions/parameters.csv-metadata.json",
    log:
        "<logs>/crystal_interaction_table.log",
    benchmark:
        "<benchmarks>/crystal_interaction_table.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=10,
    params:
        published=lookup("crystal/interactions/published", within=config),
        code=lib_hash("crystal/interaction_table.py"),
    script:
        "../scripts/crystal/interaction_table.py"


# Identified laws in the engine, on crystals that were not used for identification.
rule crystal_feedback:
    input:
        truth=f"<results>/crystal/interactions/truth/{CRYSTAL.interactions['feedback']['data']}.json",
        laws=expand(
            "<results>/crystal/interactions/laws/{data}/{model}.json",
            data=CRYSTAL.interactions["feedback"]["data"],
            model=CRYSTAL.interactions["feedback"]["methods"],
        ),
    output:
        "<results>/crystal/interactions/feedback.parquet",
    log:
        "<logs>/crystal_feedback.log",
    benchmark:
        "<benchmarks>/crystal_feedback.tsv"
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=120,
    params:
        settings=lookup("crystal/interactions/feedback", within=config),
        flow=lookup("crystal/interactions/flow", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("crystal/feedback.py"),
    script:
        "../scripts/crystal/feedback.py"


rule crystal_interaction_scores:
    input:
        errors="<results>/crystal/interactions/errors.parquet",
        counts="<results>/crystal/interactions/parameters.csv",
        curves="<results>/crystal/interactions/feedback.parquet",
    output:
        CRYSTAL.interaction_scores(),
    log:
        "<logs>/crystal_interaction_scores.log",
    benchmark:
        "<benchmarks>/crystal_interaction_scores.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=10,
    params:
        shown=lookup("crystal/interactions/shown", within=config),
        level=lookup("learning/level", within=config),
        resamples=lookup("learning/resamples", within=config),
        code=lib_hash("crystal/interaction_scores.py"),
    script:
        "../scripts/crystal/interaction_scores.py"


# Flow law and hardening law of slip systems from fields, and their curves in the engine.
rule crystal_slip_laws:
    input:
        CRYSTAL.slip_law_runs,
    output:
        laws="<results>/crystal/slip_laws/laws.csv",
        columns="<results>/crystal/slip_laws/laws.csv-metadata.json",
        points="<results>/crystal/slip_laws/points.parquet",
        curves="<results>/crystal/slip_laws/curves.parquet",
    log:
        "<logs>/crystal_slip_laws.log",
    benchmark:
        "<benchmarks>/crystal_slip_laws.tsv"
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=20,
    params:
        settings=CRYSTAL.slip_law_study,
        system=CRYSTAL.slip_law_system,
        material=CRYSTAL.slip_law_material,
        samples=CRYSTAL.slip_law_samples,
        level=lookup("learning/level", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("crystal/slip_laws.py"),
    script:
        "../scripts/crystal/slip_laws.py"


# Errors of the laws of slip at the largest noise, with intervals over its realisations.
rule crystal_slip_law_scores:
    input:
        "<results>/crystal/slip_laws/laws.csv",
    output:
        CRYSTAL.slip_law_scores(),
    log:
        "<logs>/crystal_slip_law_scores.log",
    benchmark:
        "<benchmarks>/crystal_slip_law_scores.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=10,
    params:
        level=lookup("learning/level", within=config),
        resamples=lookup("learning/resamples", within=config),
        code=lib_hash("crystal/slip_law_scores.py"),
    script:
        "../scripts/crystal/slip_law_scores.py"
