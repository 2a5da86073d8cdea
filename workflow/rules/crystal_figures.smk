# REQUIRED INPUTS: runs, laws and surrogates of the crystal wing, and what its imports leave
# OUTPUTS: <results>/figures/crystal/*.{pdf,svg,png,csv}: each figure with the data that it shows,
#          reference_<name>.* for each imported result
# STEPS: one script a figure, and one rule for figures of the same stage, since starting a job takes
#        longer than drawing a figure; a changed style redraws all of them and nothing else.


rule crystal_figure_interactions:
    input:
        hexagonal=f"<results>/crystal/interactions/laws/{CRYSTAL.interactions['figures']['hexagonal']}/tied_lasso.json",
        errors="<results>/crystal/interactions/errors.parquet",
        paths=expand(
            "<results>/crystal/interactions/paths/{data}/tied_lasso.csv",
            data=CRYSTAL.simulated_slip,
        ),
        counts="<results>/crystal/interactions/parameters.csv",
        curves="<results>/crystal/interactions/feedback.parquet",
    output:
        CRYSTAL.several_figures(
            report,
            {
                "orbits": "Interactions",
                "coefficients": "Interactions",
                "sparsity": "Interactions",
                "feedback": "Interactions",
            },
        ),
    log:
        "<logs>/crystal_figure_interactions.log",
    benchmark:
        "<benchmarks>/crystal_figure_interactions.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=lookup("crystal/interactions/models", within=config),
        crystals=lookup("crystal/interactions/figures/crystals", within=config),
        method="tied_lasso",
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figures_interactions.py"),
    script:
        "../scripts/crystal/figures_interactions.py"


rule crystal_figure_surrogate:
    input:
        samples="<results>/crystal/surrogate/cubes.h5",
        predictions=CRYSTAL.surrogate_files(
            "predictions", "parquet", CRYSTAL.surrogate["figure"]["models"]
        ),
        scores=CRYSTAL.surrogate_files("scores", "json"),
        errors="<results>/crystal/surrogate/errors.parquet",
        comparisons="<results>/crystal/surrogate/comparisons.json",
        curve="<results>/crystal/curve/predictions.parquet",
    output:
        CRYSTAL.several_figures(
            report,
            {
                "misorientation": "Surrogate",
                "prediction": "Surrogate",
                "nonlocal": "Surrogate",
                "transfer": "Surrogate",
            },
        ),
    log:
        "<logs>/crystal_figure_surrogate.log",
    benchmark:
        "<benchmarks>/crystal_figure_surrogate.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=CRYSTAL.surrogate["models"],
        shown=CRYSTAL.surrogate["figure"]["models"],
        axis=CRYSTAL.surrogate["figure"]["axis"],
        system=CRYSTAL.surrogate["train"],
        others=CRYSTAL.surrogate["others"],
        reference=CRYSTAL.surrogate["figure"]["reference"],
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figures_surrogate.py"),
    script:
        "../scripts/crystal/figures_surrogate.py"


rule crystal_figure_simulation:
    input:
        first=CRYSTAL.first_batches,
        every=CRYSTAL.all_batches,
        poles=CRYSTAL.pole_batches,
    output:
        CRYSTAL.several_figures(
            report,
            {"fields": "Simulation", "poles": "Simulation", "curves": "Simulation"},
            labels={"poles": "pole figures", "curves": "stress-strain curves"},
        ),
    log:
        "<logs>/crystal_figure_simulation.log",
    benchmark:
        "<benchmarks>/crystal_figure_simulation.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        batches={
            system: len(CRYSTAL.runs(system)) for system in CRYSTAL.shown_polycrystals
        },
        half_width=lookup("crystal/figures/poles/half_width", within=config),
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figures_simulation.py"),
    script:
        "../scripts/crystal/figures_simulation.py"


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


rule crystal_figure_flow_law:
    input:
        laws="<results>/crystal/slip_laws/laws.csv",
        points="<results>/crystal/slip_laws/points.parquet",
    output:
        **CRYSTAL.figure(report, "flow_law", "Interactions"),
    log:
        "<logs>/crystal_figure_flow_law.log",
    benchmark:
        "<benchmarks>/crystal_figure_flow_law.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        settings=lookup("crystal/slip_laws", within=config),
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figure_flow_law.py"),
    script:
        "../scripts/crystal/figure_flow_law.py"
