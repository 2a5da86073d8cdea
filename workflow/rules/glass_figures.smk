# REQUIRED INPUTS: what the glass and learning rules leave
# OUTPUTS: <results>/figures/{system}/*.{pdf,svg,png,csv}: each figure with the data that it shows
# STEPS: one script a figure, and one rule for figures of the same stage, since starting a job takes
#        longer than drawing a figure; a changed style redraws all of them and nothing else. Systems that
#        lack a figure, because of their material or because they are a user's, have a rule of their own.


# Particles, how they respond, and what describes them.
for drawn in GLASS.drawn_alike("particles"):

    rule:
        name:
            drawn.rule
        input:
            unpack(drawn.files),
        output:
            GLASS.several_figures(report, drawn.subcategories),
        log:
            f"<logs>/{drawn.rule}/{{system}}.log",
        benchmark:
            "<benchmarks>/glass_figure_particles/{system}.tsv"
        wildcard_constraints:
            system=drawn.systems,
        conda:
            "../../envs/figures.yaml"
        threads: 1
        resources:
            **FIGURE_RESOURCES,
        params:
            models=lookup("glass/models", within=config),
            load=GLASS.figure_load,
            strain=GLASS.figure_strain,
            strains=lookup("glass/systems/{system}/deformation/frames", within=config),
            quantity=GLASS.figure_quantity,
            diameters=GLASS.figure_diameters,
            indicators=lookup("glass/figures/indicators", within=config),
            plastic_fraction=lookup(
                "glass/figures/angular/plastic_fraction", within=config
            ),
            rigid_fraction=lookup("glass/figures/angular/rigid_fraction", within=config),
            metadata=GLASS.figure_metadata,
            code=lib_hash("glass/figures_particles.py"),
        script:
            "../scripts/glass/figures_particles.py"


# How well models predict which particles rearrange.
for drawn in GLASS.drawn_alike("scores"):

    rule:
        name:
            drawn.rule
        input:
            unpack(drawn.files),
        output:
            GLASS.several_figures(report, drawn.subcategories),
        log:
            f"<logs>/{drawn.rule}/{{system}}.log",
        benchmark:
            "<benchmarks>/glass_figure_scores/{system}.tsv"
        wildcard_constraints:
            system=drawn.systems,
        conda:
            "../../envs/figures.yaml"
        threads: 1
        resources:
            **FIGURE_RESOURCES,
        params:
            models=lookup("glass/models", within=config),
            strain=GLASS.figure_strain,
            target=GLASS.shown_target,
            quantity=GLASS.figure_quantity,
            metrics=lookup("glass/figures/metrics", within=config),
            metric=lookup("glass/figures/metric", within=config),
            hybrid=lookup("glass/figures/hybrid", within=config),
            definition_metrics=lookup("glass/figures/definition/metrics", within=config),
            published=lookup("glass/figures/definition/published", within=config),
            metadata=GLASS.figure_metadata,
            code=lib_hash("glass/figures_scores.py"),
        script:
            "../scripts/glass/figures_scores.py"
