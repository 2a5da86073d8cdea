# What the rules of the equation wing read: data, methods and tables by case.

#: How our methods are called in file names, and in the library.
OWN_METHODS = {
    "weak": "weak",
    "map": "map",
    "finite_difference": "derivative:finite_difference",
    "local_polynomial": "derivative:local_polynomial",
    "spectral": "derivative:spectral",
}
#: How the scoreboard calls and colours methods: ours, those that papers used, and PySINDy.
EQUATION_MODELS = {
    "weak": {"label": "Weak form, our rule", "role": "data"},
    "map": {"label": "Map, our rule", "role": "data"},
    "finite_difference": {"label": "Finite differences, our rule", "role": "baseline"},
    "local_polynomial": {"label": "Local polynomials, our rule", "role": "baseline"},
    "spectral": {"label": "Spectral derivatives, our rule", "role": "baseline"},
    "pysindy_fd": {"label": "PySINDy, finite differences", "role": "mechanism"},
    "pysindy_sfd": {"label": "PySINDy, smoothed differences", "role": "mechanism"},
    "pysindy_weak_default": {"label": "PySINDy, weak, default", "role": "mechanism"},
    "pysindy_weak_tuned": {"label": "PySINDy, weak, tuned", "role": "mechanism"},
    "sgtr": {"label": "SGTR, as published", "role": "baseline"},
    "group_lasso": {"label": "Group LASSO, as published", "role": "baseline"},
}
IMPORTED_CASES = names_pattern(config["equations"].get("imports", {}))
DISCOVERED_CASES = names_pattern(config["equations"]["cases"])
VARYING_CASES = names_pattern(config["equations"]["varying"]["cases"])
SIMULATED_CASES = names_pattern(
    {*config["equations"]["cases"], *config["equations"]["varying"]["cases"]}
    - set(config["equations"].get("imports", {}))
)


def case_settings(name):
    """Settings of a case, with constant or with varying coefficients."""
    block = config["equations"]
    return block["cases"].get(name) or block["varying"]["cases"][name]


def case_generator(wildcards):
    """Which generator makes a case's data."""
    return case_settings(wildcards.case).get("generator", wildcards.case)


def case_parameters(wildcards):
    """Parameters of the generator that differ from its defaults."""
    return case_settings(wildcards.case).get("parameters", {})


def written_noise(wildcards):
    """Noise level of a case's equations file: none is put on a user's own data."""
    imported = wildcards.case in config["equations"].get("imports", {})
    return 0.0 if imported else config["equations"]["written"]


def own_seeds(wildcards):
    """How many realisations of the noise one of our methods sees."""
    derivative = OWN_METHODS[wildcards.method].startswith("derivative:")
    return config["equations"]["derivative_seeds" if derivative else "seeds"]


def imported_fields(wildcards):
    """Files that an imported case is read from."""
    path = config["equations"]["imports"][wildcards.case]["path"]
    return path if isinstance(path, list) else [path]


def case_data(wildcards):
    """Data of all cases that run."""
    block = config["equations"]
    names = [*block["run"], *block["varying"]["cases"]]
    return [f"<results>/equations/{name}/data.h5" for name in names]


def is_ordinary(name):
    """Whether a case has no space axis."""
    return case_settings(name)["library"].get("kind") == "polynomial"


def rival_methods(ordinary):
    """Methods of PySINDy for data without, or with, a space axis."""
    return config["equations"]["rivals"]["ordinary" if ordinary else "methods"]


def rival_cases(ordinary):
    """Pattern of the cases that PySINDy is given."""
    cases = config["equations"]["cases"]
    return names_pattern(
        name
        for name in cases
        if "rival" in cases[name] and is_ordinary(name) == ordinary
    )


def case_methods(name, rivals=True):
    """Methods by which a case's equations are discovered."""
    settings = case_settings(name)
    heard = "rival" in settings and rivals
    asked = rival_methods(is_ordinary(name)) if heard else []
    return [*settings.get("methods", ["weak"]), *asked]


def run_tables(cases=None, rivals=True):
    """Tables of runs of all methods on the cases that run."""
    names = config["equations"]["run"] if cases is None else cases
    return [
        f"<results>/equations/{name}/runs/{method}.parquet"
        for name in names
        for method in case_methods(name, rivals)
    ]


def found_equations(wildcards):
    """Equations files of all cases that run, by our first method of each."""
    return [
        f"<results>/equations/{name}/equations/{case_methods(name)[0]}.json"
        for name in config["equations"]["run"]
    ]


def varying_tables(name):
    """Input function for one file of every case with varying coefficients."""

    def files(wildcards):
        cases = config["equations"]["varying"]["cases"]
        return [f"<results>/equations/{case}/{name}" for case in cases]

    return files


def varying_runs():
    """Tables of runs of every case with varying coefficients."""
    cases = config["equations"]["varying"]["cases"]
    return [f"<results>/equations/{case}/runs/varying.parquet" for case in cases]


def equation_scores():
    """Score files of all methods on all cases that run."""
    block = config["equations"]
    methods = {name: case_methods(name) for name in block["run"]} | {"chaos": ["weak"]}
    methods |= {
        name: case["methods"] for name, case in block["varying"]["cases"].items()
    }
    return [
        f"<results>/equations/{name}/scores/{method}.json"
        for name, listed in methods.items()
        for method in listed
    ]


EQUATIONS_METADATA = {
    "project": "Mechanist",
    "wing": "equations",
    "licence": "CC-BY-4.0",
}
EQUATION_FIGURES = (
    "error",
    "structure",
    "paths",
    "chaos",
    "costs",
    "lorenz",
    "parametric",
    "materials",
    "symmetry",
)


def equation_figures(wildcards):
    """Every figure of the equation wing."""
    return [f"<results>/figures/equations/{name}.pdf" for name in EQUATION_FIGURES]


def figure_runs(wildcards):
    """Tables of runs of the cases whose errors are drawn."""
    return run_tables(config["equations"]["figures"]["cases"])


def path_tables(wildcards):
    """Models by size of the cases that are drawn."""
    cells = config["equations"]["figures"]["paths"]
    names = sorted({cell["case"] for cell in cells})
    return [f"<results>/equations/{name}/paths.parquet" for name in names]


def path_levels(wildcards):
    """Noise levels at which a case's models are drawn."""
    cells = config["equations"]["figures"]["paths"]
    return sorted(cell["noise"] for cell in cells if cell["case"] == wildcards.case)
