# What the rules of the paper and of the crate read: files that this size makes, and when it was committed.
from mechanist.draw.paper_tables import table_sources
from mechanist.settings.paper_numbers import available, read_specification, variables

PAPER = SCRIPTS.parent / "paper"
QUOTED = read_specification(PAPER / "numbers.yaml")
#: Glasses that the paper can be about, which quotes how they were simulated.
SIMULATED = [name for name in config["glass"]["run"] if name not in OWN_GLASSES]
#: The configuration with only those glasses, and those surrogates that run.
RUNNING = config | {
    "glass": config["glass"] | {"run": SIMULATED or config["glass"]["run"]},
    "crystal": config["crystal"] | {"surrogate": SURROGATE},
}
#: The paper, if this run can make it.
PAPER_OF_RUN = ["<results>/paper.pdf"] if SIMULATED else []


def quoted_files(entries):
    """Files, by name, of those entries of the specification that this size makes."""
    return available(entries, RUNNING, variables(QUOTED, RUNNING), "<results>")


def paper_sources(wildcards):
    """Result files that numbers and tables are read from, by name."""
    return quoted_files(QUOTED["sources"] | table_sources(QUOTED["tables"]))


def paper_equations(wildcards):
    """Files of the equations that are printed, by numbered name."""
    found = quoted_files(QUOTED["equations"]).values()
    return {f"equation_{k}": path for k, path in enumerate(found)}


def paper_equation_names(wildcards):
    """What print calls the equations of these files."""
    found = quoted_files(QUOTED["equations"])
    return {f"equation_{k}": name for k, name in enumerate(found)}


def paper_figures(wildcards):
    """Figures of the paper that this size makes."""
    return list(quoted_files(QUOTED["figures"]).values())


def paper_figure_names(wildcards):
    """What the text calls them."""
    return list(quoted_files(QUOTED["figures"]))


def asked_paper(wildcards):
    """The paper, or why there is none."""
    if not PAPER_OF_RUN:
        raise WorkflowError(
            "the paper is about a simulated glass, and glass/run names only imported ones:"
            f" {config['glass']['run']}. Add one of glass/systems"
        )
    return PAPER_OF_RUN


def finished_manifest(wildcards):
    """The manifest of the last run; without one the script says what to do."""
    return [MANIFEST] if Path(MANIFEST).is_file() else []


def commit_date(wildcards):
    """The date of the commit that runs, so that no clock enters the crate."""
    command = ["git", "log", "-1", "--format=%cI"]
    said = subprocess.run(
        command, capture_output=True, text=True, cwd=SCRIPTS, check=False
    )
    return said.stdout.strip() or "1970-01-01T00:00:00+00:00"
