# REQUIRED INPUTS: none; everything is simulated.
# OUTPUTS: <results>/dislocation/pileup/ samples/*.h5, targets.parquet, features/*.parquet
# STEPS: relax pileups in random landscapes, push them until they flow; tabulate what is known at rest.


rule dislocation_pileup:
    output:
        "<results>/dislocation/pileup/samples/{batch}.h5",
    log:
        "<logs>/dislocation_pileup/{batch}.log",
    benchmark:
        "<benchmarks>/dislocation_pileup/{batch}.tsv"
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=60,
    params:
        system="pileup",
        settings=lookup("dislocation/pileup/protocol", within=config, default={}),
        first=DISLOCATION.batch_first,
        size=DISLOCATION.batch_size,
        seed=lookup("seed", within=config),
        code=lib_hash("dislocation/pileup.py"),
    script:
        "../scripts/dislocation/pileup.py"


rule dislocation_pileup_tables:
    input:
        DISLOCATION.sample_files("pileup"),
    output:
        features=DISLOCATION.pileup_features(),
        targets="<results>/dislocation/pileup/targets.parquet",
    log:
        "<logs>/dislocation_pileup_tables.log",
    benchmark:
        "<benchmarks>/dislocation_pileup_tables.tsv"
    conda:
        "../../envs/features.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=60,
    params:
        strains=lookup("dislocation/pileup/strains", within=config),
        code=RUN.pileup_code,
    script:
        "../scripts/dislocation/pileup_tables.py"
