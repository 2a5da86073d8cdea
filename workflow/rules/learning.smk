# REQUIRED INPUTS: <results>/{wing}/{system}/ samples/*.h5, targets.parquet, features/*.parquet
# OUTPUTS: <results>/{wing}/{system}/ splits.json, predictions, frame_scores, scores, comparisons.csv,
#          transfer.parquet, learning_curve.parquet
# STEPS: deal samples into folds; train out of fold; score frame by frame; compare sample by sample.
# Written once for every wing: {wing} picks the block of the configuration.


rule learning_splits:
    input:
        samples=wing_samples,
    output:
        "<results>/{wing}/{system}/splits.json",
    log:
        "<logs>/learning_splits/{wing}/{system}.log",
    benchmark:
        "<benchmarks>/learning_splits/{wing}/{system}.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    params:
        folds=lookup("learning/folds", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("learning_splits.py"),
    script:
        "../scripts/learning_splits.py"


rule learning_train:
    input:
        features=model_features,
        targets="<results>/{wing}/{system}/targets.parquet",
        splits="<results>/{wing}/{system}/splits.json",
    output:
        "<results>/{wing}/{system}/predictions/{model}.parquet",
    log:
        "<logs>/learning_train/{wing}/{system}/{model}.log",
    benchmark:
        "<benchmarks>/learning_train/{wing}/{system}/{model}.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=8000,
        runtime=240,
    params:
        model=lookup("{wing}/models/{model}", within=config),
        quantity=lookup("learning/regression_target", within=config),
        strains=lookup("{wing}/systems/{system}/deformation/frames", within=config),
        class_strains=lookup("learning/class_strains", within=config),
        class_definitions=lookup("learning/class_definitions", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("learning_train.py"),
    script:
        "../scripts/learning_train.py"
