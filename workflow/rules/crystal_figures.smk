# REQUIRED INPUTS: runs, laws and surrogates of the crystal wing, and what its imports leave
# OUTPUTS: <results>/figures/crystal/*.{pdf,svg,png,csv}: each figure with the data that it shows,
#          reference_<name>.* for each imported result
# STEPS: one rule and one script a figure; a changed style redraws all of them and nothing else.


rule crystal_figure_orbits:
    input:
        f"<results>/crystal/interactions/laws/{CRYSTAL.interactions['figures']['hexagonal']}/tied_lasso.json",
    output:
        **CRYSTAL.figure(report, "orbits", "Interactions"),
    log:
        "<logs>/crystal_figure_orbits.log",
    benchmark:
        "<benchmarks>/crystal_figure_orbits.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figure_orbits.py"),
    script:
        "../scripts/crystal/figure_orbits.py"


rule crystal_figure_coefficients:
    input:
        "<results>/crystal/interactions/errors.parquet",
    output:
        **CRYSTAL.figure(report, "coefficients", "Interactions"),
    log:
        "<logs>/crystal_figure_coefficients.log",
    benchmark:
        "<benchmarks>/crystal_figure_coefficients.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=lookup("crystal/interactions/models", within=config),
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figure_coefficients.py"),
    script:
        "../scripts/crystal/figure_coefficients.py"


rule crystal_figure_sparsity:
    input:
        paths=expand(
            "<results>/crystal/interactions/paths/{data}/tied_lasso.csv",
            data=CRYSTAL.simulated_slip,
        ),
        counts="<results>/crystal/interactions/parameters.csv",
    output:
        **CRYSTAL.figure(report, "sparsity", "Interactions"),
    log:
        "<logs>/crystal_figure_sparsity.log",
    benchmark:
        "<benchmarks>/crystal_figure_sparsity.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        method="tied_lasso",
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figure_sparsity.py"),
    script:
        "../scripts/crystal/figure_sparsity.py"


rule crystal_figure_feedback:
    input:
        "<results>/crystal/interactions/feedback.parquet",
    output:
        **CRYSTAL.figure(report, "feedback", "Interactions"),
    log:
        "<logs>/crystal_figure_feedback.log",
    benchmark:
        "<benchmarks>/crystal_figure_feedback.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=lookup("crystal/interactions/models", within=config),
        crystals=lookup("crystal/interactions/figures/crystals", within=config),
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figure_feedback.py"),
    script:
        "../scripts/crystal/figure_feedback.py"


rule crystal_figure_misorientation:
    input:
        scores=CRYSTAL.surrogate_files("scores", "json"),
    output:
        **CRYSTAL.figure(report, "misorientation", "Surrogate"),
    log:
        "<logs>/crystal_figure_misorientation.log",
    benchmark:
        "<benchmarks>/crystal_figure_misorientation.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=CRYSTAL.surrogate["models"],
        system=CRYSTAL.surrogate["train"],
        others=CRYSTAL.surrogate["others"],
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figure_misorientation.py"),
    script:
        "../scripts/crystal/figure_misorientation.py"


rule crystal_figure_prediction:
    input:
        samples="<results>/crystal/surrogate/cubes.h5",
        predictions=CRYSTAL.surrogate_files(
            "predictions", "parquet", CRYSTAL.surrogate["figure"]["models"]
        ),
    output:
        **CRYSTAL.figure(report, "prediction", "Surrogate"),
    log:
        "<logs>/crystal_figure_prediction.log",
    benchmark:
        "<benchmarks>/crystal_figure_prediction.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=CRYSTAL.surrogate["models"],
        shown=CRYSTAL.surrogate["figure"]["models"],
        axis=CRYSTAL.surrogate["figure"]["axis"],
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figure_prediction.py"),
    script:
        "../scripts/crystal/figure_prediction.py"


rule crystal_figure_nonlocal:
    input:
        errors="<results>/crystal/surrogate/errors.parquet",
        comparisons="<results>/crystal/surrogate/comparisons.json",
    output:
        **CRYSTAL.figure(report, "nonlocal", "Surrogate"),
    log:
        "<logs>/crystal_figure_nonlocal.log",
    benchmark:
        "<benchmarks>/crystal_figure_nonlocal.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=CRYSTAL.surrogate["models"],
        system=CRYSTAL.surrogate["train"],
        reference=CRYSTAL.surrogate["figure"]["reference"],
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figure_nonlocal.py"),
    script:
        "../scripts/crystal/figure_nonlocal.py"


rule crystal_figure_transfer:
    input:
        scores=CRYSTAL.surrogate_files("scores", "json"),
        curve="<results>/crystal/curve/predictions.parquet",
    output:
        **CRYSTAL.figure(report, "transfer", "Surrogate"),
    log:
        "<logs>/crystal_figure_transfer.log",
    benchmark:
        "<benchmarks>/crystal_figure_transfer.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=CRYSTAL.surrogate["models"],
        system=CRYSTAL.surrogate["train"],
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figure_transfer.py"),
    script:
        "../scripts/crystal/figure_transfer.py"


rule crystal_figure_fields:
    input:
        runs=CRYSTAL.first_batches,
    output:
        **CRYSTAL.figure(report, "fields", "Simulation"),
    log:
        "<logs>/crystal_figure_fields.log",
    benchmark:
        "<benchmarks>/crystal_figure_fields.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        systems=CRYSTAL.polycrystals,
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figure_fields.py"),
    script:
        "../scripts/crystal/figure_fields.py"


rule crystal_figure_poles:
    input:
        runs=CRYSTAL.pole_batches,
    output:
        **CRYSTAL.figure(report, "poles", "Simulation", label="pole figures"),
    log:
        "<logs>/crystal_figure_poles.log",
    benchmark:
        "<benchmarks>/crystal_figure_poles.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        half_width=lookup("crystal/figures/poles/half_width", within=config),
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figure_poles.py"),
    script:
        "../scripts/crystal/figure_poles.py"


rule crystal_figure_curves:
    input:
        runs=CRYSTAL.all_batches,
    output:
        **CRYSTAL.figure(report, "curves", "Simulation", label="stress-strain curves"),
    log:
        "<logs>/crystal_figure_curves.log",
    benchmark:
        "<benchmarks>/crystal_figure_curves.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        batches={system: len(CRYSTAL.runs(system)) for system in CRYSTAL.polycrystals},
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figure_curves.py"),
    script:
        "../scripts/crystal/figure_curves.py"


rule crystal_figure_reference:
    input:
        engine="<results>/crystal/imported/engine/{case}.h5",
        imported="<results>/crystal/imported/{case}.h5",
        numbers="<results>/crystal/imported/{case}_agreement.json",
    output:
        **CRYSTAL.figure(
            report,
            "reference_{case}",
            "Imports",
            label="{case}",
            caption="crystal_reference",
        ),
    log:
        "<logs>/crystal_figure_reference_{case}.log",
    benchmark:
        "<benchmarks>/crystal_figure_reference_{case}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figure_reference.py"),
    script:
        "../scripts/crystal/figure_reference.py"
