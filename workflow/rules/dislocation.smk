# REQUIRED INPUTS: none; everything is simulated.
# OUTPUTS: <results>/dislocation/{system}/ samples/*.h5, targets.parquet, features/*.parquet
# STEPS: relax random dislocations, load them; read stresses at strains; describe the states at rest.


# A batch of samples: relax, load, and load once more after pre-straining and unloading.
rule dislocation_simulate:
    output:
        "<results>/dislocation/{system}/samples/{batch}.h5",
    log:
        "<logs>/dislocation_simulate/{system}/{batch}.log",
    benchmark:
        "<benchmarks>/dislocation_simulate/{system}/{batch}.tsv"
    wildcard_constraints:
        system=f"{DISLOCATION.glide_systems}|pinned",
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=DISLOCATION.batch_minutes,
    params:
        system=DISLOCATION.simulated_system,
        first=DISLOCATION.batch_first,
        size=DISLOCATION.batch_size,
        seed=lookup("seed", within=config),
        code=lib_hash("dislocation/simulate.py"),
    script:
        "../scripts/dislocation/simulate.py"


# The stress at which every strain is first reached.
rule dislocation_targets:
    input:
        DISLOCATION.samples,
    output:
        "<results>/dislocation/{system}/targets.parquet",
    log:
        "<logs>/dislocation_targets/{system}.log",
    benchmark:
        "<benchmarks>/dislocation_targets/{system}.tsv"
    wildcard_constraints:
        system=DISLOCATION.glide_systems,
    conda:
        "../../envs/features.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=30,
    params:
        strains=lookup("dislocation/strains", within=config),
        code=lib_hash("dislocation/targets.py"),
    script:
        "../scripts/dislocation/targets.py"


# What one descriptor says about every state at rest.
rule dislocation_describe:
    input:
        DISLOCATION.samples,
    output:
        "<results>/dislocation/{system}/features/{descriptor}.parquet",
    log:
        "<logs>/dislocation_describe/{system}/{descriptor}.log",
    benchmark:
        "<benchmarks>/dislocation_describe/{system}/{descriptor}.tsv"
    wildcard_constraints:
        system=DISLOCATION.glide_systems,
    conda:
        "../../envs/features.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=120,
    params:
        descriptor=lookup("dislocation/descriptors/{descriptor}", within=config),
        code=LEARNING.descriptor_code("dislocation/describe.py", "dislocation"),
    script:
        "../scripts/dislocation/describe.py"
