# REQUIRED INPUTS: what the learning rules leave; config/predict.tsv, and the files that it names
# OUTPUTS: <results>/glass/{system}/kept/{model}/ model.json, numbers.npz;
#          <results>/predicted/{system}/{specimen}/ particles.{parquet,xyz,dump}, state.h5,
#          summary.json;
#          <results>/figures/predicted/{system}_{specimen}.{pdf,svg,png,csv}
# STEPS: fit a model to all samples once it has been scored, calibrate it on held-out samples, and keep it;
#        predict the particles of samples that nobody has loaded yet.


rule glass_keep:
    input:
        unpack(LEARNING.study_files),
        samples=LEARNING.samples,
        predictions="<results>/{wing}/{system}/predictions/{model}.parquet",
        scores="<results>/{wing}/{system}/scores/{model}.json",
    output:
        model="<results>/{wing}/{system}/kept/{model}/model.json",
        numbers="<results>/{wing}/{system}/kept/{model}/numbers.npz",
    log:
        "<logs>/glass_keep/{wing}/{system}/{model}.log",
    benchmark:
        "<benchmarks>/glass_keep/{wing}/{system}/{model}.tsv"
    wildcard_constraints:
        wing="glass",
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=LEARNING.train_memory,
        runtime=LEARNING.train_minutes,
    params:
        study=PREDICTIONS.study,
        model=LEARNING.model,
        label=PREDICTIONS.label,
        descriptors=PREDICTIONS.descriptors,
        level=lookup("glass/kept/level", within=config, default=None),
        plastic_fraction=lookup("learning/top_fractions", within=config)[0],
        seed=lookup("seed", within=config),
        code=LEARNING.model_code("glass/keep.py"),
        described=PREDICTIONS.code,
    script:
        "../scripts/glass/keep.py"


# The models that this run keeps, of every system on which it scores models, and how far they carry.
rule kept_models:
    input:
        PREDICTIONS.files,
        CRYSTAL_PREDICTIONS.files,
        UNSEEN.cards,
        UNSEEN.figures,
        CURVES.kept,


rule glass_predict:
    input:
        unpack(PREDICTIONS.kept_model),
        files=PREDICTIONS.user_files.inputs,
    output:
        table="<results>/predicted/{system}/{specimen}/particles.parquet",
        xyz="<results>/predicted/{system}/{specimen}/particles.xyz",
        dump="<results>/predicted/{system}/{specimen}/particles.dump",
        summary="<results>/predicted/{system}/{specimen}/summary.json",
        state="<results>/predicted/{system}/{specimen}/state.h5",
    log:
        "<logs>/glass_predict/{system}/{specimen}.log",
    benchmark:
        "<benchmarks>/glass_predict/{system}/{specimen}.tsv"
    wildcard_constraints:
        system=PREDICTIONS.systems,
        specimen="[a-z][a-z0-9_]*",
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(8000),
        runtime=60,
    params:
        entry=PREDICTIONS.entry,
        place=PREDICTIONS.place,
        unlisted=PREDICTIONS.user_files.unlisted,
        code=lib_hash("glass/predict.py"),
    script:
        "../scripts/glass/predict.py"


rule glass_figure_predicted:
    input:
        state="<results>/predicted/{system}/{specimen}/state.h5",
        table="<results>/predicted/{system}/{specimen}/particles.parquet",
        summary="<results>/predicted/{system}/{specimen}/summary.json",
    output:
        **figure_outputs(
            report,
            "<results>/figures/predicted/{system}_{specimen}",
            caption="predicted",
            category="Predictions",
            labels={"system": "{system}", "sample": "{specimen}"},
        ),
    log:
        "<logs>/glass_figure_predicted/{system}/{specimen}.log",
    benchmark:
        "<benchmarks>/glass_figure_predicted/{system}/{specimen}.tsv"
    wildcard_constraints:
        system=PREDICTIONS.systems,
        specimen="[a-z][a-z0-9_]*",
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        strain=GLASS.figure_strain,
        diameters=GLASS.figure_diameters,
        metadata=GLASS.figure_metadata,
        code=lib_hash("glass/figure_predicted.py"),
    script:
        "../scripts/glass/figure_predicted.py"


# Samples of a user's that no one has loaded yet, by kept models.
rule predict:
    input:
        RUN.asked.predicted,
