# REQUIRED INPUTS: config/samples.tsv, and the files that it and the imports of the configuration name
# OUTPUTS: imports of every wing, such as <results>/imported/{system}/{sample}.h5; of glasses also
#          <results>/glass/{system}/ own.json, left_out.json, samples/*.h5, and what the stages make of them
# STEPS: check everything that users bring; import it; learn from glasses as from simulated ones.


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
        sheet=RUN.sheet,
        settings=RUN.import_settings,
        schema=RUN.schema,
        asked=PREDICTIONS.to_check,
        asked_problems=RUN.asked.problems_to_tell,
        code=lib_hash("run/check_data.py"),
    script:
        "../scripts/run/check_data.py"


# Every simulation of the user's, in the form that the stages read.
rule imports:
    input:
        RUN.import_files,


# What the samples of one glass system have in common: unit of length, groups.
rule glass_own:
    input:
        GLASS.adopted_imports,
    output:
        "<results>/glass/{system}/own.json",
    log:
        "<logs>/glass_own/{system}.log",
    benchmark:
        "<benchmarks>/glass_own/{system}.tsv"
    wildcard_constraints:
        system=RUN.own_glasses,
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=30,
    params:
        length=lookup("glass/systems/{system}/own/length", within=config),
        strains=lookup("glass/systems/{system}/deformation/frames", within=config),
        tolerance=lookup("glass/systems/{system}/own/tolerance", within=config),
        code=lib_hash("glass/own.py"),
    script:
        "../scripts/glass/own.py"


# What is done without, and why; apart from what samples are made of, which it must not rerun.
rule glass_left_out:
    input:
        GLASS.left_out_inputs,
    output:
        "<results>/glass/{system}/left_out.json",
    log:
        "<logs>/glass_left_out/{system}.log",
    benchmark:
        "<benchmarks>/glass_left_out/{system}.tsv"
    wildcard_constraints:
        system=RUN.limited_glasses,
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=10,
    params:
        left_out=GLASS.left_out,
        code=lib_hash("glass/left_out.py"),
    script:
        "../scripts/glass/left_out.py"


# An imported sample in the unit of length of its system, its frames at the strains that are learnt.
rule glass_adopt:
    input:
        sample="<results>/imported/{system}/{sample}.h5",
        common="<results>/glass/{system}/own.json",
    output:
        "<results>/glass/{system}/samples/{sample}.h5",
    log:
        "<logs>/glass_adopt/{system}/{sample}.log",
    benchmark:
        "<benchmarks>/glass_adopt/{system}/{sample}.tsv"
    wildcard_constraints:
        system=RUN.own_glasses,
        sample="[a-z][a-z0-9_]*",
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=30,
    params:
        strains=lookup("glass/systems/{system}/deformation/frames", within=config),
        tolerance=lookup("glass/systems/{system}/own/tolerance", within=config),
        code=lib_hash("glass/adopt.py"),
    script:
        "../scripts/glass/adopt.py"


# Everything that can be learnt from the glasses of the user's.
rule own_models:
    input:
        RUN.own_figures,
