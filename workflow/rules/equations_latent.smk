# REQUIRED INPUTS: none; series of many channels are simulated, or read from the file that a case names.
# OUTPUTS: <results>/equations/{case}/ runs/{method}.parquet, terms/{method}.parquet,
#          latents/{method}.parquet, scores/{method}.json
# STEPS: find latent coordinates together with the sparse law that they obey, from several starts;
#        score them.


rule equations_latent:
    input:
        EQUATIONS.latent_source,
    output:
        runs="<results>/equations/{case}/runs/{method}.parquet",
        terms="<results>/equations/{case}/terms/{method}.parquet",
        latents="<results>/equations/{case}/latents/{method}.parquet",
    log:
        "<logs>/equations_latent/{case}/{method}.log",
    benchmark:
        "<benchmarks>/equations_latent/{case}/{method}.tsv"
    wildcard_constraints:
        case=EQUATIONS.latent_cases,
        method=EQUATIONS.latent_methods,
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=60,
    params:
        case=lookup("equations/latent/cases/{case}", within=config),
        seeds=lookup("equations/latent/seeds", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("equations/latent.py"),
    script:
        "../scripts/equations/latent.py"


# Scores of every method on every case: one job, since each takes no time.
rule equations_latent_scores:
    input:
        EQUATIONS.latent_files("runs"),
    output:
        EQUATIONS.latent_files("scores", "json"),
    log:
        "<logs>/equations_latent_scores.log",
    benchmark:
        "<benchmarks>/equations_latent_scores.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=10,
    params:
        level=lookup("learning/level", within=config),
        resamples=lookup("learning/resamples", within=config),
        code=lib_hash("equations/latent_scores.py"),
    script:
        "../scripts/equations/latent_scores.py"
