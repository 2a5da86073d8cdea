# REQUIRED INPUTS: <results>/{wing}/{system}/ samples/*.h5, targets.parquet, features/*.parquet
# OUTPUTS: <results>/{wing}/{system}/ splits.json, predictions, frame_scores, scores, comparisons.csv,
#          learning_curve, transfer; <results>/{wing}/size_transfer
# STEPS: deal samples into folds; train out of fold; score; compare sample by sample; test with fewer
#        samples, under other loads and on other systems.
# For all wings whose models are trained out of fold: what differs between them is their study.


rule models_splits:
    input:
        samples=LEARNING.samples,
    output:
        "<results>/{wing}/{system}/splits.json",
    log:
        "<logs>/models_splits/{wing}/{system}.log",
    benchmark:
        "<benchmarks>/models_splits/{wing}/{system}.tsv"
    wildcard_constraints:
        wing=LEARNING.wing_names,
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=10,
    params:
        folds=lookup("learning/folds/models", within=config),
        adapt=LEARNING.may_reduce_folds,
        seed=lookup("seed", within=config),
        code=lib_hash("models/splits.py"),
    script:
        "../scripts/models/splits.py"


# A model that reads tables: its training is cheap, and the same job scores it. Scores are those of every
# frame (sample x load x target), and of all with intervals over samples.
rule models_train:
    input:
        unpack(LEARNING.study_files),
    output:
        predictions="<results>/{wing}/{system}/predictions/{model}.parquet",
        frames="<results>/{wing}/{system}/frame_scores/{model}.parquet",
        scores="<results>/{wing}/{system}/scores/{model}.json",
    log:
        "<logs>/models_train/{wing}/{system}/{model}.log",
    benchmark:
        "<benchmarks>/models_train/{wing}/{system}/{model}.tsv"
    wildcard_constraints:
        wing=LEARNING.wing_names,
        system=LEARNING.trained_systems,
        model=LEARNING.table_models,
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=LEARNING.train_memory,
        runtime=LEARNING.train_minutes,
    params:
        study=LEARNING.study("train"),
        model=LEARNING.model,
        scoring=LEARNING.scoring,
        seed=lookup("seed", within=config),
        code=LEARNING.model_code("models/train.py"),
    script:
        "../scripts/models/train.py"


# A model that reads states: a network, whose training is costly and predicts other systems too. It is
# scored by a job of its own, so that no change of metrics trains it again.
rule models_train_states:
    input:
        unpack(LEARNING.study_files),
        unpack(LEARNING.files_elsewhere),
    output:
        predictions="<results>/{wing}/{system}/predictions/{model}.parquet",
        elsewhere="<results>/{wing}/{system}/network_transfer/{model}.parquet",
    log:
        "<logs>/models_train_states/{wing}/{system}/{model}.log",
    benchmark:
        "<benchmarks>/models_train_states/{wing}/{system}/{model}.tsv"
    wildcard_constraints:
        wing=LEARNING.wing_names,
        model=LEARNING.state_models,
    conda:
        NETWORK_ENV
    threads: 1
    resources:
        gpu=NETWORK_GPUS,
        mem_mb=growing(4000),
        runtime=240,
    params:
        study=LEARNING.study("train"),
        model=LEARNING.model,
        seed=lookup("seed", within=config),
        code=LEARNING.model_code("models/train_states.py"),
    script:
        "../scripts/models/train_states.py"


rule models_evaluate:
    input:
        predictions="<results>/{wing}/{system}/predictions/{model}.parquet",
        splits="<results>/{wing}/{system}/splits.json",
    output:
        frames="<results>/{wing}/{system}/frame_scores/{model}.parquet",
        scores="<results>/{wing}/{system}/scores/{model}.json",
    log:
        "<logs>/models_evaluate/{wing}/{system}/{model}.log",
    benchmark:
        "<benchmarks>/models_evaluate/{wing}/{system}/{model}.tsv"
    wildcard_constraints:
        wing=LEARNING.wing_names,
        model=LEARNING.state_models,
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=30,
    params:
        scoring=LEARNING.scoring,
        code=lib_hash("models/evaluate.py"),
    script:
        "../scripts/models/evaluate.py"


# Paired differences between models, sample by sample.
rule models_compare:
    input:
        frames=LEARNING.compared_frames,
        targets="<results>/{wing}/{system}/targets.parquet",
        splits="<results>/{wing}/{system}/splits.json",
    output:
        json="<results>/{wing}/{system}/comparisons.json",
        csv="<results>/{wing}/{system}/comparisons.csv",
        columns="<results>/{wing}/{system}/comparisons.csv-metadata.json",
    log:
        "<logs>/models_compare/{wing}/{system}.log",
    benchmark:
        "<benchmarks>/models_compare/{wing}/{system}.tsv"
    wildcard_constraints:
        wing=LEARNING.wing_names,
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=30,
    params:
        pairs=LEARNING.compared_pairs,
        scoring=LEARNING.comparing,
        code=lib_hash("models/compare.py"),
    script:
        "../scripts/models/compare.py"


# Scores against the number of samples to learn from.
rule models_curve:
    input:
        unpack(LEARNING.study_files),
    output:
        "<results>/{wing}/{system}/learning_curve/{model}.parquet",
    log:
        "<logs>/models_curve/{wing}/{system}/{model}.log",
    benchmark:
        "<benchmarks>/models_curve/{wing}/{system}/{model}.tsv"
    wildcard_constraints:
        wing=LEARNING.wing_names,
        model=LEARNING.table_models,
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=LEARNING.train_memory,
        runtime=LEARNING.train_minutes,
    params:
        study=LEARNING.study("curve"),
        model=LEARNING.model,
        sizes=lookup("{wing}/learning_curve/sizes", within=config),
        draws=lookup("{wing}/learning_curve/draws", within=config),
        scoring=LEARNING.scoring,
        seed=lookup("seed", within=config),
        code=LEARNING.model_code("models/curve.py"),
    script:
        "../scripts/models/curve.py"


# A network is trained on all its targets, as elsewhere, and scored on those that curves show.
use rule models_curve as models_curve_states with:
    log:
        "<logs>/models_curve_states/{wing}/{system}/{model}.log",
    benchmark:
        "<benchmarks>/models_curve_states/{wing}/{system}/{model}.tsv"
    wildcard_constraints:
        wing=LEARNING.wing_names,
        model=LEARNING.state_models,
    conda:
        NETWORK_ENV
    resources:
        gpu=NETWORK_GPUS,
        mem_mb=growing(4000),
        runtime=1440,
    params:
        study=LEARNING.study("train"),
        shown=LEARNING.curve_columns,


# Objects within samples: train on some loads, test on each, always on samples not trained on.
rule models_transfer:
    input:
        unpack(LEARNING.transfer_files),
    output:
        "<results>/{wing}/{system}/transfer/{model}.parquet",
    log:
        "<logs>/models_transfer/{wing}/{system}/{model}.log",
    benchmark:
        "<benchmarks>/models_transfer/{wing}/{system}/{model}.tsv"
    wildcard_constraints:
        wing=LEARNING.wings_of("objects"),
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=LEARNING.train_memory,
        runtime=LEARNING.train_minutes,
    params:
        study=LEARNING.study("transfer"),
        model=LEARNING.model,
        scoring=LEARNING.scoring,
        seed=lookup("seed", within=config),
        code=LEARNING.model_code("models/transfer.py"),
    script:
        "../scripts/models/transfer.py"


# Whole samples: train at one system size, test at the others without refitting.
use rule models_transfer as models_transfer_sizes with:
    output:
        "<results>/{wing}/size_transfer/{model}.parquet",
    log:
        "<logs>/models_transfer_sizes/{wing}/{model}.log",
    benchmark:
        "<benchmarks>/models_transfer_sizes/{wing}/{model}.tsv"
    wildcard_constraints:
        wing=LEARNING.wings_of("samples"),
