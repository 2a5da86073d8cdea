# What users bring: rows of the sample sheet, put among the imports of the configuration before any
# wing looks at them; then the names of the configuration are checked, and glasses that can be learnt
# from stand beside the simulated ones. Include it right after common.smk.
import copy

from mechanist.settings.own_imports import (
    configured_imports,
    merge_imports,
    sheet_imports,
)
from mechanist.settings.own_systems import own_problems, own_system
from mechanist.settings.references import check_references

OWN_SHEET = config.get("own_data", {}).get("sheet", "")
#: Of the configuration, what the check of own data needs, before the sheet adds to it.
OWN_SETTINGS = copy.deepcopy(
    {
        "glass": {"imports": config["glass"].get("imports", {})},
        "dislocation": {"imports": config["dislocation"].get("imports", {})},
        "equations": {
            "imports": config["equations"].get("imports", {}),
            "cases": {name: {} for name in config["equations"]["cases"]},
        },
        "crystal": {
            "imports": config["crystal"].get("imports", {}),
            "lines": config["crystal"].get("lines", {}),
        },
    }
)


def refuse_bad_sheet():
    """Stop with every problem of the sheet, if it has one."""
    if OWN_PROBLEMS:
        lines = "\n".join(f"  {problem}" for problem in OWN_PROBLEMS)
        raise WorkflowError(f"{OWN_SHEET} is not valid:\n{lines}")


def own_import_file(one):
    """What an entry of the sheet or the configuration becomes."""
    wing, block = one.block
    if wing == "glass":
        return f"<results>/imported/{'/'.join(one.names)}.h5"
    if wing == "equations":
        return f"<results>/equations/{one.names[0]}/data.h5"
    if block == "lines":
        return f"<results>/crystal/lines/{one.names[0]}/densities.parquet"
    return f"<results>/{wing}/imported/{one.names[0]}.h5"


def own_import_files(wildcards):
    """Every sample file, batch, field file and run that users bring."""
    refuse_bad_sheet()
    return [own_import_file(one) for one in configured_imports(config)]


OWN_ROWS, OWN_PROBLEMS = (
    sheet_imports(Path(OWN_SHEET), config, SCHEMA) if OWN_SHEET else ([], [])
)
merge_imports(config, OWN_ROWS)
# The check itself goes on, to tell what is wrong with the files too. Targets are not known yet but
# from the command line; a process that runs one job of another has them from there.
if workflow.is_main_process and "check_data" not in sys.argv:
    refuse_bad_sheet()


def known_glasses():
    """Glass systems of the user's that can be learnt from, and why others cannot."""
    glass = config["glass"]
    known, refused = {}, {}
    for name in sorted({*glass["imports"], *glass["own"]}):
        problems = list(own_problems(name, config, LIBRARY))
        if problems:
            refused[name] = problems
        else:
            known[name] = own_system(name, config, LIBRARY)
    return known, refused


OWN_GLASSES, OWN_REFUSED = known_glasses()
#: Pattern of their names.
OWN_NAMES = "|".join(OWN_GLASSES) or "(?!)"


def check_names():
    """Stop if a name refers to nothing, or a glass that is to be learnt from cannot be."""
    asked = {*config["glass"]["run"], *config["glass"]["own"]}
    problems = [line for name in asked & {*OWN_REFUSED} for line in OWN_REFUSED[name]]
    if problems:
        lines = "\n".join(f"  {line}" for line in sorted(problems))
        raise WorkflowError(f"the configuration is not valid:\n{lines}")
    try:
        check_references(config, LIBRARY)
    except SettingsError as error:
        raise WorkflowError(str(error))


if "check_data" not in sys.argv:
    check_names()
for own in OWN_GLASSES.values():
    config["glass"]["systems"][own.name] = own.entry
# Rules of stages look systems up: none of those that only check_data may still name.
config["glass"]["run"] = [
    name for name in config["glass"]["run"] if name in config["glass"]["systems"]
]
