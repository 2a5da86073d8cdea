# REQUIRED INPUTS: config/published.yaml and the scores of the models that it names
# OUTPUTS: <results>/scoreboard.{csv,md,html}, <results>/figures/scoreboard_{wing}.*
# STEPS: set our scores, baselines and rivals beside what others published; draw it, all wings in one job.


# Every published system with its own number, ours, baselines and rivals.
rule scoreboard:
    input:
        published="config/published.yaml",
        schema=RUN.relative("schemas/published.schema.yaml"),
        scores=RUN.scoreboard.scores,
        curves=GLASS.learning_curves,
    output:
        csv="<results>/scoreboard.csv",
        columns="<results>/scoreboard.csv-metadata.json",
        md=report(
            "<results>/scoreboard.md",
            caption="../report/scoreboard_table.rst",
            category="Scoreboard",
            labels={"table": "scoreboard"},
        ),
        html=report(
            "<results>/scoreboard.html",
            caption="../report/scoreboard_table.rst",
            category="Scoreboard",
            labels={"page": "scoreboard"},
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
        RUN.scoreboard.figure_files(report),
    log:
        "<logs>/report_figure_scoreboard.log",
    benchmark:
        "<benchmarks>/report_figure_scoreboard.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        wings=RUN.scoreboard.shown_wings(),
        models=RUN.scoreboard.models,
        metadata=FIGURE_METADATA,
        code=lib_hash("report/figure_scoreboard.py"),
    script:
        "../scripts/report/figure_scoreboard.py"
