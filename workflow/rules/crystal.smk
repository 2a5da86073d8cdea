# REQUIRED INPUTS: none; everything is simulated.
# OUTPUTS: <results>/crystal/{system}/runs/{batch}.h5
# STEPS: grow random grains and stretch them with the full-field solver.


# A batch of polycrystals under tension.
rule crystal_simulate:
    output:
        "<results>/crystal/{system}/runs/{batch}.h5",
    log:
        "<logs>/crystal_simulate/{system}/{batch}.log",
    benchmark:
        "<benchmarks>/crystal_simulate/{system}/{batch}.tsv"
    wildcard_constraints:
        system=crystal_pattern(),
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=crystal_memory,
        runtime=crystal_minutes,
    params:
        system=crystal_system,
        material=crystal_material,
        first=crystal_first,
        size=crystal_size,
        seed=lookup("seed", within=config),
        code=lib_hash("crystal/simulate.py"),
    script:
        "../scripts/crystal/simulate.py"
