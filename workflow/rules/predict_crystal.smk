# REQUIRED INPUTS: what the rules of surrogates leave; config/predict.tsv, and the files that it names
# OUTPUTS: <results>/crystal/surrogate/kept/{model}/ model.json, numbers.npz, card.md;
#          <results>/predicted/{system}/{specimen}/ voxels.parquet, grains.parquet, orientations.{h5,vti},
#          summary.json; <results>/figures/predicted/{system}_{specimen}.{pdf,svg,png,csv};
#          <results>/figures/predicted/poles/{system}_{specimen}.{pdf,svg,png,csv}
# STEPS: fit a surrogate to all polycrystals once it has been scored, calibrate it on held-out ones, and
#        keep it; predict how the lattice of every voxel of other polycrystals turns.


rule crystal_keep:
    input:
        samples="<results>/crystal/surrogate/cubes.h5",
        predictions="<results>/crystal/surrogate/predictions/{model}.parquet",
        scores="<results>/crystal/surrogate/scores/{model}.json",
    output:
        model="<results>/crystal/surrogate/kept/{model}/model.json",
        numbers="<results>/crystal/surrogate/kept/{model}/numbers.npz",
        card="<results>/crystal/surrogate/kept/{model}/card.md",
    log:
        "<logs>/crystal_keep/{model}.log",
    benchmark:
        "<benchmarks>/crystal_keep/{model}.tsv"
    conda:
        NETWORK_ENV
    threads: 1
    resources:
        gpu=NETWORK_GPUS,
        mem_mb=growing(6000),
        runtime=240,
    params:
        model=CRYSTAL_PREDICTIONS.model,
        label=CRYSTAL_PREDICTIONS.label,
        origin=CRYSTAL_PREDICTIONS.origin,
        level=CRYSTAL_PREDICTIONS.level,
        seed=lookup("seed", within=config),
        code=RUN.surrogate_keep_code,
    script:
        "../scripts/crystal/keep.py"


rule crystal_predict:
    input:
        unpack(CRYSTAL_PREDICTIONS.kept_model),
        files=CRYSTAL_PREDICTIONS.user_files.inputs,
    output:
        table="<results>/predicted/{system}/{specimen}/voxels.parquet",
        grains="<results>/predicted/{system}/{specimen}/grains.parquet",
        orientations="<results>/predicted/{system}/{specimen}/orientations.h5",
        image="<results>/predicted/{system}/{specimen}/orientations.vti",
        summary="<results>/predicted/{system}/{specimen}/summary.json",
    log:
        "<logs>/crystal_predict/{system}/{specimen}.log",
    benchmark:
        "<benchmarks>/crystal_predict/{system}/{specimen}.tsv"
    wildcard_constraints:
        system=CRYSTAL_PREDICTIONS.systems,
        specimen="[a-z][a-z0-9_]*",
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(8000),
        runtime=240,
    params:
        entry=CRYSTAL_PREDICTIONS.entry,
        place=CRYSTAL_PREDICTIONS.place,
        unlisted=CRYSTAL_PREDICTIONS.user_files.unlisted,
        code=lib_hash("crystal/predict.py"),
    script:
        "../scripts/crystal/predict.py"


rule crystal_figure_predicted:
    input:
        orientations="<results>/predicted/{system}/{specimen}/orientations.h5",
        summary="<results>/predicted/{system}/{specimen}/summary.json",
    output:
        **figure_outputs(
            report,
            "<results>/figures/predicted/{system}_{specimen}",
            caption="predicted_crystal",
            category="Predictions",
            labels={"system": "{system}", "sample": "{specimen}"},
        ),
    log:
        "<logs>/crystal_figure_predicted/{system}/{specimen}.log",
    benchmark:
        "<benchmarks>/crystal_figure_predicted/{system}/{specimen}.tsv"
    wildcard_constraints:
        system=CRYSTAL_PREDICTIONS.systems,
        specimen="[a-z][a-z0-9_]*",
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figure_predicted.py"),
    script:
        "../scripts/crystal/figure_predicted.py"


rule crystal_figure_predicted_poles:
    input:
        orientations="<results>/predicted/{system}/{specimen}/orientations.h5",
        summary="<results>/predicted/{system}/{specimen}/summary.json",
    output:
        **figure_outputs(
            report,
            "<results>/figures/predicted/poles/{system}_{specimen}",
            caption="predicted_poles",
            category="Predictions",
            labels={"system": "{system}", "sample": "{specimen}"},
        ),
    log:
        "<logs>/crystal_figure_predicted_poles/{system}/{specimen}.log",
    benchmark:
        "<benchmarks>/crystal_figure_predicted_poles/{system}/{specimen}.tsv"
    wildcard_constraints:
        system=CRYSTAL_PREDICTIONS.systems,
        specimen="[a-z][a-z0-9_]*",
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figure_predicted_poles.py"),
    script:
        "../scripts/crystal/figure_predicted_poles.py"
