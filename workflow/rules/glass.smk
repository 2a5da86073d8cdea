# REQUIRED INPUTS: none; everything is simulated.
# OUTPUTS: <results>/glass/{system}/ samples/*.h5, targets.parquet, features/*.parquet
# STEPS: quench and deform each glass; label its particles; describe them.


# One glass: quench, then every load from the same reference state.
rule glass_simulate:
    input:
        GLASS.material_files,
    output:
        "<results>/glass/{system}/samples/{sample}.h5",
    log:
        "<logs>/glass_simulate/{system}/{sample}.log",
    benchmark:
        "<benchmarks>/glass_simulate/{system}/{sample}.tsv"
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=120,
    params:
        system=GLASS.simulated_system,
        seed=lookup("seed", within=config),
        code=RUN.simulation_code,
    script:
        "../scripts/glass/simulate.py"


# How plastically every particle moved, at every stored strain of every load.
rule glass_targets:
    input:
        GLASS.samples,
    output:
        "<results>/glass/{system}/targets.parquet",
    log:
        "<logs>/glass_targets/{system}.log",
    benchmark:
        "<benchmarks>/glass_targets/{system}.tsv"
    conda:
        "../../envs/features.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=60,
    params:
        cutoff=lookup("glass/targets/neighbour_cutoff", within=config),
        strains=lookup("glass/systems/{system}/deformation/frames", within=config),
        quantities=GLASS.target_quantities,
        code=lib_hash("glass/targets.py"),
    script:
        "../scripts/glass/targets.py"


# What one descriptor says about every particle before loading.
rule glass_describe:
    input:
        GLASS.described_samples,
    output:
        "<results>/glass/{system}/features/{descriptor}.parquet",
    log:
        "<logs>/glass_describe/{system}/{descriptor}.log",
    benchmark:
        "<benchmarks>/glass_describe/{system}/{descriptor}.tsv"
    conda:
        "../../envs/features.yaml"
    threads: 1
    resources:
        mem_mb=TABLES.describe_memory,
        runtime=TABLES.minutes,
    params:
        descriptor=GLASS.descriptor,
        probe=lookup("glass/systems/{system}/deformation/probe", within=config),
        averages=GLASS.averages,
        seed=lookup("seed", within=config),
        code=LEARNING.descriptor_code("glass/describe.py", "glass"),
    script:
        "../scripts/glass/describe.py"


# Everything of the glass wing, figures included.
rule glass:
    input:
        GLASS.figures,


# A user's own simulation as a sample file: see glass/imports in config/README.md.
rule glass_import:
    input:
        GLASS.user_files.inputs,
    output:
        "<results>/imported/{system}/{sample}.h5",
    log:
        "<logs>/glass_import/{system}/{sample}.log",
    benchmark:
        "<benchmarks>/glass_import/{system}/{sample}.tsv"
    wildcard_constraints:
        sample="[a-z][a-z0-9_]*",
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=30,
    params:
        entry=lookup("glass/imports/{system}/{sample}", within=config),
        unlisted=GLASS.user_files.unlisted,
        code=lib_hash("glass/import_samples.py"),
    script:
        "../scripts/glass/import_samples.py"
