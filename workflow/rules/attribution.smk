# REQUIRED INPUTS: <results>/{wing}/{system}/ targets.parquet, features/*.parquet, splits.json, samples of dislocations
# OUTPUTS: <results>/{wing}/{system}/attribution/{model}.parquet
# STEPS: permute groups of features of held-out rows; explain trees and networks exactly.


rule attribution_tables:
    input:
        unpack(LEARNING.study_files),
    output:
        "<results>/{wing}/{system}/attribution/{model}.parquet",
    log:
        "<logs>/attribution_tables/{wing}/{system}/{model}.log",
    benchmark:
        "<benchmarks>/attribution_tables/{wing}/{system}/{model}.tsv"
    wildcard_constraints:
        wing=LEARNING.wing_names,
        model=LEARNING.table_models,
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=120,
    params:
        model=LEARNING.model,
        quantity=LEARNING.attribution_quantity,
        strain=LEARNING.attribution_strain,
        load=LEARNING.attribution_load,
        options=LEARNING.attribution_options,
        level=lookup("learning/level", within=config),
        resamples=lookup("learning/resamples", within=config),
        seed=lookup("seed", within=config),
        code=LEARNING.model_code("trust/attribution_tables.py"),
    script:
        "../scripts/trust/attribution_tables.py"


# A response network, trained as for its predictions but for some of the folds only.
rule attribution_network:
    input:
        unpack(LEARNING.study_files),
    output:
        "<results>/{wing}/{system}/attribution/{model}.parquet",
    log:
        "<logs>/attribution_network/{wing}/{system}/{model}.log",
    benchmark:
        "<benchmarks>/attribution_network/{wing}/{system}/{model}.tsv"
    wildcard_constraints:
        wing=LEARNING.wing_names,
        model=LEARNING.state_models,
    conda:
        NETWORK_ENV
    threads: 1
    resources:
        gpu=NETWORK_GPUS,
        mem_mb=growing(4000),
        runtime=120,
    params:
        study=LEARNING.study("train"),
        model=LEARNING.model,
        shown=lookup("attribution/{wing}/strains", within=config),
        branch=LEARNING.attribution_load,
        folds=lookup("attribution/{wing}/folds", within=config),
        level=lookup("learning/level", within=config),
        resamples=lookup("learning/resamples", within=config),
        seed=lookup("seed", within=config),
        code=LEARNING.model_code("trust/attribution_network.py"),
    script:
        "../scripts/trust/attribution_network.py"


# What the models of every wing listen to.
rule attribution:
    input:
        LEARNING.attribution_figures(),
