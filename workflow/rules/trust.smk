# REQUIRED INPUTS: scores and predictions of the models that trust/panels names, with their splits and data
# OUTPUTS: <results>/trust/ coverage.{csv,md}, leakage.{csv,md}, leak_probes.{csv,md}
# STEPS: measure how often intervals hold the truth; check splits; probe models for leaks.


# How often each kind of interval holds a known truth, beside intervals over single objects.
rule trust_coverage:
    output:
        csv="<results>/trust/coverage.csv",
        columns="<results>/trust/coverage.csv-metadata.json",
        md=report(
            "<results>/trust/coverage.md",
            caption="../report/trust_coverage.rst",
            category="Trust",
            subcategory="Scores",
            labels={"table": "coverage of intervals"},
        ),
    log:
        "<logs>/trust_coverage.log",
    benchmark:
        "<benchmarks>/trust_coverage.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=30,
    params:
        worlds=lookup("trust/coverage/worlds", within=config),
        repeats=lookup("trust/coverage/repeats", within=config),
        resamples=lookup("trust/coverage/resamples", within=config),
        level=lookup("learning/level", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("trust/interval_coverage.py"),
    script:
        "../scripts/trust/interval_coverage.py"


# No sample on both sides of a split: the workflow stops where one is.
rule trust_leakage:
    input:
        predictions=RUN.trust.predictions,
        splits=RUN.trust.splits,
    output:
        csv="<results>/trust/leakage.csv",
        columns="<results>/trust/leakage.csv-metadata.json",
        md=report(
            "<results>/trust/leakage.md",
            caption="../report/trust_leakage.rst",
            category="Trust",
            subcategory="Scores",
            labels={"table": "splits"},
        ),
    log:
        "<logs>/trust_leakage.log",
    benchmark:
        "<benchmarks>/trust_leakage.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=20,
    params:
        code=lib_hash("trust/leakage.py"),
    script:
        "../scripts/trust/leakage.py"


# Garbage in what a model must not know changes no prediction: every model of the panels, on a few samples.
rule trust_leak_probes:
    input:
        unpack(RUN.leak_probes.files),
    output:
        csv="<results>/trust/leak_probes.csv",
        columns="<results>/trust/leak_probes.csv-metadata.json",
        md=report(
            "<results>/trust/leak_probes.md",
            caption="../report/trust_leak_probes.rst",
            category="Trust",
            subcategory="Scores",
            labels={"table": "probes for leaks"},
        ),
    log:
        "<logs>/trust_leak_probes.log",
    benchmark:
        "<benchmarks>/trust_leak_probes.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=30,
    params:
        models=RUN.leak_probes.models,
        seed=lookup("seed", within=config),
        code=RUN.leak_probes.code,
    script:
        "../scripts/trust/leak_probes.py"


# Everything about how far scores may be trusted.
rule trust:
    input:
        rules.trust_coverage.output,
        rules.trust_leakage.output,
        rules.trust_leak_probes.output,
        rules.trust_figure_pearson.output,
