# REQUIRED INPUTS: runs of the crystal wing's systems, and what its imports leave
# OUTPUTS: <results>/figures/crystal/{fields,poles,curves}.{pdf,svg,png,csv}, and
#          <results>/figures/crystal/reference_<name>.{pdf,svg,png,csv} for each imported result
# STEPS: one rule and one script a figure; a changed style redraws all of them and nothing else.


rule crystal_figure_fields:
    input:
        runs=CRYSTAL.first_batches,
    output:
        pdf="<results>/figures/crystal/fields.pdf",
        svg="<results>/figures/crystal/fields.svg",
        png=report(
            "<results>/figures/crystal/fields.png",
            caption="../report/crystal_fields.rst",
            category="Crystals",
            subcategory="Simulation",
            labels={"figure": "fields"},
        ),
        csv="<results>/figures/crystal/fields.csv",
        columns="<results>/figures/crystal/fields.csv-metadata.json",
    log:
        "<logs>/crystal_figure_fields.log",
    benchmark:
        "<benchmarks>/crystal_figure_fields.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=20,
    params:
        systems=CRYSTAL.polycrystals,
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figure_fields.py"),
    script:
        "../scripts/crystal/figure_fields.py"


rule crystal_figure_poles:
    input:
        runs=CRYSTAL.pole_batches,
    output:
        pdf="<results>/figures/crystal/poles.pdf",
        svg="<results>/figures/crystal/poles.svg",
        png=report(
            "<results>/figures/crystal/poles.png",
            caption="../report/crystal_poles.rst",
            category="Crystals",
            subcategory="Simulation",
            labels={"figure": "pole figures"},
        ),
        csv="<results>/figures/crystal/poles.csv",
        columns="<results>/figures/crystal/poles.csv-metadata.json",
    log:
        "<logs>/crystal_figure_poles.log",
    benchmark:
        "<benchmarks>/crystal_figure_poles.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=20,
    params:
        half_width=lookup("crystal/figures/poles/half_width", within=config),
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figure_poles.py"),
    script:
        "../scripts/crystal/figure_poles.py"


rule crystal_figure_curves:
    input:
        runs=CRYSTAL.all_batches,
    output:
        pdf="<results>/figures/crystal/curves.pdf",
        svg="<results>/figures/crystal/curves.svg",
        png=report(
            "<results>/figures/crystal/curves.png",
            caption="../report/crystal_curves.rst",
            category="Crystals",
            subcategory="Simulation",
            labels={"figure": "stress-strain curves"},
        ),
        csv="<results>/figures/crystal/curves.csv",
        columns="<results>/figures/crystal/curves.csv-metadata.json",
    log:
        "<logs>/crystal_figure_curves.log",
    benchmark:
        "<benchmarks>/crystal_figure_curves.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=20,
    params:
        batches={system: len(CRYSTAL.runs(system)) for system in CRYSTAL.polycrystals},
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figure_curves.py"),
    script:
        "../scripts/crystal/figure_curves.py"


rule crystal_figure_reference:
    input:
        engine="<results>/crystal/imported/engine/{case}.h5",
        imported="<results>/crystal/imported/{case}.h5",
        numbers="<results>/crystal/imported/{case}_agreement.json",
    output:
        pdf="<results>/figures/crystal/reference_{case}.pdf",
        svg="<results>/figures/crystal/reference_{case}.svg",
        png=report(
            "<results>/figures/crystal/reference_{case}.png",
            caption="../report/crystal_reference.rst",
            category="Crystals",
            subcategory="Imports",
            labels={"figure": "{case}"},
        ),
        csv="<results>/figures/crystal/reference_{case}.csv",
        columns="<results>/figures/crystal/reference_{case}.csv-metadata.json",
    log:
        "<logs>/crystal_figure_reference_{case}.log",
    benchmark:
        "<benchmarks>/crystal_figure_reference_{case}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=20,
    params:
        metadata=CRYSTAL.metadata,
        code=lib_hash("crystal/figure_reference.py"),
    script:
        "../scripts/crystal/figure_reference.py"
