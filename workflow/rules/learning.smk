# REQUIRED INPUTS: <results>/{wing}/{system}/ samples/*.h5, targets.parquet, features/*.parquet
# OUTPUTS: <results>/{wing}/{system}/ splits.json, predictions, frame_scores, scores, comparisons.csv,
#          transfer.parquet, learning_curve.parquet
# STEPS: deal samples into folds; train out of fold; score frame by frame; compare sample by sample.
# For wings with many objects a sample: {wing} picks the block of the configuration. Splits serve all wings.


rule learning_splits:
    input:
        samples=LEARNING.samples,
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
        mem_mb=growing(500),
        runtime=10,
    params:
        folds=lookup("learning/folds", within=config),
        adapt=LEARNING.may_reduce_folds,
        seed=lookup("seed", within=config),
        code=lib_hash("models/splits.py"),
    script:
        "../scripts/models/splits.py"


rule learning_train:
    input:
        features=LEARNING.model_features,
        targets="<results>/{wing}/{system}/targets.parquet",
        splits="<results>/{wing}/{system}/splits.json",
    output:
        "<results>/{wing}/{system}/predictions/{model}.parquet",
    log:
        "<logs>/learning_train/{wing}/{system}/{model}.log",
    benchmark:
        "<benchmarks>/learning_train/{wing}/{system}/{model}.tsv"
    wildcard_constraints:
        wing=GLASS.name,
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=TABLES.train_memory,
        runtime=TABLES.minutes,
    params:
        model=lookup("{wing}/models/{model}", within=config),
        quantity=GLASS.figure_quantity,
        strains=lookup("{wing}/systems/{system}/deformation/frames", within=config),
        class_strains=GLASS.class_strains,
        class_definitions=lookup("learning/class_definitions", within=config),
        seed=lookup("seed", within=config),
        code=LEARNING.model_code("models/train.py"),
    script:
        "../scripts/models/train.py"


# Scores of every frame (sample x load x target), and their summary with intervals over samples.
rule learning_evaluate:
    input:
        predictions="<results>/{wing}/{system}/predictions/{model}.parquet",
        splits="<results>/{wing}/{system}/splits.json",
    output:
        frames="<results>/{wing}/{system}/frame_scores/{model}.parquet",
        scores="<results>/{wing}/{system}/scores/{model}.json",
    log:
        "<logs>/learning_evaluate/{wing}/{system}/{model}.log",
    benchmark:
        "<benchmarks>/learning_evaluate/{wing}/{system}/{model}.tsv"
    wildcard_constraints:
        wing=GLASS.name,
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=30,
    params:
        top_fractions=lookup("learning/top_fractions", within=config),
        level=lookup("learning/level", within=config),
        resamples=lookup("learning/resamples", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("models/evaluate.py"),
    script:
        "../scripts/models/evaluate.py"


# Paired differences between models, sample by sample.
rule learning_compare:
    input:
        frames=GLASS.compared_frames,
        targets="<results>/{wing}/{system}/targets.parquet",
        splits="<results>/{wing}/{system}/splits.json",
    output:
        json="<results>/{wing}/{system}/comparisons.json",
        csv="<results>/{wing}/{system}/comparisons.csv",
    log:
        "<logs>/learning_compare/{wing}/{system}.log",
    benchmark:
        "<benchmarks>/learning_compare/{wing}/{system}.tsv"
    wildcard_constraints:
        wing=GLASS.name,
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=30,
    params:
        pairs=GLASS.compared_pairs,
        level=lookup("learning/level", within=config),
        resamples=lookup("learning/resamples", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("models/compare.py"),
    script:
        "../scripts/models/compare.py"


# Train on some loads, test on each, always on samples not trained on.
rule learning_transfer:
    input:
        features=LEARNING.model_features,
        targets="<results>/{wing}/{system}/targets.parquet",
        splits="<results>/{wing}/{system}/splits.json",
    output:
        "<results>/{wing}/{system}/transfer/{model}.parquet",
    log:
        "<logs>/learning_transfer/{wing}/{system}/{model}.log",
    benchmark:
        "<benchmarks>/learning_transfer/{wing}/{system}/{model}.tsv"
    wildcard_constraints:
        wing=GLASS.name,
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=TABLES.train_memory,
        runtime=TABLES.minutes,
    params:
        models=LEARNING.named_model,
        quantity=GLASS.figure_quantity,
        strains=lookup("{wing}/systems/{system}/deformation/frames", within=config),
        top_fractions=lookup("learning/top_fractions", within=config),
        level=lookup("learning/level", within=config),
        resamples=lookup("learning/resamples", within=config),
        seed=lookup("seed", within=config),
        code=LEARNING.model_code("models/transfer.py"),
    script:
        "../scripts/models/transfer.py"


# Scores against the number of samples to learn from.
rule learning_curve:
    input:
        features=LEARNING.model_features,
        targets="<results>/{wing}/{system}/targets.parquet",
        splits="<results>/{wing}/{system}/splits.json",
    output:
        "<results>/{wing}/{system}/learning_curve/{model}.parquet",
    log:
        "<logs>/learning_curve/{wing}/{system}/{model}.log",
    benchmark:
        "<benchmarks>/learning_curve/{wing}/{system}/{model}.tsv"
    wildcard_constraints:
        wing=GLASS.name,
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=TABLES.train_memory,
        runtime=TABLES.minutes,
    params:
        models=LEARNING.named_model,
        quantity=GLASS.figure_quantity,
        strains=GLASS.curve_strains,
        sizes=lookup("{wing}/learning_curve/sizes", within=config),
        draws=lookup("{wing}/learning_curve/draws", within=config),
        top_fractions=lookup("learning/top_fractions", within=config),
        level=lookup("learning/level", within=config),
        resamples=lookup("learning/resamples", within=config),
        seed=lookup("seed", within=config),
        code=LEARNING.model_code("models/curve.py"),
    script:
        "../scripts/models/curve.py"
