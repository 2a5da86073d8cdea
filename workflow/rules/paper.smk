# REQUIRED INPUTS: what workflow/paper/numbers.yaml quotes from, as far as this size makes it
# OUTPUTS: <results>/paper/numbers.json, <results>/paper.pdf, <results>/ro-crate/
# STEPS: collect every number that the text quotes; typeset it; pack the run into a crate.
import os


localrules:
    article,
    crate,


# Every number, table and equation that the text quotes; nothing in it is typed.
rule paper_numbers:
    input:
        unpack(RUN.paper.sources),
        unpack(RUN.paper.equations),
        specification=RUN.paper.specification,
    output:
        "<results>/paper/numbers.json",
    log:
        "<logs>/paper_numbers.log",
    benchmark:
        "<benchmarks>/paper_numbers.tsv"
    conda:
        "../../envs/paper.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=10,
    params:
        equation_names=RUN.paper.equation_names,
        settings=RUN.paper.settings,
        code=lib_hash("report/paper_numbers.py"),
    script:
        "../scripts/report/paper_numbers.py"


rule paper_typeset:
    input:
        sources=RUN.paper.texts,
        figures=RUN.paper.figures,
        numbers="<results>/paper/numbers.json",
        citation="CITATION.cff",
    output:
        report(
            "<results>/paper.pdf",
            caption="../report/paper.rst",
            category="Paper",
            labels={"document": "paper"},
        ),
    log:
        "<logs>/paper_typeset.log",
    benchmark:
        "<benchmarks>/paper_typeset.tsv"
    conda:
        "../../envs/paper.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=10,
    params:
        figures=RUN.paper.figure_names,
        code=lib_hash("report/paper_typeset.py"),
    script:
        "../scripts/report/paper_typeset.py"


# The paper of this run.
rule article:
    input:
        RUN.paper.asked,


# What a finished run was and made, for an archive: `snakemake crate` after `snakemake`.
rule provenance_crate:
    input:
        RUN.recorder.finished_manifest,
    output:
        directory("<results>/ro-crate"),
    log:
        "<logs>/provenance_crate.log",
    benchmark:
        "<benchmarks>/provenance_crate.tsv"
    conda:
        "../../envs/paper.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=10,
    params:
        manifest=RUN.recorder.manifest,
        root=RUN.relative(".."),
        overlays=[os.path.relpath(path) for path in workflow.overwrite_configfiles],
        date=RUN.recorder.commit_date,
        code=lib_hash("report/provenance_crate.py"),
    script:
        "../scripts/report/provenance_crate.py"


rule crate:
    input:
        rules.provenance_crate.output,
