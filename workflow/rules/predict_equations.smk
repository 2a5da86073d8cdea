# REQUIRED INPUTS: <results>/equations/{case}/laws/{method}/law.json, or such a file of the user's; the files
#                  that equations/predictions names
# OUTPUTS: <results>/equations/followed/{specimen}/ solution.npz, summary.json;
#          <results>/figures/equations/followed_{specimen}.{pdf,svg,png,csv}
# STEPS: follow found laws from initial states, with the band that the errors of their coefficients cause.


rule equations_follow:
    input:
        law=LAWS.law,
        files=LAWS.user_files.inputs,
    output:
        solution="<results>/equations/followed/{specimen}/solution.npz",
        summary="<results>/equations/followed/{specimen}/summary.json",
    log:
        "<logs>/equations_follow/{specimen}.log",
    benchmark:
        "<benchmarks>/equations_follow/{specimen}.tsv"
    wildcard_constraints:
        specimen="[a-z][a-z0-9_]*",
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=60,
    params:
        entry=LAWS.entry,
        place=LAWS.place,
        unlisted=LAWS.user_files.unlisted,
        seed=lookup("seed", within=config),
        code=lib_hash("equations/follow.py"),
    script:
        "../scripts/equations/follow.py"


rule equations_figure_followed:
    input:
        solution="<results>/equations/followed/{specimen}/solution.npz",
        summary="<results>/equations/followed/{specimen}/summary.json",
    output:
        **figure_outputs(
            report,
            "<results>/figures/equations/followed_{specimen}",
            caption="equations_followed",
            category="Predictions",
            labels={"law": "{specimen}"},
        ),
    log:
        "<logs>/equations_figure_followed/{specimen}.log",
    benchmark:
        "<benchmarks>/equations_figure_followed/{specimen}.tsv"
    wildcard_constraints:
        specimen="[a-z][a-z0-9_]*",
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        **FIGURE_RESOURCES,
    params:
        metadata=EQUATIONS.metadata,
        code=lib_hash("equations/figure_followed.py"),
    script:
        "../scripts/equations/figure_followed.py"


# Found laws, followed from initial states of the user's.
rule predict_equations:
    input:
        LAWS.followed,
