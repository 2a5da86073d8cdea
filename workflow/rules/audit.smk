# REQUIRED INPUTS: none; probes are made on the spot
# OUTPUTS: <results>/audit/{wing}/{kind}.json, <results>/audit/audit.{csv,md}
# STEPS: audit every descriptor of describe/ against five criteria; gather the cards.


# The card of one descriptor. Costs are measured: one thread, and no other number depends on it.
rule audit_describe:
    output:
        "<results>/audit/{wing}/{kind}.json",
    log:
        "<logs>/audit/{wing}/{kind}.log",
    benchmark:
        "<benchmarks>/audit/{wing}/{kind}.tsv"
    wildcard_constraints:
        wing=RUN.audit.subjects,
        kind="[a-z][a-z0-9_]*",
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=30,
    params:
        seed=lookup("seed", within=config),
        parameters=RUN.audit.parameters,
        most_steps=lookup("audit/most_steps", within=config, default=None),
        most_sizes=lookup("audit/most_sizes", within=config, default=None),
        code=RUN.audit.code,
    script:
        "../scripts/trust/audit_describe.py"


rule audit_table:
    input:
        RUN.audit.cards,
    output:
        csv="<results>/audit/audit.csv",
        columns="<results>/audit/audit.csv-metadata.json",
        md=report(
            "<results>/audit/audit.md",
            caption="../report/audit.rst",
            category="Audit",
            labels={"table": "audit"},
        ),
    log:
        "<logs>/audit_table.log",
    benchmark:
        "<benchmarks>/audit_table.tsv"
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=10,
    params:
        code=lib_hash("trust/audit_table.py"),
    script:
        "../scripts/trust/audit_table.py"


# The audit of every descriptor: cards, table and heat map.
rule audit:
    input:
        rules.audit_table.output,
        "<results>/figures/audit.pdf",
