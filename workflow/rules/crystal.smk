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
        system=CRYSTAL.polycrystal_pattern,
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=CRYSTAL.batch_memory,
        runtime=CRYSTAL.batch_minutes,
    params:
        system=CRYSTAL.polycrystal,
        material=CRYSTAL.material,
        first=CRYSTAL.batch_first,
        size=CRYSTAL.batch_size,
        seed=lookup("seed", within=config),
        code=lib_hash("crystal/simulate.py"),
    script:
        "../scripts/crystal/simulate.py"
