# REQUIRED INPUTS: samples, targets.parquet, features/*.parquet and splits.json of the first glass and the main dislocation system
# OUTPUTS: <results>/trust/efficiency_{glass,dislocation}.parquet
# STEPS: learn from descriptors with and without the symmetry of the problem, at growing numbers of samples.


rule trust_efficiency_glass:
    input:
        samples=RUN.efficiency.glass_samples,
        targets=RUN.efficiency.glass_file("targets.parquet"),
        splits=RUN.efficiency.glass_file("splits.json"),
    output:
        "<results>/trust/efficiency_glass.parquet",
    log:
        "<logs>/trust_efficiency_glass.log",
    benchmark:
        "<benchmarks>/trust_efficiency_glass.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=240,
    params:
        quantity=RUN.efficiency.quantity,
        strain=RUN.efficiency.strain,
        objects=lookup("efficiency/glass/objects", within=config),
        sizes=lookup("efficiency/glass/sizes", within=config),
        draws=lookup("efficiency/glass/draws", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("trust/efficiency_glass.py"),
    script:
        "../scripts/trust/efficiency_glass.py"


rule trust_efficiency_dislocation:
    input:
        batches=DISLOCATION.main_batches,
        features=RUN.efficiency.features,
        targets=DISLOCATION.main_file("targets.parquet"),
        splits=DISLOCATION.main_file("splits.json"),
    output:
        "<results>/trust/efficiency_dislocation.parquet",
    log:
        "<logs>/trust_efficiency_dislocation.log",
    benchmark:
        "<benchmarks>/trust_efficiency_dislocation.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=240,
    params:
        models=RUN.efficiency.tables,
        strain=lookup("dislocation/figures/strain_shown", within=config),
        branch=lookup("dislocation/figures/branches", within=config)[0],
        cells=lookup("efficiency/dislocation/cells", within=config),
        sizes=lookup("efficiency/dislocation/sizes", within=config),
        draws=lookup("efficiency/dislocation/draws", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("trust/efficiency_dislocation.py"),
    script:
        "../scripts/trust/efficiency_dislocation.py"


# How much data the symmetry of a descriptor saves.
rule efficiency:
    input:
        rules.trust_figure_efficiency.output,
