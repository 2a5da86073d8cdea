# REQUIRED INPUTS: what the rules of the dislocation wing leave
# OUTPUTS: <results>/figures/dislocation/*.{pdf,svg,png,csv}: each figure with the data that it shows
# STEPS: one rule and one script a figure; a changed style redraws all of them and nothing else.


rule dislocation_figure_configuration:
    input:
        samples=DISLOCATION.main_batches,
    output:
        pdf="<results>/figures/dislocation/configuration.pdf",
        svg="<results>/figures/dislocation/configuration.svg",
        png=report(
            "<results>/figures/dislocation/configuration.png",
            caption="../report/dislocation_configuration.rst",
            category="Dislocations",
            subcategory="Simulation",
            labels={"figure": "configuration"},
        ),
        csv="<results>/figures/dislocation/configuration.csv",
        columns="<results>/figures/dislocation/configuration.csv-metadata.json",
    log:
        "<logs>/dislocation_figure_configuration.log",
    benchmark:
        "<benchmarks>/dislocation_figure_configuration.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=20,
    params:
        metadata=DISLOCATION.metadata,
        code=lib_hash("dislocation/figure_configuration.py"),
    script:
        "../scripts/dislocation/figure_configuration.py"


rule dislocation_figure_bursts:
    input:
        samples=DISLOCATION.main_batches,
    output:
        pdf="<results>/figures/dislocation/bursts.pdf",
        svg="<results>/figures/dislocation/bursts.svg",
        png=report(
            "<results>/figures/dislocation/bursts.png",
            caption="../report/dislocation_bursts.rst",
            category="Dislocations",
            subcategory="Simulation",
            labels={"figure": "bursts"},
        ),
        csv="<results>/figures/dislocation/bursts.csv",
        columns="<results>/figures/dislocation/bursts.csv-metadata.json",
    log:
        "<logs>/dislocation_figure_bursts.log",
    benchmark:
        "<benchmarks>/dislocation_figure_bursts.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=20,
    params:
        metadata=DISLOCATION.metadata,
        code=lib_hash("dislocation/figure_bursts.py"),
    script:
        "../scripts/dislocation/figure_bursts.py"


rule dislocation_figure_strain:
    input:
        scores=DISLOCATION.figure_files("scores", "json", "strain"),
    output:
        pdf="<results>/figures/dislocation/strain.pdf",
        svg="<results>/figures/dislocation/strain.svg",
        png=report(
            "<results>/figures/dislocation/strain.png",
            caption="../report/dislocation_strain.rst",
            category="Dislocations",
            subcategory="Prediction",
            labels={"figure": "strain"},
        ),
        csv="<results>/figures/dislocation/strain.csv",
        columns="<results>/figures/dislocation/strain.csv-metadata.json",
    log:
        "<logs>/dislocation_figure_strain.log",
    benchmark:
        "<benchmarks>/dislocation_figure_strain.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=20,
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
        pdf="<results>/figures/dislocation/parity.pdf",
        svg="<results>/figures/dislocation/parity.svg",
        png=report(
            "<results>/figures/dislocation/parity.png",
            caption="../report/dislocation_parity.rst",
            category="Dislocations",
            subcategory="Prediction",
            labels={"figure": "parity"},
        ),
        csv="<results>/figures/dislocation/parity.csv",
        columns="<results>/figures/dislocation/parity.csv-metadata.json",
    log:
        "<logs>/dislocation_figure_parity.log",
    benchmark:
        "<benchmarks>/dislocation_figure_parity.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=20,
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
        pdf="<results>/figures/dislocation/learning_curve.pdf",
        svg="<results>/figures/dislocation/learning_curve.svg",
        png=report(
            "<results>/figures/dislocation/learning_curve.png",
            caption="../report/dislocation_learning_curve.rst",
            category="Dislocations",
            subcategory="Prediction",
            labels={"figure": "learning curve"},
        ),
        csv="<results>/figures/dislocation/learning_curve.csv",
        columns="<results>/figures/dislocation/learning_curve.csv-metadata.json",
    log:
        "<logs>/dislocation_figure_learning_curve.log",
    benchmark:
        "<benchmarks>/dislocation_figure_learning_curve.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=20,
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
        pdf="<results>/figures/dislocation/sizes.pdf",
        svg="<results>/figures/dislocation/sizes.svg",
        png=report(
            "<results>/figures/dislocation/sizes.png",
            caption="../report/dislocation_sizes.rst",
            category="Dislocations",
            subcategory="Prediction",
            labels={"figure": "sizes"},
        ),
        csv="<results>/figures/dislocation/sizes.csv",
        columns="<results>/figures/dislocation/sizes.csv-metadata.json",
    log:
        "<logs>/dislocation_figure_sizes.log",
    benchmark:
        "<benchmarks>/dislocation_figure_sizes.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=20,
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
        pdf="<results>/figures/dislocation/pileup.pdf",
        svg="<results>/figures/dislocation/pileup.svg",
        png=report(
            "<results>/figures/dislocation/pileup.png",
            caption="../report/dislocation_pileup.rst",
            category="Dislocations",
            subcategory="Pileups",
            labels={"figure": "pileup"},
        ),
        csv="<results>/figures/dislocation/pileup.csv",
        columns="<results>/figures/dislocation/pileup.csv-metadata.json",
    log:
        "<logs>/dislocation_figure_pileup.log",
    benchmark:
        "<benchmarks>/dislocation_figure_pileup.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=20,
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
        pdf="<results>/figures/dislocation/confusion.pdf",
        svg="<results>/figures/dislocation/confusion.svg",
        png=report(
            "<results>/figures/dislocation/confusion.png",
            caption="../report/dislocation_confusion.rst",
            category="Dislocations",
            subcategory="Transition",
            labels={"figure": "confusion"},
        ),
        csv="<results>/figures/dislocation/confusion.csv",
        columns="<results>/figures/dislocation/confusion.csv-metadata.json",
    log:
        "<logs>/dislocation_figure_confusion.log",
    benchmark:
        "<benchmarks>/dislocation_figure_confusion.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=20,
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
        pdf="<results>/figures/dislocation/microstructures.pdf",
        svg="<results>/figures/dislocation/microstructures.svg",
        png=report(
            "<results>/figures/dislocation/microstructures.png",
            caption="../report/dislocation_microstructures.rst",
            category="Dislocations",
            subcategory="Microstructures",
            labels={"figure": "microstructures"},
        ),
        csv="<results>/figures/dislocation/microstructures.csv",
        columns="<results>/figures/dislocation/microstructures.csv-metadata.json",
    log:
        "<logs>/dislocation_figure_microstructures.log",
    benchmark:
        "<benchmarks>/dislocation_figure_microstructures.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=20,
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
