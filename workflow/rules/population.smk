# REQUIRED INPUTS: <results>/{wing}/{system}/ targets.parquet, features/*.parquet, splits.json
# OUTPUTS: <results>/{wing}/{system}/ predictions, scores, comparisons.csv, learning_curve; size_transfer
# STEPS: train out of fold; score over all samples; compare on the same samples; test at other sizes.
# For wings whose objects are whole samples; learning.smk is for wings with many objects a sample.


rule population_train:
    input:
        features=DISLOCATION.model_features,
        targets="<results>/{wing}/{system}/targets.parquet",
        splits="<results>/{wing}/{system}/splits.json",
    output:
        "<results>/{wing}/{system}/predictions/{model}.parquet",
    log:
        "<logs>/population_train/{wing}/{system}/{model}.log",
    benchmark:
        "<benchmarks>/population_train/{wing}/{system}/{model}.tsv"
    wildcard_constraints:
        wing=DISLOCATION.name,
        model=DISLOCATION.table_models,
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=120,
    params:
        model=DISLOCATION.model,
        quantity=lookup("{wing}/quantity", within=config),
        strains=DISLOCATION.strains,
        others=DISLOCATION.other_targets,
        seed=lookup("seed", within=config),
        code=LEARNING.model_code("models/population_train.py"),
    script:
        "../scripts/models/population_train.py"


rule population_evaluate:
    input:
        "<results>/{wing}/{system}/predictions/{model}.parquet",
    output:
        "<results>/{wing}/{system}/scores/{model}.json",
    log:
        "<logs>/population_evaluate/{wing}/{system}/{model}.log",
    benchmark:
        "<benchmarks>/population_evaluate/{wing}/{system}/{model}.tsv"
    wildcard_constraints:
        wing=DISLOCATION.name,
        system=f"{DISLOCATION.glide_systems}|pileup",
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=30,
    params:
        level=lookup("learning/level", within=config),
        code=lib_hash("models/population_evaluate.py"),
    script:
        "../scripts/models/population_evaluate.py"


# Differences between models on the very same samples.
rule population_compare:
    input:
        DISLOCATION.compared_predictions,
    output:
        json="<results>/{wing}/{system}/comparisons.json",
        csv="<results>/{wing}/{system}/comparisons.csv",
    log:
        "<logs>/population_compare/{wing}/{system}.log",
    benchmark:
        "<benchmarks>/population_compare/{wing}/{system}.tsv"
    wildcard_constraints:
        wing=DISLOCATION.name,
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=30,
    params:
        pairs=lookup("{wing}/comparisons", within=config),
        level=lookup("learning/level", within=config),
        permutations=lookup("learning/resamples", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("models/population_compare.py"),
    script:
        "../scripts/models/population_compare.py"


# Scores against the number of samples to learn from.
rule population_curve:
    input:
        features=DISLOCATION.model_features,
        targets="<results>/{wing}/{system}/targets.parquet",
        splits="<results>/{wing}/{system}/splits.json",
    output:
        "<results>/{wing}/{system}/learning_curve/{model}.parquet",
    log:
        "<logs>/population_curve/{wing}/{system}/{model}.log",
    benchmark:
        "<benchmarks>/population_curve/{wing}/{system}/{model}.tsv"
    wildcard_constraints:
        wing=DISLOCATION.name,
        model=DISLOCATION.table_models,
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=120,
    params:
        model=DISLOCATION.model,
        quantity=lookup("{wing}/quantity", within=config),
        strains=lookup("{wing}/learning_curve/strains", within=config),
        sizes=lookup("{wing}/learning_curve/sizes", within=config),
        draws=lookup("{wing}/learning_curve/draws", within=config),
        level=lookup("learning/level", within=config),
        seed=lookup("seed", within=config),
        code=LEARNING.model_code("models/population_curve.py"),
    script:
        "../scripts/models/population_curve.py"


# Train at one system size, test at the others without refitting.
rule population_sizes:
    input:
        features=DISLOCATION.size_features,
        targets=DISLOCATION.size_files("targets.parquet"),
        splits=DISLOCATION.size_files("splits.json"),
    output:
        "<results>/{wing}/size_transfer/{model}.parquet",
    log:
        "<logs>/population_sizes/{wing}/{model}.log",
    benchmark:
        "<benchmarks>/population_sizes/{wing}/{model}.tsv"
    wildcard_constraints:
        wing=DISLOCATION.name,
        model=DISLOCATION.table_models,
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=120,
    params:
        model=lookup("{wing}/models/{model}", within=config),
        quantity=lookup("{wing}/quantity", within=config),
        strains=lookup("{wing}/sizes/strains", within=config),
        level=lookup("learning/level", within=config),
        seed=lookup("seed", within=config),
        code=LEARNING.model_code("models/population_sizes.py"),
    script:
        "../scripts/models/population_sizes.py"


# A network that learns from the configurations themselves, tested at the other sizes too.
rule dislocation_network:
    input:
        batches=DISLOCATION.samples,
        targets="<results>/dislocation/{system}/targets.parquet",
        splits="<results>/dislocation/{system}/splits.json",
        others=DISLOCATION.other_sizes,
    output:
        predictions="<results>/dislocation/{system}/predictions/{model}.parquet",
        transfer="<results>/dislocation/{system}/network_transfer/{model}.parquet",
    log:
        "<logs>/dislocation_network/{system}/{model}.log",
    benchmark:
        "<benchmarks>/dislocation_network/{system}/{model}.tsv"
    wildcard_constraints:
        system=DISLOCATION.glide_systems,
        model=DISLOCATION.state_models,
    conda:
        NETWORK_ENV
    threads: 1
    resources:
        gpu=NETWORK_GPUS,
        mem_mb=growing(4000),
        runtime=240,
    params:
        model=lookup("dislocation/models/{model}/parameters", within=config, default={}),
        strains=lookup("dislocation/strains", within=config),
        others=DISLOCATION.other_size_files,
        seed=lookup("seed", within=config),
        code=lib_hash("dislocation/network.py"),
    script:
        "../scripts/dislocation/network.py"


# The network's row of the table that population_sizes makes for other models.
rule dislocation_network_sizes:
    input:
        predictions=DISLOCATION.main_file("predictions/{model}.parquet"),
        transfer=DISLOCATION.main_file("network_transfer/{model}.parquet"),
    output:
        "<results>/dislocation/size_transfer/{model}.parquet",
    log:
        "<logs>/dislocation_network_sizes/{model}.log",
    benchmark:
        "<benchmarks>/dislocation_network_sizes/{model}.tsv"
    wildcard_constraints:
        model=DISLOCATION.state_models,
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=20,
    params:
        main=lookup("dislocation/main", within=config),
        quantity=lookup("dislocation/quantity", within=config),
        strains=lookup("dislocation/sizes/strains", within=config),
        level=lookup("learning/level", within=config),
        code=lib_hash("dislocation/network_sizes.py"),
    script:
        "../scripts/dislocation/network_sizes.py"
