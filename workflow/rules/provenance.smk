# REQUIRED INPUTS: none
# OUTPUTS: <results>/manifest.json, written when a run ends
# STEPS: remember the digest of every output; check them on demand.
import os
import time

from snakemake.logging import logger

from mechanist.wings.endings import tell_failures, tell_results, tell_results_when_idle
from mechanist.wings.interruption import tell_on_interrupt

#: Logs that are older are of an earlier run.
STARTED = time.time()

tell_results_when_idle(logger, workflow)


onstart:
    RUN.recorder.begin()
    tell_on_interrupt(sys.argv)


onsuccess:
    RUN.recorder.end(workflow.dag.jobs, workflow.persistence.metadata)
    tell_results(workflow.dag.jobs, workflow.dag.targetjobs)


# What is finished stays finished: a failed run records it too.
onerror:
    RUN.recorder.end(workflow.dag.jobs, workflow.persistence.metadata)
    tell_failures(workflow.scheduler.failed, since=STARTED)


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
