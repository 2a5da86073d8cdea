# REQUIRED INPUTS: files that crystal/imports and crystal/lines of the configuration name
# OUTPUTS: <results>/crystal/imported/{<name>.h5,<name>_agreement.json,engine/<name>.h5}, <results>/crystal/lines/<name>/{densities.parquet,fields.h5}
# STEPS: read results of DAMASK and orientation maps into runs and load them in the engine here; read
#        dislocation networks into densities.


# A result of DAMASK or an orientation map: see crystal/imports in config/README.md.
rule crystal_import:
    input:
        CRYSTAL.user_files.inputs,
    output:
        "<results>/crystal/imported/{case}.h5",
    log:
        "<logs>/crystal_import/{case}.log",
    benchmark:
        "<benchmarks>/crystal_import/{case}.tsv"
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=30,
    params:
        entry=lookup("crystal/imports/{case}", within=config),
        unlisted=CRYSTAL.user_files.unlisted,
        code=lib_hash("crystal/import_samples.py"),
    script:
        "../scripts/crystal/import_samples.py"


# The engine's own simulation of it, and how well both agree.
rule crystal_reference:
    input:
        "<results>/crystal/imported/{case}.h5",
    output:
        engine="<results>/crystal/imported/engine/{case}.h5",
        numbers="<results>/crystal/imported/{case}_agreement.json",
    log:
        "<logs>/crystal_reference/{case}.log",
    benchmark:
        "<benchmarks>/crystal_reference/{case}.tsv"
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=240,
    params:
        entry=lookup("crystal/imports/{case}", within=config),
        system=CRYSTAL.import_system,
        material=CRYSTAL.import_material,
        materials=CRYSTAL.import_materials,
        code=lib_hash("crystal/reference.py"),
    script:
        "../scripts/crystal/reference.py"


# Networks of discrete dislocation dynamics: see crystal/lines in config/README.md.
rule crystal_lines:
    input:
        CRYSTAL.line_files.inputs,
    output:
        densities="<results>/crystal/lines/{case}/densities.parquet",
        fields="<results>/crystal/lines/{case}/fields.h5",
    log:
        "<logs>/crystal_lines/{case}.log",
    benchmark:
        "<benchmarks>/crystal_lines/{case}.tsv"
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=30,
    params:
        entry=lookup("crystal/lines/{case}", within=config),
        files=CRYSTAL.line_files.paths,
        unlisted=CRYSTAL.line_files.unlisted,
        code=lib_hash("crystal/lines.py"),
    script:
        "../scripts/crystal/lines.py"


# Everything that crystal/imports and crystal/lines name.
rule crystal_imports:
    input:
        CRYSTAL.imported(),
