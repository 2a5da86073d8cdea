# REQUIRED INPUTS: none, or the files that config/equations/imports names
# OUTPUTS: <results>/equations/{case}/ data.h5, equations/{method}.json, runs/{method}.parquet,
#          laws/{method}/ law.{json,py,tex,txt}; cases.md
# STEPS: make or import field data; put noise on them; discover their equations by our methods and by
#        PySINDy's; find coefficients that vary, hardening laws and symmetry classes.


# Field data with the equations that they obey, and how accurately they were computed.
rule equations_simulate:
    output:
        "<results>/equations/{case}/data.h5",
    log:
        "<logs>/equations_simulate/{case}.log",
    benchmark:
        "<benchmarks>/equations_simulate/{case}.tsv"
    wildcard_constraints:
        case=EQUATIONS.simulated_cases,
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=60,
    params:
        case=EQUATIONS.generator,
        parameters=EQUATIONS.parameters,
        seed=lookup("seed", within=config),
        code=lib_hash("equations/simulate.py"),
    script:
        "../scripts/equations/simulate.py"


# A user's own field data: see equations/imports in config/README.md.
rule equations_import:
    input:
        EQUATIONS.user_files.inputs,
    output:
        "<results>/equations/{case}/data.h5",
    log:
        "<logs>/equations_import/{case}.log",
    benchmark:
        "<benchmarks>/equations_import/{case}.tsv"
    wildcard_constraints:
        case=EQUATIONS.imported_cases,
    conda:
        "../../envs/features.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=30,
    params:
        entry=lookup("equations/imports/{case}", within=config),
        unlisted=EQUATIONS.user_files.unlisted,
        code=lib_hash("equations/import_samples.py"),
    script:
        "../scripts/equations/import_samples.py"


# Size and accuracy of all data.
rule equations_cases:
    input:
        EQUATIONS.data,
    output:
        csv="<results>/equations/cases.csv",
        columns="<results>/equations/cases.csv-metadata.json",
        markdown="<results>/equations/cases.md",
    log:
        "<logs>/equations_cases.log",
    benchmark:
        "<benchmarks>/equations_cases.tsv"
    conda:
        "../../envs/features.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=10,
    params:
        code=lib_hash("equations/cases.py"),
    script:
        "../scripts/equations/cases.py"


# Equations of one case by one of our methods, at every noise level.
rule equations_discover:
    input:
        "<results>/equations/{case}/data.h5",
    output:
        equations="<results>/equations/{case}/equations/{method}.json",
        runs="<results>/equations/{case}/runs/{method}.parquet",
        law="<results>/equations/{case}/laws/{method}/law.json",
        module="<results>/equations/{case}/laws/{method}/law.py",
        latex="<results>/equations/{case}/laws/{method}/law.tex",
        expressions="<results>/equations/{case}/laws/{method}/law.txt",
    log:
        "<logs>/equations_discover/{case}/{method}.log",
    benchmark:
        "<benchmarks>/equations_discover/{case}/{method}.tsv"
    wildcard_constraints:
        case=EQUATIONS.discovered_cases,
        method=EQUATIONS.own_methods,
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=60,
    params:
        case=EQUATIONS.case_name,
        method=EQUATIONS.library_method,
        library=lookup("equations/cases/{case}/library", within=config),
        settings=lookup("equations/cases/{case}/settings", within=config, default={}),
        rules=lookup("equations/rules", within=config),
        levels=lookup("equations/levels", within=config),
        seeds=EQUATIONS.seeds,
        resamples=lookup("equations/resamples", within=config),
        noise=EQUATIONS.written_noise,
        seed=lookup("seed", within=config),
        code=lib_hash("equations/discover.py"),
    script:
        "../scripts/equations/discover.py"


# Coefficients and error bars over many draws of the noise: do they hold the truth?
rule equations_error_bars:
    input:
        "<results>/equations/{case}/data.h5",
    output:
        bars="<results>/equations/{case}/error_bars.parquet",
        verdicts="<results>/equations/{case}/verdicts.parquet",
    log:
        "<logs>/equations_error_bars/{case}.log",
    benchmark:
        "<benchmarks>/equations_error_bars/{case}.tsv"
    wildcard_constraints:
        case=EQUATIONS.discovered_cases,
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=60,
    params:
        case=EQUATIONS.case_name,
        method="weak",
        library=lookup("equations/cases/{case}/library", within=config),
        settings=lookup("equations/cases/{case}/settings", within=config, default={}),
        levels=lookup("equations/error_bars/levels", within=config),
        seeds=lookup("equations/error_bars/seeds/{case}", within=config),
        controls=lookup("equations/error_bars/controls", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("equations/error_bars.py"),
    script:
        "../scripts/equations/error_bars.py"


# The same data, the same noise, PySINDy's methods.
rule equations_pysindy:
    input:
        "<results>/equations/{case}/data.h5",
    output:
        expand(
            "<results>/equations/{{case}}/runs/{method}.parquet",
            method=EQUATIONS.rival_methods(ordinary=False),
        ),
    log:
        "<logs>/equations_pysindy/{case}.log",
    benchmark:
        "<benchmarks>/equations_pysindy/{case}.tsv"
    wildcard_constraints:
        case=EQUATIONS.rival_cases(ordinary=False),
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(6000),
        runtime=120,
    params:
        library=lookup("equations/cases/{case}/rival", within=config),
        levels=lookup("equations/rivals/levels", within=config),
        seeds=lookup("equations/rivals/seeds", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("equations/rival_pysindy.py"),
    script:
        "../scripts/equations/rival_pysindy.py"


# For data without a space axis: fewer methods, everything else the same.
use rule equations_pysindy as equations_pysindy_ordinary with:
    output:
        expand(
            "<results>/equations/{{case}}/runs/{method}.parquet",
            method=EQUATIONS.rival_methods(ordinary=True),
        ),
    wildcard_constraints:
        case=EQUATIONS.rival_cases(ordinary=True),


# Many chaotic systems at once, from one trajectory each.
rule equations_chaos:
    output:
        "<results>/equations/chaos/runs/weak.parquet",
    log:
        "<logs>/equations_chaos.log",
    benchmark:
        "<benchmarks>/equations_chaos.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=120,
    params:
        systems=lookup("equations/chaos/systems", within=config),
        points=lookup("equations/chaos/points", within=config),
        per_period=lookup("equations/chaos/per_period", within=config),
        library=lookup("equations/chaos/library", within=config),
        rules=lookup("equations/rules", within=config),
        levels=lookup("equations/levels", within=config),
        seeds=lookup("equations/chaos/seeds", within=config),
        settings={},
        seed=lookup("seed", within=config),
        code=lib_hash("equations/chaos.py"),
    script:
        "../scripts/equations/chaos.py"


# Coefficients that vary in time or space.
rule equations_parametric:
    input:
        "<results>/equations/{case}/data.h5",
    output:
        runs="<results>/equations/{case}/runs/varying.parquet",
        curves="<results>/equations/{case}/curves.parquet",
    log:
        "<logs>/equations_parametric/{case}.log",
    benchmark:
        "<benchmarks>/equations_parametric/{case}.tsv"
    wildcard_constraints:
        case=EQUATIONS.varying_cases,
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=120,
    params:
        library=lookup("equations/varying/cases/{case}/library", within=config),
        n_basis=lookup("equations/varying/cases/{case}/n_basis", within=config),
        methods=lookup("equations/varying/cases/{case}/methods", within=config),
        windows=lookup("equations/varying/windows", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("equations/parametric.py"),
    script:
        "../scripts/equations/parametric.py"


# Hardening laws from noisy curves of several tests.
rule equations_materials:
    output:
        runs="<results>/equations/materials/runs/weak.parquet",
        terms="<results>/equations/materials/terms.parquet",
    log:
        "<logs>/equations_materials.log",
    benchmark:
        "<benchmarks>/equations_materials.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=60,
    params:
        laws=lookup("equations/materials/laws", within=config),
        half_width=lookup("equations/materials/half_width", within=config),
        levels=lookup("equations/levels", within=config),
        seeds=lookup("equations/materials/seeds", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("equations/materials.py"),
    script:
        "../scripts/equations/materials.py"


# The symmetry class of an elastic energy, by how sparse it is in invariants of many symmetries.
rule equations_symmetry:
    output:
        "<results>/equations/symmetry/found.parquet",
    log:
        "<logs>/equations_symmetry.log",
    benchmark:
        "<benchmarks>/equations_symmetry.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=60,
    params:
        crystals=lookup("equations/symmetry/crystals", within=config),
        cases=lookup("equations/symmetry/cases", within=config),
        levels=lookup("equations/symmetry/levels", within=config),
        seeds=lookup("equations/symmetry/seeds", within=config),
        unoriented_seeds=lookup("equations/symmetry/unoriented_seeds", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("equations/symmetry.py"),
    script:
        "../scripts/equations/symmetry.py"


# All found equations with errors and inclusion frequencies, in one table.
rule equations_table:
    input:
        EQUATIONS.found_equations,
    output:
        csv="<results>/equations/equations.csv",
        columns="<results>/equations/equations.csv-metadata.json",
        markdown=report(
            "<results>/equations/equations.md",
            caption="../report/equations_table.rst",
            category="Equations",
            subcategory="Selection",
            labels={"table": "found equations"},
        ),
    log:
        "<logs>/equations_table.log",
    benchmark:
        "<benchmarks>/equations_table.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=10,
    params:
        rule="auto",
        code=lib_hash("equations/table.py"),
    script:
        "../scripts/equations/table.py"


# Everything of the equation wing, figures included.
rule equations:
    input:
        "<results>/equations/cases.md",
        "<results>/equations/equations.md",
        EQUATIONS.run_tables(),
        "<results>/equations/chaos/runs/weak.parquet",
        EQUATIONS.varying_files("curves.parquet"),
        "<results>/equations/materials/runs/weak.parquet",
        "<results>/equations/symmetry/found.parquet",
        "<results>/equations/elastic/laws.md",
        EQUATIONS.figures,
