# REQUIRED INPUTS: what the learning rules and those of kept models leave
# OUTPUTS: <results>/glass/{system}/unseen/{kind}/*.h5, <results>/glass/{system}/unseen.csv;
#          <results>/glass/{system}/kept/{model}/card.md; <results>/figures/{system}/unseen.{pdf,svg,png,csv}
# STEPS: make glasses that differ from those of the kept models; compare what models say of them with what
#        they do under load, beside mechanism-based models; tell it on the card of each kept model.


# All glasses of one kind: one takes less time than starting a job.
rule glass_simulate_unseen:
    input:
        UNSEEN.material_files,
    output:
        UNSEEN.made,
    log:
        "<logs>/glass_simulate_unseen/{system}/{kind}.log",
    benchmark:
        "<benchmarks>/glass_simulate_unseen/{system}/{kind}.tsv"
    wildcard_constraints:
        system=UNSEEN.tested,
        kind=UNSEEN.kinds_made,
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=120,
    params:
        system=UNSEEN.simulated,
        seed=lookup("seed", within=config),
        code=UNSEEN.simulation_code,
    script:
        "../scripts/glass/simulate_unseen.py"


rule glass_unseen:
    input:
        unpack(UNSEEN.files),
    output:
        table="<results>/glass/{system}/unseen.csv",
        columns="<results>/glass/{system}/unseen.csv-metadata.json",
    log:
        "<logs>/glass_unseen/{system}.log",
    benchmark:
        "<benchmarks>/glass_unseen/{system}.tsv"
    wildcard_constraints:
        system=UNSEEN.tested,
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=60,
    params:
        kinds=UNSEEN.kinds,
        rivals=UNSEEN.rivals,
        descriptors=UNSEEN.rival_descriptors,
        study=UNSEEN.study,
        load=lookup("glass/unseen/load", within=config, default=None),
        strains=UNSEEN.strains,
        cutoff=lookup("glass/targets/neighbour_cutoff", within=config),
        probe=lookup("glass/systems/{system}/deformation/probe", within=config),
        level=lookup("glass/kept/level", within=config, default=None),
        plastic_fraction=lookup("learning/top_fractions", within=config)[0],
        metrics=lookup("glass/figures/metrics", within=config),
        scoring=UNSEEN.scoring,
        seed=lookup("seed", within=config),
        code=UNSEEN.test_code,
    script:
        "../scripts/glass/unseen.py"


# What a reader must know of a kept model before using it.
rule glass_card:
    input:
        unpack(UNSEEN.card_inputs),
    output:
        "<results>/glass/{system}/kept/{model}/card.md",
    log:
        "<logs>/glass_card/{system}/{model}.log",
    benchmark:
        "<benchmarks>/glass_card/{system}/{model}.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=10,
    params:
        kinds=UNSEEN.labels,
        rivals=UNSEEN.rival_labels,
        code=lib_hash("glass/card.py"),
    script:
        "../scripts/glass/card.py"


rule glass_figure_unseen:
    input:
        "<results>/glass/{system}/unseen.csv",
    output:
        GLASS.several_figures(report, {"unseen": "Scores"}),
    log:
        "<logs>/glass_figure_unseen/{system}.log",
    benchmark:
        "<benchmarks>/glass_figure_unseen/{system}.tsv"
    wildcard_constraints:
        system=UNSEEN.tested,
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=lookup("glass/models", within=config),
        kinds=UNSEEN.labels,
        target=UNSEEN.shown_target,
        metric=lookup("glass/figures/metric", within=config),
        level=lookup("glass/kept/level", within=config, default=None),
        metadata=GLASS.figure_metadata,
        code=lib_hash("glass/figure_unseen.py"),
    script:
        "../scripts/glass/figure_unseen.py"
