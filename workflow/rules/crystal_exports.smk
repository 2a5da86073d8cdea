# REQUIRED INPUTS: <results>/crystal/interactions/laws/{data}/{method}.json
# OUTPUTS: <results>/crystal/materials/{material}.{csv,yaml},
#          <results>/crystal/interactions/exports/{data}/{method}.{csv,yaml}
# STEPS: write materials and identified laws as parameter tables, and as far as possible for DAMASK.


# Materials of polycrystals, for other codes.
rule crystal_export_materials:
    output:
        tables=CRYSTAL.material_files("csv"),
        columns=CRYSTAL.material_files("csv-metadata.json"),
        phases=CRYSTAL.material_files("yaml"),
    log:
        "<logs>/crystal_export_materials.log",
    benchmark:
        "<benchmarks>/crystal_export_materials.tsv"
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=10,
    params:
        materials=lookup("crystal/materials", within=config, default={}),
        code=lib_hash("crystal/export_materials.py"),
    script:
        "../scripts/crystal/export_materials.py"


# Identified laws of slip systems, for other codes.
rule crystal_export_laws:
    input:
        CRYSTAL.slip_files("laws", "json"),
    output:
        tables=CRYSTAL.slip_files("exports", "csv"),
        columns=CRYSTAL.slip_files("exports", "csv-metadata.json"),
        parts=CRYSTAL.slip_files("exports", "yaml"),
    log:
        "<logs>/crystal_export_laws.log",
    benchmark:
        "<benchmarks>/crystal_export_laws.tsv"
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=10,
    params:
        flow=lookup("crystal/interactions/flow", within=config),
        code=lib_hash("crystal/export_laws.py"),
    script:
        "../scripts/crystal/export_laws.py"
