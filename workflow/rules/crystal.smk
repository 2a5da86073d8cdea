# REQUIRED INPUTS: none; everything is simulated.
# OUTPUTS: <results>/crystal/{system}/runs/{batch}.h5
# STEPS: grow random grains and stretch them with the full-field solver.


def crystal_pattern():
    """Pattern of the polycrystal systems and of no other wing's."""
    return "|".join(sorted(config["crystal"].get("systems", {}))) or "no_such_system"


def crystal_material(wildcards):
    """Settings of the material of the system that the wildcards name."""
    block = config["crystal"]
    return block["materials"][block["systems"][wildcards.system]["material"]]


def crystal_system(wildcards):
    """Settings of the system that the wildcards name, apart from how many samples there are."""
    system = config["crystal"]["systems"][wildcards.system]
    return {k: v for k, v in system.items() if k not in {"samples", "batch"}}


def crystal_first(wildcards):
    """Number of the first sample of a batch."""
    return (
        int(wildcards.batch) * config["crystal"]["systems"][wildcards.system]["batch"]
    )


def crystal_size(wildcards):
    """Number of samples of a batch; the last one may be short."""
    system = config["crystal"]["systems"][wildcards.system]
    return min(system["batch"], system["samples"] - crystal_first(wildcards))


def crystal_voxel_steps(wildcards):
    """Voxels times steps of a batch, in millions: what its cost goes with."""
    system = config["crystal"]["systems"][wildcards.system]
    grid = system["grid"]
    shape = [grid] * 3 if isinstance(grid, int) else grid
    voxels = shape[0] * shape[1] * shape[2]
    steps = system["frames"] * system.get("substeps", 2)
    return voxels * steps * crystal_size(wildcards) / 1e6


def crystal_minutes(wildcards, attempt):
    """Minutes for a batch, ten times what it takes."""
    return int(attempt * (20 + 6 * crystal_voxel_steps(wildcards)))


def crystal_memory(wildcards, attempt):
    """Megabytes for the fields of one run in work and all frames of the batch."""
    return int(attempt * (1000 + 400 * crystal_voxel_steps(wildcards)))


def crystal_runs(system):
    """All batches of a system."""
    settings = config["crystal"]["systems"][system]
    batches = range(-(-settings["samples"] // settings["batch"]))
    return [f"<results>/crystal/{system}/runs/{k:04d}.h5" for k in batches]


# A batch of polycrystals under tension.
rule crystal_simulate:
    output:
        "<results>/crystal/{system}/runs/{batch}.h5",
    log:
        "<logs>/crystal_simulate/{system}/{batch}.log",
    benchmark:
        "<benchmarks>/crystal_simulate/{system}/{batch}.tsv"
    wildcard_constraints:
        system=crystal_pattern(),
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=crystal_memory,
        runtime=crystal_minutes,
    params:
        system=crystal_system,
        material=crystal_material,
        first=crystal_first,
        size=crystal_size,
        seed=lookup("seed", within=config),
        code=lib_hash("crystal_simulate.py"),
    script:
        "../scripts/crystal_simulate.py"
