# The door. The map of the workflow is workflow/Snakefile.
include: "workflow/Snakefile"


rule default:
    input:
        rules.all.input,
    default_target: True
