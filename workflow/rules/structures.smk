# REQUIRED INPUTS: none beside the samples of the clean dislocation systems
# OUTPUTS: <results>/dislocation/pinned/ order.parquet, confusion.parquet, confusion.json
#          <results>/dislocation/microstructures/ samples.h5, accuracy.parquet, accuracy.json
# STEPS: locate the transition of creep among obstacles; classify microstructures.


# The confusion scheme on creep at several obstacle densities, each set of features alone.
rule dislocation_confusion:
    input:
        DISLOCATION.sample_files("pinned"),
    output:
        samples="<results>/dislocation/pinned/order.parquet",
        curves="<results>/dislocation/pinned/confusion.parquet",
        summary="<results>/dislocation/pinned/confusion.json",
    log:
        "<logs>/dislocation_confusion.log",
    benchmark:
        "<benchmarks>/dislocation_confusion.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=120,
    params:
        features=DISLOCATION.creep_descriptors(),
        window=lookup("dislocation/confusion/window", within=config),
        options=lookup("dislocation/confusion/options", within=config, default={}),
        folds=lookup("learning/folds/confusion", within=config),
        seed=lookup("seed", within=config),
        code=RUN.confusion_code,
    script:
        "../scripts/dislocation/confusion.py"


# Curved dislocations of several classes in one slip plane.
rule dislocation_microstructures:
    output:
        "<results>/dislocation/microstructures/samples.h5",
    log:
        "<logs>/dislocation_microstructures.log",
    benchmark:
        "<benchmarks>/dislocation_microstructures.tsv"
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=60,
    params:
        parameters=lookup(
            "dislocation/microstructures/parameters", within=config, default={}
        ),
        samples=lookup("dislocation/microstructures/samples", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("dislocation/microstructures.py"),
    script:
        "../scripts/dislocation/microstructures.py"


# Classification of microstructures from density fields, by voxel size and set of fields.
rule dislocation_classify:
    input:
        microstructures=["<results>/dislocation/microstructures/samples.h5"],
        edges=DISLOCATION.edge_batches,
    output:
        table="<results>/dislocation/microstructures/accuracy.parquet",
        summary="<results>/dislocation/microstructures/accuracy.json",
    log:
        "<logs>/dislocation_classify.log",
    benchmark:
        "<benchmarks>/dislocation_classify.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=120,
    params:
        descriptors=DISLOCATION.field_descriptors(),
        nested=lookup("dislocation/microstructures/nested", within=config),
        voxels=lookup("dislocation/microstructures/voxels", within=config),
        options=lookup("dislocation/microstructures/options", within=config, default={}),
        folds=lookup("learning/folds/microstructures", within=config),
        seed=lookup("seed", within=config),
        code=RUN.classification_code,
    script:
        "../scripts/dislocation/classify.py"


# What both found, as score files that the scoreboard reads: one job, since each takes no time.
rule dislocation_scores:
    input:
        pinned="<results>/dislocation/pinned/confusion.json",
        microstructures="<results>/dislocation/microstructures/accuracy.json",
        accuracies="<results>/dislocation/microstructures/accuracy.parquet",
    output:
        DISLOCATION.structure_scores(),
    log:
        "<logs>/dislocation_scores.log",
    benchmark:
        "<benchmarks>/dislocation_scores.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=10,
    params:
        voxels=lookup("dislocation/microstructures/shown", within=config),
        level=lookup("learning/level", within=config),
        code=lib_hash("dislocation/scores.py"),
    script:
        "../scripts/dislocation/scores.py"


# A user's own configurations, relaxed and loaded: see dislocation/imports in config/README.md.
rule dislocation_import:
    input:
        DISLOCATION.user_files.inputs,
    output:
        "<results>/dislocation/imported/{system}.h5",
    log:
        "<logs>/dislocation_import/{system}.log",
    benchmark:
        "<benchmarks>/dislocation_import/{system}.tsv"
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=120,
    params:
        system=lookup("dislocation/imports/{system}/system", within=config),
        files=DISLOCATION.user_files.paths,
        unlisted=DISLOCATION.user_files.unlisted,
        code=lib_hash("dislocation/import_samples.py"),
    script:
        "../scripts/dislocation/import_samples.py"


# Every configuration that dislocation/imports names.
rule dislocation_imports:
    input:
        DISLOCATION.imported(),
