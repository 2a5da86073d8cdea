# REQUIRED INPUTS: none; ensembles of dislocations are simulated.
# OUTPUTS: <results>/equations/continuum/ ensembles/{ensemble}.parquet, laws.parquet, controls.parquet,
#          forward.parquet, scores/{law}.json
# STEPS: let ensembles of dislocations flow; find the continuum law of their densities; follow it forward; score it.


# Fourier modes of densities and fluxes of every realisation.
rule equations_continuum_flow:
    output:
        "<results>/equations/continuum/ensembles/{ensemble}.parquet",
    log:
        "<logs>/equations_continuum_flow/{ensemble}.log",
    benchmark:
        "<benchmarks>/equations_continuum_flow/{ensemble}.tsv"
    wildcard_constraints:
        ensemble=EQUATIONS.continuum_ensembles,
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=60,
    params:
        entry=lookup("equations/continuum/ensembles/{ensemble}", within=config),
        waves=lookup("equations/continuum/waves", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("equations/continuum_flow.py"),
    script:
        "../scripts/equations/continuum_flow.py"


# Laws with their errors over realisations, controls, and solutions on ensembles that were held out.
rule equations_continuum_laws:
    input:
        EQUATIONS.continuum_tables(),
    output:
        laws="<results>/equations/continuum/laws.parquet",
        controls="<results>/equations/continuum/controls.parquet",
        forward="<results>/equations/continuum/forward.parquet",
    log:
        "<logs>/equations_continuum_laws.log",
    benchmark:
        "<benchmarks>/equations_continuum_laws.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=30,
    params:
        settings=lookup("equations/continuum", within=config),
        level=lookup("learning/level", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("equations/continuum_laws.py"),
    script:
        "../scripts/equations/continuum_laws.py"


rule equations_continuum_scores:
    input:
        "<results>/equations/continuum/forward.parquet",
    output:
        EQUATIONS.continuum_scores(),
    log:
        "<logs>/equations_continuum_scores.log",
    benchmark:
        "<benchmarks>/equations_continuum_scores.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=10,
    params:
        level=lookup("learning/level", within=config),
        resamples=lookup("learning/resamples", within=config),
        code=lib_hash("equations/continuum_scores.py"),
    script:
        "../scripts/equations/continuum_scores.py"


# The continuum law of dislocations alone.
rule laws:
    input:
        "<results>/equations/continuum/laws.parquet",
        EQUATIONS.continuum_scores(),
        "<results>/figures/equations/continuum.pdf",
