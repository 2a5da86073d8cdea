# REQUIRED INPUTS: runs of the polycrystals that crystal/surrogate names, simulated or imported
# OUTPUTS: <results>/crystal/surrogate/: cubes.h5, predictions/, scores/, errors.parquet,
#          comparisons.json, times/ and speed.csv (measured, not the same twice);
#          <results>/crystal/curve/scores/; <results>/figures/crystal/*.{pdf,svg,png,csv}
# STEPS: say what voxels know beforehand, fit models out of fold, score and draw them.


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
        strains=[
            round(CRYSTAL.surrogate["step"] * k, 9)
            for k in range(1, CRYSTAL.surrogate["steps"] + 1)
        ],
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
        model=lookup("crystal/surrogate/models/{model}", within=config),
        system=CRYSTAL.surrogate["train"],
        folds=CRYSTAL.surrogate["folds"],
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
        folds=CRYSTAL.surrogate["folds"],
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
        models=CRYSTAL.surrogate["models"],
        systems={
            name: config["crystal"]["systems"][name]
            for name in [CRYSTAL.surrogate["train"], *CRYSTAL.surrogate["others"]]
        },
        materials=CRYSTAL.surrogate_materials,
        passes=CRYSTAL.surrogate["passes"],
        step=CRYSTAL.surrogate["step"],
        steps=CRYSTAL.surrogate["steps"],
        seed=lookup("seed", within=config),
        code=lib_hash("crystal/surrogate_speed.py"),
    script:
        "../scripts/crystal/surrogate_speed.py"


rule crystal_figure_misorientation:
    input:
        scores=CRYSTAL.surrogate_files("scores", "json"),
    output:
        pdf="<results>/figures/crystal/misorientation.pdf",
        svg="<results>/figures/crystal/misorientation.svg",
        png=report(
            "<results>/figures/crystal/misorientation.png",
            caption="../report/crystal_misorientation.rst",
            category="Crystals",
            subcategory="Surrogate",
            labels={"figure": "misorientation"},
        ),
        csv="<results>/figures/crystal/misorientation.csv",
        columns="<results>/figures/crystal/misorientation.csv-metadata.json",
    log:
        "<logs>/crystal_figure_misorientation.log",
    benchmark:
        "<benchmarks>/crystal_figure_misorientation.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=20,
    params:
        models=CRYSTAL.surrogate["models"],
        system=CRYSTAL.surrogate["train"],
        others=CRYSTAL.surrogate["others"],
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figure_misorientation.py"),
    script:
        "../scripts/crystal/figure_misorientation.py"


rule crystal_figure_prediction:
    input:
        samples="<results>/crystal/surrogate/cubes.h5",
        predictions=CRYSTAL.surrogate_files(
            "predictions", "parquet", CRYSTAL.surrogate["figure"]["models"]
        ),
    output:
        pdf="<results>/figures/crystal/prediction.pdf",
        svg="<results>/figures/crystal/prediction.svg",
        png=report(
            "<results>/figures/crystal/prediction.png",
            caption="../report/crystal_prediction.rst",
            category="Crystals",
            subcategory="Surrogate",
            labels={"figure": "prediction"},
        ),
        csv="<results>/figures/crystal/prediction.csv",
        columns="<results>/figures/crystal/prediction.csv-metadata.json",
    log:
        "<logs>/crystal_figure_prediction.log",
    benchmark:
        "<benchmarks>/crystal_figure_prediction.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=20,
    params:
        models=CRYSTAL.surrogate["models"],
        shown=CRYSTAL.surrogate["figure"]["models"],
        axis=CRYSTAL.surrogate["figure"]["axis"],
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figure_prediction.py"),
    script:
        "../scripts/crystal/figure_prediction.py"


rule crystal_figure_nonlocal:
    input:
        errors="<results>/crystal/surrogate/errors.parquet",
        comparisons="<results>/crystal/surrogate/comparisons.json",
    output:
        pdf="<results>/figures/crystal/nonlocal.pdf",
        svg="<results>/figures/crystal/nonlocal.svg",
        png=report(
            "<results>/figures/crystal/nonlocal.png",
            caption="../report/crystal_nonlocal.rst",
            category="Crystals",
            subcategory="Surrogate",
            labels={"figure": "nonlocal"},
        ),
        csv="<results>/figures/crystal/nonlocal.csv",
        columns="<results>/figures/crystal/nonlocal.csv-metadata.json",
    log:
        "<logs>/crystal_figure_nonlocal.log",
    benchmark:
        "<benchmarks>/crystal_figure_nonlocal.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=20,
    params:
        models=CRYSTAL.surrogate["models"],
        system=CRYSTAL.surrogate["train"],
        reference=CRYSTAL.surrogate["figure"]["reference"],
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figure_nonlocal.py"),
    script:
        "../scripts/crystal/figure_nonlocal.py"


rule crystal_figure_transfer:
    input:
        scores=CRYSTAL.surrogate_files("scores", "json"),
        curve="<results>/crystal/curve/predictions.parquet",
    output:
        pdf="<results>/figures/crystal/transfer.pdf",
        svg="<results>/figures/crystal/transfer.svg",
        png=report(
            "<results>/figures/crystal/transfer.png",
            caption="../report/crystal_transfer.rst",
            category="Crystals",
            subcategory="Surrogate",
            labels={"figure": "transfer"},
        ),
        csv="<results>/figures/crystal/transfer.csv",
        columns="<results>/figures/crystal/transfer.csv-metadata.json",
    log:
        "<logs>/crystal_figure_transfer.log",
    benchmark:
        "<benchmarks>/crystal_figure_transfer.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=20,
    params:
        models=CRYSTAL.surrogate["models"],
        system=CRYSTAL.surrogate["train"],
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figure_transfer.py"),
    script:
        "../scripts/crystal/figure_transfer.py"
