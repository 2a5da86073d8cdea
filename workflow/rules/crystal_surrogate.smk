# REQUIRED INPUTS: runs of the polycrystals that crystal/surrogate names, simulated or imported
# OUTPUTS: <results>/crystal/surrogate/: cubes.h5, predictions/, scores/, errors.parquet,
#          comparisons.json, times/ and speed.csv (measured, not the same twice);
#          <results>/crystal/curve/scores/
# STEPS: say what voxels know beforehand, fit models out of fold, score them.


# What is known of every voxel before loading, and how it turned.
rule crystal_cubes:
    input:
        unpack(CRYSTAL.surrogate_runs),
    output:
        "<results>/crystal/surrogate/cubes.h5",
    log:
        "<logs>/crystal_cubes.log",
    benchmark:
        "<benchmarks>/crystal_cubes.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=60,
    params:
        materials=CRYSTAL.surrogate_materials,
        strains=CRYSTAL.surrogate_strains,
        passes=CRYSTAL.surrogate["passes"],
        code=lib_hash("crystal/cubes.py"),
    script:
        "../scripts/crystal/cubes.py"


# One model out of fold, and on other cells as it is.
rule crystal_surrogate_train:
    input:
        "<results>/crystal/surrogate/cubes.h5",
    output:
        predictions="<results>/crystal/surrogate/predictions/{model}.parquet",
        times="<results>/crystal/surrogate/times/{model}.json",
    log:
        "<logs>/crystal_surrogate_train/{model}.log",
    benchmark:
        "<benchmarks>/crystal_surrogate_train/{model}.tsv"
    conda:
        NETWORK_ENV
    threads: 1
    resources:
        gpu=NETWORK_GPUS,
        mem_mb=growing(6000),
        runtime=240,
    params:
        model=CRYSTAL.surrogate_model,
        system=CRYSTAL.surrogate["train"],
        folds=lookup("learning/folds/surrogates", within=config),
        seed=lookup("seed", within=config),
        code=RUN.surrogate_code,
    script:
        "../scripts/crystal/surrogate_train.py"


# Scores of all models, errors of all samples, and paired comparisons.
rule crystal_surrogate_scores:
    input:
        samples="<results>/crystal/surrogate/cubes.h5",
        predictions=CRYSTAL.surrogate_files("predictions", "parquet"),
    output:
        scores=CRYSTAL.surrogate_files("scores", "json"),
        errors="<results>/crystal/surrogate/errors.parquet",
        comparisons="<results>/crystal/surrogate/comparisons.json",
    log:
        "<logs>/crystal_surrogate_scores.log",
    benchmark:
        "<benchmarks>/crystal_surrogate_scores.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=30,
    params:
        models=list(CRYSTAL.surrogate["models"]),
        pairs=CRYSTAL.surrogate["comparisons"],
        system=CRYSTAL.surrogate["train"],
        level=lookup("learning/level", within=config),
        resamples=lookup("learning/resamples", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("crystal/surrogate_scores.py"),
    script:
        "../scripts/crystal/surrogate_scores.py"


# Stress-strain curves of cells of any size, from means over their voxels.
rule crystal_surrogate_curve:
    input:
        "<results>/crystal/surrogate/cubes.h5",
    output:
        scores=CRYSTAL.curve_scores(),
        predictions="<results>/crystal/curve/predictions.parquet",
    log:
        "<logs>/crystal_surrogate_curve.log",
    benchmark:
        "<benchmarks>/crystal_surrogate_curve.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=10,
    params:
        models=CRYSTAL.curve_models,
        folds=lookup("learning/folds/surrogates", within=config),
        level=lookup("learning/level", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("crystal/surrogate_curve.py"),
    script:
        "../scripts/crystal/surrogate_curve.py"


# CPU seconds of the engine and of every model for the same fields, measured side by side.
rule crystal_surrogate_speed:
    input:
        times=CRYSTAL.surrogate_files("times", "json"),
    output:
        "<results>/crystal/surrogate/speed.csv",
        columns="<results>/crystal/surrogate/speed.csv-metadata.json",
    log:
        "<logs>/crystal_surrogate_speed.log",
    benchmark:
        "<benchmarks>/crystal_surrogate_speed.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=60,
    params:
        models=CRYSTAL.timed_models(),
        systems=CRYSTAL.timed_systems(),
        materials=CRYSTAL.surrogate_materials,
        passes=CRYSTAL.surrogate["passes"],
        step=CRYSTAL.surrogate["step"],
        steps=CRYSTAL.surrogate["steps"],
        seed=lookup("seed", within=config),
        code=lib_hash("crystal/surrogate_speed.py"),
    script:
        "../scripts/crystal/surrogate_speed.py"
