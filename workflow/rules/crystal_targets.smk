# REQUIRED INPUTS: everything of the crystal wing
# OUTPUTS: none of its own
# STEPS: gather the wing's figures, scores and tables under one name.

CRYSTAL_FIGURES = (
    "orbits",
    "coefficients",
    "sparsity",
    "feedback",
    "misorientation",
    "prediction",
    "nonlocal",
    "transfer",
)


def crystal_figures(wildcards):
    """Every figure of the crystal wing, those of imported results included."""
    drawn = [f"<results>/figures/crystal/{name}.pdf" for name in CRYSTAL_FIGURES]
    return drawn + crystal_field_figures(wildcards)


def crystal_models():
    """Models of the crystal wing, for their labels and roles."""
    return INTERACTIONS["models"] | SURROGATE["models"]


# The whole crystal wing.
rule crystal:
    input:
        crystal_figures,
        interaction_scores(),
        rules.crystal_interaction_table.output,
        rules.crystal_surrogate_scores.output,
        rules.crystal_surrogate_curve.output,
        rules.crystal_surrogate_speed.output,
