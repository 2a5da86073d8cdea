# What the rules of trust read: scores, predictions and splits of the systems that panels name.


def trust_panels():
    """Panels of the figure, in order, of systems that run."""
    return {
        name: panel
        for name, panel in config["trust"]["panels"].items()
        if panel["system"] in wing_systems(panel["wing"])
    }


def panel_entries(panel):
    """All models of the configuration that a panel may show, for their labels and roles."""
    if panel["wing"] == "dislocation":
        return dislocation_models(panel["system"])
    return config[panel["wing"]]["models"]


def panel_models(panel):
    """Models that a panel shows: those that are named, or all that predict numbers."""
    entries = panel_entries(panel)
    numeric = [m for m in entries if entries[m].get("task") != "classification"]
    return panel.get("models", numeric)


def panel_files(panel, kind, suffix):
    """One file a model of a panel."""
    wing, system = panel["wing"], panel["system"]
    base = f"<results>/{wing}/{system}/{kind}"
    return [f"{base}/{model}.{suffix}" for model in panel_models(panel)]


def trust_scores(wildcards):
    """Score files by panel."""
    return {
        name: panel_files(panel, "scores", "json")
        for name, panel in trust_panels().items()
    }


def trust_predictions(wildcards):
    """Predictions of all models of all panels."""
    panels = trust_panels().values()
    return [path for p in panels for path in panel_files(p, "predictions", "parquet")]


def trust_splits(wildcards):
    """Splits of all systems of the panels."""
    systems = {
        f"{panel['wing']}/{panel['system']}" for panel in trust_panels().values()
    }
    return [f"<results>/{system}/splits.json" for system in sorted(systems)]
