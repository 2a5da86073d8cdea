# REQUIRED INPUTS: what the rules of the dislocation wing leave
# OUTPUTS: <results>/figures/dislocation/*.{pdf,svg,png,csv}: each figure with the data that it shows
# STEPS: one script a figure, and one rule for figures of the same stage, since starting a job takes
#        longer than drawing a figure; a changed style redraws all of them and nothing else.


rule dislocation_figure_simulation:
    input:
        samples=DISLOCATION.main_batches,
    output:
        DISLOCATION.several_figures(
            report, {"configuration": "Simulation", "bursts": "Simulation"}
        ),
    log:
        "<logs>/dislocation_figure_simulation.log",
    benchmark:
        "<benchmarks>/dislocation_figure_simulation.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        metadata=DISLOCATION.metadata,
        code=lib_hash("dislocation/figures_simulation.py"),
    script:
        "../scripts/dislocation/figures_simulation.py"


rule dislocation_figure_prediction:
    input:
        scores_by_strain=DISLOCATION.figure_files("scores", "json", "strain"),
        predictions=DISLOCATION.figure_files("predictions", "parquet", "parity"),
        scores=DISLOCATION.figure_files("scores", "json", "parity"),
        curves=DISLOCATION.files(
            "learning_curve",
            "parquet",
            config["dislocation"]["learning_curve"]["models"],
        ),
        transfer=DISLOCATION.size_tables,
    output:
        DISLOCATION.several_figures(
            report,
            {
                "strain": "Prediction",
                "parity": "Prediction",
                "learning_curve": "Prediction",
                "sizes": "Prediction",
            },
        ),
    log:
        "<logs>/dislocation_figure_prediction.log",
    benchmark:
        "<benchmarks>/dislocation_figure_prediction.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=DISLOCATION.models(),
        branches=lookup("dislocation/figures/branches", within=config),
        target=DISLOCATION.shown_target,
        systems=DISLOCATION.system_sizes(),
        metadata=DISLOCATION.metadata,
        code=lib_hash("dislocation/figures_prediction.py"),
    script:
        "../scripts/dislocation/figures_prediction.py"


rule dislocation_figure_structures:
    input:
        pileup="<results>/dislocation/pileup/samples/0000.h5",
        pileup_scores=DISLOCATION.pileup_scores,
        pileup_parity=DISLOCATION.pileup_parity,
        creep=DISLOCATION.sample_files("pinned"),
        order="<results>/dislocation/pinned/order.parquet",
        confusion_curves="<results>/dislocation/pinned/confusion.parquet",
        confusion="<results>/dislocation/pinned/confusion.json",
        microstructures="<results>/dislocation/microstructures/samples.h5",
        accuracies="<results>/dislocation/microstructures/accuracy.parquet",
        accuracy="<results>/dislocation/microstructures/accuracy.json",
    output:
        DISLOCATION.several_figures(
            report,
            {
                "pileup": "Pileups",
                "confusion": "Transition",
                "microstructures": "Microstructures",
            },
        ),
    log:
        "<logs>/dislocation_figure_structures.log",
    benchmark:
        "<benchmarks>/dislocation_figure_structures.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        pileup_models=lookup("dislocation/pileup/models", within=config),
        pileup_metrics=["r2", "pearson"],
        metadata=DISLOCATION.metadata,
        code=lib_hash("dislocation/figures_structures.py"),
    script:
        "../scripts/dislocation/figures_structures.py"


# Everything of the dislocation wing, figures included.
rule dislocation:
    input:
        DISLOCATION.figures,
        DISLOCATION.main_file("comparisons.csv"),
