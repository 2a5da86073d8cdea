# REQUIRED INPUTS: sample files of simulated glasses; pictures, tracks or maps of displacements that users name
# OUTPUTS: <results>/experiment/ rendered/{sample}.parquet, detection.csv, forces.csv, force_scores.csv, potentials/*.table, ladder.csv, twin.csv, heat_maps.csv, sections.csv, shown.npz, own/{case}/*;
#          <results>/figures/experiment/*.{pdf,svg,png,csv}
# STEPS: render pictures of glasses, find their particles and D2min in them, score both against the truth;
#        score models and mechanisms on views with the errors of pictures; score simulations of crystals
#        that are known in a few sections.


# Every camera, renderer and detector on one glass.
rule experiment_rendered:
    input:
        EXPERIMENT.sample_pattern,
    output:
        "<results>/experiment/rendered/{sample}.parquet",
    log:
        "<logs>/experiment_rendered/{sample}.log",
    benchmark:
        "<benchmarks>/experiment_rendered/{sample}.tsv"
    conda:
        "../../envs/pictures.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=60,
    params:
        settings=EXPERIMENT.rendering(),
        cutoff=lookup("glass/targets/neighbour_cutoff", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("experiment/rendered.py"),
    script:
        "../scripts/experiment/rendered.py"


rule experiment_scores:
    input:
        EXPERIMENT.rendered,
    output:
        table="<results>/experiment/detection.csv",
        columns="<results>/experiment/detection.csv-metadata.json",
    log:
        "<logs>/experiment_scores.log",
    benchmark:
        "<benchmarks>/experiment_scores.tsv"
    conda:
        "../../envs/pictures.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=20,
    params:
        interval=EXPERIMENT.interval,
        code=lib_hash("experiment/scores.py"),
    script:
        "../scripts/experiment/scores.py"


# The pictures that a figure shows.
rule experiment_shown:
    input:
        EXPERIMENT.first_sample,
    output:
        "<results>/experiment/shown.npz",
    log:
        "<logs>/experiment_shown.log",
    benchmark:
        "<benchmarks>/experiment_shown.tsv"
    conda:
        "../../envs/pictures.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=20,
    params:
        settings=EXPERIMENT.showing(),
        cutoff=lookup("glass/targets/neighbour_cutoff", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("experiment/shown.py"),
    script:
        "../scripts/experiment/shown.py"


rule experiment_figure_detection:
    input:
        table="<results>/experiment/detection.csv",
    output:
        **EXPERIMENT.figure(report, "detection"),
    log:
        "<logs>/experiment_figure_detection.log",
    benchmark:
        "<benchmarks>/experiment_figure_detection.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        camera=lookup("experiment/camera", within=config, default=None),
        series=lookup("experiment/series", within=config, default=None),
        metadata=EXPERIMENT.metadata,
        code=lib_hash("experiment/figure_detection.py"),
    script:
        "../scripts/experiment/figure_detection.py"


rule experiment_figure_pictures:
    input:
        "<results>/experiment/shown.npz",
    output:
        **EXPERIMENT.figure(report, "pictures"),
    log:
        "<logs>/experiment_figure_pictures.log",
    benchmark:
        "<benchmarks>/experiment_figure_pictures.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        titles=EXPERIMENT.titles,
        metadata=EXPERIMENT.metadata,
        code=lib_hash("experiment/figure_pictures.py"),
    script:
        "../scripts/experiment/figure_pictures.py"


# Models and mechanisms on views with noise, missed and mistaken particles, and edges.
# Pair forces that balance on particles at rest, and potentials that are learnt without each fold.
rule experiment_forces:
    input:
        EXPERIMENT.ladder_samples,
    output:
        forces="<results>/experiment/forces.csv",
        forces_columns="<results>/experiment/forces.csv-metadata.json",
        scores="<results>/experiment/force_scores.csv",
        scores_columns="<results>/experiment/force_scores.csv-metadata.json",
        potentials=EXPERIMENT.potentials(),
    log:
        "<logs>/experiment_forces.log",
    benchmark:
        "<benchmarks>/experiment_forces.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=30,
    params:
        settings=EXPERIMENT.forces(),
        folds=lookup("learning/folds/models", within=config),
        seed=lookup("seed", within=config),
        interval=EXPERIMENT.interval,
        code=lib_hash("experiment/forces.py"),
    script:
        "../scripts/experiment/forces.py"


rule experiment_figure_forces:
    input:
        forces="<results>/experiment/forces.csv",
        scores="<results>/experiment/force_scores.csv",
    output:
        **EXPERIMENT.figure(report, "forces"),
    log:
        "<logs>/experiment_figure_forces.log",
    benchmark:
        "<benchmarks>/experiment_figure_forces.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        error=lookup("experiment/forces/error", within=config, default=0.0),
        metadata=EXPERIMENT.metadata,
        code=lib_hash("experiment/figure_forces.py"),
    script:
        "../scripts/experiment/figure_forces.py"


rule experiment_ladder:
    input:
        samples=EXPERIMENT.ladder_samples,
        potentials=EXPERIMENT.potentials(),
    output:
        table="<results>/experiment/ladder.csv",
        columns="<results>/experiment/ladder.csv-metadata.json",
    log:
        "<logs>/experiment_ladder.log",
    benchmark:
        "<benchmarks>/experiment_ladder.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=120,
    params:
        settings=EXPERIMENT.ladder(),
        cutoff=lookup("glass/targets/neighbour_cutoff", within=config),
        folds=lookup("learning/folds/models", within=config),
        seed=lookup("seed", within=config),
        interval=EXPERIMENT.interval,
        code=lib_hash("experiment/ladder.py"),
    script:
        "../scripts/experiment/ladder.py"


rule experiment_figure_ladder:
    input:
        table="<results>/experiment/ladder.csv",
    output:
        **EXPERIMENT.figure(report, "ladder"),
    log:
        "<logs>/experiment_figure_ladder.log",
    benchmark:
        "<benchmarks>/experiment_figure_ladder.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=lookup("experiment/ladder/models", within=config, default={}),
        metadata=EXPERIMENT.metadata,
        code=lib_hash("experiment/figure_ladder.py"),
    script:
        "../scripts/experiment/figure_ladder.py"


# Twins of rendered pictures, relaxed in the known potential, and past motion.
rule experiment_twin:
    input:
        samples=EXPERIMENT.twin_samples,
        potentials=EXPERIMENT.potentials(),
    output:
        table="<results>/experiment/twin.csv",
        columns="<results>/experiment/twin.csv-metadata.json",
    log:
        "<logs>/experiment_twin.log",
    benchmark:
        "<benchmarks>/experiment_twin.tsv"
    conda:
        "../../envs/pictures.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=120,
    params:
        settings=EXPERIMENT.twin(),
        divided=EXPERIMENT.ladder_names,
        folds=lookup("learning/folds/models", within=config),
        cutoff=lookup("glass/targets/neighbour_cutoff", within=config),
        seed=lookup("seed", within=config),
        interval=EXPERIMENT.interval,
        code=lib_hash("experiment/twin.py"),
    script:
        "../scripts/experiment/twin.py"


rule experiment_figure_twin:
    input:
        table="<results>/experiment/twin.csv",
    output:
        **EXPERIMENT.figure(report, "twin"),
    log:
        "<logs>/experiment_figure_twin.log",
    benchmark:
        "<benchmarks>/experiment_figure_twin.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        methods=lookup("experiment/twin/methods", within=config, default={}),
        metadata=EXPERIMENT.metadata,
        code=lib_hash("experiment/figure_twin.py"),
    script:
        "../scripts/experiment/figure_twin.py"


# Heat maps of a network over pictures of whole glasses.
rule experiment_heat_maps:
    input:
        EXPERIMENT.heat_map_samples,
    output:
        table="<results>/experiment/heat_maps.csv",
        columns="<results>/experiment/heat_maps.csv-metadata.json",
        shown="<results>/experiment/heat_maps.npz",
    log:
        "<logs>/experiment_heat_maps.log",
    benchmark:
        "<benchmarks>/experiment_heat_maps.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=60,
    params:
        settings=EXPERIMENT.heat_maps(),
        folds=lookup("learning/folds/heat_maps", within=config),
        cutoff=lookup("glass/targets/neighbour_cutoff", within=config),
        seed=lookup("seed", within=config),
        interval=EXPERIMENT.interval,
        code=lib_hash("experiment/heat_maps.py"),
    script:
        "../scripts/experiment/heat_maps.py"


rule experiment_figure_heat_maps:
    input:
        table="<results>/experiment/heat_maps.csv",
        shown="<results>/experiment/heat_maps.npz",
    output:
        **EXPERIMENT.figure(report, "heat_maps"),
    log:
        "<logs>/experiment_figure_heat_maps.log",
    benchmark:
        "<benchmarks>/experiment_figure_heat_maps.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        methods=lookup("experiment/heat_maps/methods", within=config, default={}),
        metadata=EXPERIMENT.metadata,
        code=lib_hash("experiment/figure_heat_maps.py"),
    script:
        "../scripts/experiment/figure_heat_maps.py"


# Crystals that are rebuilt from a few of their sections, and loaded beside the true ones.
rule experiment_sections:
    output:
        table="<results>/experiment/sections.csv",
        columns="<results>/experiment/sections.csv-metadata.json",
    log:
        "<logs>/experiment_sections.log",
    benchmark:
        "<benchmarks>/experiment_sections.tsv"
    conda:
        "../../envs/pictures.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=60,
    params:
        settings=EXPERIMENT.sections(),
        seed=lookup("seed", within=config),
        interval=EXPERIMENT.interval,
        code=lib_hash("experiment/sections.py"),
    script:
        "../scripts/experiment/sections.py"


rule experiment_figure_sections:
    input:
        table="<results>/experiment/sections.csv",
    output:
        **EXPERIMENT.figure(report, "sections"),
    log:
        "<logs>/experiment_figure_sections.log",
    benchmark:
        "<benchmarks>/experiment_figure_sections.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        methods=lookup("experiment/sections/methods", within=config, default={}),
        metadata=EXPERIMENT.metadata,
        code=lib_hash("experiment/figure_sections.py"),
    script:
        "../scripts/experiment/figure_sections.py"


# Tracks and D2min of a user's pictures or tracks.
rule experiment_own:
    input:
        EXPERIMENT.user_files.inputs,
    output:
        tracks="<results>/experiment/own/{case}/tracks.csv",
        motion="<results>/experiment/own/{case}/motion.parquet",
        summary="<results>/experiment/own/{case}/summary.md",
        picture="<results>/experiment/own/{case}/first.npz",
    log:
        "<logs>/experiment_own/{case}.log",
    benchmark:
        "<benchmarks>/experiment_own/{case}.tsv"
    wildcard_constraints:
        case=EXPERIMENT.imported,
    conda:
        "../../envs/pictures.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=120,
    params:
        entry=lookup("experiment/imports/{case}", within=config, default=None),
        unlisted=EXPERIMENT.user_files.unlisted,
        code=lib_hash("experiment/own.py"),
    script:
        "../scripts/experiment/own.py"


rule experiment_figure_own:
    input:
        tracks="<results>/experiment/own/{case}/tracks.csv",
        motion="<results>/experiment/own/{case}/motion.parquet",
        picture="<results>/experiment/own/{case}/first.npz",
    output:
        **EXPERIMENT.figure(report, "own_{case}"),
    log:
        "<logs>/experiment_figure_own/{case}.log",
    benchmark:
        "<benchmarks>/experiment_figure_own/{case}.tsv"
    wildcard_constraints:
        case=EXPERIMENT.imported,
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        unit=lookup("experiment/imports/{case}/unit", within=config, default=""),
        metadata=EXPERIMENT.metadata,
        code=lib_hash("experiment/figure_own.py"),
    script:
        "../scripts/experiment/figure_own.py"


# What a user's series shows: T1 events, the continuity equation, each beside its null.
rule experiment_flow:
    input:
        tracks="<results>/experiment/own/{case}/tracks.csv",
        motion="<results>/experiment/own/{case}/motion.parquet",
        picture="<results>/experiment/own/{case}/first.npz",
    output:
        table="<results>/experiment/own/{case}/found.csv",
        columns="<results>/experiment/own/{case}/found.csv-metadata.json",
        fields="<results>/experiment/own/{case}/flow.npz",
    log:
        "<logs>/experiment_flow/{case}.log",
    benchmark:
        "<benchmarks>/experiment_flow/{case}.tsv"
    wildcard_constraints:
        case=EXPERIMENT.imported,
    conda:
        "../../envs/pictures.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=60,
    params:
        entry=lookup("experiment/imports/{case}", within=config, default=None),
        interval=EXPERIMENT.interval,
        code=lib_hash("experiment/flow.py"),
    script:
        "../scripts/experiment/flow.py"


rule experiment_figure_flow:
    input:
        table="<results>/experiment/own/{case}/found.csv",
        fields="<results>/experiment/own/{case}/flow.npz",
    output:
        **EXPERIMENT.figure(report, "flow_{case}"),
    log:
        "<logs>/experiment_figure_flow/{case}.log",
    benchmark:
        "<benchmarks>/experiment_figure_flow/{case}.tsv"
    wildcard_constraints:
        case=EXPERIMENT.imported,
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        unit=lookup("experiment/imports/{case}/unit", within=config, default=""),
        metadata=EXPERIMENT.metadata,
        code=lib_hash("experiment/figure_flow.py"),
    script:
        "../scripts/experiment/figure_flow.py"


# Strain of a user's maps of displacements.
rule experiment_strain:
    input:
        EXPERIMENT.user_files.inputs,
    output:
        table="<results>/experiment/own/{case}/strain.parquet",
        fields="<results>/experiment/own/{case}/fields.npz",
        summary="<results>/experiment/own/{case}/strain.md",
    log:
        "<logs>/experiment_strain/{case}.log",
    benchmark:
        "<benchmarks>/experiment_strain/{case}.tsv"
    wildcard_constraints:
        case=EXPERIMENT.displaced,
    conda:
        "../../envs/pictures.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=60,
    params:
        entry=lookup("experiment/imports/{case}", within=config, default=None),
        unlisted=EXPERIMENT.user_files.unlisted,
        code=lib_hash("experiment/strain.py"),
    script:
        "../scripts/experiment/strain.py"


rule experiment_figure_strain:
    input:
        "<results>/experiment/own/{case}/strain.parquet",
    output:
        **EXPERIMENT.figure(report, "strain_{case}"),
    log:
        "<logs>/experiment_figure_strain/{case}.log",
    benchmark:
        "<benchmarks>/experiment_figure_strain/{case}.tsv"
    wildcard_constraints:
        case=EXPERIMENT.displaced,
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        unit=lookup("experiment/imports/{case}/unit", within=config, default=""),
        time_unit=lookup(
            "experiment/imports/{case}/time_unit", within=config, default=""
        ),
        metadata=EXPERIMENT.metadata,
        code=lib_hash("experiment/figure_strain.py"),
    script:
        "../scripts/experiment/figure_strain.py"


# Everything of the experiments, figures included.
rule experiment:
    input:
        EXPERIMENT.figures,
