"""Result files that the tables of a text are made of, for rules that name them before they exist."""

from collections.abc import Mapping

from mechanist.core.narrowing import mapping, sequence, texts


def table_sources(
    tables: Mapping[str, Mapping[str, object]],
) -> dict[str, Mapping[str, object]]:
    """Return the score files that tables need in addition to the named sources."""
    found: dict[str, Mapping[str, object]] = {}
    for name, entry in tables.items():
        if entry["kind"] == "scores":
            for model in texts(entry["models"]):
                path, needs = f"{entry['folder']}/{model}.json", [f"{entry['labels']}/{model}"]
                found[f"{name}__{model}"] = {"path": path, "needs": needs}
        elif entry["kind"] == "grid":
            for case in texts(entry["cases"]):
                for method in map(mapping, sequence(entry["methods"])):
                    path = f"{entry['folder']}/{case}/scores/{method['name']}.json"
                    needs = [f"{entry['run']}/{case}", *texts(method.get("needs", []))]
                    found[f"{name}__{case}__{method['name']}"] = {"path": path, "needs": needs}
    return found
