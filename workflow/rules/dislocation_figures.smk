# REQUIRED INPUTS: what the rules of the dislocation wing leave
# OUTPUTS: <results>/figures/dislocation/*.{pdf,svg,png,csv}: each figure with the data that it shows
# STEPS: one rule and one script a figure; a changed style redraws all of them and nothing else.


rule dislocation_figure_configuration:
    input:
        samples=DISLOCATION.main_batches,
    output:
        **DISLOCATION.figure(report, "configuration", "Simulation"),
    log:
        "<logs>/dislocation_figure_configuration.log",
    benchmark:
        "<benchmarks>/dislocation_figure_configuration.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        metadata=DISLOCATION.metadata,
        code=lib_hash("dislocation/figure_configuration.py"),
    script:
        "../scripts/dislocation/figure_configuration.py"


rule dislocation_figure_bursts:
    input:
        samples=DISLOCATION.main_batches,
    output:
        **DISLOCATION.figure(report, "bursts", "Simulation"),
    log:
        "<logs>/dislocation_figure_bursts.log",
    benchmark:
        "<benchmarks>/dislocation_figure_bursts.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        metadata=DISLOCATION.metadata,
        code=lib_hash("dislocation/figure_bursts.py"),
    script:
        "../scripts/dislocation/figure_bursts.py"


rule dislocation_figure_strain:
    input:
        scores=DISLOCATION.figure_files("scores", "json", "strain"),
    output:
        **DISLOCATION.figure(report, "strain", "Prediction"),
    log:
        "<logs>/dislocation_figure_strain.log",
    benchmark:
        "<benchmarks>/dislocation_figure_strain.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=DISLOCATION.models(),
        branches=lookup("dislocation/figures/branches", within=config),
        metadata=DISLOCATION.metadata,
        code=lib_hash("dislocation/figure_strain.py"),
    script:
        "../scripts/dislocation/figure_strain.py"


rule dislocation_figure_parity:
    input:
        predictions=DISLOCATION.figure_files("predictions", "parquet", "parity"),
        scores=DISLOCATION.figure_files("scores", "json", "parity"),
    output:
        **DISLOCATION.figure(report, "parity", "Prediction"),
    log:
        "<logs>/dislocation_figure_parity.log",
    benchmark:
        "<benchmarks>/dislocation_figure_parity.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=DISLOCATION.models(),
        branch=lookup("dislocation/figures/branches", within=config)[0],
        target=DISLOCATION.shown_target,
        metadata=DISLOCATION.metadata,
        code=lib_hash("dislocation/figure_parity.py"),
    script:
        "../scripts/dislocation/figure_parity.py"


rule dislocation_figure_learning_curve:
    input:
        curves=DISLOCATION.files(
            "learning_curve",
            "parquet",
            config["dislocation"]["learning_curve"]["models"],
        ),
    output:
        **DISLOCATION.figure(report, "learning_curve", "Prediction"),
    log:
        "<logs>/dislocation_figure_learning_curve.log",
    benchmark:
        "<benchmarks>/dislocation_figure_learning_curve.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=DISLOCATION.models(),
        branches=lookup("dislocation/figures/branches", within=config),
        target=DISLOCATION.shown_target,
        metadata=DISLOCATION.metadata,
        code=lib_hash("dislocation/figure_learning_curve.py"),
    script:
        "../scripts/dislocation/figure_learning_curve.py"


rule dislocation_figure_sizes:
    input:
        transfer=DISLOCATION.size_tables,
    output:
        **DISLOCATION.figure(report, "sizes", "Prediction"),
    log:
        "<logs>/dislocation_figure_sizes.log",
    benchmark:
        "<benchmarks>/dislocation_figure_sizes.tsv"
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
        code=lib_hash("dislocation/figure_sizes.py"),
    script:
        "../scripts/dislocation/figure_sizes.py"


rule dislocation_figure_pileup:
    input:
        batch="<results>/dislocation/pileup/samples/0000.h5",
        scores=DISLOCATION.pileup_scores,
        parity=DISLOCATION.pileup_parity,
    output:
        **DISLOCATION.figure(report, "pileup", "Pileups"),
    log:
        "<logs>/dislocation_figure_pileup.log",
    benchmark:
        "<benchmarks>/dislocation_figure_pileup.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=lookup("dislocation/pileup/models", within=config),
        metrics=["r2", "pearson"],
        metadata=DISLOCATION.metadata,
        code=lib_hash("dislocation/figure_pileup.py"),
    script:
        "../scripts/dislocation/figure_pileup.py"


rule dislocation_figure_confusion:
    input:
        batches=DISLOCATION.sample_files("pinned"),
        samples="<results>/dislocation/pinned/order.parquet",
        curves="<results>/dislocation/pinned/confusion.parquet",
        summary="<results>/dislocation/pinned/confusion.json",
    output:
        **DISLOCATION.figure(report, "confusion", "Transition"),
    log:
        "<logs>/dislocation_figure_confusion.log",
    benchmark:
        "<benchmarks>/dislocation_figure_confusion.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        metadata=DISLOCATION.metadata,
        code=lib_hash("dislocation/figure_confusion.py"),
    script:
        "../scripts/dislocation/figure_confusion.py"


rule dislocation_figure_microstructures:
    input:
        microstructures="<results>/dislocation/microstructures/samples.h5",
        accuracy="<results>/dislocation/microstructures/accuracy.parquet",
        summary="<results>/dislocation/microstructures/accuracy.json",
    output:
        **DISLOCATION.figure(report, "microstructures", "Microstructures"),
    log:
        "<logs>/dislocation_figure_microstructures.log",
    benchmark:
        "<benchmarks>/dislocation_figure_microstructures.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        metadata=DISLOCATION.metadata,
        code=lib_hash("dislocation/figure_microstructures.py"),
    script:
        "../scripts/dislocation/figure_microstructures.py"


# Everything of the dislocation wing, figures included.
rule dislocation:
    input:
        DISLOCATION.figures,
        DISLOCATION.main_file("comparisons.csv"),
