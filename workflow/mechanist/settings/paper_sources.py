"""Result files that the tables of a text are made of, for rules that name them before they exist."""

from collections.abc import Mapping

from mechanist.settings.paper_entries import FileEntry, TableEntry


def table_sources(tables: Mapping[str, TableEntry]) -> dict[str, FileEntry]:
    """Return the score files that tables need in addition to the named sources."""
    found: dict[str, FileEntry] = {}
    for name, entry in tables.items():
        if entry["kind"] == "scores":
            for model in entry["models"]:
                path, needs = f"{entry['folder']}/{model}.json", [f"{entry['labels']}/{model}"]
                found[f"{name}__{model}"] = {"path": path, "needs": needs}
        elif entry["kind"] == "grid":
            for case in entry["cases"]:
                for method in entry["methods"]:
                    path = f"{entry['folder']}/{case}/scores/{method['name']}.json"
                    needs = [f"{entry['run']}/{case}", *method.get("needs", [])]
                    found[f"{name}__{case}__{method['name']}"] = {"path": path, "needs": needs}
    return found
