# REQUIRED INPUTS: what the learning rules leave; config/predict.tsv, and the files that it names
# OUTPUTS: <results>/dislocation/{system}/kept/{model}/ model.json, numbers.npz, card.md;
#          <results>/predicted/{system}/{specimen}/ curve.parquet, state.h5, summary.json;
#          <results>/figures/predicted/{system}_{specimen}.{pdf,svg,png,csv}
# STEPS: fit a model to all samples once it has been scored, calibrate it on held-out samples, and keep it;
#        predict the stress-strain curve of relaxed configurations.


rule dislocation_keep:
    input:
        unpack(LEARNING.study_files),
        samples=LEARNING.samples,
        predictions="<results>/{wing}/{system}/predictions/{model}.parquet",
        scores="<results>/{wing}/{system}/scores/{model}.json",
    output:
        model="<results>/{wing}/{system}/kept/{model}/model.json",
        numbers="<results>/{wing}/{system}/kept/{model}/numbers.npz",
        card="<results>/{wing}/{system}/kept/{model}/card.md",
    log:
        "<logs>/dislocation_keep/{wing}/{system}/{model}.log",
    benchmark:
        "<benchmarks>/dislocation_keep/{wing}/{system}/{model}.tsv"
    wildcard_constraints:
        wing="dislocation",
        system=DISLOCATION.glide_systems,
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=LEARNING.train_memory,
        runtime=LEARNING.train_minutes,
    params:
        study=LEARNING.study("train"),
        model=LEARNING.model,
        label=CURVES.label,
        descriptors=CURVES.descriptors,
        level=lookup("dislocation/kept/level", within=config, default=None),
        seed=lookup("seed", within=config),
        code=LEARNING.model_code("dislocation/keep.py"),
        described=CURVES.code,
    script:
        "../scripts/dislocation/keep.py"


rule dislocation_predict:
    input:
        unpack(CURVES.kept_models),
        files=CURVES.user_files.inputs,
    output:
        table="<results>/predicted/{system}/{specimen}/curve.parquet",
        summary="<results>/predicted/{system}/{specimen}/summary.json",
        state="<results>/predicted/{system}/{specimen}/state.h5",
    log:
        "<logs>/dislocation_predict/{system}/{specimen}.log",
    benchmark:
        "<benchmarks>/dislocation_predict/{system}/{specimen}.tsv"
    wildcard_constraints:
        system=CURVES.systems,
        specimen="[a-z][a-z0-9_]*",
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=60,
    params:
        entry=CURVES.entry,
        place=CURVES.place,
        unlisted=CURVES.user_files.unlisted,
        code=lib_hash("dislocation/predict.py"),
    script:
        "../scripts/dislocation/predict.py"


rule dislocation_figure_predicted:
    input:
        state="<results>/predicted/{system}/{specimen}/state.h5",
        table="<results>/predicted/{system}/{specimen}/curve.parquet",
        summary="<results>/predicted/{system}/{specimen}/summary.json",
    output:
        **figure_outputs(
            report,
            "<results>/figures/predicted/{system}_{specimen}",
            caption="predicted_curve",
            category="Predictions",
            labels={"system": "{system}", "sample": "{specimen}"},
        ),
    log:
        "<logs>/dislocation_figure_predicted/{system}/{specimen}.log",
    benchmark:
        "<benchmarks>/dislocation_figure_predicted/{system}/{specimen}.tsv"
    wildcard_constraints:
        system=CURVES.systems,
        specimen="[a-z][a-z0-9_]*",
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=DISLOCATION.models(),
        metadata=DISLOCATION.metadata,
        code=lib_hash("dislocation/figure_predicted.py"),
    script:
        "../scripts/dislocation/figure_predicted.py"
