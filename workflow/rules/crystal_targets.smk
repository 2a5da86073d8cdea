# REQUIRED INPUTS: everything of the crystal wing
# OUTPUTS: none of its own
# STEPS: gather the wing's figures, scores and tables under one name.


# The whole crystal wing.
rule crystal:
    input:
        CRYSTAL.figures,
        CRYSTAL.interaction_scores(),
        rules.crystal_interaction_table.output,
        rules.crystal_slip_laws.output,
        CRYSTAL.slip_law_scores(),
        rules.crystal_export_materials.output,
        rules.crystal_export_laws.output,
        rules.crystal_surrogate_scores.output,
        rules.crystal_surrogate_curve.output,
        rules.crystal_surrogate_speed.output,
