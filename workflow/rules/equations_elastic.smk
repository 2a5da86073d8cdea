# REQUIRED INPUTS: the CSV tables that config equations/elastic/materials names
# OUTPUTS: <results>/equations/elastic/ laws.{json,md}, misfits.parquet, curves.parquet, recovery.parquet
# STEPS: find the elastic energy of each rubber in its measured curves; fit established laws to the same
#        curves; find known energies again in simulated curves.


rule equations_elastic:
    input:
        EQUATIONS.elastic_files,
    output:
        laws="<results>/equations/elastic/laws.json",
        markdown=report(
            "<results>/equations/elastic/laws.md",
            caption="../report/equations_elastic_laws.rst",
            category=EQUATIONS.category,
            subcategory="Materials",
            labels={"table": "elastic laws"},
        ),
        misfits="<results>/equations/elastic/misfits.parquet",
        curves="<results>/equations/elastic/curves.parquet",
    log:
        "<logs>/equations_elastic.log",
    benchmark:
        "<benchmarks>/equations_elastic.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=20,
    params:
        materials=lookup("equations/elastic/materials", within=config),
        most_terms=lookup("equations/elastic/most_terms", within=config),
        code=lib_hash("equations/elastic.py"),
    script:
        "../scripts/equations/elastic.py"


# Known energies, to see at which noise the search finds them.
rule equations_elastic_recovery:
    output:
        "<results>/equations/elastic/recovery.parquet",
    log:
        "<logs>/equations_elastic_recovery.log",
    benchmark:
        "<benchmarks>/equations_elastic_recovery.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=30,
    params:
        levels=lookup("equations/elastic/recovery/levels", within=config),
        seeds=lookup("equations/elastic/recovery/seeds", within=config),
        most_terms=lookup("equations/elastic/most_terms", within=config),
        seed=lookup("seed", within=config),
        code=lib_hash("equations/elastic_recovery.py"),
    script:
        "../scripts/equations/elastic_recovery.py"


rule equations_figure_elastic:
    input:
        laws="<results>/equations/elastic/laws.json",
        curves="<results>/equations/elastic/curves.parquet",
        misfits="<results>/equations/elastic/misfits.parquet",
        recovery="<results>/equations/elastic/recovery.parquet",
    output:
        **EQUATIONS.figure(report, "elastic", "Materials", label="elastic energies"),
    log:
        "<logs>/equations_figure_elastic.log",
    benchmark:
        "<benchmarks>/equations_figure_elastic.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        materials=EQUATIONS.elastic_materials(),
        models=lookup("equations/elastic/models", within=config),
        metadata=FIGURE_METADATA,
        code=lib_hash("equations/figure_elastic.py"),
    script:
        "../scripts/equations/figure_elastic.py"
