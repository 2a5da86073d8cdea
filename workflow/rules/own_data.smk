# REQUIRED INPUTS: config/samples.tsv, and the files that it and the imports of the configuration name
# OUTPUTS: none of its own; imports of every wing, such as <results>/imported/{system}/{sample}.h5
# STEPS: check everything that users bring; import it.


# Read everything of the user's, say what was understood, refuse what is wrong.
rule check_data:
    log:
        "<logs>/check_data.log",
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=60,
    params:
        sheet=OWN_SHEET,
        settings=OWN_SETTINGS,
        schema=SCHEMA,
        code=lib_hash("check_data.py"),
    script:
        "../scripts/check_data.py"


# Every simulation of the user's, in the form that the stages read.
rule imports:
    input:
        own_import_files,
