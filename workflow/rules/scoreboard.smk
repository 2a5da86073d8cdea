# REQUIRED INPUTS: config/published.yaml and the scores of the models that it names
# OUTPUTS: <results>/scoreboard.{csv,md}, <results>/figures/scoreboard_{wing}.*
# STEPS: set our scores, baselines and rivals beside what others published; draw it.


# Every published system with its own number, ours, baselines and rivals.
rule scoreboard:
    input:
        published="config/published.yaml",
        schema=RUN.relative("schemas/published.schema.yaml"),
        scores=RUN.scoreboard.scores,
        curves=GLASS.learning_curves,
    output:
        csv="<results>/scoreboard.csv",
        md=report(
            "<results>/scoreboard.md",
            caption="../report/scoreboard.rst",
            category="Scoreboard",
            labels={"table": "scoreboard"},
        ),
    log:
        "<logs>/scoreboard.log",
    benchmark:
        "<benchmarks>/scoreboard.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=10,
    params:
        models=RUN.scoreboard.models,
        level=lookup("learning/level", within=config),
        metric=lookup("glass/figures/metric", within=config),
        code=lib_hash("report/scoreboard.py"),
    script:
        "../scripts/report/scoreboard.py"


rule report_figure_scoreboard:
    input:
        scoreboard="<results>/scoreboard.csv",
    output:
        **figure_outputs(
            report,
            "<results>/figures/scoreboard_{wing}",
            caption="scoreboard",
            category="Scoreboard",
            labels={"figure": "scoreboard, {wing}"},
        ),
    log:
        "<logs>/report_figure_scoreboard/{wing}.log",
    benchmark:
        "<benchmarks>/report_figure_scoreboard/{wing}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        models=RUN.scoreboard.models_of_wing,
        metadata=FIGURE_METADATA,
        code=lib_hash("report/figure_scoreboard.py"),
    script:
        "../scripts/report/figure_scoreboard.py"
