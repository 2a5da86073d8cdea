# REQUIRED INPUTS: none
# OUTPUTS: <results>/manifest.json, written when a run ends
# STEPS: remember the digest of every output; check them on demand.
import os

from mechanist.wings.interruption import tell_on_interrupt


onstart:
    RUN.recorder.begin()
    tell_on_interrupt(sys.argv)


onsuccess:
    RUN.recorder.end(workflow.dag.jobs, workflow.persistence.metadata)


# What is finished stays finished: a failed run records it too.
onerror:
    RUN.recorder.end(workflow.dag.jobs, workflow.persistence.metadata)


# Whether every output is still what its run left, which Snakemake itself does not check.
rule verify:
    log:
        "<logs>/verify.log",
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=30,
    params:
        manifest=RUN.recorder.manifest,
        overlays=[os.path.relpath(path) for path in workflow.overwrite_configfiles],
        code=lib_hash("run/verify.py"),
    script:
        "../scripts/run/verify.py"
