# REQUIRED INPUTS: <results>/{wing}/{system}/ targets.parquet, features/*.parquet, splits.json, samples of dislocations
# OUTPUTS: <results>/{wing}/{system}/attribution/{model}.parquet
# STEPS: permute groups of features of held-out rows; explain trees and networks exactly.


rule attribution_tables:
    input:
        features=LEARNING.attribution_features,
        targets="<results>/{wing}/{system}/targets.parquet",
        splits="<results>/{wing}/{system}/splits.json",
    output:
        "<results>/{wing}/{system}/attribution/{model}.parquet",
    log:
        "<logs>/attribution_tables/{wing}/{system}/{model}.log",
    benchmark:
        "<benchmarks>/attribution_tables/{wing}/{system}/{model}.tsv"
    wildcard_constraints:
        model=rf"(?!(?:{DISLOCATION.state_models})\.)[a-z][a-z0-9_]*",
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=120,
    params:
        model=lookup("{wing}/models/{model}", within=config),
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


rule attribution_network:
    input:
        batches=DISLOCATION.samples,
        targets="<results>/dislocation/{system}/targets.parquet",
        splits="<results>/dislocation/{system}/splits.json",
    output:
        "<results>/dislocation/{system}/attribution/{model}.parquet",
    log:
        "<logs>/attribution_network/{system}/{model}.log",
    benchmark:
        "<benchmarks>/attribution_network/{system}/{model}.tsv"
    wildcard_constraints:
        system=DISLOCATION.glide_systems,
        model=DISLOCATION.state_models,
    conda:
        NETWORK_ENV
    threads: 1
    resources:
        gpu=NETWORK_GPUS,
        mem_mb=growing(4000),
        runtime=120,
    params:
        model=lookup("dislocation/models/{model}/parameters", within=config, default={}),
        strains=lookup("dislocation/strains", within=config),
        shown=lookup("attribution/dislocation/strains", within=config),
        branch=lookup("dislocation/figures/branches", within=config)[0],
        folds=lookup("attribution/dislocation/folds", within=config),
        level=lookup("learning/level", within=config),
        resamples=lookup("learning/resamples", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("trust/attribution_network.py"),
    script:
        "../scripts/trust/attribution_network.py"


# What the models of every wing listen to.
rule attribution:
    input:
        LEARNING.attribution_figures(),
